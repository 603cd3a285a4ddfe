"""The same returns through empyrical-reloaded and quantstats: equal where the definition is the same.

They run in a process of their own: importing quantstats changes matplotlib's defaults for all that comes after it.
"""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys

import numpy as np
import pytest

from sectorlead.reports import metrics

PEERS = """
import json, sys, warnings
import numpy as np, pandas as pd
warnings.simplefilter("ignore")
given = json.load(sys.stdin)
index = pd.bdate_range("2020-01-01", periods=len(given["own"]))
own, market = (pd.Series(given[key], index=index) for key in ("own", "market"))
"""
EMPYRICAL = """
import empyrical as e
print(json.dumps({
    "total_return": e.cum_returns_final(own), "cagr": e.annual_return(own), "volatility": e.annual_volatility(own),
    "sharpe": e.sharpe_ratio(own), "sharpe_over_cash": e.sharpe_ratio(own, 1e-4), "sortino": e.sortino_ratio(own),
    "sortino_target": e.sortino_ratio(own, 1e-4), "max_drawdown": e.max_drawdown(own), "calmar": e.calmar_ratio(own),
    "var": e.value_at_risk(own), "cvar": e.conditional_value_at_risk(own), "tail_ratio": e.tail_ratio(own),
    "beta": e.beta(own, market), "alpha": e.alpha(own, market), "information": e.excess_sharpe(own, market),
    "up_capture": e.up_capture(own, market), "down_capture": e.down_capture(own, market),
    "first_day": e.max_drawdown(pd.Series([-0.1, 0.05, 0.05], index=index[:3])),
}))
"""
QUANTSTATS = """
import quantstats.stats as q
print(json.dumps({
    "total_return": q.comp(own), "cagr": q.cagr(own), "volatility": q.volatility(own), "sharpe": q.sharpe(own),
    "sortino": q.sortino(own), "max_drawdown": q.max_drawdown(own), "calmar": q.calmar(own), "skewness": q.skew(own),
    "kurtosis": q.kurtosis(own), "tail_ratio": q.tail_ratio(own), "win_rate": q.win_rate(own),
    "ulcer": q.ulcer_index(own),
    "information": q.information_ratio(own, market), **q.greeks(own, market).to_dict(),
}, default=float))
"""

RNG = np.random.default_rng(7)
MARKET = 0.01 * RNG.standard_normal(700)
OWN = np.where(np.arange(700) % 50 == 0, 0.0, 0.0004 + 0.9 * MARKET + 0.006 * RNG.standard_normal(700))
GROWTH = np.concatenate(([1.0], np.cumprod(1 + OWN)))


def numbers_of(package: str, script: str) -> dict[str, float]:
    if importlib.util.find_spec(package) is None:
        pytest.skip(f"{package} is not installed")
    given = json.dumps({"own": OWN.tolist(), "market": MARKET.tolist()})
    done = subprocess.run([sys.executable, "-c", PEERS + script], input=given, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


@pytest.fixture(scope="module")
def empyrical() -> dict[str, float]:
    return numbers_of("empyrical", EMPYRICAL)


@pytest.fixture(scope="module")
def quantstats() -> dict[str, float]:
    return numbers_of("quantstats", QUANTSTATS)


def near(value: float) -> object:
    return pytest.approx(value, rel=1e-9)


SAME = {
    "total_return": metrics.total_return(GROWTH),
    "cagr": metrics.cagr_by_sessions(GROWTH, 252),
    "volatility": metrics.volatility(OWN, 252),
    "sharpe": metrics.sharpe(OWN, 252),
    "sortino": metrics.sortino(OWN, 252),
    "max_drawdown": metrics.max_drawdown(GROWTH),
    "calmar": metrics.calmar(GROWTH, 700 / 252),
    "tail_ratio": metrics.tail_ratio(OWN),
    "beta": metrics.beta(OWN, MARKET),
}


@pytest.mark.parametrize("name", SAME)
@pytest.mark.parametrize("peer", ["empyrical", "quantstats"])
def test_same_definition_same_number(name, peer, request):
    assert SAME[name] == near(request.getfixturevalue(peer)[name])


def test_empyrical_has_the_historical_var(empyrical):
    assert metrics.value_at_risk(OWN) == near(empyrical["var"])
    assert metrics.conditional_value_at_risk(OWN) == near(empyrical["cvar"])


def test_empyrical_takes_a_cash_rate_and_a_target(empyrical):
    assert metrics.sharpe(OWN, 252, cash=1e-4) == near(empyrical["sharpe_over_cash"])
    assert metrics.sortino(OWN, 252, target=1e-4) == near(empyrical["sortino_target"])


def test_empyrical_knows_the_first_session(empyrical):
    assert metrics.max_drawdown(np.array([1.0, 0.9, 0.945, 0.99225])) == near(empyrical["first_day"])


def test_quantstats_corrects_moments_and_leaves_out_zeros(quantstats):
    assert metrics.skewness(OWN) == near(quantstats["skewness"])
    assert metrics.kurtosis(OWN) == near(quantstats["kurtosis"])
    assert metrics.positive_share(OWN) == near(quantstats["win_rate"])
    assert np.count_nonzero(OWN == 0) == 14


def test_alpha_is_arithmetic_in_quantstats_and_compounded_in_empyrical(empyrical, quantstats):
    alpha = metrics.alpha(OWN, MARKET, 252)
    assert alpha == near(quantstats["alpha"])
    assert (1 + alpha / 252) ** 252 - 1 == near(empyrical["alpha"])


def test_their_information_ratio_is_by_the_session(empyrical, quantstats):
    """Research found 0.0447 printed for 0.709: the mean over the deviation of a session, beside yearly numbers."""
    assert metrics.information_ratio(OWN, MARKET, 1) == near(quantstats["information"])
    assert metrics.information_ratio(OWN, MARKET, 252) == near(empyrical["information"] * np.sqrt(252))


def test_empyrical_annualises_both_sides_of_a_capture(empyrical):
    """Up sessions alone, compounded over a year of 252 of them, are no return that anybody had."""
    for name, chosen in (("up_capture", MARKET > 0), ("down_capture", MARKET < 0)):
        own, market = (np.prod(1 + line[chosen]) ** (1 / chosen.sum()) - 1 for line in (OWN, MARKET))
        assert metrics.capture(OWN, MARKET, up=name == "up_capture") == near(own / market)
        assert ((1 + own) ** 252 - 1) / ((1 + market) ** 252 - 1) == near(empyrical[name])


def test_quantstats_divides_the_ulcer_index_by_one_less(quantstats):
    assert metrics.ulcer_index(GROWTH) == near(quantstats["ulcer"] * np.sqrt(699 / 700))
