"""Targets against actual, rules in force and tracking on the page, in the PDF and in a comparison."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import pytest

from sectorlead import Momentum, Rotation, TopN
from sectorlead.data.simulate import simulate
from sectorlead.engine.backtest import backtest
from sectorlead.engine.market.fees import COSTS
from sectorlead.engine.market.market import Market
from sectorlead.engine.market.rulebook import ITEMS, Board, Entry, RuleBook
from sectorlead.engine.record import LOT, REASONS
from sectorlead.reports.analysis.targets import GAP_MEANINGS, STATUS_MEANINGS, attained, drag_in_words, rolls_in_words
from sectorlead.reports.compare.papers import write_comparison
from sectorlead.reports.metrics.run_metrics import definitions, summary
from sectorlead.reports.render.html import write_tearsheet
from sectorlead.reports.render.pdf.document import write_pdf
from sectorlead.reports.sections.content import report_content
from sectorlead.strategies.schedules import Monthly

from ..read_back import without_tags

LIMIT_UP, CASH = REASONS.index("limit_up"), REASONS.index("cash")


def two_decisions(make, **more):
    """S0 and S1, half each: S1 is at its limit, then cut by cash; then all in S0, which cash cuts too."""
    return make(
        [100.0] * 5,
        decisions=[(1, [0, 0], [0.5, 0.5], [1, 2], [1, 1]), (3, [0.5, 0.4], [1, 0], [1, 2], [1, 1])],
        fills=[(2, 0, 1, 50, 1, 50), (3, 1, 1, 40, 1, 40), (4, 1, -1, 40, 1, 40), (4, 0, 1, 45, 1, 45)],
        rejections=[(2, 1, 1, 50, 0, LIMIT_UP), (3, 1, 1, 50, 40, CASH), (4, 0, 1, 50, 45, CASH)],
        shares=[[0, 0], [50, 0], [50, 40], [95, 0], [95, 0]],
        **more,
    )


def test_money_is_counted_by_the_reason_that_it_lacked_for(make):
    done = attained(two_decisions(make))
    assert [(row.status, row.decisions, row.wanted, row.traded) for row in done.executed] == [("partial", 2, 190, 175)]
    assert {row.reason: (row.targets, row.first, row.last) for row in done.causes} == {
        "limit_up": (1, 50, 0),  # all of S1 on the first day
        "cash": (2, 5, 15),  # 5 of S0 at once and in the end, and 10 of S1 in the end
    }
    assert [(row.symbol, row.missing, row.left, row.reason) for row in done.gaps] == [
        ("S1", 50, 10, "limit_up, cash"),
        ("S0", 5, 5, "cash"),
    ]
    assert done.idle == pytest.approx((0.5 + 0.1 + 0.05 + 0.05) / 5)
    assert drag_in_words(done) == "Cash that no target asked for: 14.00% of equity on average; no effect."


def test_the_page_says_what_became_of_decisions(make, tmp_path):
    page = write_tearsheet(two_decisions(make), tmp_path / "a.html").read_text(encoding="utf-8")
    for part in ("Target against actual", "limit_up, cash", STATUS_MEANINGS["partial"], GAP_MEANINGS["limit_up"]):
        assert part in page
    assert "Rule book" not in page  # this market has none
    empty = write_tearsheet(make([100.0] * 5), tmp_path / "b.html").read_text(encoding="utf-8")
    assert "Target against actual" not in empty


def test_rolled_dates_are_told(tmp_path):
    rule = Rotation(Momentum(20), TopN(2), schedule=Monthly(day=15))
    run = backtest(rule, simulate(sessions=300), "cn-etf")
    done = attained(run)
    weekend = [roll for roll in done.rolls if roll.planned.day_of_week >= 5]
    assert len(weekend) == len(done.rolls) > 2
    assert all(1 <= roll.days <= 2 and roll.session.day_of_week == 0 for roll in weekend)
    told = rolls_in_words(done, 2)
    first, second = done.rolls[:2]
    assert told.endswith(
        f"rolled: {first.planned:%F} to {first.session:%F}, {second.planned:%F} to {second.session:%F}, "
        f"and {len(done.rolls) - 2} more."
    )
    page = write_tearsheet(run, tmp_path / "a.html").read_text(encoding="utf-8")
    assert rolls_in_words(done, 6) in without_tags(page)


# --- rules ------------------------------------------------------------------------------------------------------------


def booked(run, **changes):
    """The run under a made-up book: stamp duty doubles in its middle, on the word of one table."""
    panel = run.panel
    middle = run.sessions[len(run.sessions) // 2].date()
    entries = [
        Entry(item, ("stocks",), datetime.date(2000, 1, 1), 0.0, "印花税法", True) for item in ITEMS if item != "tick"
    ]
    entries += [
        Entry("tick", ("stocks",), datetime.date(2000, 1, 1), 0.01, "rules", True),
        Entry("stamp_duty_sell", ("stocks", "others"), middle, 0.002, "a table", False, "Only one table."),
    ]
    book = RuleBook(
        "made up",
        "7",
        datetime.date(2030, 1, 1),
        (Board("stocks", "index", ()), Board("others", "etf", ())),
        tuple(entries),
    )
    market = Market(name="x", rulebook=book, board="stocks", **changes)
    return replace(run, market=market, panel=replace(panel, boards=("stocks",) * len(panel.symbols)))


# --- costs and interest -----------------------------------------------------------------------------------------------


def test_every_kind_of_cost_and_interest_is_shown_where_there_is_some(make, tmp_path):
    fills = [(1, 0, 1, 50, 1, 50, 1, 2, 3, 4, 5, 6)]
    run = make([100.0] * 80, fills=fills, interest=[0.5] * 80)
    run = replace(run, terms=replace(run.terms, rate="2.00% a year"))
    assert [(cost.kind, cost.total) for cost in report_content(run).costs] == [
        ("Commission", 1), ("Stamp duty", 2), ("Transfer fee", 3), ("Handling fee", 4), ("Levy", 5), ("Slippage", 6),
        ("All costs", 21),
    ]  # fmt: skip
    assert [cost.kind for cost in report_content(make([100.0] * 80)).costs] == ["All costs"]
    assert summary(run)["interest"] == 40
    assert set(summary(run, equal_weight=True)) == set(definitions())
    assert {f"cost_{kind}" for kind in COSTS} <= set(summary(run))
    for page in (write_tearsheet(run, tmp_path / "a.html"), write_comparison([run], tmp_path / "b.html")):
        text = page.read_text(encoding="utf-8")
        assert "2.00% a year" in text
        assert "Handling fee" in text
        assert "Interest" in text
    assert "Interest" not in write_tearsheet(make([100.0] * 80), tmp_path / "a.html").read_text(encoding="utf-8")


# --- tracking ---------------------------------------------------------------------------------------------------------


@dataclass
class Tracker:
    """A strategy that only tracks."""

    def tracked(self, traded, first=None, last=None):
        asked = first, last, traded.symbols
        numbers = [0.1, 0.12, 0.02, 0.03, 0.991]
        names = ("index_return", "fund_return", "difference", "tracking_error", "correlation")
        known = {
            "sector": "801780",
            "sector_name": "银行",
            "fund": "S0",
            "fund_name": "S0",
            "first": first,
            "last": last,
        }
        lost = known | {"fund": "S1", "fund_name": "空", "first": pd.NaT, "last": pd.NaT, "sessions": 0}
        assert len(asked[2]) == 2
        return pd.DataFrame(
            [
                known | {"sessions": 80} | dict(zip(names, numbers, strict=True)),
                lost | dict.fromkeys(names, np.nan),
            ]
        )


def test_a_strategy_that_trades_funds_for_sectors_shows_how_they_track(make, tmp_path):
    run = make([100.0] * 80, strategy=Tracker())
    text = write_tearsheet(run, tmp_path / "a.html").read_text(encoding="utf-8")
    for part in ("Tracking: funds against their sectors", "银行 801780", "+2.0%", "0.991"):
        assert part in text
    assert "NaT" not in text
    assert write_pdf(run, tmp_path / "a.pdf").read_bytes().startswith(b"%PDF-")
    assert "Tracking: funds" not in write_tearsheet(make([100.0] * 80), tmp_path / "b.html").read_text(encoding="utf-8")


def test_lots_alone_are_named(make):
    run = make([100.0] * 3, decisions=[(1, [0, 0], [0.5, 0], [1, 0], [1, 1])], rejections=[(2, 0, 1, 50, 0, LOT)])
    assert [(row.reason, row.first, row.last) for row in attained(run).causes] == [("lot", 50, 50)]
