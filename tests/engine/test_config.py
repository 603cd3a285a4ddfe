"""The terms of a run: declared once, checked in words, the same wherever they are asked for."""

from __future__ import annotations

import dataclasses
import datetime
import inspect
import pickle
from collections.abc import Callable
from typing import Any, get_args, get_type_hints

import numpy as np
import pandas as pd
import pytest

import sectorlead as sl
from sectorlead.data.errors import ParameterError, UnknownNameError
from sectorlead.engine.backtest import backtest
from sectorlead.engine.config import TERMS, RunConfig, RunTerms, SharedTerms, in_words, merged
from sectorlead.engine.record import Terms

PANEL = sl.simulate(seed=1, sessions=120)
RATES = pd.Series([0.01, 0.02], pd.DatetimeIndex(["2014-01-01", "2015-02-01"]), name="shibor")


def test_what_editors_read_has_the_same_terms_and_types() -> None:
    hints = get_type_hints(RunConfig)
    assert get_type_hints(RunTerms) == hints
    assert get_type_hints(SharedTerms) == {name: hint for name, hint in hints.items() if name != "name"}


def test_every_choice_that_reports_tell_is_told_in_words() -> None:
    told = {name: known for name, known in TERMS.items() if known.choices}
    assert set(told) >= {"fill", "size", "unfilled"}
    for known in told.values():
        assert tuple(known.choices) == get_args(known.hint) == known.form.choices
        assert known.default in known.choices
    assert RunConfig(fill="same-close", unfilled="drop").in_words() == (
        "Decided and filled at the same close, as papers on period returns do; nobody could have traded so; "
        "shares fixed at the decision's close; what stays unfilled is dropped; a series ends at its stated last date, "
        "and is suspended where it has no bars before; distributions are more shares at once, without cost or tax."
    )
    assert in_words({"fill": ["open"], "cash": 5}) == in_words({}) == ""  # a manifest from elsewhere


def test_every_term_says_what_it_is_where_people_look() -> None:
    page = inspect.getdoc(RunConfig) or ""
    for known in TERMS.values():
        assert known.says
        assert f"{known.name} : " in page or f"{known.name}, " in page or f", {known.name} : " in page


def test_defaults_are_as_they_are_kept() -> None:  # they are not checked at each run
    for known in TERMS.values():
        assert known.default is None or known.form.read(known.default, known.name) is known.default


@pytest.mark.parametrize(
    ("terms", "error", "message"),
    [
        ({"fil": "open"}, UnknownNameError, "unknown term of a run 'fil'. Did you mean 'fill'?"),
        ({"fill": "opne"}, UnknownNameError, "unknown fill 'opne'. Did you mean 'open'?"),
        ({"fill": None}, ParameterError, "fill must be one of 'open', 'close', 'vwap', 'at', 'same-close', was None"),
        ({"unfilled": "keep"}, UnknownNameError, "Known: carry, drop."),
        ({"no_trade": -0.1}, ParameterError, "no_trade must be a fraction >= 0 and < 1, such as"),
        ({"no_trade": 2}, ParameterError, "such as 0.02 for two points, was 2"),
        ({"price_at": "25:00"}, ParameterError, 'price_at must be a time of day such as "10:00"'),
        ({"fill": "at"}, ParameterError, "price_at says which"),
        ({"fill": "close", "price_at": "10:00"}, ParameterError, "leave price_at out"),
        ({"decide_at": "14:30"}, ParameterError, "fills later in the same session; give price_at"),
        ({"decide_at": "14:30", "price_at": "14:30"}, ParameterError, "must be later than decide_at"),
        ({"cash": -1}, ParameterError, "cash must be a finite number > 0, was -1"),
        ({"cash": 0}, ParameterError, "cash must be a finite number > 0, was 0"),
        ({"cash": float("inf")}, ParameterError, "cash must be a finite number > 0, was inf"),
        ({"cash": float("nan")}, ParameterError, "cash must be a finite number > 0, was nan"),
        ({"cash": True}, ParameterError, "cash must be a finite number > 0, was True"),
        ({"cash": "much"}, ParameterError, "cash must be a finite number > 0, was 'much'"),
        ({"seed": 1.5}, ParameterError, "seed must be a whole number, was 1.5"),
        ({"start": "01.02.2020"}, ParameterError, "start must be a date without time or time zone, such as 2020-01-31"),
        ({"end": pd.Timestamp("2020-01-01 10:00")}, ParameterError, "was 2020-01-01 10:00:00"),
        ({"start": 20200101}, ParameterError, "was 20200101"),
        ({"accept": "bad-tick"}, ParameterError, 'accept must be a list of texts such as ["bad-tick"], was '),
        ({"accept": ["bad-tik:A"]}, UnknownNameError, "Did you mean 'bad-tick'?"),
        ({"cash_rate": 2}, ParameterError, "a fraction a year from 0 to 1, such as 0.02, was 2; above 1"),
        ({"cash_rate": RATES * 100}, sl.InputError, "surely per cent"),
        ({"cash_flows": 5}, ParameterError, "cash_flows must be amounts by date, deposits above 0 and"),
        ({"cash_flows": "monthly"}, ParameterError, 'texts such as "2021-03-01 50000" or "monthly -2000", was '),
        ({"cash_flows": "dayly 5"}, ParameterError, "or one of weekly, monthly, quarterly, yearly"),
        ({"cash_flows": {"2021-03-01": 0}}, ParameterError, "2021-03-01 must be a finite amount other than 0, was 0"),
        ({"cash_flows": ["monthly 5", "monthly=6"]}, ParameterError, "cash_flows has monthly twice"),
        ({"name": 3}, ParameterError, "name must be text in quotes, was 3"),
    ],
)  # fmt: skip
def test_a_term_that_can_not_be_says_what_is_allowed(terms: dict[str, Any], error: type, message: str) -> None:
    asked: list[Callable[..., Any]] = [
        RunConfig,
        lambda **given: merged(RunConfig(cash=5), given),
        lambda **given: dataclasses.replace(RunConfig(), **given),
        lambda **given: backtest(sl.build("momentum"), PANEL, **given),
        lambda **given: sl.run("momentum", PANEL, config=RunConfig(), **given),
    ]
    for ask in asked:
        with pytest.raises(error) as raised:
            ask(**terms)
        assert message in str(raised.value)


def test_values_are_kept_in_one_plain_form() -> None:
    given = RunConfig(
        cash=np.int64(5), seed=np.int64(3), accept=["bad-tick"], start=datetime.date(2020, 1, 2),
        end=pd.Timestamp("2021-01-02"),
    )  # fmt: skip
    assert (given.start, given.end, given.accept) == ("2020-01-02", "2021-01-02", ("bad-tick",))
    assert given == RunConfig(cash=5, seed=3, accept=("bad-tick",), start="20200102", end="2021-01-02")
    assert hash(given) == hash(dataclasses.replace(given))
    assert pickle.loads(pickle.dumps(given)) == given


def test_rates_by_date_are_part_of_what_makes_terms_equal() -> None:
    one = RunConfig(cash_rate=RATES)
    assert one == RunConfig(cash_rate=RATES.copy())
    assert hash(one) == hash(RunConfig(cash_rate=RATES.copy()))
    assert one != RunConfig(cash_rate=RATES / 2)
    assert one != RunConfig(cash_rate=0.01)
    assert one != RunConfig(cash_rate=RATES, cash=5)


def test_keywords_stand_in_place_of_the_terms_they_are_given_with() -> None:
    usual = RunConfig(cash=500_000, fill="close", name="usual")
    run = sl.run("momentum", PANEL, "frictionless", config=usual, fill="open")
    assert (run.name, run.terms.cash, run.terms.fill, usual.fill) == ("usual", 500_000, "open", "close")
    assert sl.run("momentum", PANEL, config=RunConfig()).name == "momentum"
    again = sl.run("momentum", PANEL, "frictionless", config=RunConfig(), cash=500_000, fill="open")
    np.testing.assert_array_equal(again.outcome.equity, run.outcome.equity)
    with pytest.raises(sl.InputError, match=r"config must be a RunConfig, was {'cash': 5}"):
        sl.run("momentum", PANEL, config={"cash": 5})  # type: ignore[arg-type]


def test_terms_are_the_config_and_what_it_comes_to(tmp_path: Any) -> None:
    RATES.rename_axis("date").to_frame().to_csv(tmp_path / "rates.csv")
    config = RunConfig(
        cash=1000.004, start=PANEL.sessions[30], cash_rate=f"{tmp_path}/rates.csv:shibor", accept=[], unfilled="drop"
    )
    run = sl.run("momentum", PANEL, "cn-etf", config=config)  # it decides in its first session
    assert isinstance(run.terms, Terms)
    assert (run.terms.first, run.terms.last, run.terms.cash) == (30, 119, 1000.0)
    assert run.terms.rate.startswith("shibor, 2014-01-01 to 2015-02-01, mean 1.50%")
    kept = {name: getattr(run.terms, name) for name in TERMS}
    assert kept == {name: getattr(config, name) for name in TERMS} | {
        "cash": 1000.0, "name": "momentum", "measured_from": "first-decision",
    }  # fmt: skip
    same = sl.run("momentum", PANEL, "cn-etf", config=dataclasses.replace(config, cash_rate=RATES))
    np.testing.assert_array_equal(run.terms.accrual, same.terms.accrual)
    assert run.terms.accrual[31] > 0 == run.terms.accrual[30]
    told = run.manifest["terms"]
    assert set(told) == set(TERMS) - {"name"}
    assert (told["start"], told["unfilled"], told["accept"]) == (f"{PANEL.sessions[30]:%F}", "drop", [])


def test_signatures_name_every_term() -> None:
    for function in (sl.run, backtest):
        shown = inspect.signature(function).parameters
        assert list(shown)[:5] == ["strategy", "panel", "market", "analyzers", "config"]
        assert {name: shown[name].default for name in list(shown)[5:]} == {
            known.name: known.default for known in TERMS.values()
        }
        assert "config" in (inspect.getdoc(function) or "")
    assert list(inspect.signature(RunConfig).parameters) == list(TERMS)


def test_errors_of_the_data_stop_a_run_that_does_not_accept_them() -> None:
    close = PANEL.close.copy()
    close[60, 3] *= 100  # a bad tick
    bad = sl.Panel(PANEL.sessions, PANEL.symbols, close)
    for given in ({}, {"accept": []}, {"accept": ["stale-prices"]}):
        with pytest.raises(sl.InputError, match="accept them by name") as raised:
            sl.run("momentum", bad, "frictionless", fill="close", **given)  # type: ignore[arg-type]
    rules = raised.value.rules  # type: ignore[attr-defined]
    meant = dataclasses.replace(bad, checked=False)
    free = sl.run("momentum", meant, "frictionless", fill="close")
    assert (free.panel, free.terms.accept) == (meant, None)
    run = sl.run("momentum", bad, "frictionless", fill="close", accept=rules)
    assert sl.run("momentum", bad, "frictionless", fill="close", accept=rules).panel is run.panel
    assert any(note.startswith("accepted error in the data") for note in run.panel.notes)
    np.testing.assert_array_equal(run.outcome.equity, free.outcome.equity)
    again = sl.run("momentum", run.panel, "frictionless", fill="close", accept=rules)
    assert again.panel is run.panel  # told once


def test_a_market_starts_from_a_named_one() -> None:
    dearer = sl.market("cn-etf", slippage_bps=5)
    assert dearer == dataclasses.replace(sl.market("cn-etf"), name="custom", slippage_bps=5)
    assert sl.market("cn-etf").name == "cn-etf"
    assert sl.market(dearer, name="mine").slippage_bps == 5
    assert sl.market() == sl.Market()
    assert sl.market(commission_rate=0.001) == sl.Market(commission_rate=0.001)
    assert list(inspect.signature(sl.market).parameters)[1:] == [item.name for item in dataclasses.fields(sl.Market)]
    with pytest.raises(sl.InputError, match=r"unknown field of a market 'slipage_bps'. Did you mean 'slippage_bps'"):
        sl.market("cn-etf", slipage_bps=5)
    with pytest.raises(sl.InputError, match="Did you mean 'cn-etf'"):
        sl.market("cn-eft")


def test_times_of_day_and_bands_are_told_in_words() -> None:
    early = RunConfig(decide_at="14:30", price_at="14:50", no_trade=0.02, no_trade_to="edge")
    assert early.fill == "at"
    assert early.same_session
    assert early.in_words().startswith(
        "Decided at the price at 14:30, filled at the price at 14:50 of the same session; "
        "shares fixed at the decision's price;"
    )
    assert early.in_words().endswith(
        "within 2 points of its target weight is left alone, one further off goes to the edge of that band."
    )
    late = RunConfig(price_at="9:35", no_trade=0.2, no_trade_of="target")
    assert not late.same_session
    assert late.in_words().startswith("Decided after the close, filled at the next session's price at 09:35;")
    assert "within 20% of its target weight is left alone, one further off goes to its target." in late.in_words()
    assert "filled at the close of the same session" in RunConfig(decide_at="14:30", fill="close").in_words()
