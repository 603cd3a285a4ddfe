"""The site has every page, every public name and every command; ``make docs`` builds it and checks its links."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from types import ModuleType

import pytest

import sectorlead

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def build() -> ModuleType:
    """``docs/site/build.py``, whose folder holds what it imports."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(ROOT / "docs" / "site"))
        import build as module
    yield module
    for name in ("build", "commands"):
        sys.modules.pop(name, None)


def in_order() -> list[str]:
    """What ``docs/index.md`` lists."""
    text = (ROOT / "docs" / "index.md").read_text(encoding="utf-8")
    trees = re.findall(r"^```\{toctree\}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    return [line for tree in trees for line in tree.splitlines() if line and not line.startswith(":")]


def test_every_page_has_one_place_in_the_order() -> None:
    own = [line for line in in_order() if not line.startswith(("reference/", "examples/")) and line != "changes"]
    pages = {path.relative_to(ROOT / "docs").with_suffix("").as_posix() for path in (ROOT / "docs").rglob("*.md")}
    assert sorted(own) == sorted(pages - {"index"})


def test_every_public_name_is_in_the_reference(build: ModuleType) -> None:
    text = "\n".join(build.reference().values())
    assert sorted(re.findall(r"^## (\w+)$", text, re.MULTILINE)) == sorted(sectorlead.__all__)


def test_every_command_is_on_its_page_with_its_options(build: ModuleType) -> None:
    page = build.commands_page()
    from sectorlead.cli.main import app

    names = {command.name or command.callback.__name__ for command in app.registered_commands if command.callback}
    names |= {group.name for group in app.registered_groups if group.name}
    assert {f"sectorlead {name}" for name in names} <= set(re.findall(r"^## (.+)$", page, re.MULTILINE))
    run = page.partition("## sectorlead run\n")[2].partition("\n## ")[0]
    assert "| `--engine" in run
    assert "| `--locale" in run


@pytest.mark.parametrize("path", sorted((ROOT / "examples").glob("*.py")), ids=lambda path: path.stem)
def test_an_example_is_a_notebook_with_a_title(path: Path) -> None:
    assert re.match(r"# %% \[markdown\]\n# # \S", path.read_text(encoding="utf-8"))
