"""The whole battery on Faber's 54 variants: what other implementations found on the same rules and sample.

Relative Strength Strategies for Investing (2010): ten industries, look-backs of 1, 3, 6, 9, 12 months and their mean,
the best 1 to 9 held equally for a month, 1928 to 2009. The known figures are of another vintage of the industries, so
each has a tolerance.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from sectorlead.reports.significance.confidence_set import confidence_set
from sectorlead.reports.significance.corrections import benjamini_hochberg, holm
from sectorlead.reports.significance.hac import standard_errors
from sectorlead.reports.significance.intervals import intervals
from sectorlead.reports.significance.overfitting import overfitting
from sectorlead.reports.significance.sharpe import (
    deflated_sharpe,
    effective_trials,
    expected_maximum,
    moments_of,
)
from sectorlead.reports.significance.superior import superior
from sectorlead.reports.significance.verdict import verdict

LOOKBACKS = (1, 3, 6, 9, 12)


class Battery:
    """Monthly returns over cash of the variants, and of everything held equally."""

    def __init__(self, folder: Path) -> None:
        industries, factors = (
            pd.read_csv(folder / f"{name}.csv.gz", index_col="date", parse_dates=True)
            for name in ("ind10_monthly_vw", "ff3_monthly")
        )
        sample = slice("1928-01", "2009-12")
        cash = factors["RF"].reindex(industries.index)
        level = (1 + industries).cumprod()
        past = [level / level.shift(months) - 1 for months in LOOKBACKS]
        past.append(sum(past) / len(past))
        lines = {}
        for name, score in zip((*LOOKBACKS, "mean"), past, strict=True):
            rank = score.rank(axis=1, ascending=False, method="first").shift(1)
            for top in range(1, 10):
                lines[f"{name}/{top}"] = industries.where(rank <= top).mean(axis=1)
        table = pd.DataFrame(lines)[sample]
        self.names = list(table)
        self.gross = table.to_numpy()
        self.equal = industries.mean(axis=1)[sample].to_numpy()
        self.cash = cash[sample].to_numpy()
        self.active = self.gross - self.equal[:, None]
        self.over_cash = self.gross - self.cash[:, None]

    def column(self, name: str) -> int:
        return self.names.index(name)


@pytest.fixture(scope="module")
def battery(shared_data: Path) -> Battery:
    return Battery(shared_data / "us_ff10")


def ratios(values: np.ndarray) -> np.ndarray:
    return values.mean(axis=0) / values.std(axis=0, ddof=1)


def test_the_variants_are_those_of_the_paper(battery: Battery) -> None:
    cagr = 100 * ((1 + battery.gross).prod(axis=0) ** (12 / 984) - 1)
    found = [cagr[battery.column(f"12/{top}")] for top in range(1, 10)]
    np.testing.assert_allclose(found, [16.05, 14.75, 13.94, 13.41, 12.96, 12.50, 11.67, 11.48, 10.82], atol=1.0)
    assert np.abs(np.array(found[2:]) - [13.94, 13.41, 12.96, 12.50, 11.67, 11.48, 10.82]).max() < 0.5


def test_sharpe_ratios_and_interval(battery: Battery) -> None:
    equal = battery.equal - battery.cash
    assert ratios(equal[:, None])[0] * 12**0.5 == pytest.approx(0.427, abs=0.005)
    found = intervals(battery.over_cash[:, battery.column("12/1")], 12.0, block=6, resamples=2_000)
    assert (found.ratio, found.ratio_low, found.ratio_high) == pytest.approx((0.614, 0.374, 0.840), abs=0.03)


def test_deflation_hardly_deflates_a_grid_that_hangs_together(battery: Battery) -> None:
    assert effective_trials(battery.over_cash) == pytest.approx(4.7, abs=0.1)
    assert effective_trials(battery.active) == pytest.approx(29, abs=1)
    for values, bar, dsr in ((battery.over_cash, 0.11, 0.999996), (battery.active, 0.265, 0.99995)):
        found, spread = ratios(values), float(ratios(values).var(ddof=1))
        assert spread**0.5 * expected_maximum(54) * 12**0.5 == pytest.approx(bar, abs=0.005)
        assert deflated_sharpe(moments_of(values[:, found.argmax()]), 54, spread) == pytest.approx(dsr, abs=5e-5)
    best = ratios(battery.active).argmax()
    assert battery.names[best] == "1/8"
    assert ratios(battery.active)[best] * 12**0.5 == pytest.approx(0.69, abs=0.03)


def test_overfitting(battery: Battery) -> None:
    """It moves by 0.1 with where blocks begin and with the vintage; active returns have less of it."""
    raw, active = overfitting(battery.over_cash), overfitting(battery.active)
    assert (raw.pbo, active.pbo) == pytest.approx((0.290, 0.114), abs=0.12)
    assert active.pbo < raw.pbo
    assert (raw.slope, active.slope) == pytest.approx((-0.96, -0.63), abs=0.15)


@pytest.mark.parametrize("block", [3, 6, 12])
def test_spa(battery: Battery, block: int) -> None:
    found = superior(battery.active, block=block)
    assert found.consistent == 0
    assert 40 <= found.better.sum() <= 54  # arch's, which compares raw means, names all


def test_confidence_set(battery: Battery) -> None:
    found = confidence_set(np.column_stack((battery.gross, battery.equal)), block=6)
    assert found.inside.sum() == pytest.approx(31, abs=6)
    assert not found.inside[-1]  # equal weight
    assert found.inside[battery.column("12/1")]


def test_corrected_p(battery: Battery) -> None:
    p = norm.sf(battery.active.mean(axis=0) / standard_errors(battery.active))
    found = [(each <= 0.05).sum() for each in (p, 54 * p, holm(p), benjamini_hochberg(p))]
    assert found == pytest.approx([54, 36, 46, 54], abs=2)


def test_verdict(battery: Battery) -> None:
    found = verdict(battery.gross, {"equal weight": battery.equal}, names=battery.names, periods=12.0)
    assert len(found.winners) == pytest.approx(46, abs=3)  # as many as Holm leaves
    assert "12/1" in found.winners
    assert "54 variants were tried, over 984 sessions (82.0 years)." in found.sentences
