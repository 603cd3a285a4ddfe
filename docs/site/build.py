"""Builds the site: python docs/site/build.py [FOLDER]; ``make docs`` does. Warnings are errors, links are checked.

Pages of ``docs`` and the scripts of ``examples`` are copied beside the pages that are made from the code (commands,
public names, schemas, changes), and Sphinx makes the site of them; it runs the examples and shows what they print.
"""

from __future__ import annotations

import ast
import json
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent
SOURCE = ROOT / "build" / "docs"
EXTRA = ROOT / "build" / "docs_extra"
"""What the site serves as it is."""
sys.path.insert(0, str(HERE))
from commands import commands_page  # noqa: E402  # beside this file

STUB = ROOT / "src" / "sectorlead" / "__init__.pyi"
GROUPS = {
    "Running": ("api", "engine", "stored_runs", "reports.run_folder"),
    "Data": ("data",),
    "Research": ("research", "reports", "ledger"),
    "Rotations and schedules": (
        "strategies.rotation", "strategies.schedules", "strategies.part", "strategies.domain",
        "strategies.parameters", "strategies.library",
    ),
    "Scores": ("strategies.scores",),
    "Picks and weights": ("strategies.picks", "strategies.weights"),
    "Exposure and wrappers": ("strategies.exposure", "strategies.wrappers"),
    "Indicators": ("strategies.indicators",),
}  # fmt: skip
"""Titles of the reference, and the modules whose public names stand there; the longest that fits counts."""


def public_names() -> dict[str, str]:
    """Every public name, and the module that defines it, from the list that the package itself loads them by."""
    tree = ast.parse(STUB.read_text(encoding="utf-8"))
    imports = [node for node in tree.body if isinstance(node, ast.ImportFrom) and node.level]
    return {alias.asname or alias.name: node.module or "" for node in imports for alias in node.names}


def reference() -> dict[str, str]:
    """Pages of the reference by path."""
    import sectorlead

    pages: dict[str, list[str]] = {title: [] for title in GROUPS}
    for name, home in sorted(public_names().items(), key=lambda item: item[0].lower()):
        fitting = {at: title for title, homes in GROUPS.items() for at in homes if f"{home}.".startswith(f"{at}.")}
        thing = getattr(sectorlead, name)
        kind = "autoclass" if isinstance(thing, type) else "autofunction" if callable(thing) else "autodata"
        lines = [f"## {name}", "", "```{eval-rst}", f".. {kind}:: sectorlead.{home}.{name}"]
        if kind == "autoclass" and not issubclass(thing, tuple | int):  # their own members would be told twice
            lines.append("   :members:")
        if name == "Run":
            lines.append("   :inherited-members:")
        pages[fitting[max(fitting, key=len)]].append("\n".join([*lines, "```", ""]))
    says = "Names of `import sectorlead as sl`: `sl.NAME` for each of these."
    return {
        f"reference/{title.lower().replace(' ', '_')}.md": f"# {title}\n\n{says}\n\n" + "\n".join(blocks)
        for title, blocks in pages.items()
    }


def gather() -> None:
    """Everything that the site is made of, in one folder."""
    shutil.rmtree(SOURCE, ignore_errors=True)
    shutil.copytree(ROOT / "docs", SOURCE, ignore=shutil.ignore_patterns("site", "__pycache__"))
    for page in SOURCE.glob("*.md"):  # in the repository examples lie beside docs, on the site below it
        page.write_text(page.read_text(encoding="utf-8").replace("](../examples/", "](examples/"), encoding="utf-8")
    (SOURCE / "examples").mkdir()
    for path in (ROOT / "examples").glob("*.*"):
        shutil.copy(path, SOURCE / "examples")
    made = {"reference/commands.md": commands_page(), **reference()}
    made["changes.md"] = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    for name, text in made.items():
        (SOURCE / name).parent.mkdir(exist_ok=True)
        (SOURCE / name).write_text(text, encoding="utf-8")


def gather_extra() -> None:
    """``llms.txt``, and the schemas of studies and of what commands print."""
    from sectorlead.cli.schema import answer_schema, study_schema
    from sectorlead.cli.shapes import SHAPES

    shutil.rmtree(EXTRA, ignore_errors=True)
    (EXTRA / "schemas").mkdir(parents=True)
    shutil.copy(ROOT / "llms.txt", EXTRA)
    schemas = {"study": study_schema()} | {name: answer_schema(name) for name in SHAPES}
    for name, schema in schemas.items():
        text = json.dumps(schema, ensure_ascii=False, indent=1)
        (EXTRA / "schemas" / f"{name.replace(' ', '_')}.json").write_text(text, encoding="utf-8")


def main() -> None:
    """Build; ends the process with Sphinx's exit status, 1 after any warning."""
    from sphinx.cmd.build import main as sphinx

    folder = sys.argv[1] if len(sys.argv) > 1 else str(ROOT / "build" / "site")
    gather()
    gather_extra()
    strict = ("--fail-on-warning", "--keep-going", "--quiet")
    sys.exit(sphinx([*strict, "-c", str(HERE), "-b", "html", str(SOURCE), folder]))


if __name__ == "__main__":
    main()
