"""Hashes of every fill of every library strategy on three panels: a change of one fen is noticed, and is a decision.

    .venv/bin/python tests/answers/golden_fills.py                           # what differs from the stored hashes
    .venv/bin/python tests/answers/golden_fills.py --write                   # store what is now (make golden)
    .venv/bin/python tests/answers/golden_fills.py --show PANEL STRATEGY     # the fills themselves, a line each

A fill's line holds whole numbers: money in fen, prices and shares in millionths; what two machines may compute
differently in the last bit of a float is gone by then. Real prices are not part of the project, so hashes are kept:
one of the whole run, and two characters of each fill, which tell the first that differs.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import sectorlead as sl
from sectorlead.engine.market.fees import DIVIDEND_TAX
from sectorlead.engine.record import SIDES, Record

ROOT = Path(__file__).parents[2]
STORED = Path(__file__).with_suffix(".json")
REAL = ROOT.parent / "shared" / "data"
WIDTH = 2  # characters per fill: 4,096 values


@dataclass(frozen=True)
class Golden:
    """What is stored of a run.

    Attributes
    ----------
    fills : int
    equity : int
        At the end, in fen.
    whole : str
        Hash of all lines.
    each : str
        ``WIDTH`` characters per fill.
    """

    fills: int
    equity: int
    whole: str
    each: str


def _simulated() -> tuple[sl.Panel, str]:
    return sl.simulate(seed=20, sessions=1000, persistence=1.0), "cn-etf"


def _sectors() -> tuple[sl.Panel, str]:
    index = f"{REAL / 'cn_index' / 'bars.csv.gz'}:399006"
    return sl.load(REAL / "cn_sw2021_l1" / "bars.csv.gz", benchmark=index), "cn-index"


def _funds() -> tuple[sl.Panel, str]:
    index = f"{REAL / 'cn_index' / 'bars.csv.gz'}:399006"
    return sl.load(REAL / "cn_sector_etf" / "bars.csv.gz", benchmark=index), "cn-etf"


PANELS: dict[str, Callable[[], tuple[sl.Panel, str]]] = {
    "simulated": _simulated,
    "shenwan-sectors": _sectors,
    "sector-funds": _funds,
}
"""Each gives a panel and the market it trades under; all but the first need real data."""


def available(panel: str) -> bool:
    """Whether the data of a panel are here."""
    return panel == "simulated" or REAL.is_dir()


def run(strategy: str, panel: sl.Panel, market: str) -> Record:
    """A library strategy with its defaults, on the compiled engine."""
    return sl.run(sl.build(strategy), panel, market=market, cash=1_000_000, engine="compiled")


def lines(record: Record) -> list[str]:
    """A line per fill, in order: session, symbol, side, then whole numbers with their names."""
    log, panel = record.outcome.fills, record.panel
    found = []
    for i, (row, column, side) in enumerate(zip(log.row, log.column, log.side, strict=True)):
        millionths = {"shares": log.shares[i], "price": log.price[i]}
        taxed = {kind: paid[i] for kind, paid in log.by_kind.items() if kind != DIVIDEND_TAX or paid[i]}
        fen = {"value": log.value[i]} | taxed
        parts = [f"{name}={round(number * 1e6)}" for name, number in millionths.items()]
        parts += [f"{name}={round(number * 100)}" for name, number in fen.items()]
        found.append(" ".join([f"{panel.sessions[row]:%F}", panel.symbols[column], SIDES[side], *parts]))
    return found


def golden(record: Record) -> Golden:
    """What is to be stored of a run."""
    told = lines(record)
    return Golden(
        len(told),
        round(float(record.outcome.equity[-1]) * 100),
        _digest("\n".join(told)).hex(),
        "".join(mark(line) for line in told),
    )


def mark(line: str) -> str:
    """The characters that stand for a fill."""
    return base64.b64encode(_digest(line))[:WIDTH].decode()


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()


def difference(record: Record, known: Golden) -> str:
    """Where a run first differs from what is stored, in words; "" where it does not."""
    now, told = golden(record), lines(record)
    if now == known:
        return ""
    marks = [known.each[i : i + WIDTH] for i in range(0, len(known.each), WIDTH)]
    same = next((i for i, line in enumerate(told) if i >= len(marks) or mark(line) != marks[i]), len(told))
    shown = told[same] if same < len(told) else "nothing: the run has no more fills"
    differing = sum(mark(line) != other for line, other in zip(told, marks, strict=False))
    return (
        f"{now.fills} fills, {known.fills} stored; {differing} differ; the end is {now.equity / 100:,.2f}, "
        f"stored {known.equity / 100:,.2f}.\nFirst difference, fill {same + 1}: {shown}\n"
        f"before it:  {told[same - 1] if same else 'nothing'}"
    )


def stored() -> dict[str, dict[str, Golden]]:
    """All that is stored: by panel, then by strategy."""
    told = json.loads(STORED.read_text(encoding="utf-8"))
    return {panel: {name: Golden(**of) for name, of in runs.items()} for panel, runs in told.items()}


def write() -> None:
    """Store what is now; a panel whose data are not here stays as it is."""
    kept = {panel: runs for panel, runs in stored().items() if not available(panel)} if STORED.is_file() else {}
    for name in filter(available, PANELS):
        panel, market = PANELS[name]()
        kept[name] = {each: golden(run(each, panel, market)) for each in sl.LIBRARY}
    told = {name: {each: asdict(of) for each, of in kept[name].items()} for name in PANELS if name in kept}
    STORED.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")


def report() -> bool:
    """Print what differs; whether anything does."""
    known, differs = stored(), False
    for name in filter(available, PANELS):
        panel, market = PANELS[name]()
        for each in sl.LIBRARY:
            found = difference(run(each, panel, market), known[name][each]) if each in known[name] else "not stored"
            if found:
                differs = True
                print(f"{name} {each}: {found}")
    return differs


def main() -> None:
    parser = argparse.ArgumentParser(description="Hashes of the fills of every library strategy.")
    parser.add_argument("--write", action="store_true", help="store what is now")
    parser.add_argument("--show", nargs=2, metavar=("PANEL", "STRATEGY"), help="print the fills of one run")
    chosen = parser.parse_args()
    if chosen.show:
        name, strategy = chosen.show
        print("\n".join(lines(run(strategy, *PANELS[name]()))))
    elif chosen.write:
        write()
    else:
        raise SystemExit(report())


if __name__ == "__main__":
    main()
