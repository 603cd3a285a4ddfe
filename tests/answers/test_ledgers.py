"""The hand-worked ledgers of README.md, replayed on both engines."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from sectorlead.data.load import load
from sectorlead.data.panel import Panel
from sectorlead.engine.backtest import backtest
from sectorlead.engine.market import MARKETS, Market
from sectorlead.engine.strategy import Portfolio

FOLDER = Path(__file__).parent / "ledgers"
CENT = 0.005

TERMS: dict[str, dict[str, Any]] = {
    "minimum_commission": {},
    "gap_up": {},
    "limit_up_carry": {"bars": "limit_up"},
    "limit_up_drop": {"bars": "limit_up", "unfilled": "drop"},
    "suspended": {},
    "split": {},
    "switch": {},
    "terminated": {},
    "minimum_fees_do_not_shrink": {"market": Market(commission_min=5.0)},
    "thin_volume": {"market": replace(MARKETS["cn-etf"], participation=0.1)},
    "sized_at_fill": {"size": "fill"},
    "tie": {},
    "whole_lots": {},
    "half_fen": {"market": Market(lot=1, money_step=0.01)},
    "sale_below_its_fee": {"market": Market(commission_min=60.0, lot=100)},
}


class Told:
    """Decides what the ledger says."""

    def __init__(self, ledger: pd.DataFrame) -> None:
        told = ledger[ledger.event == "decide"]
        self.weights = {day: dict(zip(of.symbol, of.weight, strict=True)) for day, of in told.groupby("session")}

    def decide(self, view: Panel, portfolio: Portfolio) -> dict[str, float] | None:
        return self.weights.get(view.session)


@pytest.mark.parametrize("engine", ["compiled", "backtrader"])
@pytest.mark.parametrize("name", TERMS)
def test_ledger(name: str, engine: str) -> None:
    terms = {"market": "cn-etf", "bars": name} | TERMS[name]
    ledger = pd.read_csv(FOLDER / f"{name}.csv", parse_dates=["session"])
    panel = load(FOLDER / f"{terms.pop('bars')}.bars.csv")
    closes = ledger[ledger.event == "close"].set_index("session")

    run = backtest(Told(ledger), panel, cash=closes.cash.iloc[0], engine=engine, **terms)

    assert run.cash.to_list() == pytest.approx(closes.cash.to_list(), abs=CENT)
    assert run.equity.to_list() == pytest.approx(closes.equity.to_list(), abs=CENT)
    assert list(run.sessions) == list(closes.index)
    same_rows(run.fills, ledger[ledger.event.isin(["buy", "sell", "terminated"])].rename(columns={"event": "side"}))
    told = ledger[ledger.event.str.startswith("reject")]
    same_rows(
        run.rejections,
        told.assign(side=told.event.str.removeprefix("reject "), filled=told.shares),
    )


def same_rows(found: pd.DataFrame, told: pd.DataFrame) -> None:
    """The columns that both have, row for row in the order of session, symbol, side; money to the cent."""
    assert len(found) == len(told)
    keys = ["session", "symbol", "side"]
    shared = keys + [name for name in found if name not in keys and name in told and told[name].notna().any()]
    left, right = (frame[shared].sort_values(keys, ignore_index=True) for frame in (found, told))
    pd.testing.assert_frame_equal(left, right, check_dtype=False, rtol=0, atol=CENT)


def test_every_ledger_is_replayed() -> None:
    files = {path.name for path in FOLDER.iterdir()}
    replayed = {f"{name}.csv" for name in TERMS} | {f"{of.get('bars', name)}.bars.csv" for name, of in TERMS.items()}
    assert files == replayed
