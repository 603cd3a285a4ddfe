"""The rule book ``cn-a`` on both sides of each of its dates, against ``rule_dates.csv``; and against real bars.

A row of the table is an order of a person with a rule text and a pocket calculator; no number in it comes from the
program.

=====================  ===============================================================================================
rule                   what changes there; the last session before it and its first one are both in the table
date, board, side      of the order
special                1 under special treatment (ST)
listed                 the listing session, listed_sessions counts from it; blank for a share listed long ago
shares, price          what is traded; previous_close is what limits go by
stamp_duty_fen, ...    each fee, whole fen; blank where the book has nothing and must say so
upper, lower           limit prices; "none" without a limit, "?" where the book has nothing, as in the next columns
arithmetic             how the numbers come about, in currency
=====================  ===============================================================================================
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from sectorlead.data.calendar import find_calendar
from sectorlead.data.load import load
from sectorlead.engine.market.arithmetic import limit_price, round_half_up
from sectorlead.engine.market.rulebook import RuleDateError, find_rulebook
from sectorlead.engine.market.rulebook_parts import DIVIDEND_TAXES

TABLE = pd.read_csv(Path(__file__).with_name("rule_dates.csv"), dtype=str, keep_default_na=False)
BOOK = find_rulebook("cn-a")
FEES = {"transfer_fee": "transfer_fee", "handling_fee": "handling_fee", "levy": "levy"}


def value(item: str, board: str, date: str, uncovered: str = "raise") -> float:
    return float(BOOK.values(item, [board], pd.DatetimeIndex([date]), uncovered)[0, 0])


def told(item: str, board: str, date: str, expected: str) -> float | None:
    """The book's value; None, where the table knows none and the book raises, too."""
    if expected in ("", "?"):
        with pytest.raises(RuleDateError, match=f"{item} for board {board}"):
            value(item, board, date)
        return None
    return value(item, board, date)


@pytest.mark.parametrize("row", TABLE.to_dict("records"), ids=lambda row: f"{row['date']}-{row['board']}-{row['side']}")
def test_the_book_gives_what_the_rule_says(row: dict[str, Any]) -> None:
    board, date = row["board"], row["date"]
    shares, price, previous = float(row["shares"]), float(row["price"]), float(row["previous_close"])
    amount = round_half_up(shares * price, 0.01)

    for column, item in (FEES | {"stamp_duty": f"stamp_duty_{row['side']}"}).items():
        rate = told(item, board, date, row[f"{column}_fen"])
        if rate is not None:
            assert round(round_half_up(rate * amount, 0.01) * 100) == int(row[f"{column}_fen"]), column

    limit = told("limit_special" if row["special"] == "1" else "limit", board, date, row["upper"])
    tick = told("tick", board, date, row["upper"])
    if limit is None or tick is None:
        told("free_sessions", board, date, "?")
    else:
        free = value("free_sessions", board, row["listed"]) if row["listed"] else 0
        if row["upper"] == "none":
            assert int(row["listed_sessions"]) <= free
        else:
            assert not row["listed"] or int(row["listed_sessions"]) > free
            assert limit_price(previous, limit, tick) == float(row["upper"])
            assert limit_price(previous, -limit, tick) == float(row["lower"])

    for item in ("lot_min", "lot_step", "t_plus_one"):
        found = told(item, board, date, row[item])
        assert found is None or found == float(row[item])


def test_the_table_stands_on_both_sides_of_every_date_of_the_book() -> None:
    """An entry without a row right before and right after its date is not tested; on real sessions, not only dates."""
    calendar = find_calendar("XSHG")
    days = calendar.between(pd.Timestamp("1996-01-01"), pd.Timestamp("2026-12-31"))
    assert set(pd.DatetimeIndex(TABLE["date"])) <= set(days)
    bare = []
    for entry in filter(value_changes, BOOK.entries):
        if entry.item in DIVIDEND_TAXES:  # in the test below
            continue
        rows = TABLE[TABLE["board"].isin(entry.boards)]
        if entry.item.startswith("stamp_duty"):
            rows = rows[rows["side"] == entry.item.removeprefix("stamp_duty_")]
        if entry.item.startswith("limit"):
            rows = rows[rows["special"] == str(int(entry.item == "limit_special"))]
        place = int(days.searchsorted(pd.Timestamp(entry.start)))
        if not {days[place - 1], days[place]} <= set(pd.DatetimeIndex(rows["date"])):
            bare.append(f"{entry.item} of {', '.join(entry.boards)} from {entry.start}")
    assert not bare


@pytest.mark.parametrize(
    ("day", "board", "rates"),
    [
        ("1996-12-16", "main", (0.2, 0.2, 0.2)), ("2005-06-10", "main", (0.2, 0.2, 0.2)),
        ("2005-06-13", "main", (0.1, 0.1, 0.1)), ("2012-12-31", "chinext", (0.1, 0.1, 0.1)),
        ("2013-01-04", "chinext", (0.2, 0.1, 0.05)), ("2015-09-07", "main", (0.2, 0.1, 0.05)),
        ("2015-09-08", "main", (0.2, 0.1, 0.0)), ("2019-07-22", "star", (0.2, 0.1, 0.0)),
        ("2021-11-15", "bse", (0.2, 0.1, 0.0)), ("2005-02-23", "fund", (0.0, 0.0, 0.0)),
        ("2026-08-21", "fund-t0", (0.0, 0.0, 0.0)),
    ],
)  # fmt: skip
def test_the_tax_on_dividends_on_both_sides_of_its_dates(day: str, board: str, rates: tuple[float, ...]) -> None:
    """What 100 of a dividend pay if the shares are sold within a month, within a year, or later."""
    sessions = pd.DatetimeIndex([day])
    assert tuple(BOOK.values(item, [board], sessions)[0, 0] for item in DIVIDEND_TAXES) == rates


def value_changes(entry: Any) -> bool:
    """Whether the entry changes a number, or begins one."""
    before = [
        other
        for other in BOOK.entries
        if other.item == entry.item and other.start < entry.start and set(other.boards) & set(entry.boards)
    ]
    return not before or max(before, key=lambda other: other.start).value != entry.value


def test_the_rules_outlive_their_last_reading_unless_that_is_refused() -> None:
    assert value("limit", "main", "2026-08-21") == value("limit", "main", "2031-01-02", "as-read") == 0.1
    with pytest.raises(RuleDateError, match=r"2026-08-22: it was last read on 2026-08-21.*uncovered=\"as-read\""):
        value("limit", "main", "2026-08-22")
    with pytest.raises(RuleDateError, match=r"2019-07-19: it begins with 2019-07-22"):
        value("limit", "star", "2019-07-19", "as-read")


def test_no_real_fund_ever_left_its_limits(shared_data: Path) -> None:
    """35 ETFs, 2015 to 2026: highs and lows lie within the book's limit prices, to half a tick; some reach them."""
    panel = load(shared_data / "cn_sector_etf" / "bars.csv.gz")
    boards = [BOOK.board_of(symbol, "etf") or "" for symbol in panel.symbols]
    names = sorted(set(boards))
    assert names == ["fund", "fund-20", "fund-t0"]
    limit = BOOK.values("limit", names, panel.sessions)[:, [names.index(board) for board in boards]]
    previous, factor = np.roll(panel.last_close, 1, axis=0), panel.last_factor
    known = panel.has_bar & np.isfinite(previous) & (factor == np.roll(factor, 1, axis=0))
    known[0] = False
    reached = 0
    for t, n in zip(*np.nonzero(known), strict=True):
        upper = limit_price(previous[t, n], limit[t, n], 0.001)
        lower = limit_price(previous[t, n], -limit[t, n], 0.001)
        assert lower - 0.0005 < panel.low[t, n] <= panel.high[t, n] < upper + 0.0005, (panel.symbols[n], t)
        reached += panel.high[t, n] > upper - 0.0005
    assert reached > 100
    star = panel.symbols.index("589100.SH")
    assert np.nanmax(panel.high[known[:, star], star] / previous[known[:, star], star]) > 1.11  # not a fund of 10%
