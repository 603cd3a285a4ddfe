"""The walk of a new user: the wheel alone in a new environment, an empty home, and every page done as it is written.

    .venv/bin/python tests/repository/walk.py                       # make walk: README and every page
    .venv/bin/python tests/repository/walk.py first_hour.md         # some pages
    .venv/bin/python tests/repository/walk.py --python ENV/bin/python   # with what is installed there

Each page is read in a folder of its own that holds ``examples`` and the files that pages call the reader's: bars,
an index, a study. Blocks run in order: Python in one process, a file where the first line is its name, commands in a
shell without ``PYTHONPATH``. What can't be done here is left out, with the reason.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]
BLOCK = re.compile(r"^```(python|sh|console|toml)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
FILE = re.compile(r"# ([\w-]+\.(?:py|toml))\n")
LEFT_OUT = {
    r"\bfetch\b|\bsw1\b": "asks a vendor",
    r"\bserve\b": "goes on until it is stopped; tests/serve starts it",
    r"^make |^pip |^python -m (venv|pip)|^export ": "sets up, which this walk does by itself",
    r"dask|--executor processes --workers 8": "other machines, or eight cores",
    r"STUDY\.toml|my_rules:Leaders": "a name for the reader's own",
    r"ind10_monthly": "Ken French's file, which is not ours to bring",
    r"--grid lookback=20:260:5": "half an hour on one core",
    r"exports/\*\.xls|export\.xls": "a terminal's workbooks",
}
"""Commands that are not run, by a pattern, and why."""
LOOP = """
import contextlib, io, json, sys, traceback
space = {"__name__": "__main__"}
for line in sys.stdin:
    told = ""
    with contextlib.redirect_stdout(io.StringIO()):
        try:
            exec(json.loads(line), space)
        except BaseException:
            told = traceback.format_exc()
    print(json.dumps(told), flush=True)
"""
"""One process runs the Python of a page, block by block."""
INPUTS = """
import pandas as pd, sectorlead as sl
panel = sl.simulate(seed=1, sessions=700)
frames = {key: panel.frame(key).stack() for key in ("open", "high", "low", "close", "volume", "adj_factor")}
bars = pd.DataFrame(frames).reset_index(names=["date", "symbol"])
for name in ("bars.csv", "bars.csv.gz", "funds.csv", "other.csv.gz"):
    bars.to_csv(name, index=False)
line = panel.benchmark
index = pd.DataFrame({"date": panel.sessions, "symbol": "399006", "close": line.close})
for name in ("index.csv", "index.csv.gz"):
    index.to_csv(name, index=False)
"""
LETTER = """
import pandas as pd, sectorlead as sl
def bars(panel, names):
    keys = ("open", "high", "low", "close", "volume", "adj_factor")
    frames = {key: panel.frame(key).iloc[:, :len(names)].set_axis(names, axis=1).stack() for key in keys}
    return pd.DataFrame(frames).reset_index(names=["date", "symbol"])
panel = sl.simulate(seed=1, sessions=700, start="2019-01-02")
line = panel.benchmark
bars(panel, list(panel.symbols)).to_csv("sectors.csv", index=False)
pd.DataFrame({"date": panel.sessions, "symbol": "399006", "close": line.close}).to_csv("index.csv", index=False)
themes, codes = [f"T{k:02}" for k in range(1, 14)], [f"6000{k:02}.SH" for k in range(1, 31)]
bars(sl.simulate(seed=2, sessions=700, start="2019-01-02"), themes).to_csv("themes.csv", index=False)
bars(sl.simulate(seed=3, sessions=700, start="2019-01-02"), codes).to_parquet("stocks.parquet")
pd.DataFrame({"symbol": codes, "name": [f"stock {code[4:6]}" for code in codes]}).to_csv("names.csv", index=False)
pd.DataFrame({"symbol": panel.symbols, "group": ["growth", "value"] * 15 + ["value"]}).to_csv("groups.csv", index=False)
with open("events.toml", "w") as file:
    file.write("[[event]]\\ndate = 2021-07-02\\nname = \\"a draft\\"\\nsymbols = [\\"T04\\"]\\n")
"""
"""Files of the page about the brief: sectors, themes and stocks that have the day it tells of."""
STUDY = """
[run]
market = "cn-etf"
engine = "compiled"
[compare]
seeds = 20
bootstrap = 100
[[strategies]]
name = "pullback-leaders"
[[strategies]]
name = "momentum"
[[strategies]]
name = "equal-weight"
"""
SINGLE = """
[run]
market = "cn-etf"
engine = "compiled"
[sweep.grid]
pick.n = [3, 5]
[[strategies]]
name = "momentum"
"""


def main() -> None:
    """Walk; the exit status is 1 where anything failed."""
    parser = argparse.ArgumentParser(description="Every page as it is written, with the wheel alone.")
    parser.add_argument("pages", nargs="*", help="names of pages; default: all")
    parser.add_argument("--python", type=Path, help="an environment that has the wheel; default: a new one")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="walk") as work:
        python = (chosen.python or _environment(Path(work))).absolute()
        failed = 0
        for page in _pages(chosen.pages):
            failed += _walk(page, Path(work), python)
    sys.exit(f"{failed} failed" if failed else 0)


def _pages(names: list[str]) -> list[Path]:
    every = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
    every = [page for page in every if page.parent.name != "zh"]  # its blocks are those of the English page
    return [page for page in every if not names or page.name in names]


def _environment(work: Path) -> Path:
    """A new environment with the wheel, and with the extras that a page names."""
    _done([sys.executable, "-m", "build", "--wheel", "--outdir", str(work / "dist"), str(ROOT)])
    _done([sys.executable, "-m", "venv", str(work / "venv")])
    (wheel,) = (work / "dist").glob("*.whl")
    python = work / "venv" / "bin" / "python"
    extras = "[excel,pdf]" if 'pdf = ["' in (ROOT / "pyproject.toml").read_text(encoding="utf-8") else "[excel]"
    _done([str(python), "-m", "pip", "install", "--quiet", "-c", str(ROOT / "constraints.txt"), f"{wheel}{extras}"])
    return python


def _done(words: list[str]) -> None:
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL, cwd=tempfile.gettempdir())


def _walk(page: Path, work: Path, python: Path) -> int:
    """Do a page; how many of its blocks and commands failed."""
    blocks = BLOCK.findall(page.read_text(encoding="utf-8"))
    if not any(kind in ("sh", "console") for kind, _ in blocks):
        return 0  # Python alone is run by the tests
    folder = work / page.stem
    (folder / "home").mkdir(parents=True)
    shutil.copytree(ROOT / "examples", folder / "examples")
    kept = {"PATH", "LANG", "LC_ALL", "TERM", "OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"}
    env = {name: value for name, value in os.environ.items() if name in kept}
    env |= {"HOME": str(folder / "home"), "PATH": f"{python.parent}{os.pathsep}{env['PATH']}", "MPLBACKEND": "agg"}
    several = page.stem in ("tournament", "audit", "studies")
    (folder / "study.toml").write_text(STUDY if several else SINGLE, encoding="utf-8")
    _run([str(python), "-c", INPUTS], folder, env)
    if page.stem == "brief":
        _run([str(python), "-c", LETTER], folder, env)
    failed = 0
    loop = subprocess.Popen(
        [str(python), "-c", LOOP], cwd=folder, env=env, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    with loop:
        for kind, body in blocks:
            if name := FILE.match(body):
                (folder / name[1]).write_text(body, encoding="utf-8")
            elif kind == "python":
                failed += _python(page, body, loop)
            elif kind != "toml":
                for line in body.replace("\\\n", " ").splitlines():
                    if words := shlex.split(line.removeprefix("$ "), comments=True):
                        failed += _command(page, shlex.join(words), folder, env)
        assert loop.stdin is not None
        loop.stdin.close()
    return failed


def _python(page: Path, body: str, loop: subprocess.Popen[str]) -> int:
    assert loop.stdin is not None
    assert loop.stdout is not None
    loop.stdin.write(json.dumps(body) + "\n")
    loop.stdin.flush()
    error = json.loads(loop.stdout.readline())
    print(f"{'FAILED' if error else 'ok':8}  {page.name}: python\n{error}".rstrip(), flush=True)
    return bool(error)


def _command(page: Path, line: str, folder: Path, env: dict[str, str]) -> int:
    for pattern, why in LEFT_OUT.items():
        if re.search(pattern, line):
            print(f"left out  {page.name}: {line}  ({why})", flush=True)
            return 0
    begun = time.perf_counter()
    done = _run(["sh", "-c", line], folder, env)
    return _tell(f"{page.name}: {line}  ({time.perf_counter() - begun:.0f} s)", done)


def _run(words: list[str], folder: Path, env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(words, cwd=folder, env=env, capture_output=True, text=True, timeout=1_800, check=False)


def _tell(what: str, done: subprocess.CompletedProcess[str]) -> int:
    """1 for what failed, and says why; a finding, status 1 without a traceback, is an answer."""
    fine = done.returncode == 0 or (done.returncode == 1 and "Traceback" not in done.stderr and done.stdout)
    print(f"{'ok' if fine else 'FAILED':8}  {what}", flush=True)
    if not fine:
        print(done.stderr[-2_000:] or done.stdout[-2_000:], flush=True)
    return not fine


if __name__ == "__main__":
    main()
