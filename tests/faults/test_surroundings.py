"""The same run gives the same bytes whatever the time zone, language, hash seed, threads and folder."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

WORDS = ("run", "--data", "bars.csv", "--benchmark", "IX", "--strategy", "momentum", "--set", "top=2", "--no-verify",
         "--also", "pdf")  # fmt: skip
ELSEWHERE = [
    {"TZ": "Pacific/Kiritimati", "LC_ALL": "C", "PYTHONHASHSEED": "1", "OMP_NUM_THREADS": "1", "PYTHONUTF8": "0"},
    {"TZ": "America/St_Johns", "LC_ALL": "de_DE.UTF-8", "PYTHONHASHSEED": "4242", "OMP_NUM_THREADS": "4"},
]


def files(bars: Path, name: str, env: dict[str, str]) -> dict[str, bytes]:
    folder = bars.parent / name / "work"  # its name is in the report
    folder.mkdir(parents=True)
    shutil.copy(bars, folder)
    threads = {key: env.get("OMP_NUM_THREADS", "2") for key in ("OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS")}
    subprocess.run(
        [sys.executable, "-m", "sectorlead", *WORDS, "--out", "o"], cwd=folder, check=True, capture_output=True,
        env={**os.environ, **threads, **env}, timeout=400,
    )  # fmt: skip
    shutil.move(folder / "o", bars.parent / f"{name}-o")
    return {path.name: path.read_bytes() for path in (bars.parent / f"{name}-o").iterdir()}


@pytest.mark.slow
def test_outputs_are_the_same_bytes_everywhere(bars: Path) -> None:
    there = [files(bars, str(i), env) for i, env in enumerate(({}, *ELSEWHERE))]
    here = there[0]
    assert {"report.html", "report.pdf", "run.parquet", "panel.parquet", "manifest.json", "fills.csv"} <= set(here)
    for other in there[1:]:
        assert other.keys() == here.keys()
        assert [name for name in here if here[name] != other[name]] == []
