"""Changed inputs of every kind until the time is over: ``.venv/bin/python tests/faults/fuzz.py --minutes 30``.

Each part of the time a process of its own takes one target with one seed of hypothesis; what is no ``SectorLeadError``,
takes more than ``LONGEST`` seconds of the processor or more than ``MEMORY``, or ends the process, is a finding: it is
shrunk by hypothesis, told, and its input is kept. Status 1 if there is any. ``test_fuzz.py`` tries a few of the same.
"""

from __future__ import annotations

import argparse
import gzip
import io
import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback
import warnings
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

if __package__:
    from .mutations import NUMBERS, broken
else:
    from mutations import NUMBERS, broken  # as a script

LONGEST, MEMORY, SPELL = 30, 6 << 30, 45  # seconds a case, bytes, seconds a process


def sample(folder: Path) -> Path:
    """A small market in a tidy file: 4 funds and a benchmark, 90 sessions."""
    import numpy as np
    import pandas as pd

    from sectorlead.data.calendar import find_calendar

    sessions = find_calendar("XSHG").days
    days, rng, parts = sessions[sessions >= pd.Timestamp("2024-01-02")][:90], np.random.default_rng(1), []
    for symbol in ("512480.SH", "512760.SH", "159995.SZ", "IX"):
        close = (2 * np.exp(np.cumsum(rng.normal(0, 0.01, 90)))).round(3)
        prices = {"open": close, "high": close * 1.01, "low": close * 0.99, "close": close}
        own = {"volume": rng.integers(1, 9, 90) * 1e6, "adj_factor": 1.0, "name": "半导体", "kind": "etf"}
        parts.append(pd.DataFrame({"date": days.strftime("%Y-%m-%d"), "symbol": symbol} | prices | own))
    path = folder / "bars.csv"
    pd.concat(parts).to_csv(path, index=False)
    return path


@cache
def tables() -> dict[str, tuple[bytes, ...]]:
    """Good files of bars by their ending."""
    import pandas as pd

    with tempfile.TemporaryDirectory() as name:
        path = sample(Path(name))
        tidy = path.read_bytes()
        frame = pd.read_csv(path)
        wide = frame.set_index(["date", "symbol"])["close"].unstack()  # noqa: PD010
        chinese = frame.rename(columns={"date": "日期", "symbol": "代码", "close": "收盘", "volume": "成交量(手)"})
        european, exported = frame.to_csv(index=False, sep=";", decimal=","), frame.to_csv(sep="\t")
        texts = (
            tidy,
            wide.to_csv().encode(),
            chinese.to_csv(index=False).encode("gbk"),
            european.encode(),
            exported.encode("utf-16"),
        )
        held = {}
        writers = {".parquet": frame.to_parquet, ".feather": frame.to_feather, ".xlsx": frame.to_excel}
        for ending, write in writers.items():
            write(Path(name) / f"a{ending}")
            held[ending] = ((Path(name) / f"a{ending}").read_bytes(),)
    packed = tuple(gzip.compress(each, mtime=0) for each in texts)
    return {".csv": texts, ".csv.gz": packed, **held}


OPTIONS = st.fixed_dictionaries(
    {},
    optional={
        "benchmark": st.sampled_from(["IX", "512480.SH", "nobody", "x:y", "", "\0", "a" * 300, "bars.csv:IX"]),
        "dates": st.sampled_from(["DMY", "MDY", "%d.%m.%y", "Asia/Shanghai", "%", "\0", "../x", "x" * 300]),
        "prices": st.sampled_from(["raw", "adjusted", "x"]),
        "start": st.sampled_from(["2024-02-01", "1700-01-01", "0001-01-01", "9999-12-31", "x"]),
        "symbols": st.sampled_from(["A", ["512480.SH=chips"], {"IX": "B"}, ["x=y=z"], ""]),
        "units": st.sampled_from([{"volume": "lots"}, {"close": 1e308}, {"volume": "万元"}, {"x": 0}, {"close": -1.0}]),
        "columns": st.sampled_from([{"close": "open"}, {"name": ""}, {"close": "close", "x": "close"}, ["date"] * 9]),
        "fields": st.sampled_from([(), {"name": 3}, {"volume": -1}, ["open"]]),
    },
)


def try_load(data: Any, folder: Path) -> None:
    """A file of bars, with options or without; what is read passes the quality rules."""
    import sectorlead as sl
    from sectorlead.data.quality.gate import check

    ending = data.draw(st.sampled_from([".csv", ".csv", ".csv.gz", ".parquet", ".feather", ".xlsx"]))
    path = folder / f"bars{ending}"
    if ending == ".csv.gz" and data.draw(st.booleans()):
        path.write_bytes(gzip.compress(data.draw(broken(tables()[".csv"])), mtime=0))
    elif ending == ".xlsx" and data.draw(st.booleans()):
        path.write_bytes(rezipped(data, tables()[ending][0]))
    else:
        path.write_bytes(data.draw(broken(tables()[ending])))
    check(sl.load(path, **data.draw(OPTIONS)))


def rezipped(data: Any, archive: bytes) -> bytes:
    """An archive with one of its members changed, its checksum right."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as good, zipfile.ZipFile(out, "w") as made:
        chosen = data.draw(st.sampled_from(sorted(good.namelist())))
        for name in good.namelist():
            content = good.read(name)
            made.writestr(name, data.draw(broken((content,))) if name == chosen else content)
    return out.getvalue()


STUDY = b"""[data]
path = "bars.csv"
benchmark = "IX"
start = 2024-01-01
symbols = ["512480.SH", "512760.SH", "159995.SZ", "IX"]
[run]
cash = 1000000
fill = "open"
start = "2024-03-01"
unfilled = "carry"
accept = ["bad-tick"]
[market]
base = "cn-etf"
commission_rate = 0.0002
slippage_bps = 5
rulebook = "book.toml"
[[strategies]]
name = "momentum"
set = {top = 2, "score.lookback" = 20}
[[strategies]]
name = "equal-weight"
label = "all"
[compare]
against = "all"
seeds = 20
phases = {}
[events]
score = "Excess"
horizons = [5, 20]
flips = 100
[factor]
rebalance = 20
"""


def try_study(data: Any, folder: Path) -> None:
    """A study: read, its strategies built, its data read."""
    from sectorlead.study.prepared import Options, prepare_runs

    (folder / "book.toml").write_bytes(books()[0])
    sample_into(folder)
    path = folder / "study.toml"
    path.write_bytes(data.draw(broken((STUDY,))))
    for prepared in prepare_runs(path, Options()):
        prepared.panel()


def sample_into(folder: Path) -> None:
    """The good bars, for what names them."""
    if not (folder / "bars.csv").exists():
        (folder / "bars.csv").write_bytes(tables()[".csv"][0])


@cache
def books() -> tuple[bytes, ...]:
    """The shipped rule book."""
    from sectorlead.data.boards import book_bytes

    return (book_bytes("cn-a"),)


def try_book(data: Any, folder: Path) -> None:
    """A rule book: read, and asked for every item on every board."""
    import pandas as pd

    import sectorlead as sl

    path = folder / "own.toml"
    path.write_bytes(data.draw(broken(books())))
    book = sl.Market(rulebook=str(path)).book
    assert book is not None
    for entry in book.entries[:5]:
        book.values(entry.item, entry.boards, pd.bdate_range("2024-01-01", periods=30))


@cache
def panel() -> Any:
    """The good bars as a panel."""
    import sectorlead as sl

    with tempfile.TemporaryDirectory() as name:
        return sl.load(sample(Path(name)), "IX")


def try_market(data: Any, folder: Path) -> None:
    """A market of any numbers, and a run on it with any cash."""
    from dataclasses import fields

    import sectorlead as sl

    names = [item.name for item in fields(sl.Market) if item.name not in ("name", "rulebook")]
    rules = data.draw(st.dictionaries(st.sampled_from(names), NUMBERS, max_size=5))
    base = data.draw(st.sampled_from(["", "cn-etf", "cn-index", "free"]))
    market = sl.market(base, **rules)
    cash = data.draw(st.one_of(st.just(1e6), NUMBERS))
    sl.run(sl.build("equal-weight"), panel(), market, cash=cash, engine="compiled", accept=("bad-tick",))


@cache
def stored() -> dict[str, bytes]:
    """The files of a run."""
    import sectorlead as sl

    with tempfile.TemporaryDirectory() as name:
        run = sl.run(sl.build("momentum", top=2), panel(), "cn-etf", engine="compiled")
        run.save(Path(name) / "run")
        return {path.name: path.read_bytes() for path in (Path(name) / "run").iterdir() if path.is_file()}


def try_folder(data: Any, folder: Path) -> None:
    """A run's folder with a file changed, its digest in the manifest too: opened, listed, its tables read."""
    import pandas as pd
    from pyarrow import parquet

    import sectorlead as sl
    from sectorlead.reports.run_folder.arrays import digest

    files, where = dict(stored()), folder / "run"
    shutil.rmtree(where, ignore_errors=True)
    where.mkdir()
    name = data.draw(st.sampled_from(sorted(each for each in files if each.endswith((".json", ".csv", ".parquet")))))
    if name.endswith(".parquet") and data.draw(st.booleans()):  # what it says rather than its bytes
        table = parquet.read_table(io.BytesIO(files[name]))
        key = next(iter(table.schema.metadata or {}), b"")
        if "about" in table.column_names:
            told = data.draw(broken((table.column("about")[0].as_py().encode(),))).decode("utf-8", "replace")
            table = table.set_column(table.column_names.index("about"), "about", [pd.array([told])])
        elif key:
            table = table.replace_schema_metadata({key: data.draw(broken((table.schema.metadata[key],)))})
        parquet.write_table(table, out := io.BytesIO())
        files[name] = out.getvalue()
    else:
        files[name] = data.draw(broken((files[name],)))
    if name.endswith(".parquet"):
        told = json.loads(files["manifest.json"])
        told["files"][name] = digest(files[name])
        files["manifest.json"] = json.dumps(told).encode()
    for each, content in files.items():
        (where / each).write_bytes(content)
    sl.runs(folder)
    opened = sl.open(where)
    opened.summary  # noqa: B018  # made when it is asked for


TARGETS: dict[str, Callable[[Any, Path], None]] = {
    "load": try_load, "study": try_study, "book": try_book, "market": try_market, "folder": try_folder,
}  # fmt: skip


WARM: dict[str, Callable[[], Any]] = {
    "load": tables, "study": tables, "book": books, "market": panel, "folder": stored,
}  # fmt: skip
"""What is made once, before the time of a process begins."""


@contextmanager
def refused() -> Iterator[None]:
    """The project's own errors are what is hoped for."""
    from sectorlead import SectorLeadError

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with suppress(SectorLeadError):
            yield


def work(target: str, number: int, until: float, folder: Path) -> int:
    """One target with one seed until the time is over; what was found ends it."""
    count, found = 0, ""

    @seed(number)
    @settings(max_examples=10**9, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(st.data())
    def one(data: Any) -> None:
        nonlocal count
        if time.monotonic() > until:
            raise KeyboardInterrupt
        count += 1
        signal.setitimer(signal.ITIMER_PROF, LONGEST)  # of the processor: the machine may have other work
        signal.alarm(20 * LONGEST)
        try:
            with refused():
                TARGETS[target](data, folder)
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
            signal.alarm(0)

    try:
        one()
    except KeyboardInterrupt:
        pass
    except BaseException:
        found = "\n".join(line[:300] for line in traceback.format_exc().splitlines())
    (folder / "told.json").write_text(json.dumps({"count": count, "found": found}))
    return 1 if found else 0


def _too_long(*_: object) -> None:
    raise RuntimeError(f"it took longer than {LONGEST} seconds")


def main() -> int:
    """All targets in turn."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--seed", type=int, default=1, help="of the first process; each later one has the next")
    parser.add_argument("--target", choices=[*TARGETS], action="append", help="only these")
    parser.add_argument("--keep", type=Path, default=Path("out/fuzz"), help="where inputs of findings are kept")
    parser.add_argument("--work", nargs=3, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.work:
        target, number, folder = asked.work
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        signal.signal(signal.SIGPROF, _too_long)
        signal.signal(signal.SIGALRM, _too_long)
        os.chdir(folder)
        WARM[target]()
        return work(target, int(number), time.monotonic() + SPELL, Path(folder))
    end, number, chosen = time.monotonic() + asked.minutes * 60, asked.seed, asked.target or [*TARGETS]
    counts, findings, begun = dict.fromkeys(chosen, 0), [], number
    while time.monotonic() < end:
        target = chosen[(number - begun) % len(chosen)]
        with tempfile.TemporaryDirectory() as name:
            words = [sys.executable, __file__, "--work", target, str(number), name]
            done = subprocess.run(words, capture_output=True, text=True, timeout=SPELL + 600, check=False)
            told = Path(name) / "told.json"
            said = json.loads(told.read_text()) if told.is_file() else {"count": 0, "found": done.stderr[-4000:]}
            counts[target] += said["count"]
            if said["found"]:
                findings.append(f"{target}, seed {number} (status {done.returncode}):\n{said['found']}")
                print(findings[-1], flush=True)
                shutil.copytree(name, asked.keep / f"{target}-{number}", dirs_exist_ok=True)
        number += 1
    print(f"seeds {begun} to {number - 1}: " + ", ".join(f"{key} {value:,}" for key, value in counts.items()))
    print(f"{sum(counts.values()):,} inputs, {len(findings)} findings")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
