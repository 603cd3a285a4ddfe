"""The shape of the project: imports point downward, every package is shipped, importing stays light."""

from __future__ import annotations

import ast
import subprocess
import sys
import tomllib
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
MAY_IMPORT = {
    "data": {"data"},
    "engine": {"data", "engine"},
    "strategies": {"data", "engine", "strategies"},
    "reports": {"data", "engine", "reports"},
}
FILES = [path for layer in MAY_IMPORT for path in sorted((ROOT / layer).rglob("*.py"))]
HEAVY = {
    "pandas", "numpy", "numba", "pyarrow", "backtrader", "matplotlib", "akshare", "arch", "scipy", "jinja2", "typer",
    "rich",
}  # fmt: skip
PANDAS = {"pandas", "numpy", "pyarrow"}  # pandas imports pyarrow if it is there


def layers_of(path: Path, source: str | None = None) -> set[str]:
    """The layers that a file imports from; "sectorlead" is an absolute import of the package itself."""
    package = ("sectorlead", *path.relative_to(ROOT).parent.parts)
    found = set()
    for node in ast.walk(ast.parse(source if source is not None else path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names if alias.name.split(".")[0] == "sectorlead"]
            found |= {"sectorlead" for _ in names}
        elif isinstance(node, ast.ImportFrom):
            if node.level == 0:
                found |= {"sectorlead"} if (node.module or "").split(".")[0] == "sectorlead" else set()
                continue
            base = package[: len(package) - node.level + 1]
            full = (*base, *(node.module or "").split(".")) if node.module else base
            names = [full] if len(full) > 1 and full[1] else [("sectorlead", alias.name) for alias in node.names]
            found |= {name[1] for name in names}
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_point_downward(path: Path) -> None:
    layer = path.relative_to(ROOT).parts[0]
    assert layers_of(path) <= MAY_IMPORT[layer], f"{path.name} may import {sorted(MAY_IMPORT[layer])}, relatively"


@pytest.mark.parametrize(
    ("layer", "line"),
    [
        ("data", "from ..engine.market import Market"),
        ("engine", "from ..strategies import library"),
        ("strategies", "from .. import reports"),
        ("reports", "import sectorlead.strategies.library.registry"),
        ("engine", "def f():\n    from sectorlead.data.panel import Panel"),
    ],
)
def test_the_guard_sees_a_crossed_layer(layer: str, line: str) -> None:
    assert not layers_of(ROOT / layer / "new.py", line) <= MAY_IMPORT[layer]


# --- cycles ---------------------------------------------------------------------------------------------------------

Graph = dict[str, set[str]]


def modules_of(root: Path) -> dict[str, Path]:
    """Every module below the folders of the project, by its name; a package is the module ``__init__``."""
    tops: dict[Path, tuple[str, ...]] = {root / layer: ("sectorlead", layer) for layer in MAY_IMPORT}
    tops[root / "src" / "sectorlead"] = ("sectorlead",)
    found = {}
    for top, package in tops.items():
        for path in sorted(top.rglob("*.py")):
            found[".".join((*package, *path.relative_to(top).with_suffix("").parts))] = path
    return found


def import_graph(root: Path) -> Graph:
    """Which modules each one imports, at its top or inside a function, for types only as well."""
    modules = modules_of(root)
    graph: Graph = {}

    def module(target: str) -> str:
        return target if target in modules else f"{target}.__init__"

    for name, path in modules.items():
        package, targets = name.split(".")[:-1], []
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                targets += [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                base = package[: len(package) - node.level + 1] if node.level else []
                full = ".".join([*base, *(node.module or "").split(".")]).strip(".")
                named = [f"{full}.{alias.name}" for alias in node.names]
                targets += [target if module(target) in modules else full for target in named]
        graph[name] = {module(target) for target in targets} & (modules.keys() - {name})
    return graph


def folder_graphs(graph: Graph) -> dict[str, Graph]:
    """For each folder its modules and subfolders, and which of them imports which."""
    graphs: dict[str, Graph] = {}
    for name, targets in graph.items():
        for target in targets:
            mine, theirs = name.split("."), target.split(".")
            depth = next(k for k, (a, b) in enumerate(zip(mine, theirs, strict=False)) if a != b)
            graphs.setdefault(".".join(mine[:depth]), {}).setdefault(mine[depth], set()).add(theirs[depth])
    return graphs


def cycle_in(graph: Graph) -> list[str]:
    """One cycle of a graph, its first node again at its end; empty where there is none."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def test_modules_import_one_way() -> None:
    assert cycle_in(import_graph(ROOT)) == []


def test_folders_import_one_way() -> None:
    """Neither two folders side by side, nor a folder and a module beside it, need each other."""
    cycles = {folder: cycle_in(graph) for folder, graph in folder_graphs(import_graph(ROOT)).items()}
    assert len(cycles) > 20
    assert {folder: found for folder, found in cycles.items() if found} == {}


@pytest.mark.parametrize(
    ("files", "modules", "folders"),
    [
        ({"reports/a.py": "from .b import x", "reports/b.py": "def f():\n    from . import a"}, True, True),
        ({"reports/p/a.py": "from ..q.b import x", "reports/q/c.py": "from ..p import d", "reports/p/d.py": "",
          "reports/q/b.py": ""}, False, True),
        ({"data/p/a.py": "from .. import b", "data/b.py": "from .p.c import x", "data/p/c.py": ""}, False, True),
        ({"src/sectorlead/p/a.py": "from sectorlead.q import b", "src/sectorlead/p/c.py": "",
          "src/sectorlead/q/b.py": "import sectorlead.p.c"}, False, True),
        ({"engine/p/a.py": "from ..q.b import x", "engine/q/b.py": "from ..base import y", "engine/base.py": ""},
         False, False),
        ({"data/p/__init__.py": "from .a import x", "data/p/a.py": "from . import y"}, True, True),
    ],
)  # fmt: skip
def test_the_guard_sees_a_cycle(tmp_path: Path, files: dict[str, str], modules: bool, folders: bool) -> None:
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    graph = import_graph(tmp_path)
    assert bool(cycle_in(graph)) == modules
    assert any(map(cycle_in, folder_graphs(graph).values())) == folders


def test_every_package_is_shipped() -> None:
    """A folder with modules that pyproject does not name works here and is missing from the wheel."""
    declared = set(PROJECT["tool"]["setuptools"]["packages"])
    folders = {path.parent.relative_to(ROOT) for path in FILES}
    folders |= {path.parent.relative_to(ROOT / "src") for path in (ROOT / "src").rglob("*.py")}
    names = {".".join(("sectorlead", *folder.parts)) for folder in folders}
    assert declared == {name.replace("sectorlead.sectorlead", "sectorlead") for name in names}
    assert all((folder / "__init__.py").is_file() for folder in {path.parent for path in FILES})


def test_every_package_file_is_shipped() -> None:
    """Templates, rule books and styles reach the wheel: each file that is not Python matches ``package-data``."""
    patterns = PROJECT["tool"]["setuptools"]["package-data"]
    shipped = {path for name in patterns for pattern in patterns[name] for path in _folder(name).glob(pattern)}
    there = {
        path
        for top in (*(ROOT / layer for layer in MAY_IMPORT), ROOT / "src")
        for path in top.rglob("*")
        if path.is_file() and path.suffix not in {".py", ".pyc", ".nbi", ".nbc"} and ".egg-info" not in str(path)
    }
    assert there <= shipped, sorted(str(path.relative_to(ROOT)) for path in there - shipped)


def _folder(package: str) -> Path:
    return ROOT / PROJECT["tool"]["setuptools"]["package-dir"][package]


@pytest.mark.parametrize(
    ("statement", "allowed"),
    [
        ("import sectorlead", set()),
        ("from sectorlead import Panel, Market, Rotation, TopN, load, run", PANDAS),
    ],
)
def test_importing_loads_nothing_heavy(statement: str, allowed: set[str]) -> None:
    code = f"{statement}\nimport sys\nprint(*sorted(set(name.split('.')[0] for name in sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=120)
    assert not (HEAVY - allowed) & set(done.stdout.split())


def test_help_loads_nothing_of_the_library() -> None:
    code = (
        "import sys\nsys.argv = ['sectorlead', 'run', '--help']\nfrom sectorlead.cli.main import main\n"
        "try:\n    main()\nexcept SystemExit as end:\n    assert not end.code\n"
        "print(*sorted(set(name.split('.')[0] for name in sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=120)
    assert "--benchmark" in done.stdout
    assert not {"pandas", "numpy", "numba", "matplotlib", "backtrader"} & set(done.stderr.split())
