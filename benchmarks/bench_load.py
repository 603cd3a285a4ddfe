"""Loading 400 series over 2,500 sessions: time beside pandas' own reading, and memory beside the arrays.

    python benchmarks/bench_load.py

Each measurement is a process of its own; times are of the processor, best of five, since a machine has other work.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd

SERIES, SESSIONS, TRIES = 400, 2_500, 5
ARRAYS_MB = SERIES * SESSIONS * 8 * 7 / 2**20  # four prices, volume, amount, factor
CODE = """
import time
import pandas as pd, pyarrow.csv, pyarrow.parquet
import sectorlead as sl
from sectorlead.data.tidy import tables
sl.load
def peak():
    return next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmHWM"))
base = peak()
begun = time.process_time(), time.perf_counter()
{what}
used, passed = time.process_time() - begun[0], time.perf_counter() - begun[1]
print(used, passed, (peak() - base) / 1024)
"""


def write(folder: Path) -> None:
    random = np.random.default_rng(0)
    days = pd.bdate_range("2014-01-02", periods=SESSIONS)
    close = np.round(10 * np.exp(np.cumsum(random.normal(0, 0.015, (SESSIONS, SERIES)), axis=0)), 3).clip(0.5)
    volume = random.integers(100_000, 100_000_000, close.shape).astype(float)
    opened = np.round(close * 1.001, 3)
    frame = pd.DataFrame({
        "date": np.repeat(days.strftime("%F").to_numpy(), SERIES),
        "symbol": np.tile([f"{600_000 + i}.SH" for i in range(SERIES)], SESSIONS),
        "open": opened.ravel(), "high": np.round(np.maximum(opened, close) * 1.01, 3).ravel(),
        "low": np.round(np.minimum(opened, close) * 0.99, 3).ravel(), "close": close.ravel(), "volume": volume.ravel(),
        "amount": np.round(volume * close, 2).ravel(),
    })  # fmt: skip
    frame.to_csv(folder / "bars.csv.gz", index=False)
    frame.to_parquet(folder / "bars.parquet")
    frame.rename(columns={"volume": "成交量(股)", "amount": "成交额(元)", "symbol": "代码", "date": "日期"}).to_csv(
        folder / "gbk.csv", index=False, encoding="gbk"
    )


def measured(what: str) -> tuple[float, float, float]:
    """Seconds of the processor, seconds that passed, and MB above the start, each the least of some tries."""
    tries = [
        [float(x) for x in subprocess.check_output([sys.executable, "-c", CODE.format(what=what)], text=True).split()]
        for _ in range(TRIES)
    ]
    used, passed, room = (min(column) for column in zip(*tries, strict=True))
    return used, passed, room


def main() -> None:
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        write(folder)
        texts = 'dtype={"symbol": str}, parse_dates=["date"]'
        rows = {
            "pandas.read_csv, csv.gz": f'x = pd.read_csv("{folder}/bars.csv.gz", {texts})',
            "load, csv.gz": f'x = sl.load("{folder}/bars.csv.gz")',
            "pandas.read_parquet": f'x = pd.read_parquet("{folder}/bars.parquet")',
            "load, Parquet": f'x = sl.load("{folder}/bars.parquet")',
            "load, Chinese names in GBK": f'x = sl.load("{folder}/gbk.csv")',
        }
        found = {name: measured(what) for name, what in rows.items()}
    for name, (used, passed, room) in found.items():
        times = f"{used:5.2f} s of the processor, {passed:5.2f} s passed"
        print(f"{name:28}{times}, {room:4.0f} MB, {room / ARRAYS_MB:.1f} x the arrays")
    ratio = found["load, csv.gz"][0] / found["pandas.read_csv, csv.gz"][0]
    print(f"load over pandas.read_csv: {ratio:.2f} (at most 1.2); the arrays of the panel are {ARRAYS_MB:.0f} MB")
    used, _, room = found["load, Parquet"]
    print(f"load of Parquet: {used:.2f} s (at most 0.5), {room / ARRAYS_MB:.1f} x the arrays (at most 3)")


if __name__ == "__main__":
    main()
