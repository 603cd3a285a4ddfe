# Two commands are all a newcomer needs: `make demo` and `make test`. `make help` lists the rest.

VENV := .venv
BIN := $(VENV)/bin
WORKERS ?= auto

# The stamp carries a checksum of the checkout's path: a moved checkout installs again.
STAMP := $(VENV)/.installed-$(firstword $(shell printf %s "$(CURDIR)" | cksum))

.DEFAULT_GOAL := help
.PHONY: help demo test lint types bench docs check-docs walk akshare-newest golden floors constraints ci clean system-packages

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-16s %s\n", $$1, $$2}' Makefile

demo: $(STAMP) ## simulated market, offline: leaders in pullbacks against their controls -> out/demo/
	@$(BIN)/python -m sectorlead demo --out out/demo

test: $(STAMP) ## all tests, in parallel (WORKERS=2 to choose how many)
	@$(BIN)/python -m pytest -n $(WORKERS) -q

lint: $(STAMP) ## ruff
	@$(BIN)/python -m ruff check .

types: $(STAMP) ## mypy --strict on the package exactly as it ships
	@rm -rf build
	@$(BIN)/python -m pip install --quiet --no-deps --target build/types .
	@$(BIN)/python -m mypy

bench: $(STAMP) ## every benchmark, beside its budget
	@set -e; for file in benchmarks/bench_*.py; do echo "== $$file"; $(BIN)/python "$$file"; done

docs: $(STAMP) ## the documentation as a site -> build/site/index.html; warnings are errors, links are checked
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[docs]'
	@SECTORLEAD_TRIALS=off $(BIN)/python docs/site/build.py

walk: $(STAMP) ## as a new user: the wheel alone, an empty home, every command of every page as it is written
	@$(BIN)/python tests/repository/walk.py

check-docs: $(STAMP) ## run what the documentation shows: docstring examples, blocks of pages, commands, examples/
	@$(BIN)/python -m pytest -n $(WORKERS) -q tests/repository

golden: $(STAMP) ## store the fills of the library as they are now: after a decision to change results
	@$(BIN)/python tests/answers/golden_fills.py --write

floors: $(STAMP) ## the lowest versions that pyproject.toml allows, in an environment of their own, and tests on them
	@$(BIN)/python tests/repository/floors.py test

constraints: $(STAMP) ## the versions installed here -> constraints.txt, to be done after `make test` passed on the newest
	@$(BIN)/python tests/repository/floors.py constraints

system-packages: ## Debian packages that some tests use: a browser (as root); without it they say so and are skipped
	@command -v chromium >/dev/null || { apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium >/dev/null; }

akshare-newest: $(STAMP) ## readers of vendors against the newest akshare, in an environment of its own
	@.ci/akshare_newest

ci: ## what has to pass before a change is merged
	@.ci/run

clean: ## remove what can be made again; .venv stays
	@rm -rf build dist out sectorlead.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
	@find data engine strategies reports src tests examples benchmarks -name __pycache__ -type d -prune -exec rm -rf {} +

# An environment that is missing, broken or too old is made anew; one that is good is kept and only installed into.
$(STAMP): pyproject.toml constraints.txt
	@set -e; \
	good='import sys, pip; sys.exit(sys.version_info < (3, 11))'; \
	if ! $(BIN)/python -c "$$good" 2>/dev/null; then \
	    for python in $(or $(PYTHON),python3 python3.14 python3.13 python3.12 python3.11); do \
	        if "$$python" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
	            echo "make: creating $(VENV) with $$("$$python" --version)"; \
	            "$$python" -m venv --clear $(VENV); break; \
	        fi; \
	    done; \
	    if ! $(BIN)/python -c "$$good" 2>/dev/null; then \
	        echo "make: no Python >= 3.11 with venv among: $(or $(PYTHON),python3 python3.14 python3.13 python3.12 python3.11)." >&2; \
	        echo "make: install one (Debian: apt install python3 python3-venv), or name it: make PYTHON=/path/to/python3.12" >&2; \
	        exit 1; \
	    fi; \
	fi; \
	echo "make: installing into $(VENV), a minute or two the first time"; \
	pip="$(BIN)/python -m pip install --quiet --disable-pip-version-check"; \
	$$pip -c constraints.txt -e '.[dev]' || { \
	    echo "make: the versions of constraints.txt can't be installed here (above: why); taking the newest ones" >&2; \
	    $$pip -e '.[dev]'; \
	}; \
	rm -f $(VENV)/.installed-*; \
	touch $@
