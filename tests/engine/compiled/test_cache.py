"""A kernel on disk is used again while nothing has changed that it was compiled from, and never after."""

from __future__ import annotations

import importlib
import itertools
import os
import pkgutil
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from sectorlead import strategies
from sectorlead.engine.compiled import session
from sectorlead.engine.compiled.cache import fingerprint
from sectorlead.reports import significance

ROOT = Path(__file__).parents[3]
HELPER = """
SLACK = 0.5
OTHER = 1

def halved(value):
    return value * SLACK
"""
KERNEL = '''
from typing import NamedTuple

class Terms(NamedTuple):
    low: float
    high: float

def clipped(value, terms: Terms):
    """What it does."""
    return min(max(helper.halved(value), terms.low), terms.high)

def unused():
    return 1
'''


def made(helper: str = HELPER, kernel: str = KERNEL) -> Callable[..., Any]:
    """The kernel of two files, as if just imported."""
    first, second = ModuleType("own.helper"), ModuleType("own.kernel")
    exec(helper, vars(first))
    vars(second)["helper"] = first
    exec("from __future__ import annotations\n" + kernel, vars(second))
    return vars(second)["clipped"]


@pytest.mark.parametrize(
    ("helper", "kernel"),
    [
        (HELPER.replace("0.5", "0.25"), KERNEL),  # a constant of another file
        (HELPER.replace("value * SLACK", "value / SLACK"), KERNEL),  # a function of another file
        (HELPER, KERNEL.replace("min(max", "max(min")),
        (HELPER, KERNEL.replace("    low: float\n    high: float\n", "    high: float\n    low: float\n")),
        (HELPER, KERNEL.replace("value, terms: Terms", "value, terms: Terms, least=0")),
    ],
)
def test_what_is_compiled_in_counts(helper: str, kernel: str) -> None:
    assert fingerprint(made(helper, kernel)) != fingerprint(made())


@pytest.mark.parametrize(
    ("helper", "kernel"),
    [
        (HELPER, KERNEL),
        (HELPER.replace("OTHER = 1", "OTHER = 2"), KERNEL),
        ("# a comment, and all lines move\n" + HELPER, "\n\n" + KERNEL.replace("What it does.", "In other words.")),
        (HELPER, KERNEL.replace("return 1", "return 2")),
    ],
)
def test_what_is_not_compiled_in_does_not(helper: str, kernel: str) -> None:
    assert fingerprint(made(helper, kernel)) == fingerprint(made())


def test_what_is_not_defined_yet_is_an_error() -> None:
    kernel = made()
    del kernel.__globals__["helper"]
    with pytest.raises(NameError, match=r"own.kernel.clipped uses helper, which is not defined yet"):
        fingerprint(kernel)


# --- the kernels of the package ---------------------------------------------------------------------------------------


def kernels() -> Iterator[str]:
    """Dotted names of all kernels: those of the engine, of strategies, and of tests of significance."""
    yield from (f"{session.__name__}.{name}" for name in vars(session) if name.endswith("_nb"))
    packages = [pkgutil.walk_packages(each.__path__, f"{each.__name__}.") for each in (strategies, significance)]
    for found in itertools.chain(*packages):
        for name, value in vars(importlib.import_module(found.name)).items():
            own = getattr(value, "__module__", "") == found.name
            lazy = getattr(value, "__globals__", {}).get("__name__", "") == "sectorlead.engine.compiled.lazily"
            if own and (hasattr(value, "py_func") or lazy) and name != "compiled":
                yield f"{found.name}.{name}"


READ = """
import importlib, sys
import sectorlead
assert sectorlead.__file__.startswith(sys.argv[1]), sectorlead.__file__
from sectorlead.engine.compiled.cache import fingerprint
for name in sys.argv[2:]:
    module, _, attribute = name.rpartition(".")
    print(fingerprint(getattr(importlib.import_module(module), attribute)))
"""


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """The package as an installation has it, to be edited."""
    skip = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "src" / "sectorlead", tmp_path / "sectorlead", ignore=skip)
    for layer in ("data", "engine", "strategies", "reports"):
        shutil.copytree(ROOT / layer, tmp_path / "sectorlead" / layer, ignore=skip)
    return tmp_path / "sectorlead"


def read(tree: Path, names: list[str]) -> dict[str, str]:
    command = [sys.executable, "-c", READ, str(tree), *names]
    env = os.environ | {"PYTHONPATH": str(tree.parent), "PYTHONDONTWRITEBYTECODE": "1"}  # edits within one second count
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=True, cwd=tree.parent)
    return dict(zip(names, done.stdout.split(), strict=True))


def test_an_edited_strategy_file_recompiles_no_kernel_and_an_edited_kernel_file_all_that_use_it(tree: Path) -> None:
    names = list(kernels())
    assert {"simulate_nb", "_follow_nb", "slopes"} <= {name.rpartition(".")[2] for name in names}
    before = {name: fingerprint(_found(name)) for name in names}
    for path in [*tree.glob("strategies/**/*.py"), *tree.glob("engine/**/*.py")]:
        path.write_text(path.read_text(encoding="utf-8") + "\nADDED = 1\n", encoding="utf-8")
    assert read(tree, names) == before
    picks = tree / "engine" / "compiled" / "picks.py"
    picks.write_text(picks.read_text(encoding="utf-8").replace("left += 1", "left += 2"), encoding="utf-8")
    after = read(tree, names)
    changed = {name.rpartition(".")[2] for name in names if after[name] != before[name]}
    assert changed == {"simulate_nb", "simulate_any_nb", "_follow_nb"}


def _found(name: str) -> Any:
    module, _, attribute = name.rpartition(".")
    return getattr(importlib.import_module(module), attribute)


USE = """
from sectorlead.engine.compiled.cache import compiled_kernel
import kernel
made = compiled_kernel(kernel.total)
print(made(kernel.MONEY), sum(made.stats.cache_hits.values()))
"""
OTHER_FILE = """
from typing import NamedTuple
from numba.extending import register_jitable

class Money(NamedTuple):
    cash: float
    held: float

@register_jitable
def scaled(x):
    return x * 2
"""
OWN_FILE = """
from helper import Money, scaled
MONEY = Money(cash=1.0, held=10.0)

def total(money: "Money"):
    return scaled(money.cash) - money.held
"""


def test_numba_reads_the_kernel_back_until_what_it_was_made_of_changes(tmp_path: Path) -> None:
    env = os.environ | {"PYTHONPATH": str(tmp_path), "NUMBA_CACHE_DIR": str(tmp_path / "cache")}

    def use(helper: str, kernel: str) -> list[str]:
        (tmp_path / "helper.py").write_text(helper)
        (tmp_path / "kernel.py").write_text(kernel)
        done = subprocess.run([sys.executable, "-Bc", USE], env=env, capture_output=True, text=True, check=True)
        return done.stdout.split()

    assert use(OTHER_FILE, OWN_FILE) == ["-8.0", "0"]
    assert use(OTHER_FILE, OWN_FILE + "# a comment") == ["-8.0", "1"], "the file is another, what is compiled is not"
    dearer = OTHER_FILE.replace("x * 2", "x * 3")
    assert use(dearer, OWN_FILE) == ["-7.0", "0"], "another file changed, which numba alone does not see"
    lines = "    cash: float\n", "    held: float\n"
    swapped = dearer.replace("".join(lines), "".join(lines[::-1]))
    assert use(swapped, OWN_FILE) == ["-7.0", "0"], "fields of equal types changed places"
    renamed = swapped.replace("Money", "Account")
    assert use(renamed, OWN_FILE.replace("Money", "Account")) == ["-7.0", "0"], "a type of the index is gone"


def used(tmp_path: Path, **env: str) -> tuple[list[str], str]:
    """Result and cache hits of a kernel in a process of its own, and what it said."""
    (tmp_path / "helper.py").write_text(OTHER_FILE)
    (tmp_path / "kernel.py").write_text(OWN_FILE)
    given = os.environ | {"PYTHONPATH": str(tmp_path), "NUMBA_CACHE_DIR": str(tmp_path / "cache")} | env
    done = subprocess.run([sys.executable, "-Bc", USE], env=given, capture_output=True, text=True, check=True)
    return done.stdout.split(), done.stderr


@pytest.mark.parametrize("place", [0, 5, -1, None])
@pytest.mark.parametrize("kind", ["nbi", "nbc"])
def test_a_damaged_kernel_on_disk_is_named_and_compiled_again(tmp_path: Path, kind: str, place: int | None) -> None:
    assert used(tmp_path)[0] == ["-8.0", "0"]
    (path,) = (tmp_path / "cache").rglob(f"*.{kind}")
    content = bytearray(path.read_bytes())
    if place is None:
        content = content[: len(content) // 2]
    else:
        content[place] ^= 1
    path.write_bytes(content)
    found, said = used(tmp_path)
    assert found == ["-8.0", "0"], "what is damaged is not run"
    assert "compiled again" in said or kind == "nbi"  # a changed bit of the index may just name another key
    assert used(tmp_path) == (["-8.0", "1"], ""), "and it is mended"


@pytest.mark.skipif(os.name != "posix" or not Path("/dev/full").exists(), reason="needs a POSIX system")
def test_without_a_folder_to_keep_kernels_in_they_are_compiled_every_time(tmp_path: Path) -> None:
    locked = tmp_path / "cache"
    locked.write_text("a file where the folder should be")
    assert used(tmp_path, HOME=str(locked), XDG_CACHE_HOME=str(locked), NUMBA_CACHE_DIR=str(locked)) == (
        ["-8.0", "0"],
        "",
    )
