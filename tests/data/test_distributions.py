"""A panel with dividends and splits of a table: where they act, what factor they make, and what prices contradict."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import sectorlead as sl
from sectorlead.data.distributions import with_distributions
from sectorlead.data.errors import DataError

DAYS = pd.bdate_range("2024-01-02", periods=12)
REAL = Path(__file__).parents[2] / "../shared/data/cn_sector_etf/bars.csv.gz"


def panel(factor: bool = False) -> sl.Panel:
    """512480 pays 0.5 of 10 on the sixth day; 600519 doubles its shares on the eighth, and has no bar on the fourth."""
    close = np.full((12, 2), 10.0)
    close[5:, 0], close[7:, 1], close[3, 1] = 9.5, 5.0, np.nan
    grown = np.ones((12, 2))
    grown[5:, 0], grown[7:, 1] = 10 / 9.5, 2.0
    return sl.Panel(DAYS, ("512480.SH", "600519"), close, adj_factor=grown if factor else None)


def rows(*told: tuple[str, int | str, float, float]) -> pd.DataFrame:
    days = [DAYS[day] if isinstance(day, int) else pd.Timestamp(day) for _, day, _, _ in told]
    return pd.DataFrame({
        "symbol": [each[0] for each in told], "ex_date": days, "dividend": [each[2] for each in told],
        "split": [each[3] for each in told],
    })  # fmt: skip


BOTH = rows(("sh512480", 5, 0.5, 1.0), ("600519.SH", 7, 0.0, 2.0))


def test_a_factor_is_made_where_there_is_none_and_agrees_where_there_is() -> None:
    made, told = with_distributions(panel(), BOTH), with_distributions(panel(factor=True), BOTH)
    np.testing.assert_allclose(made.adj_factor, panel(factor=True).last_factor, rtol=1e-12)
    for each in (made, told):
        assert np.argwhere(np.isfinite(each.field("dividend"))).tolist() == [[5, 0]]
        assert np.argwhere(np.isfinite(each.field("split"))).tolist() == [[7, 1]]
    assert made.notes == (
        "distributions: 1 dividend and 1 split of 2 series; the factor of 2 series is made of them",
    )
    run = sl.run("equal-weight", told, dividends="cash", fill="close", cash=1e5, measured_from="start")
    again = sl.run("equal-weight", made, dividends="cash", fill="close", cash=1e5, measured_from="start")
    np.testing.assert_array_equal(run.outcome.equity, again.outcome.equity)


def test_splits_dated_by_their_conversion_act_in_the_session_after() -> None:
    table = pd.DataFrame({"基金代码": ["600519"], "拆分折算日": [f"{DAYS[6]:%F}"], "拆分折算": [2.0]})
    made = with_distributions(panel(), table)
    assert np.argwhere(np.isfinite(made.field("split"))).tolist() == [[7, 1]]


def test_a_day_without_a_bar_is_that_of_the_next_one() -> None:
    made = with_distributions(panel(), rows(("600519", 3, 0.2, 1.0)))
    assert made.field("dividend")[4, 1] == 0.2
    assert made.notes[-1] == "distributions: 1 on days without a bar of the series, counted at its next bar"


def test_what_lies_outside_is_told() -> None:
    early, late = ("512480", "2023-12-01", 0.1, 1.0), ("512480", "2024-03-01", 0.1, 1.0)
    table = pd.concat([BOTH, rows(early, late, ("1", 5, 1, 1))])
    notes = with_distributions(panel(), table).notes
    assert "distributions: 2 before the first or after the last bar of their series left out" in notes
    assert "distributions: those of 1 series that are not in the panel left out" in notes


@pytest.mark.parametrize(
    ("table", "factor", "said"),
    [
        (rows(("512480", 5, 5.0, 1.0)), True, "grows by 1.05263; a tenth of it would fit: it is said for ten shares"),
        (rows(("512480", 5, 5.0, 1.0)), False, "should fall to 0.5 of 10, and the close is 9.5 .perhaps said for ten"),
        (rows(("512480", 5, 12.0, 1.0)), False, r"at a close before of 10 \(perhaps said for ten shares\)"),
        (rows(("512480", 6, 0.5, 1.0)), True, "adj_factor should grow by 1.05556, and grows by 1"),
        (rows(("600519", 6, 0.0, 2.0)), False, "prices should fall to 0.5 of 10, and the close is 10 .*another day"),
        (rows(("512480", "2024-01-06", 0.5, 1.0)), False, "must be a session of the panel; 1 row breaks .* 2024-01-08"),
        (pd.concat([BOTH, BOTH]), False, "must come only once; 4 rows break this"),
        (rows(("512481", 5, 0.5, 1.0)), False, "none of their symbols is in the panel, first 512481; .* 512480.SH"),
    ],
)
def test_what_is_refused(table: pd.DataFrame, factor: bool, said: str) -> None:
    with pytest.raises(DataError, match=said):
        with_distributions(panel(factor), table)


def test_twice_told_is_refused() -> None:
    with pytest.raises(DataError, match="has the field dividend already"):
        with_distributions(with_distributions(panel(), BOTH), BOTH)


@pytest.mark.parametrize("shape", ["long", "two levels"])
def test_columns_of_yfinance_are_these_fields(shape: str) -> None:
    frame = pd.DataFrame({"Close": [10.0, 10.0, 9.5, 9.5], "Adj Close": 9.5, "Volume": 1e6})
    for name in ("Open", "High", "Low"):
        frame[name] = frame["Close"]
    frame["Dividends"] = [0, 0, 0.5, 0]
    frame["Stock Splits"] = [0.0, 2.0, 0.0, 0.0]  # is in the prices
    frame.index = DAYS[:4].rename("Date")
    given: Any = frame
    if shape == "two levels":
        given = pd.concat({"XLK": frame}, axis=1, names=["Ticker", "Price"])
    made = sl.load(given, symbols="XLK")
    assert made.field("dividend")[:, 0].tolist() == [0, 0, 0.5, 0]
    assert "split" not in made.fields
    own = sl.load(frame, symbols="XLK", fields=["Dividends"]) if shape == "long" else made
    assert ("Dividends" in own.fields) == (shape == "long")


def test_columns_of_tiingo_are_these_fields() -> None:
    frame = pd.DataFrame({
        "ticker": "XLK", "date": DAYS[:4], "close": [10.0, 10.0, 4.75, 4.75], "adjClose": 4.75, "volume": 1e6,
        "divCash": [0, 0, 0.5, 0], "splitFactor": [1.0, 1.0, 2.0, 1.0],
    })  # fmt: skip
    made = sl.load(frame)
    assert made.fields["split"][:, 0].tolist() == [1, 1, 2, 1]
    run = sl.run("equal-weight", made, "us-etf", dividends="cash", fill="close", cash=1e5)  # the engine's own check
    assert len(run.sessions) == 4
    assert sl.load(frame, fields=["divCash"]).fields["divCash"][2, 0] == 0.5
    named = sl.load(frame.rename(columns={"divCash": "dividend", "splitFactor": "split"}), fields=["dividend", "split"])
    assert [*named.fields] == ["dividend", "split"]


@pytest.mark.skipif(not REAL.is_file(), reason="needs ../shared/data")
def test_six_real_splits_are_made_into_the_factor_of_the_source() -> None:
    whole = sl.load(REAL)
    growth = whole.last_factor[1:] / whole.last_factor[:-1]
    told = []
    for t, i in np.argwhere(np.isfinite(growth) & (growth != 1)).tolist():
        before, grown = whole.last_close[t, i], growth[t, i]
        paid = before * (1 - 1 / grown) if 1 < grown < 1.15 else 0.0
        told.append((whole.symbols[i], whole.sessions[t + 1], paid, 1.0 if paid else grown))
    table = pd.DataFrame(told, columns=["symbol", "ex_date", "dividend", "split"])
    flat = whole._replaced(adj_factor=np.where(whole.has_bar, 1.0, np.nan))
    made = with_distributions(flat, table)
    begun = whole.last_factor / whole.last_factor[whole.first_bar, np.arange(whole.shape[1])]
    np.testing.assert_allclose((made.adj_factor / begun)[whole.has_bar], 1.0, rtol=1e-9)


def test_a_study_and_a_command_read_the_table(tmp_path: Path) -> None:
    from sectorlead.study.study_file import read_study

    bars = pd.DataFrame({"date": DAYS, "symbol": "512480", "close": panel().close[:, 0]})
    bars.to_csv(tmp_path / "bars.csv", index=False)
    BOTH[:1].to_csv(tmp_path / "paid.csv", index=False)
    (tmp_path / "study.toml").write_text(
        '[data]\npath = "bars.csv"\ndistributions = "paid.csv"\n[[strategies]]\nname = "equal-weight"\n'
    )
    made = read_study(tmp_path / "study.toml").data.panel()
    assert made.field("dividend")[5, 0] == 0.5
    direct = sl.load(tmp_path / "bars.csv", distributions=tmp_path / "paid.csv")
    assert direct.content_hash == made.content_hash
