"""The two ends of the versions that pyproject.toml allows: the floors, tested in an environment of their own, and the
newest set that was tested, written down in constraints.txt.

    .venv/bin/python tests/repository/floors.py check          # do the floors exist, and go together?
    .venv/bin/python tests/repository/floors.py test           # and tests on them (make floors); more words: others
    .venv/bin/python tests/repository/floors.py constraints    # the newest versions, for all Pythons (make constraints)

Versions are resolved by uv (``--resolution lowest-direct``), which is installed into ``.venv/floors`` with the rest.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / ".venv" / "floors"
CONSTRAINTS = ROOT / "constraints.txt"
PART = ("tests/data", "tests/engine", "tests/answers", "tests/cli", "tests/reports", "tests/strategies/weights")
"""What runs on the floors: every package that is imported is in use there, in a third of the time of all tests."""
LOWEST = ("--resolution", "lowest-direct")
_REQUIREMENT = re.compile(r"([A-Za-z0-9._-]+)>=([0-9][^\s,;]*)$")


def normal(name: str) -> str:
    """A name as the registry writes it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def floors(requirements: Iterable[str]) -> dict[str, str]:
    """The lowest version of each, which every requirement has to name, and nothing else."""
    found = {}
    for line in requirements:
        match = _REQUIREMENT.match(line)
        if not match:
            raise ValueError(f"a requirement is NAME>=VERSION, was {line!r}")
        found[normal(match[1])] = match[2]
    return found


def declared() -> dict[str, list[str]]:
    """Requirements by extra; "" for those of all."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return {"": project["dependencies"]} | project["optional-dependencies"]


def same(floor: str, version: str) -> bool:
    """Whether two versions are the same one: 3.2 is 3.2.0."""
    short, long = (re.sub(r"(\.0)+$", "", text) for text in (floor, version))
    return short == long


def untrue(wanted: dict[str, str], resolved: dict[str, str]) -> list[str]:
    """A sentence per floor that is not what the lowest resolution takes."""
    return [
        f"{name}>={floor}: the lowest that exists and goes with the other floors is {resolved.get(name, 'none')}"
        for name, floor in sorted(wanted.items())
        if not same(floor, resolved.get(name, ""))
    ]


def pinned(text: str) -> dict[str, str]:
    """Versions by name in the output of ``uv pip compile``."""
    return {normal(name): version for name, version in re.findall(r"^([\w.-]+)==([^\s;]+)", text, re.MULTILINE)}


def uv(*words: str) -> str:
    """The output of a command of uv; uv is installed first where it is not there."""
    tool = FOLDER / "uv"
    if not (tool / "bin" / "uv").is_file():
        subprocess.run([sys.executable, "-m", "venv", tool], check=True)
        subprocess.run([tool / "bin" / "python", "-m", "pip", "install", "--quiet", "uv"], check=True)
    done = subprocess.run([tool / "bin" / "uv", *words], cwd=ROOT, check=False, capture_output=True, text=True)
    if done.returncode:
        sys.exit(done.stderr)
    return done.stdout


def resolve(*words: str) -> str:
    """What ``pyproject.toml`` comes to."""
    return uv("pip", "compile", "--quiet", "--no-header", "--no-annotate", *words, "pyproject.toml")


def check() -> None:
    """End with a list of the floors that are not true, if there are any."""
    wrong = []
    for extra, requirements in declared().items():
        resolved = pinned(resolve(*LOWEST, "--python-version", "3.11", *(("--extra", extra) if extra else ())))
        wanted = floors(requirements) | (floors(declared()[""]) if extra == "dev" else {})  # in which they are tested
        wrong += [f"{extra or 'core'}: {line}" for line in untrue(wanted, resolved)]
    if wrong:
        sys.exit("\n".join(wrong))
    print(f"the floors of {', '.join(name or 'the core' for name in declared())} exist and go together")


def test(which: list[str]) -> int:
    """Install the floors and run tests on them; the exit code of pytest."""
    check()
    python = FOLDER / "env" / "bin" / "python"
    uv("venv", "--quiet", "--clear", "--python", sys.executable, str(FOLDER / "env"))
    uv("pip", "install", "--quiet", *LOWEST, "--python", str(python), "-e", ".[dev]")
    return subprocess.run(
        [python, "-m", "pytest", "-q", "-n", "auto", *(which or PART)], cwd=ROOT, check=False
    ).returncode


def constraints() -> None:
    """Write the newest versions of all that developers install, for every Python that is supported."""
    header = (
        "# The newest set that all tests passed on; `make constraints` writes it, `make test` then tests it.\n"
        "# `make demo` and `make test` install these; a user may: pip install -c constraints.txt '.[fetch]'\n"
    )
    told = resolve(
        "--universal", "--python-version", "3.11", "--extra", "dev", "--extra", "docs", "--upgrade",
        "--no-emit-package", "sectorlead",
    )  # fmt: skip
    CONSTRAINTS.write_text(header + told, encoding="utf-8")
    print(f"{len(pinned(told))} packages in {CONSTRAINTS.name}; now: make test")


def main() -> None:
    parser = argparse.ArgumentParser(description="The floors of pyproject.toml, and the newest tested set.")
    parser.add_argument("what", choices=("check", "test", "constraints"))
    parser.add_argument("tests", nargs="*", help="tests to run on the floors, in place of the usual ones")
    chosen = parser.parse_args()
    if chosen.what == "test":
        sys.exit(test(chosen.tests))
    check() if chosen.what == "check" else constraints()


if __name__ == "__main__":
    main()
