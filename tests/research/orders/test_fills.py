"""Fills beside the journal: a ledger by hand, and what brokers call things."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import sectorlead as sl
from sectorlead.data.errors import DataError
from tests.research.orders.test_orders import DAYS, RULES, Fixed


@pytest.fixture
def panel() -> sl.Panel:
    """A at 10 and B at 4, which open at 10.1 and 3.9 in the last session."""
    close = np.tile([10.0, 4.0], (6, 1))
    opened = close.copy()
    opened[-1] = [10.1, 3.9]
    high, low = np.maximum(opened, close), np.minimum(opened, close)
    return sl.Panel(DAYS, ("A", "B"), close, open=opened, high=high, low=low, checked=False)


@pytest.fixture
def journal(panel: sl.Panel, tmp_path: Path) -> sl.OrderJournal:
    kept, now = sl.OrderJournal(tmp_path / "orders.jsonl"), panel.until(4)
    sl.orders(Fixed({"A": 0.5}), now, {"B": 500}, 18_000, RULES, today=now.session, journal=kept)
    return kept


def test_slippage_timing_and_fees_by_hand(panel: sl.Panel, journal: sl.OrderJournal) -> None:
    """Asked: 500 of B at 4, 1,000 of A at 10. Got: all of B at 3.88 in two parts, 600 of A at 10.12."""
    got = pd.DataFrame(
        {
            "symbol": ["B", "B", "A"], "side": ["sell", "sell", "buy"], "shares": [200, 300, 600],
            "price": [3.91, 3.86, 10.12], "commission": [5, 0, 5.5], "stamp duty": [0, 0, 0.1],
        }
    )  # fmt: skip
    found = sl.order_fills(journal, got, panel)
    b, a = found.by_order.to_dict(orient="records")
    assert (b["asked"], b["got"], b["price"], b["market_price"]) == (500, 500, 3.88, 3.9)
    assert b["slippage"] == pytest.approx(500 * 0.02)
    assert b["timing"] == pytest.approx(500 * 0.1)
    assert (b["fees_expected"], b["fees"]) == (5.0, 5.0)
    assert (a["asked"], a["got"]) == (1000, 600)
    assert a["slippage"] == pytest.approx(600 * 0.02)
    assert a["slippage_bps"] == pytest.approx(0.02 / 10.1 * 1e4)
    assert a["timing"] == pytest.approx(600 * 0.1)
    assert (a["fees_expected"], a["fees"]) == (pytest.approx(5.0 * 0.6), 5.6)
    totals = found.totals
    assert totals["value"] == pytest.approx(500 * 3.88 + 600 * 10.12)
    assert totals["slippage"] == pytest.approx(22)
    assert totals["slippage_bps"] == pytest.approx(22 / (500 * 3.9 + 600 * 10.1) * 1e4)
    assert totals["filled"] == pytest.approx((500 * 4 + 600 * 10) / (500 * 4 + 1000 * 10))
    assert totals["fees"] == pytest.approx(10.6)


def test_a_brokers_file_in_chinese(panel: sl.Panel, journal: sl.OrderJournal, tmp_path: Path) -> None:
    text = "成交日期,证券代码,买卖方向,成交数量,成交均价,佣金,印花税,成交编号\n20240108,B,证券卖出,500,3.9,5,0,1\n"
    path = tmp_path / "成交.csv"
    path.write_bytes(text.encode("gb18030"))
    found = sl.order_fills(journal.path, path, panel)
    b, a = found.by_order.to_dict(orient="records")
    assert (b["got"], b["slippage"], a["got"]) == (500, 0.0, 0.0)
    assert math.isnan(a["price"])
    assert found.notes == ("columns of the fills that are not read: 成交编号",)
    assert found.to_dict()["by_order"][1]["price"] is None
    told = found.save(tmp_path / "out", locale="zh") / "fills.md"
    assert "相对市场价格的滑点" in told.read_text(encoding="utf-8")


def test_other_days_and_what_nobody_asked_for(panel: sl.Panel, journal: sl.OrderJournal) -> None:
    got = pd.DataFrame({"date": ["2024-01-08", "2024-01-03"], "symbol": "A", "side": "sell", "shares": 1, "price": 9.0})
    found = sl.order_fills(journal, got, panel)
    assert [(row["symbol"], row["side"], row["asked"]) for row in found.by_order.to_dict(orient="records")] == [
        ("B", "sell", 500), ("A", "buy", 1000), ("A", "sell", 0),
    ]  # fmt: skip
    assert found.notes == (
        "the fills say nothing of fees", "fills of sessions for which nothing was asked are left out: 2024-01-03"
    )  # fmt: skip
    assert math.isnan(found.totals["fees"])


def test_the_account_beside_the_paper_run(tmp_path: Path) -> None:
    rise = np.cumprod([1.0, 1.1, 1.0, 1.2, 1.0, 1.0])[:, None] * 10
    panel = sl.Panel(DAYS, ("A",), rise, open=rise, high=rise, low=rise, checked=False)
    rule, kept = Fixed({"A": 1.0}, sl.Once()), sl.OrderJournal(tmp_path / "orders.jsonl")
    for last, held, cash in ((1, 0, 1_000.0), (2, 50, 450.0), (3, 50, 450.0)):
        now = panel.until(last)
        sl.orders(rule, now, {"A": held}, cash, "frictionless", today=now.session, journal=kept)
    run = sl.run(rule, panel, "frictionless", cash=1_000)
    got = pd.DataFrame({"symbol": ["A"], "side": ["buy"], "shares": [50], "price": [11.0]})
    tracked = sl.order_fills(kept, got, panel, run).tracking
    assert tracked["account"].tolist() == pytest.approx([1.0, 1.0, 1.11])  # 550 of 1,000 rose by a fifth
    assert tracked["paper"].tolist() == pytest.approx([1.0, 1.0, 1.2])
    assert tracked["difference"].iloc[-1] == pytest.approx(-0.09)
    alone = sl.order_fills(kept, got, panel, replace(run, panel=panel))
    assert list(alone.tracking.columns) == ["session", "account", "paper", "difference"]


def test_what_is_refused(panel: sl.Panel, journal: sl.OrderJournal, tmp_path: Path) -> None:
    fill = {"symbol": ["A"], "side": ["buy"], "shares": [1], "price": [1.0]}
    with pytest.raises(DataError, match="has no orders to compare fills with"):
        sl.order_fills(tmp_path / "none.jsonl", pd.DataFrame(fill), panel)
    with pytest.raises(DataError, match="row 1: side must be buy or sell"):
        sl.order_fills(journal, pd.DataFrame(fill | {"side": ["hold"]}), panel)
    with pytest.raises(DataError, match="must be above 0, were 1 and 0"):
        sl.order_fills(journal, pd.DataFrame(fill | {"price": [0.0]}), panel)


def test_fees_below_0_are_refused_and_empty_ones_are_not_known(panel: sl.Panel, journal: sl.OrderJournal) -> None:
    got = pd.DataFrame({"symbol": ["B", "A"], "side": ["sell", "buy"], "shares": 100, "price": 4, "fees": [5.0, None]})
    found = sl.order_fills(journal, got, panel)
    assert found.by_order["fees"].tolist()[0] == 5.0
    assert math.isnan(found.by_order["fees"].tolist()[1])
    assert math.isnan(found.totals["fees"])
    assert "fees of 1 fills are empty, and so not known; give 0 where none were paid" in found.notes
    with pytest.raises(DataError, match="row 2, A: fees must be what was paid, >= 0, were -5; give them with"):
        sl.order_fills(journal, got.assign(fees=[5.0, -5.0]), panel)
