"""Interest on idle cash: counted in calendar days, from the rate known when the cash was left alone."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sectorlead.data.errors import InputError
from sectorlead.data.rates import accrual, read_rate
from sectorlead.data.sources.source import Fetched, SeriesInfo
from sectorlead.data.store.store import Store

# Thursday, Friday, Monday; then the first session after the Spring Festival of 2024
DAYS = pd.DatetimeIndex(["2024-02-01", "2024-02-02", "2024-02-05", "2024-02-19"])


def by_date(values: dict[str, float]) -> pd.Series:
    return pd.Series(list(values.values()), pd.DatetimeIndex(list(values)), dtype=float)


def test_days_between_sessions_over_365() -> None:
    assert accrual(0.0365, DAYS).tolist() == pytest.approx([0, 0.0001, 0.0003, 0.0014])
    assert accrual(None, DAYS).tolist() == accrual(0, DAYS).tolist() == [0, 0, 0, 0]
    assert accrual(0.02, DAYS[:1]).tolist() == [0]
    assert accrual(0.02, DAYS[:0]).shape == (0,)


def test_the_rate_that_was_known_at_the_close_before() -> None:
    # fixed on a make-up Sunday (2024-02-04), which is no session; and on the last day, which is too late for any
    rate = by_date({"2024-02-01": 0.0365, "2024-02-04": 0.073, "2024-02-05": 0.0146, "2024-02-19": 1.0})
    assert accrual(rate, DAYS).tolist() == pytest.approx([0, 1 * 0.0001, 3 * 0.0001, 14 * 0.00004])


def test_before_the_run_no_rate_need_be_known() -> None:
    rate = by_date({"2024-02-04": 0.073})
    with pytest.raises(InputError, match=r"known from 2024-02-04 on, needed from 2024-02-01\. Begin the run there"):
        accrual(rate, DAYS)
    with pytest.raises(InputError, match="needed from 2024-02-02"):
        accrual(rate, DAYS, 1)
    assert accrual(rate, DAYS, 2).tolist() == pytest.approx([0, 0, 0, 14 * 0.0002])


@given(
    st.lists(st.integers(1, 12), min_size=1, max_size=40),
    st.lists(st.floats(0, 1), min_size=1, max_size=20),
    st.integers(0, 40),
)
def test_a_later_rate_or_session_changes_no_earlier_element(gaps: list[int], values: list[float], cut: int) -> None:
    sessions = pd.Timestamp("2024-01-01") + pd.to_timedelta(np.cumsum([0, *gaps]), "D")
    rate = pd.Series(values, pd.date_range("2023-12-31", periods=len(values), freq="9D"))
    whole = accrual(rate, sessions)
    row = min(cut, len(gaps))
    known = rate[rate.index <= sessions[max(row - 1, 0)]]
    assert accrual(known, sessions[: row + 1]).tolist() == whole[: row + 1].tolist()


@pytest.mark.parametrize(
    ("rate", "says"),
    [
        (2.0, "must be a fraction a year from 0 to 1, such as 0.02, was 2.0; above 1 it is surely per cent"),
        (-0.01, "was -0.01"),
        (float("nan"), "was nan"),
        (True, "was True"),
        (by_date({"2024-01-31": 0.02, "2024-02-01": 1.6}), "1.6 on 2024-02-01 is above 1, surely per cent"),
        (by_date({"2024-01-31": 0.02, "2024-02-01": -0.1}), "-0.1 on 2024-02-01 is negative"),
        (by_date({"2024-01-31": float("nan")}), "nan on 2024-01-31 is not a number"),
        (
            by_date({"2024-02-01": 0.02, "2024-01-31": 0.02}),
            "ascend and come only once; first that does not: 2024-01-3",
        ),
        (pd.Series([0.1, 0.1], pd.DatetimeIndex(["2024-01-31"] * 2)), "come only once"),
        (pd.Series([0.02], pd.DatetimeIndex(["2024-01-31 11:00"])), "midnights"),
        (pd.Series([0.02]), "its index a DatetimeIndex"),
        (by_date({}), "has no value"),
    ],
)
def test_rates_that_are_refused(rate: float | pd.Series, says: str) -> None:
    with pytest.raises(InputError) as caught:
        accrual(rate, DAYS)
    assert says in str(caught.value)


# --- what a study says ------------------------------------------------------------------------------------------------

FILE = "date,on,word\n2024-01-31,0.0185,a\n2024-02-04,0.0173,b\n"


def test_a_number_or_a_column_of_a_file(tmp_path: Path) -> None:
    path = tmp_path / "rates.csv"
    path.write_text(FILE)
    frame = pd.read_csv(path, parse_dates=["date"])
    frame.to_parquet(tmp_path / "rates.parquet")
    frame.set_index("date").to_parquet(tmp_path / "indexed.parquet")
    frame.to_csv(tmp_path / "rates.csv.gz", index=False)
    assert read_rate("0.02") == 0.02
    for name in ("rates.csv", "rates.csv.gz", "rates.parquet", "indexed.parquet"):
        rate = read_rate(f"{tmp_path / name}:on")
        assert isinstance(rate, pd.Series)
        assert (rate.name, rate.tolist()) == ("on", [0.0185, 0.0173])
        assert list(rate.index.strftime("%F")) == ["2024-01-31", "2024-02-04"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("2", "surely per cent"),
        ("two", "must be a number such as 0.02, PATH:COLUMN of a file"),
        ("{folder}/rates.csv", "must be a number such as 0.02, PATH:COLUMN of a file"),
        ("{folder}/rates.csv:onn", "Did you mean 'on'?"),
        ("{folder}/rates.csv:word", "rates.csv:word: must be numbers; first other: 'a'"),
        ("{folder}/nowhere.csv:on", "no such file"),
        ("{folder}/broken.parquet:on", "can't be read"),
        ("{folder}/dates.csv:on", "first other: '31.01.2024'"),
        ("{folder}/cent.csv:on", "cent.csv:on: 1.85 on 2024-01-31 is above 1, surely per cent"),
    ],
)
def test_what_can_not_be_read(tmp_path: Path, text: str, says: str) -> None:
    (tmp_path / "rates.csv").write_text(FILE)
    (tmp_path / "dates.csv").write_text("date,on\n31.01.2024,0.02\n")
    (tmp_path / "cent.csv").write_text("date,on\n2024-01-31,1.85\n")
    (tmp_path / "broken.parquet").write_text(FILE)
    with pytest.raises(InputError) as caught:
        read_rate(text.format(folder=tmp_path))
    assert says in str(caught.value)


def test_shibor_as_it_was_fetched_is_per_cent(tmp_path: Path) -> None:
    store = Store(tmp_path)
    with pytest.raises(InputError, match="sectorlead fetch rate"):
        read_rate("rate", store)
    bars = pd.DataFrame({"date": pd.DatetimeIndex(["2024-02-01", "2024-02-04"]), "close": [1.85, 0.9]})
    info = SeriesInfo("SHIBOR-ON", "Shibor overnight", kind="rate")
    store.append("rate", info, Fetched(bars, "v", "f", {}, "1"), pd.Timestamp("2024-06-01", tz="UTC"))
    for text in ("rate", "rate:SHIBOR-ON"):
        rate = read_rate(text, store)
        assert isinstance(rate, pd.Series)
        assert rate.tolist() == [1.85 / 100, 0.9 / 100]
    with pytest.raises(InputError, match="Did you mean 'SHIBOR-ON'"):
        read_rate("rate:SHIBOR-ONE", store)
