"""What the documents say is true: code runs, outputs match, targets and options exist, lists name what is there."""

from __future__ import annotations

import ast
import contextlib
import doctest
import importlib
import importlib.metadata
import io
import re
import runpy
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

import sectorlead as sl

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
FIRST = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md", "llms.txt")]
PAGES = [*FIRST, *sorted((ROOT / "docs").rglob("*.md"))]
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(page: Path, language: str) -> list[str]:
    return [body for kind, body in BLOCK.findall(page.read_text(encoding="utf-8")) if kind == language]


def python_with_output(page: Path) -> list[tuple[str, str | None]]:
    """Each Python block and the ``text`` block that follows it at once, if there is one."""
    text = page.read_text(encoding="utf-8")
    found = list(BLOCK.finditer(text))
    pairs = []
    for this, after in zip(found, [*found[1:], None], strict=True):
        if this[1] == "python":
            shown = after is not None and after[1] == "text" and not text[this.end() : after.start()].strip()
            pairs.append((this[2], after[2] if shown and after else None))
    return pairs


# --- code -------------------------------------------------------------------------------------------------------------


def module_names() -> list[str]:
    layers = [path for layer in ("data", "engine", "strategies", "reports") for path in (ROOT / layer).rglob("*.py")]
    names = [("sectorlead", *path.relative_to(ROOT).with_suffix("").parts) for path in layers]
    names += [path.relative_to(ROOT / "src").with_suffix("").parts for path in (ROOT / "src").rglob("*.py")]
    return sorted(".".join(part for part in name if part != "__init__") for name in names if name[-1] != "__main__")


@pytest.mark.parametrize("name", module_names())
def test_docstring_examples(name: str) -> None:
    assert doctest.testmod(importlib.import_module(name)).failed == 0


@pytest.mark.parametrize("page", [page for page in PAGES if blocks(page, "python")], ids=lambda page: page.name)
def test_code_blocks_run(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The blocks of a page run one after the other, as a reader would paste them; shown outputs are the true ones."""
    monkeypatch.chdir(tmp_path)
    space: dict[str, Any] = {"__name__": "__main__"}
    for code, shown in python_with_output(page):
        for folder in re.findall(r'sl\.open\("([^"]+)"\)', code):  # that a command of the page writes: walk.py runs it
            if not Path(folder).exists():
                sl.run("momentum", sl.simulate(sessions=300), "cn-etf").save(folder)
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec(compile(code, page.name, "exec"), space)
        if shown is not None:
            assert printed.getvalue().rstrip() == shown.rstrip()


@pytest.mark.parametrize("path", sorted((ROOT / "examples").glob("*.py")), ids=lambda path: path.stem)
def test_example_runs(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", [path.name])
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        runpy.run_path(str(path), run_name="__main__")
    assert printed.getvalue().strip()


def test_the_readme_shows_what_comes_out_on_real_data(
    shared_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    ((code, shown),) = re.findall(r"^```python real\n(.*?)^```\n+```text\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    for name, folder in (("funds", "cn_sector_etf"), ("index", "cn_index")):
        (tmp_path / f"{name}.csv.gz").symlink_to(shared_data / folder / "bars.csv.gz")
    monkeypatch.chdir(tmp_path)
    told = ast.parse(blocks(ROOT / "README.md", "python")[0])
    told.body = [node for node in told.body if not isinstance(node, ast.For)]  # what it runs has a test of its own
    space: dict[str, Any] = {}
    exec(compile(told, "README.md", "exec"), space)
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        exec(compile(code, "README.md", "exec"), space)
    assert printed.getvalue().rstrip() == shown.rstrip()


def test_the_readme_counts_what_is_there() -> None:
    from tests.research.audit.cheats import CHEATS
    from tests.research.audit.honest import HONEST

    text = (ROOT / "README.md").read_text(encoding="utf-8")
    dates = (ROOT / "tests/answers/rule_dates.csv").read_text(encoding="utf-8").splitlines()
    assert f"{len(CHEATS)} planted cheats are found and named, {len(HONEST)} honest rules pass" in text
    assert f"{len(dates) - 1} cases at the dates of announcements" in text
    assert len(text.splitlines()) < 200


@pytest.mark.parametrize("name", ["11_faber", "04_industry_momentum"])
def test_the_page_of_papers_shows_what_the_examples_print(
    name: str, shared_data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = shared_data / "us_ff10" / "ind10_monthly_vw.csv.gz"
    monkeypatch.setattr(sys, "argv", [name, str(file)])
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        runpy.run_path(str(ROOT / "examples" / f"{name}.py"), run_name="__main__")
    assert printed.getvalue() in blocks(ROOT / "docs" / "papers.md", "text")


def test_the_first_hour_in_chinese_has_the_same_commands() -> None:
    pages = [ROOT / "docs" / "first_hour.md", ROOT / "docs" / "zh" / "first_hour.md"]
    english, chinese = (BLOCK.findall(page.read_text(encoding="utf-8")) for page in pages)
    assert english == chinese


def glossary(page: Path) -> dict[str, str]:
    rows = re.findall(r"^\| ([^|]+?) \| ([^|]+?) \|", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {first: second for first, second in rows if first not in ("term", "中文", "---")}


def test_the_glossaries_agree_with_each_other_and_with_the_reports() -> None:
    english, chinese = glossary(ROOT / "docs" / "glossary.md"), glossary(ROOT / "docs" / "zh" / "glossary.md")
    both = {name: english[term] for name, term in chinese.items() if term in english}
    assert {name: told for name, told in both.items() if not any(word in told for word in name.split("、"))} == {}
    assert len(set(chinese.values()) & set(english)) > 30
    said = tomllib.loads((ROOT / "reports/render/templates/zh.toml").read_text(encoding="utf-8"))
    texts = {key: text for key, text in _texts(said) if isinstance(text, str)}
    shown = {term: texts[term.capitalize()] for term in english if term.capitalize() in texts}
    assert len(shown) > 5
    assert {term: text for term, text in shown.items() if text not in english[term]} == {}


def _texts(table: dict[str, Any]) -> list[tuple[str, Any]]:
    inner = (_texts(value) if isinstance(value, dict) else [(key, value)] for key, value in table.items())
    return [pair for pairs in inner for pair in pairs]


def test_the_page_about_tearsheets_names_the_sections_of_one(tmp_path: Path) -> None:
    import sectorlead as sl

    page = (ROOT / "docs" / "reading_a_tearsheet.md").read_text(encoding="utf-8")
    named = re.findall(r"^\| ([^|]+?) \|", page.partition("## What each section")[2], re.MULTILINE)
    run = sl.run("pullback-leaders", sl.simulate(seed=1, sessions=500))
    html = run.tearsheet(tmp_path / "t.html").read_text(encoding="utf-8")
    titles = [re.sub("<[^>]+>", "", title).strip() for title in re.findall(r"<h2[^>]*>(.*?)</h2>", html, re.DOTALL)]
    told = [name for name in named if name not in ("section", "---")]
    assert len(told) > 10
    assert told == list(dict.fromkeys(title for title in titles if title in told))  # in the order of the page
    assert set(told) == set(titles) - {"Relative rotation"}


# --- commands ---------------------------------------------------------------------------------------------------------


def commands() -> list[list[str]]:
    """Every command shown in a ``console`` or ``sh`` block, continued lines joined, without prompts and comments."""
    found = []
    for page in PAGES:
        for body in blocks(page, "sh") + blocks(page, "console"):
            for line in body.replace("\\\n", " ").splitlines():
                words = shlex.split(line.removeprefix("$ "), comments=True)
                found += [words] if words else []
    return found


def test_named_make_targets_exist() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    text = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)
    named = set(re.findall(r"`make ([a-z-]+)", text)) | {words[1] for words in commands() if words[0] == "make"}
    assert {"demo", "test"} <= named <= targets


def test_shown_commands_are_read_by_the_command_line() -> None:
    """Each is parsed as it is written, but not done: a word or an option that is not known is an error."""
    from typer.main import get_command

    from sectorlead.cli.main import app

    root: Any = get_command(app)
    shown = [words for words in commands() if words[0] == "sectorlead"]
    assert len(shown) > 50
    for words in shown:
        command, context, rest = root, root.make_context("sectorlead", words[1:]), words[1:]
        while rest and hasattr(command, "commands") and rest[0] in command.commands:
            command, rest = command.commands[rest[0]], rest[1:]
            group = hasattr(command, "commands")
            context = command.make_context(rest[0] if group and rest else "", list(rest), parent=context)


def test_promised_commands_are_those_that_exist() -> None:
    """``sectorlead COMMAND`` in prose: nothing is described that is not there."""
    from sectorlead.cli.main import app

    there = {command.name or command.callback.__name__ for command in app.registered_commands if command.callback}
    there |= {group.name for group in app.registered_groups if group.name}
    text = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)
    assert set(re.findall(r"`sectorlead ([a-z]+)", text)) <= there


# --- lists ------------------------------------------------------------------------------------------------------------


def distribution(requirement: str) -> str:
    return re.split(r"[^A-Za-z0-9_.-]", requirement)[0].lower()


def test_every_dependency_says_what_it_earns() -> None:
    needed = [*PROJECT["dependencies"]]
    for extra in PROJECT["optional-dependencies"].values():
        needed += extra
    table = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")
    described = re.findall(r"^\| `([^`\[]+)` \|", table, re.MULTILINE)
    assert sorted(described) == sorted({distribution(item) for item in needed})


def test_every_package_that_is_imported_is_declared_and_the_reverse() -> None:
    """Nothing works only by luck of what something else brings along, and nothing is installed for nobody.

    A package of files (a font) is used by its name. What the extras ``fetch`` and ``pdf`` bring is imported inside
    functions only.
    """
    extras = [*PROJECT["optional-dependencies"]["fetch"], *PROJECT["optional-dependencies"]["pdf"]]
    extra = {distribution(item).replace("-", "_") for item in extras}
    declared = {distribution(item).replace("-", "_") for item in PROJECT["dependencies"]} | extra
    used: set[str] = set()
    homes = importlib.metadata.packages_distributions()
    folders = ("data", "engine", "strategies", "reports", "src")
    for path in (path for folder in folders for path in (ROOT / folder).rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and "-" in node.value:
                used |= {node.value.replace("-", "_")} & declared
            for name in imported(node) - sys.stdlib_module_names - {"sectorlead"}:
                found = {home.lower().replace("-", "_") for home in homes.get(name, [name])}
                assert found & declared, f"{path.relative_to(ROOT)} imports {name}; pyproject.toml does not name it"
                assert node not in tree.body or not found & extra, f"{path.relative_to(ROOT)} imports {name} at its top"
                used |= found & declared
    assert used == declared


def imported(node: ast.AST) -> set[str]:
    """Top packages that a statement imports; none for a relative one."""
    names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
    names += [node.module or ""] if isinstance(node, ast.ImportFrom) and node.level == 0 else []
    return {name.split(".")[0] for name in names}


def test_developers_have_what_the_extras_bring() -> None:
    """``make test`` and ``make demo`` are the only set-up: what an extra needs is in ``dev``, at the same floor."""
    extras = PROJECT["optional-dependencies"]
    others = extras.keys() - {"bench", "dev", "docs"}  # `make docs` installs what builds the site; peers are to measure
    assert {item for name in others for item in extras[name]} <= set(extras["dev"])


def folders_of_the_tree() -> set[str]:
    """Every folder of the tree in CONTRIBUTING.md, with those above it."""
    (tree,) = blocks(ROOT / "CONTRIBUTING.md", "text")
    above: list[str] = []
    found = set()
    for line in tree.splitlines():
        depth = (len(line) - len(line.lstrip())) // 2
        above[depth:] = [line.split()[0].rstrip("/")]
        found.add("/".join(above))
    return found


def test_the_tree_of_folders_is_the_tree() -> None:
    packages = {
        str(path.parent.relative_to(ROOT))
        for top in ("data", "engine", "strategies", "reports", "src", "tests")
        for path in (ROOT / top).rglob("*.py")
    }
    mirrors = tuple(f"tests/{top}/" for top in ("data", "engine", "strategies", "reports", "research", "answers"))
    beside = {"data", "engine", "strategies", "reports", "cli", "chance", "ledger", "research", "study", "serve"}
    tests = {name for name in packages if name.startswith("tests/")}
    own = {name for name in tests if not name.startswith(mirrors) and name.removeprefix("tests/") not in beside}
    assert folders_of_the_tree() == (packages - tests) | own


def test_changelog_starts_with_this_version() -> None:
    versions = re.findall(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    import sectorlead

    versions = versions[versions[0] == "Unreleased" :]
    assert versions[0] == PROJECT["version"] == sectorlead.__version__


def test_links_between_pages_lead_somewhere() -> None:
    for page in PAGES:
        for target in re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text(encoding="utf-8")):
            assert "://" in target or (page.parent / target).exists(), f"{page.name} links to {target}"


def there_is(name: str) -> bool:
    """Whether a dotted name is a module of the package, or something in one."""
    parts = name.split(".")
    for length in range(len(parts), 0, -1):
        with contextlib.suppress(ImportError):
            thing: Any = importlib.import_module(".".join(parts[:length]))
            return all((thing := getattr(thing, part, None)) is not None for part in parts[length:])
    return False


def test_modules_and_files_that_pages_and_docstrings_name_are_there() -> None:
    packages = ("data", "engine", "strategies", "reports", "src")
    folders = "|".join((*packages, "tests", "docs", "examples", "benchmarks"))
    sources = [path for top in packages for path in (ROOT / top).rglob("*.py")]
    missing = []
    for page in [*PAGES, *sources]:
        text = page.read_text(encoding="utf-8")
        names = set(re.findall(r"`(sectorlead(?:\.[A-Za-z_]\w*)+)", text))
        paths = set(re.findall(rf"`((?:{folders})/[\w/.*-]+)`", text))
        missing += [(page.name, name) for name in names if not there_is(name)]
        missing += [(page.name, path) for path in paths if not any(ROOT.glob(path.rstrip("/")))]
    assert not missing


# --- files ------------------------------------------------------------------------------------------------------------

MACHINE = re.compile(r"/(?:work|root|home|Users|tmp|opt|mnt)/[A-Za-z0-9_.-]+|[A-Z]:\\\\Users")


def test_no_file_holds_a_machine_path() -> None:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True)
    if listed.returncode:
        pytest.skip("not a git checkout")
    hits = []
    for name in filter(None, listed.stdout.split("\0")):
        path = ROOT / name
        if path == Path(__file__) or not path.is_file():
            continue
        with contextlib.suppress(UnicodeDecodeError):
            hits += [f"{name}: {hit}" for hit in MACHINE.findall(path.read_text(encoding="utf-8"))]
    assert not hits
