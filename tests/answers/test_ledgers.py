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
from sectorlead.engine.market.market import MARKETS, Market
from sectorlead.engine.record import SIDES
from sectorlead.engine.strategy import Portfolio

FOLDER = Path(__file__).parent / "ledgers"
CENT = 0.005

FUNDS, STOCKS = MARKETS["cn-etf"], MARKETS["cn-stock"]
SINGLE = Market(commission_min=5.0, lot=1, money_step=0.01)
TERMS: dict[str, dict[str, Any]] = {
    "minimum_commission": {},
    "gap_up": {},
    "limit_up_carry": {"bars": "limit_up"},
    "limit_up_drop": {"bars": "limit_up", "unfilled": "drop"},
    "suspended": {},
    "closes_first": {},
    "closes_first_at_fill": {"bars": "closes_first", "size": "fill"},
    "split": {},
    "switch": {},
    "terminated": {},
    "halted": {},
    "written_off": {"bars": "halted", "write_off": 2},
    "minimum_fees_do_not_shrink": {"market": Market(commission_min=5.0)},
    "thin_volume": {"market": replace(FUNDS, participation=0.1)},
    "sized_at_fill": {"size": "fill"},
    "tie": {},
    "whole_lots": {},
    "half_fen": {"market": Market(lot=1, money_step=0.01)},
    "sale_below_its_fee": {"market": Market(commission_min=60.0, lot=100)},
    "stamp_duty": {"market": "cn-stock"},
    "transfer_fee": {"market": "cn-stock"},
    "net_commission": {"market": replace(STOCKS, commission_rate=0.0002, commission_includes_levies=False)},
    "chinext_limit": {"market": "cn-stock"},
    "st_limit": {"market": "cn-stock"},
    "newly_listed": {"market": "cn-stock"},
    "listing_day": {"market": "cn-stock"},
    "star_lots": {"market": "cn-stock"},
    "star_minimum": {"market": "cn-stock"},
    "limits_strict": {"bars": "touched_limit"},
    "limits_one_price": {"bars": "touched_limit", "market": replace(FUNDS, limit_policy="one-price")},
    "half_spread": {"market": replace(FUNDS, half_spread_ticks=2.0)},
    "impact": {"market": Market(commission_min=5.0, lot=100, money_step=0.01, impact=1.0)},
    "cash_interest": {"cash_rate": pd.Series([0.02, 0.03], pd.DatetimeIndex(["2024-02-01", "2024-02-17"]))},
    "recovery": {"bars": "terminated", "market": replace(FUNDS, recovery=0.3)},
    "dividend_month": {"bars": "dividend", "market": "cn-stock", "dividends": "cash"},
    "dividend_past_month": {"bars": "dividend", "market": "cn-stock", "dividends": "cash"},
    "dividend_year": {"bars": "dividend", "market": "cn-stock", "dividends": "cash"},
    "dividend_past_year": {"bars": "dividend", "market": "cn-stock", "dividends": "cash"},
    "dividend_first_in_first_out": {"bars": "dividend", "market": "cn-stock", "dividends": "cash"},
    "dividend_split": {"market": "cn-stock", "dividends": "cash"},
    "dividend_2014": {"market": replace(STOCKS, transfer_fee_rate=0.0), "dividends": "cash"},
    "dividend_fund": {"dividends": "cash"},
    "dividend_reinvested_at_open": {"bars": "dividend_fund", "dividends": "reinvest-at-open"},
    "dividend_beside_an_order": {"bars": "dividend_fund", "dividends": "reinvest-at-open"},
    "flow_deposit": {"bars": "flows", "cash_flows": {"2024-01-30": 5_000}},
    "flow_weekend": {"bars": "flows", "cash_flows": {"2024-01-26": 7, "2024-02-03": 1_000.009, "2024-02-07": 7}},
    "flow_withdrawal": {"bars": "flows", "cash_flows": {"2024-01-31": -4_000}},
    "flow_withdrawal_waits": {"bars": "flows", "cash_flows": {"2024-01-31": -6_000}},
    "flow_deposit_pays_due": {"bars": "flows", "cash_flows": {"2024-01-31": -6_000, "2024-02-01": 2_000}},
    "flow_reserved": {"bars": "flows", "cash_flows": {"2024-02-02": -3_000}},
    "flow_monthly": {"bars": "flows", "cash_flows": "monthly 1000"},
    "flow_interest": {"bars": "flows", "cash_flows": {"2024-01-31": -2_000}, "cash_rate": 0.0365},
    "flow_same_close": {"bars": "flows", "cash_flows": {"2024-01-30": 5_000}, "fill": "same-close"},
    "flow_out_and_back": {"bars": "flows", "cash_flows": {"2024-01-31": -20_000, "2024-02-02": 15_000}},
    "band_target": {"bars": "band", "market": SINGLE, "no_trade": 0.02},
    "band_edge": {"bars": "band", "market": SINGLE, "no_trade": 0.02, "no_trade_to": "edge"},
    "band_of_target": {"bars": "band", "market": SINGLE, "no_trade": 0.03, "no_trade_of": "target"},
    "band_at_fill": {"bars": "band", "market": SINGLE, "no_trade": 0.02, "size": "fill"},
    "band_entry_exit": {"bars": "band", "market": SINGLE, "no_trade": 0.3},
    "band_upper_edge": {"market": Market(lot=1, money_step=0.01), "no_trade": 0.05},
    "band_lower_edge": {"market": Market(lot=1, money_step=0.01), "no_trade": 0.05},
    "band_superseded": {"market": SINGLE, "no_trade": 0.02},
    "band_short_of_cash": {"market": SINGLE, "no_trade": 0.02},
    "band_fractions": {"market": Market(), "no_trade": 0.05, "no_trade_to": "edge"},
    "timed_price": {"bars": "timed", "price_at": "10:00"},
    "timed_missing": {"bars": "timed", "price_at": "10:00"},
    "timed_missing_drop": {"bars": "timed", "price_at": "10:00", "unfilled": "drop"},
    "timed_sized_at_fill": {"bars": "timed", "price_at": "10:00", "size": "fill"},
    "timed_slippage": {"bars": "timed", "price_at": "10:00", "market": replace(FUNDS, slippage_bps=10.0)},
    "timed_limit": {"price_at": "10:00"},
    "timed_off_the_limit": {"price_at": "10:00"},
    "timed_split": {"price_at": "10:00"},
    "decided_early": {"bars": "timed", "market": SINGLE, "decide_at": "14:30", "price_at": "14:50"},
    "decided_early_at_close": {"bars": "timed", "market": SINGLE, "decide_at": "14:30", "fill": "close"},
    "decided_without_price": {"bars": "timed", "market": SINGLE, "decide_at": "14:30", "price_at": "14:50"},
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
    replay(name, {"market": "cn-etf", "bars": name} | TERMS[name], engine)


@pytest.mark.parametrize("engine", ["compiled", "backtrader"])
def test_who_says_so_ends_a_series_with_its_last_bar(engine: str) -> None:
    replay("terminated", {"market": "cn-etf", "bars": "halted", "ended": "last-bar"}, engine)


def replay(name: str, terms: dict[str, Any], engine: str) -> None:
    ledger = pd.read_csv(FOLDER / f"{name}.csv", parse_dates=["session"], dtype={"symbol": str})
    panel = replace(load(FOLDER / f"{terms.pop('bars')}.bars.csv"), checked=False)
    closes = ledger[ledger.event == "close"].set_index("session")

    run = backtest(Told(ledger), panel, cash=closes.cash.iloc[0], engine=engine, **terms)

    assert run.cash.to_list() == pytest.approx(closes.cash.to_list(), abs=CENT)
    assert run.equity.to_list() == pytest.approx(closes.equity.to_list(), abs=CENT)
    assert list(run.sessions) == list(closes.index)
    if "flow" in closes:
        assert run.flows.to_list() == pytest.approx(closes.flow.to_list(), abs=CENT)
    if "interest" in closes:
        assert run.interest.to_list() == pytest.approx(closes.interest.to_list(), abs=CENT)
    same_rows(run.fills, ledger[ledger.event.isin(SIDES.values())].rename(columns={"event": "side"}))
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
