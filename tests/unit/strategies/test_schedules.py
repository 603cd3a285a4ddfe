import pandas as pd
import pytest

from sectorlead.data.errors import ParameterError
from sectorlead.strategies import Every, Monthly, Once, Weekly


def asked(schedule, sessions, first: int = 0) -> list[str]:
    return [f"{day:%m-%d}" for day in sessions[schedule.decision_sessions(sessions, first)]]


DAYS = pd.bdate_range("2024-01-24", "2024-03-04").drop(
    pd.to_datetime(["2024-02-12", "2024-02-13", "2024-02-14", "2024-02-15", "2024-02-16", "2024-02-19", "2024-02-20"])
)  # a week without sessions, then one with three


def test_last_session_of_the_period_and_after() -> None:
    assert asked(Monthly(), DAYS) == ["01-31", "02-29"]
    assert asked(Monthly(1), DAYS) == ["02-01", "03-01"]
    assert asked(Monthly(3), DAYS) == ["02-05"]  # the third of March is not there yet
    assert asked(Weekly(), DAYS) == ["01-26", "02-02", "02-09", "02-23", "03-01"]
    assert asked(Weekly(4), DAYS) == ["02-01", "02-08", "02-23", "02-29"]  # the week of three decides on its last
    assert asked(Weekly(4), DAYS[DAYS <= "2024-02-23"]) == [
        "02-01",
        "02-08",
    ]  # and not before that is known to be the last


def test_the_final_row_is_never_known_to_end_a_period() -> None:
    full_months = pd.bdate_range("2024-01-01", "2024-02-29")
    assert asked(Monthly(), full_months) == ["01-31"]
    assert asked(Weekly(), full_months[:5]) == []


def test_a_week_ends_on_sunday() -> None:
    every_day = pd.date_range("2024-01-01", "2024-01-15")
    assert asked(Weekly(), every_day) == ["01-07", "01-14"]


def test_a_month_shorter_than_the_offset_decides_on_its_last_session() -> None:
    days = pd.to_datetime(
        ["2024-01-30", "2024-01-31", "2024-02-01", "2024-02-02", "2024-03-01", "2024-03-04", "2024-03-05"]
    )
    assert asked(Monthly(3), days) == ["02-02", "03-05"]


def test_the_run_starts_the_count_and_nothing_is_asked_before() -> None:
    assert asked(Every(3), DAYS[:9], first=1) == ["01-25", "01-30", "02-02"]
    assert asked(Every(3, offset=2), DAYS[:9], first=1) == ["01-29", "02-01"]
    assert asked(Once(), DAYS, first=4) == ["01-30"]
    assert asked(Monthly(), DAYS, first=6) == ["02-29"]
    assert asked(Monthly(), DAYS, first=5) == ["01-31", "02-29"]


def test_slow_panels_decide_in_every_row_but_the_last() -> None:
    months = pd.date_range("2020-01-31", periods=5, freq="ME")
    assert Monthly().decision_sessions(months, 0).tolist() == [True] * 4 + [False]
    assert Weekly().decision_sessions(months, 1).tolist() == [False, True, True, True, False]


def test_an_offset_of_a_whole_period_is_refused() -> None:
    with pytest.raises(ParameterError, match=r"Every\.offset must be less than sessions=5, was 5"):
        Every(5, 5)
