"""What is far out is refused with the limit named, in little time and memory: the system keeps the bound."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from .hostile import DATA, STUDIES
from .limited import limited

READ = """
import json, sys, time
from pathlib import Path
import sectorlead as sl
from sectorlead.research.compare import prepare_comparison
from sectorlead.study.prepared import Options, prepare_runs

def study(path):
    runs = prepare_runs(Path(path), Options())
    if len(runs) > 1:
        prepare_comparison(runs)
    runs[0].panel()

for path in sys.argv[1:]:
    begun, told = time.process_time(), "read"
    try:
        study(path) if path.endswith(".toml") else sl.load(path)
    except sl.SectorLeadError as error:
        told = str(error)
    except BaseException as error:
        told = f"DEFECT {type(error).__name__}: {error}"
    print(json.dumps([path, told, time.process_time() - begun]), flush=True)
status = dict(line.split(":", 1) for line in open("/proc/self/status"))
print(int(status["VmHWM"].split()[0]) << 10)  # what ru_maxrss of a child tells begins with what its parent has
"""
MOST = 1_300 << 20  # bytes in memory, everything that is imported included


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What each file was answered with, read one after another by one process."""
    folder = tmp_path_factory.mktemp("hostile")
    for name, (write, _) in (DATA | STUDIES).items():
        write(folder / name)
    done = limited("-c", READ, *DATA, *STUDIES, cwd=folder)
    assert done.status == 0, done.err[-2_000:]
    *lines, peak = map(json.loads, done.out.splitlines())
    answers = {name: (text, spent) for name, text, spent in lines}
    small = {name: (folder / name).stat().st_size for name in DATA}
    return {"answers": answers, "peak": peak, "sizes": small}


@pytest.mark.parametrize("name", [*DATA, *STUDIES])
def test_it_is_refused_with_its_limit(name: str, told: dict[str, Any]) -> None:
    text, spent = told["answers"][name]
    assert (DATA | STUDIES)[name][1] in text
    assert not text.startswith(("DEFECT", "read")), text
    assert len(text) < 1_000
    assert spent < 60  # of CPU; a bound that only what grows with the square reaches


def test_memory_stays_bounded(told: dict[str, Any]) -> None:
    assert told["peak"] < MOST
    assert told["sizes"]["unpacks.csv.gz"] < 8_000_000
    assert told["sizes"]["becomes.parquet"] < 4_000_000


def test_the_limit_can_be_raised(tmp_path: Path) -> None:
    DATA["blanks.xlsx"][0](tmp_path / "blanks.xlsx")
    code = "import sectorlead as sl; print(sl.load('blanks.xlsx').shape)"
    answers = {"": "the limit is 256 MB", "2G": "(60, 1)", "much": "such as 800M or 16G, was 'much'"}
    for set_to, answer in answers.items():
        done = limited("-c", code, cwd=tmp_path, env={"SECTORLEAD_UNPACKED": set_to})
        assert answer in done.out + done.err
