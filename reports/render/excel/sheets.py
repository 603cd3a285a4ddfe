"""What a workbook of a run says, sheet by sheet: columns of plain Python values, each with its kind."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from ....data.boards import is_fund
from ....data.types import Floats
from ....engine.market.fees import COSTS
from ....engine.market.rule_tables import boards_of
from ....engine.record import Record
from ...analysis.execution import MEANINGS
from ...analysis.rules import LABELS, items_asked
from ...analyzers import analyse
from ...equal_weight import equal_weight_growth
from ...growth import benchmark_growth, by_month, drawdowns, periods_per_year, points, strategy_growth
from ...manifest import manifest
from ...metrics.run_metrics import definitions, readable, summary
from ...sections.tables import MONTHS

_KINDS = {
    "fraction": "fraction", "ratio": "ratio", "per year": "ratio", "days": "count", "years": "ratio", "count": "count",
    "sessions": "count", "currency": "money",
}  # fmt: skip
"""Kind of a metric's value by its unit."""

_RULE_UNITS = {
    "lot_min": "shares",
    "lot_step": "shares",
    "tick": "currency",
    "free_sessions": "sessions",
    "t_plus_one": "1 is yes",
}
"""Unit of a rule's value; the others are fractions: of the traded value, or of the previous close."""


class Column(NamedTuple):
    """One column of a sheet.

    Attributes
    ----------
    head : str
    kind : str, or one for each value
        A key of ``workbook._FORMATS``.
    values : sequence
        Texts, bools, numbers or datetimes; what is None, NaN, infinite or NaT is an empty cell.
    """

    head: str
    kind: str | Sequence[str]
    values: Sequence[Any]


class Table(NamedTuple):
    """One sheet; ``frozen`` columns at its left stay in sight."""

    name: str
    columns: tuple[Column, ...]
    frozen: int = 1


def tables(record: Record) -> tuple[Table, ...]:
    """All sheets of a run's workbook, in their order."""
    found = analyse(record)
    return (
        _summary(record),
        _equity(record),
        _months(record, found["Returns"]),
        _weights(record, found["Exposure"]),
        _holdings(record, found["Rotation"]["spells"]),
        _fills(record),
        _rejections(found["Rejections"]),
        _decisions(record),
        _costs(found["Costs"]),
        _series(record),
        _rules(record),
        _manifest(record),
    )


def _summary(record: Record) -> Table:
    values = readable(summary(record, equal_weight=True), record)
    told = definitions(periods_per_year(record.sessions))
    known = [told[name] for name in values]
    return Table(
        "Summary",
        (
            Column("Metric", "text", [item.label for item in known]),
            Column("Value", [_KINDS.get(item.unit, "number") for item in known], list(values.values())),
            Column("Unit", "text", [item.unit for item in known]),
            Column("Definition", "text", [item.text for item in known]),
            Column("Name", "text", list(values)),
        ),
    )


def _equity(record: Record) -> Table:
    own, market = strategy_growth(record), benchmark_growth(record)
    columns = [
        Column("Session", "date", _dates(record.sessions)),
        Column("Equity", "money", _numbers(record.equity)),
        Column("Cash", "money", _numbers(record.cash)),
        Column("Interest", "money", _numbers(record.interest)),
        Column("Cash flow", "money", _numbers(record.flows)),
        Column("Return", "fraction", _numbers(record.returns)),
        Column("Growth of 1", "ratio", _numbers(own.levels[1:])),
        Column("Drawdown", "fraction", _numbers(drawdowns(own.levels)[1:])),
    ]
    if market is not None:
        columns += [
            Column("Benchmark, points", "money", _numbers(record.benchmark)),
            Column("Benchmark, return", "fraction", _numbers(market.returns)),
            Column("Benchmark, growth of 1", "ratio", _numbers(market.levels[1:])),
            Column("Benchmark, drawdown", "fraction", _numbers(drawdowns(market.levels)[1:])),
        ]
    equal = equal_weight_growth(record)
    columns += [
        Column("Equal weight, return", "fraction", _numbers(equal.returns)),
        Column("Equal weight, growth of 1", "ratio", _numbers(equal.levels[1:])),
        Column("Equal weight, drawdown", "fraction", _numbers(drawdowns(equal.levels)[1:])),
    ]
    return Table("Equity", tuple(columns))


def _months(record: Record, found: dict[str, Any]) -> Table:
    monthly, yearly = found["monthly"], found["yearly"]
    years = [period.year for period in yearly.index]
    cells = np.full((len(years), 12), np.nan)
    cells[monthly.index.year - years[0], monthly.index.month - 1] = monthly.to_numpy()
    columns = [Column("Year", "year", years)]
    columns += [Column(month, "fraction", _numbers(cells[:, k])) for k, month in enumerate(MONTHS)]
    columns.append(Column("Year's return", "fraction", _numbers(yearly)))
    market = benchmark_growth(record)
    others = {"Benchmark's": market} if market is not None else {}
    for head, line in (others | {"Equal weight's": equal_weight_growth(record)}).items():
        months = by_month(line, points(record))
        logs = pd.Series(np.log1p(months.returns)).groupby(months.year).sum(min_count=1)
        columns.append(Column(head, "fraction", _numbers(np.expm1(logs.to_numpy()))))
    return Table("Monthly returns", tuple(columns))


def _weights(record: Record, found: dict[str, Any]) -> Table:
    weights = found["weights"]
    columns = [Column("Session", "date", _dates(record.sessions)), Column("Cash", "weight", _numbers(found["cash"]))]
    columns += [Column(symbol, "weight", _numbers(weights[symbol])) for symbol in weights]
    return Table("Weights", tuple(columns), frozen=2)


def _holdings(record: Record, spells: pd.DataFrame) -> Table:
    names = dict(zip(record.panel.symbols, record.panel.names, strict=True))
    return Table(
        "Holdings",
        (
            Column("Symbol", "text", spells["symbol"].tolist()),
            Column("Name", "text", [names[symbol] for symbol in spells["symbol"]]),
            Column("From", "date", _dates(spells["start"])),
            Column("To", "date", _dates(spells["end"])),
            Column("Sessions", "count", _numbers(spells["sessions"])),
            Column("Return", "fraction", _numbers(spells["return"])),
            Column("Contribution", "money", _numbers(spells["contribution"])),
            Column("Fees", "money", _numbers(spells["fees"])),
            Column("Fills", "count", _numbers(spells["fills"])),
        ),
    )


def _fills(record: Record) -> Table:
    fills = record.fills
    kinds = {"shares": "shares", "price": "price"}
    rest = [str(name) for name in fills if name not in ("session", "symbol", "side")]
    numbers = (Column(COSTS.get(name, _title(name)), kinds.get(name, "money"), _numbers(fills[name])) for name in rest)
    return Table("Fills", (*_keys(fills), *numbers), frozen=2)


def _rejections(refused: pd.DataFrame) -> Table:
    shares = [Column(_title(name), "shares", _numbers(refused[name])) for name in ("wanted", "filled")]
    texts = [Column(_title(name), "text", refused[name].tolist()) for name in ("status", "reason")]
    meaning = Column("Meaning", "text", [MEANINGS.get(reason, "") for reason in refused["reason"]])
    return Table("Rejections", (*_keys(refused), *shares, *texts, meaning), frozen=2)


def _decisions(record: Record) -> Table:
    made = record.decisions
    rank = made["rank"].to_numpy()
    return Table(
        "Decisions",
        (
            Column("Session", "date", _dates(made["session"])),
            Column("Symbol", "text", made["symbol"].tolist()),
            Column("Rank", "count", _numbers(np.where(rank > 0, rank.astype(np.float64), np.nan))),
            Column("Score", "number", _numbers(made["score"])),
            Column("Held", "weight", _numbers(made["held"])),
            Column("Target", "weight", _numbers(made["target"])),
        ),
        frozen=2,
    )


def _costs(found: dict[str, Any]) -> Table:
    by_kind, by_year = found["by_kind"], found["by_year"]

    def scaled(total: float) -> list[float]:
        share = total / found["total"] if found["total"] else np.nan
        return [*_numbers(by_kind * share), total]

    columns = [
        Column("Kind", "text", [*(COSTS[kind] for kind in by_kind.index), "All"]),
        Column("Total", "money", [*_numbers(by_kind), found["total"]]),
        Column("Of traded value", "fraction", scaled(found["of_traded"])),
        Column("Of mean equity, a year", "fraction", scaled(found["per_year"])),
    ]
    for year, row in by_year.iterrows():
        columns.append(Column(str(year), "money", [*_numbers(row), float(row.sum())]))
    return Table("Costs", tuple(columns))


def _series(record: Record) -> Table:
    panel = record.panel
    boards = boards_of(record.market, panel) if record.market.book else panel.boards
    return Table(
        "Series",
        (
            Column("Symbol", "text", panel.symbols),
            Column("Name", "text", panel.names),
            Column("Group", "text", panel.groups),
            Column("Kind", "text", [_kind(*pair) for pair in zip(panel.symbols, panel.stated_kinds, strict=True)]),
            Column("Board", "text", list(boards)),
            Column("Known from", "date", _dates(pd.DatetimeIndex(panel.known_from))),
            Column("Last date", "date", _dates(pd.DatetimeIndex(panel.last_date))),
        ),
    )


def _kind(symbol: str, stated: str) -> str:
    """What a series is: as the data state it, else by its code; "" where neither says."""
    return stated or ("etf" if is_fund(symbol) else "")


def _rules(record: Record) -> Table:
    market, sessions = record.market, record.sessions
    book = market.book
    names = sorted(set(boards_of(market, record.panel))) if book else []
    entries = book.in_force(items_asked(record), names, sessions[0], sessions[-1]) if book else ()
    days = [datetime.datetime.combine(entry.start, datetime.time()) for entry in entries]
    return Table(
        "Rules",
        (
            Column("Rule", "text", [_title(LABELS[entry.item]) for entry in entries]),
            Column("Boards", "text", [", ".join(name for name in names if name in entry.boards) for entry in entries]),
            Column("From", "date", days),
            Column("Value", "number", [float(entry.value) for entry in entries]),
            Column("Unit", "text", [_RULE_UNITS.get(entry.item, "fraction") for entry in entries]),
            Column("Verified", "text", ["yes" if entry.verified else "no" for entry in entries]),
            Column("Source", "text", [entry.source for entry in entries]),
            Column("Remark", "text", [entry.remark for entry in entries]),
        ),
    )


def _manifest(record: Record) -> Table:
    rows = list(_flat("", manifest(record)))
    return Table(
        "Manifest",
        (Column("Key", "text", [key for key, _ in rows]), Column("Value", "number", [value for _, value in rows])),
    )


def _flat(path: str, value: Any) -> Iterator[tuple[str, Any]]:
    """Every plain value with the names that lead to it."""
    if not isinstance(value, dict | list):
        yield path, value
        return
    inner = value.items() if isinstance(value, dict) else enumerate(value, start=1)
    for key, item in inner:
        yield from _flat(f"{path}.{key}" if path else str(key), item)


def _keys(frame: pd.DataFrame) -> list[Column]:
    return [
        Column("Session", "date", _dates(frame["session"])),
        Column("Symbol", "text", frame["symbol"].tolist()),
        Column("Side", "text", frame["side"].tolist()),
    ]


def _title(name: str) -> str:
    return name.replace("_", " ").capitalize() if name.islower() else name[0].upper() + name[1:]


def _dates(days: pd.DatetimeIndex | pd.Series) -> list[datetime.datetime]:
    return list(pd.DatetimeIndex(days).to_pydatetime())


def _numbers(values: pd.Series | Floats) -> list[float]:
    return np.asarray(values).tolist()  # type: ignore[no-any-return]
