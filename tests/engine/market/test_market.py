"""A market as a value: what it may be, what it says of itself, and what is made from a named one."""

from __future__ import annotations

import math
import pickle
from dataclasses import FrozenInstanceError, fields, replace
from pathlib import Path
from typing import Any

import pytest

from sectorlead.data.errors import InputError, ParameterError, UnknownNameError
from sectorlead.engine.canonical import fingerprint, to_data
from sectorlead.engine.market.market import MARKETS, POLICIES, Market, find_market, market
from sectorlead.engine.market.rulebook import find_rulebook
from sectorlead.engine.rebuild import from_data

DATED = ("stamp_duty_rate", "transfer_fee_rate", "lot", "price_limit", "tick", "t_plus_one", "dividend_tax_rate")


def test_without_a_book_a_bare_market_is_free_and_without_limits() -> None:
    bare = Market()
    assert [getattr(bare, name) for name in DATED] == [0.0, 0.0, 0, 0.0, 0.001, False, 0.0]
    assert (bare.book, bare.trades, bare.free) == (None, "", True)
    assert bare.slippage == (0.0, 0.0, 0.0)


def test_with_a_book_what_is_not_given_is_the_books() -> None:
    chinese = Market(rulebook="cn-a", lot=1)
    assert [getattr(chinese, name) for name in DATED] == [None, None, 1, None, None, None, None]
    assert chinese.book is find_rulebook("cn-a")
    assert Market(rulebook=find_rulebook("cn-a")).book is chinese.book


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"commission_rate": -0.1}, "commission_rate must be a number from 0 to"),
        ({"commission_rate": 0.5}, "commission_rate must be a number from 0 to 0.1"),
        ({"commission_min": math.inf}, "commission_min must be a number >= 0"),
        ({"slippage_bps": math.nan}, "slippage_bps must be a number from 0 to 1000"),
        ({"slippage_bps": 1001}, "slippage_bps"), ({"half_spread_ticks": 101}, "half_spread_ticks"),
        ({"impact": 10.1}, "impact"), ({"recovery": 1.1}, "recovery"), ({"participation": 1.1}, "participation"),
        ({"money_step": 1.1}, "money_step"), ({"price_limit": 1.0}, "price_limit must be a number from 0 to 0.99"),
        ({"tick": 0}, "tick must be > 0"), ({"tick": 1.5}, "tick must be a number from 0 to 1"),
        ({"lot": 0.5}, "lot must be a whole number"), ({"lot": True}, "lot must be a whole number"),
        ({"lot": "100"}, "lot must be a number"), ({"cost_scale": -1}, "cost_scale must be a number >= 0"),
        ({"t_plus_one": 1}, "t_plus_one must be True or False"), ({"name": 3}, "name must be text"),
        ({"commission_includes_levies": "net"}, "commission_includes_levies must be True or False"),
        ({"rulebook": 7}, "rulebook must be the name of a rule book"),
        ({"limit_policy": "strickt"}, "Did you mean 'strict'"), ({"uncovered": "near"}, "unknown Market.uncovered"),
        ({"trades": "funds"}, "unknown Market.trades 'funds'"),
    ],
)  # fmt: skip
def test_what_a_market_can_not_be_is_said(given: dict[str, Any], said: str) -> None:
    with pytest.raises(InputError, match=said.replace(".", r"\.").replace("(", r"\(")) as raised:
        Market(**given)
    assert isinstance(raised.value, ParameterError | UnknownNameError)


@pytest.mark.parametrize(
    "given",
    [
        {"commission_rate": 0.1}, {"slippage_bps": 1000}, {"price_limit": 0.99}, {"tick": 1.0}, {"participation": 1.0},
        {"recovery": 0.0}, {"lot": 0}, {"lot": 200.0}, {"cost_scale": 0.0}, {"impact": 10.0},
    ],
)  # fmt: skip
def test_the_ends_of_every_range_are_allowed(given: dict[str, Any]) -> None:
    ((name, value),) = given.items()
    assert getattr(Market(**given), name) == value


def test_the_first_choice_is_the_default() -> None:
    for name, allowed in POLICIES.items():
        assert getattr(Market(), name) == allowed[0]
        for choice in allowed:
            assert getattr(Market(**{name: choice}), name) == choice  # type: ignore[arg-type]


def test_a_market_is_a_value() -> None:
    with pytest.raises(FrozenInstanceError):
        Market().lot = 100  # type: ignore[misc]
    for each in MARKETS.values():
        assert pickle.loads(pickle.dumps(each)) == each == from_data(to_data(each))
        assert fingerprint(to_data(each)) != fingerprint(to_data(replace(each, slippage_bps=1.0)))
        assert list(each.describe()) == [item.name for item in fields(Market)]
    assert MARKETS["cn-etf"].describe()["rulebook"]["name"] == "cn-a"
    assert MARKETS["us-etf"].describe()["rulebook"] is None


def test_a_book_of_ones_own_is_kept_as_it_was_read(tmp_path: Path) -> None:
    from importlib.resources import files

    path = tmp_path / "own.toml"
    shipped = files("sectorlead.data").joinpath("rulebooks", "cn-a.toml").read_text(encoding="utf-8")
    path.write_text(shipped, encoding="utf-8")
    own = Market(rulebook=str(path))
    path.write_text("nothing", encoding="utf-8")
    assert own.book is not None
    assert own.book.digest == find_rulebook("cn-a").digest
    with pytest.raises(InputError):
        Market(rulebook=str(path))
    with pytest.raises(InputError, match="cn-a"):
        Market(rulebook="cn-b")


# --- what it says of itself -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "free: no commission, no fee, no slippage; fractional units"),
        ({"lot": 100, "price_limit": 0.1, "t_plus_one": True},
         "free: no commission, no fee, no slippage; lots of 100; price limit 10%; T+1 shares, T+0 cash"),
        ({"commission_rate": 0.0003, "commission_min": 5.0, "half_spread_ticks": 2, "impact": 0.5},
         "commission 3 bp, at least 5 per fill; slippage 0 bp; half spread 2 ticks; square-root impact x 0.5; "
         "fractional units"),
        ({"stamp_duty_rate": 0.001, "slippage_bps": 2},
         "free of commission; stamp duty 10 bp on sells; slippage 2 bp; fractional units"),
        ({"participation": 0.1, "recovery": 0.3, "commission_min": 5},
         "commission 0 bp, at least 5 per fill; slippage 0 bp; fractional units; at most 10% of a bar's volume; "
         "30% of the last close when a series ends"),
        ({"price_limit": 0.1, "limit_policy": "one-price", "slippage_bps": 1},
         "free of commission; slippage 1 bp; fractional units; price limit 10%; limits: one-price"),
        ({"cost_scale": 2}, "2 times no costs: free: no commission, no fee, no slippage; fractional units"),
        ({"cost_scale": 2, "slippage_bps": 1},
         "2 times all costs: free of commission; slippage 1 bp; fractional units"),
        ({"cost_scale": 0, "slippage_bps": 1},
         "0 times all costs: free: no commission, no fee, no slippage; fractional units"),
    ],
)  # fmt: skip
def test_the_sentence_says_what_costs_and_what_is_free(given: dict[str, Any], said: str) -> None:
    assert Market(**given).sentence() == said


def test_a_book_without_a_commission_says_so() -> None:
    version = find_rulebook("cn-a").version
    assert Market(rulebook="cn-a").sentence() == f"free of commission; rule book cn-a {version}; slippage 0 bp"
    net = Market(rulebook="cn-a", commission_rate=0.0002, commission_includes_levies=False).sentence()
    assert net == f"commission 2 bp; handling fee and levy beside it; rule book cn-a {version}; slippage 0 bp"


@pytest.mark.parametrize(
    ("given", "free"),
    [
        ({}, True), ({"cost_scale": 2}, True), ({"rulebook": "cn-a"}, False), ({"commission_rate": 0.0001}, False),
        ({"commission_min": 1}, False), ({"stamp_duty_rate": 0.001}, False), ({"transfer_fee_rate": 1e-5}, False),
        ({"slippage_bps": 1}, False), ({"half_spread_ticks": 1}, False), ({"impact": 0.1}, False),
        ({"rulebook": "cn-a", "commission_rate": 0.0003, "cost_scale": 0}, True), ({"lot": 100}, True),
    ],
)  # fmt: skip
def test_free_is_what_costs_nothing(given: dict[str, Any], free: bool) -> None:
    assert Market(**given).free is free


def test_slippage_is_multiplied_by_the_scale() -> None:
    found = Market(slippage_bps=5, half_spread_ticks=2, impact=0.1, cost_scale=3).slippage
    assert found == pytest.approx((15e-4, 6, 0.3))


# --- named ones, and what is made of them -----------------------------------------------------------------------------


def test_named_markets_are_what_the_documents_say() -> None:
    assert [each.name for each in MARKETS.values()] == list(MARKETS)
    assert {name: each.trades for name, each in MARKETS.items()} == {
        "frictionless": "", "cn-index": "", "cn-etf": "etf", "cn-stock": "stock", "us-etf": "etf",
    }  # fmt: skip
    assert [name for name, each in MARKETS.items() if each.free] == ["frictionless", "us-etf"]
    assert MARKETS["frictionless"] == Market(name="frictionless")
    funds, shares = MARKETS["cn-etf"], MARKETS["cn-stock"]
    assert (funds.commission_rate, funds.commission_min, funds.money_step, funds.board) == (0.00025, 5.0, 0.01, "fund")
    assert replace(funds, name="cn-stock", trades="stock", board="") == shares
    index = MARKETS["cn-index"]
    assert (index.commission_rate, index.lot, index.price_limit, index.book) == (0.0003, 0, 0.0, None)


def test_a_market_made_of_another_still_trades_what_that_does() -> None:
    dearer = market("cn-etf", slippage_bps=5)
    assert (dearer.name, dearer.trades, dearer.slippage_bps) == ("custom", "etf", 5)
    assert market(dearer, cost_scale=2).trades == "etf"
    assert market("cn-etf", trades="").trades == ""
    assert market("cn-etf") is MARKETS["cn-etf"]


def test_a_market_by_name_or_as_it_is() -> None:
    own = Market(name="own")
    assert find_market(own) is own
    assert find_market("us-etf") is MARKETS["us-etf"]
    with pytest.raises(UnknownNameError, match="Did you mean 'cn-etf'"):
        find_market("cn-eft")
