"""What works in an environment that lacks a package: found out in processes that can't import it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from .test_documents import module_names

RUN = "sl.run(sl.Rotation(score=sl.Momentum(20)), sl.simulate(seed=1, sessions=120), engine={!r})"


def without(packages: tuple[str, ...], code: str) -> subprocess.CompletedProcess[str]:
    """A process in which importing one of the packages fails as it does where they are not installed."""
    hidden = f"import sys; sys.modules.update(dict.fromkeys({packages!r}))\nimport sectorlead as sl\n{code}"
    return subprocess.run([sys.executable, "-c", hidden], capture_output=True, text=True, timeout=300, check=False)


def command(*words: str) -> str:
    return f"import sys; sys.argv = ['sectorlead', *{words!r}]\nfrom sectorlead.cli.main import main\nmain()"


def test_the_compiled_engine_runs_without_backtrader_akshare_and_arch() -> None:
    saved = f"run = {RUN.format('compiled')}\nrun.tearsheet('/dev/null')\nprint(len(run.fills))"
    done = without(("backtrader", "akshare", "requests", "arch", "xlsxwriter", "skfolio", "exchange_calendars"), saved)
    assert int(done.stdout) > 0, done.stderr


def test_every_module_but_those_of_backtrader_imports_without_it() -> None:
    names = [name for name in module_names() if "on_backtrader" not in name]
    walk = f"import importlib\nfor name in {names!r}:\n    importlib.import_module(name)"
    done = without(("backtrader", "akshare", "requests", "arch", "xlsxwriter", "skfolio"), walk)
    assert (done.returncode, done.stderr) == (0, "")
    assert len(names) > 200


@pytest.mark.parametrize("engine", ["backtrader", "both"])
def test_backtrader_where_it_is_asked_for_is_an_error_that_names_the_install(engine: str) -> None:
    done = without(("backtrader",), f"try:\n    {RUN.format(engine)}\nexcept sl.InputError as error:\n    print(error)")
    assert done.stdout.startswith("engine 'backtrader' "), done.stderr
    assert "pip install backtrader; engine 'compiled' runs without it" in done.stdout


def test_the_command_says_it_in_a_line_and_runs_unverified(tmp_path: Path) -> None:
    words = ("run", "--strategy", "momentum", "--data", "simulated", "--out", f"{tmp_path}/run")
    refused = without(("backtrader",), command(*words))
    assert (refused.returncode, refused.stderr.count("\n"), "--no-verify" in refused.stderr) == (2, 1, True)
    done = without(("backtrader",), command(*words, "--no-verify"))
    assert done.returncode == 0, done.stderr


def test_vendors_without_their_extra_are_an_error_that_names_it(tmp_path: Path) -> None:
    home = f"import os; os.environ['XDG_CACHE_HOME'] = {str(tmp_path)!r}\n"
    for packages, named in ((("akshare",), "akshare"), (("akshare", "requests"), "akshare and requests")):
        done = without(packages, home + command("fetch", "sw1"))
        assert done.returncode == 2
        assert f"package {named}, which is not installed: pip install 'sectorlead[fetch]'" in done.stderr
    listed = without(("akshare", "requests"), home + command("list", "sources"))
    assert "sw1" in listed.stdout, listed.stderr
