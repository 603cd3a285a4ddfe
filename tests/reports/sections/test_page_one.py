"""Every number of page one is found again from the CSV files of the run's folder, and nothing else."""

from __future__ import annotations

import csv
import itertools
import math
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import sectorlead as sl
from sectorlead.chance.of_run import chance
from sectorlead.reports.sections.base import Cell, Section, Table
from sectorlead.reports.sections.content import report_content
from sectorlead.reports.sections.report import BELOW, PAGE_ONE, sections_of

PICKS = 60


@pytest.fixture(scope="module")
def run() -> sl.Run:
    rule = sl.Rotation(sl.Momentum(40), sl.TopN(3, 6), schedule=sl.Weekly())
    return sl.run(rule, sl.simulate(seed=11, sessions=560), "cn-etf", cash_rate=0.01, name="weekly")


@pytest.fixture(scope="module")
def page(run: sl.Run) -> dict[str, Section]:
    content = report_content(run, None, None, chance(run, PICKS))
    return {section.id: section for section in sections_of(content, (*PAGE_ONE, *BELOW))}


@pytest.fixture(scope="module")
def files(run: sl.Run, tmp_path_factory: Any) -> dict[str, list[dict[str, str]]]:
    folder: Path = run.save(tmp_path_factory.mktemp("saved") / "run", chance=PICKS, panel=False)
    return {path.stem: list(csv.DictReader(path.read_text("utf-8").splitlines())) for path in folder.glob("*.csv")}


class Lines:
    """The lines of equity.csv from the base point on."""

    def __init__(self, rows: list[dict[str, str]]) -> None:
        base = max(k for k, row in enumerate(rows) if row["measured"] == "0")
        rows = rows[base:]
        self.days = [date.fromisoformat(row["session"]) for row in rows]
        self.equity, self.market, self.equal = (
            np.array([float(row[name]) for row in rows]) for name in ("equity", "benchmark", "equal_weight")
        )
        self.all = [line / line[0] for line in (self.equity, self.market, self.equal)]

    def before(self, day: date) -> int:
        """The last point on or before a day; -1 for none."""
        return sum(each <= day for each in self.days) - 1

    def years(self, start: int = 0) -> float:
        return (self.days[-1] - self.days[start]).days / 365.25


@pytest.fixture(scope="module")
def lines(files: dict[str, Any]) -> Lines:
    return Lines(files["equity"])


def tables(section: Section) -> Iterator[tuple[str, list[list[Any]]]]:
    """Each table of a section: what it is called, and its rows without small pictures."""
    for table in section.tables():
        yield str(table.label), [[_value(cell) for cell in row if not _picture(cell)] for row in table.cells()]


def _picture(cell: Cell) -> bool:
    return type(cell.value).__name__ in ("Chart", "Row")


def _value(cell: Cell) -> Any:
    return str(cell.value) if type(cell.value).__name__ == "Message" else cell.value


def near(value: float) -> Any:
    return pytest.approx(value, rel=1e-9, abs=1e-12, nan_ok=True)


def test_the_two_sentences(page: dict[str, Section], files: dict[str, Any], lines: Lines) -> None:
    own, market, equal = lines.all
    made, theirs, even = (line[-1] ** (1 / lines.years()) - 1 for line in (own, market, equal))
    totals = np.array([float(row["total_return"]) for row in files["chance"]])
    place = ((totals < own[-1] - 1).sum() + (totals == own[-1] - 1).sum() / 2) / len(totals)
    over = own / equal
    fall = over / np.maximum.accumulate(over) - 1
    low = int(fall.argmin())
    peak = int(over[: low + 1].argmax())
    back = next((k for k in range(low, len(over)) if over[k] >= over[peak]), None)
    names = {row["symbol"]: row["name"] for row in files["series"]}
    last = {name: float(value) for name, value in files["weights"][-1].items() if name != "session"}
    held = [names[symbol] for symbol in sorted(last, key=lambda symbol: (-last[symbol], symbol)) if last[symbol] > 0]
    head = list(files["fills"][0])
    kinds = head[head.index("value") + 1 :]
    paid = sum(float(row[kind]) for row in files["fills"] for kind in kinds)
    cost = paid / lines.equity[1:].mean() / lines.years()

    def points(value: float, name: str) -> str:
        return f"{abs(value) * 100:.1f} points {'less' if value < 0 else 'more'} than {name}"

    def percent(value: float, digits: int = 1) -> str:
        return f"{value * 100:.{digits}f}%".replace("-", "\u2212")

    first, stop = lines.days[peak], lines.days[low]
    ending = f", made up by {lines.days[back]}" if back else " and has not made it up"
    told = " ".join(str(text) for text in page["short"].blocks[0].parts)
    assert told == (
        f"It made {percent(made)} a year, {points(made - even, 'equal weight')} under the same rules and "
        f"{points(made - theirs, '模拟创业板指')}; {percent(place, 0)} of {PICKS} random picks of the same turnover "
        f"made less. It fell {percent(-fall[low])} behind equal weight from {first} to {stop}{ending}; "
        f"it now holds {', '.join(held)}; costs took {percent(cost)} a year."
    )


def test_the_ends_of_the_lines(page: dict[str, Section], lines: Lines) -> None:
    growth, drawdown = page["growth"].blocks[1].charts
    assert [line.value for line in growth.lines] == [f"{line[-1]:.2f}×" for line in lines.all]
    deepest = [(line / np.maximum.accumulate(line) - 1).min() for line in lines.all[:2]]
    assert [line.value for line in drawdown.lines] == [f"\u2212{-value * 100:.1f}%" for value in deepest]


def test_what_each_series_made_and_how_long_it_was_held(
    page: dict[str, Section], files: dict[str, Any], lines: Lines
) -> None:
    ((_, rows),) = tables(page["rotation"])
    weights, fills = files["weights"], files["fills"]
    assert len(rows) > 5
    codes = [str(cells[0].hover).split()[-1] for cells in next(page["rotation"].tables()).cells()]
    for code, (_, held, made) in zip(codes, rows, strict=True):
        share = np.mean([float(row[code]) > 0 for row in weights])
        money = float(weights[-1][code]) * lines.equity[-1] + sum(earned(row) for row in fills if row["symbol"] == code)
        assert held == near(share)
        assert made == f"{money / lines.equity[0] * 100:+.1f}%".replace("-", "\u2212")


def earned(row: dict[str, str]) -> float:
    """What a fill brought in cash: sales less purchases less fees; slippage is inside the price."""
    head = list(row)
    fees = sum(float(row[kind]) for kind in head[head.index("value") + 1 :] if kind != "slippage")
    return (-1 if row["side"] == "buy" else 1) * float(row["value"]) - fees


def test_trailing_periods_and_calendar_years(page: dict[str, Section], lines: Lines) -> None:
    (_, trailing), (_, years) = tables(page["periods"])
    last = pd.Timestamp(lines.days[-1])
    months = {"1M": 1, "3M": 3, "6M": 6, "1Y": 12, "3Y a year": 36, "5Y a year": 60}
    assert [row[0] for row in trailing] == ["1M", "3M", "6M", "YTD", "1Y"]
    for name, since, *returns in trailing:
        asked = last - pd.DateOffset(months=months[name]) if name in months else pd.Timestamp(last.year - 1, 12, 31)
        at = lines.before(asked.date())
        made = [line[-1] / line[at] - 1 for line in lines.all]
        assert pd.Timestamp(since).date() == lines.days[at]
        assert returns == near([*made, made[0] - made[2]])
    assert [row[0] for row in years] == sorted({day.year for day in lines.days[1:]})
    for year, *returns in years:
        start, stop = max(lines.before(date(year - 1, 12, 31)), 0), lines.before(date(year, 12, 31))
        made = [line[stop] / line[start] - 1 for line in lines.all]
        assert returns == near([*made, made[0] - made[2]])


def test_holdings_with_weights_and_since_when(page: dict[str, Section], files: dict[str, Any], lines: Lines) -> None:
    ((_, rows),) = tables(page["holdings"])
    codes = [str(cells[0].hover).split()[-1] for cells in list(next(page["holdings"].tables()).cells())[:-1]]
    *held, cash = rows
    assert len(held) == 3
    for code, (_, weight, since, sessions, made) in zip(codes, held, strict=True):
        series = [float(row[code]) for row in files["weights"]]
        first = max((k for k, value in enumerate(series) if value == 0), default=-1) + 1
        day = files["weights"][first]["session"]
        own = [row for row in files["fills"] if row["symbol"] == code and row["session"] >= day]
        paid = -sum(earned(row) for row in own if row["side"] == "buy")
        money = series[-1] * lines.equity[-1] + sum(map(earned, own))
        assert (weight, sessions, made) == near((series[-1], len(series) - first, money / paid))
        assert f"{since:%F}" == day
    assert cash[1] == near(float(files["equity"][-1]["cash"]) / lines.equity[-1])


def test_risk_in_one_row(page: dict[str, Section], lines: Lines) -> None:
    table: Table = next(page["risk-row"].tables())
    ((_, (row,)),) = tables(page["risk-row"])
    told = dict(zip([str(column.head) for column in table.columns], row, strict=True))
    own, market, equal = (line[1:] / line[:-1] - 1 for line in lines.all)
    levels = lines.all[0]
    deepest = (levels / np.maximum.accumulate(levels) - 1).min()
    cagr = levels[-1] ** (1 / lines.years()) - 1
    lead = own - equal

    def worst(key: Any) -> float:
        keys, last = [key(day) for day in lines.days], len(lines.days) - 1
        ends = [0, *(k for k in range(1, last + 1) if k == last or keys[k] != keys[k + 1])]
        return min(levels[b] / levels[a] - 1 for a, b in itertools.pairwise(ends))

    assert told == {
        "Volatility": near(own.std(ddof=1) * math.sqrt(252)),
        "Maximum drawdown": near(deepest),
        "Sharpe ratio": near(own.mean() / own.std(ddof=1) * math.sqrt(252)),
        "Calmar ratio": near(cagr / -deepest),
        "Beta": near(np.cov(own, market)[0, 1] / market.var(ddof=1)),
        "Tracking error": near(lead.std(ddof=1) * math.sqrt(252)),
        "Worst session": near(own.min()),
        "Worst week": near(worst(lambda day: day.isocalendar()[:2])),
        "Worst month": near(worst(lambda day: (day.year, day.month))),
    }
