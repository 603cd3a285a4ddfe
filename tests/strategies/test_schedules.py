import pandas as pd
import pytest

from sectorlead import Every, Monthly, Once, Weekly
from sectorlead.data.errors import ParameterError
from sectorlead.strategies.schedules import OnDates


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


# --- days that are named ----------------------------------------------------------------------------------------------

YEAR = pd.bdate_range("2023-12-27", "2024-03-08").drop(
    pd.to_datetime(["2024-01-01", "2024-02-09", "2024-02-12", "2024-02-13", "2024-02-14", "2024-02-15", "2024-02-16"])
)  # Shanghai closes over the New Year of 2024, and from Friday to Friday over the Spring Festival


def rolled(schedule, sessions=YEAR, first: int = 0) -> list[str]:
    """Planned date and decision session, where they differ both."""
    dates = schedule.planned(sessions, first)
    decided = sessions[schedule.decision_sessions(sessions, first)]
    return [
        f"{day:%m-%d}" if day == date else f"{date:%m-%d}>{day:%m-%d}" for date, day in zip(dates, decided, strict=True)
    ]


def test_a_weekday_that_is_closed_rolls_and_says_so() -> None:
    assert rolled(Weekly(weekday=0)) == [
        "01-01>01-02", "01-08", "01-15", "01-22", "01-29", "02-05", "02-19", "02-26", "03-04",
    ]  # fmt: skip  # the Monday of the holiday would fall on the Monday after it: one decision, and that is its day
    assert rolled(Weekly(weekday=4)) == [
        "12-29", "01-05", "01-12", "01-19", "01-26", "02-02", "02-16>02-19", "02-23", "03-01", "03-08",
    ]  # fmt: skip
    assert rolled(Weekly(weekday=4, roll="previous")) == [
        "12-29", "01-05", "01-12", "01-19", "01-26", "02-02", "02-09>02-08", "02-23", "03-01", "03-08",
    ]  # fmt: skip


def test_a_day_of_the_month_rolls_and_is_the_last_of_a_shorter_month() -> None:
    assert rolled(Monthly(day=15)) == ["01-15", "02-15>02-19"]
    assert rolled(Monthly(day=15, roll="previous")) == ["01-15", "02-15>02-08"]
    assert rolled(Monthly(day=31)) == ["12-31>01-02", "01-31", "02-29"]
    assert rolled(Monthly(day=31, roll="previous")) == ["12-31>12-29", "01-31", "02-29"]


def test_dates_of_ones_own() -> None:
    dates = ["2024-02-14", pd.Timestamp("2024-01-06"), "20240103", "2024-01-03", "2019-05-05", "2031-01-01"]
    assert rolled(OnDates(dates)) == ["01-03", "01-06>01-08", "02-14>02-19"]
    assert rolled(OnDates(dates, roll="previous")) == ["01-03", "01-06>01-05", "02-14>02-08"]
    assert repr(OnDates(pd.Timestamp("2024-01-03").date())) == "OnDates(dates=('2024-01-03',), roll='next')"
    assert eval(repr(OnDates(dates))) == OnDates(dates)
    for wrong, told in (([], "at least one date"), (["03.01.2024"], "must be a date"), (5, "must be a date")):
        with pytest.raises(ParameterError, match=rf"OnDates\.dates must .*{told[-4:]}"):
            OnDates(wrong)


def test_the_session_of_a_schedule_without_dates_is_its_plan() -> None:
    assert rolled(Weekly(1), first=9) == asked(Weekly(1), YEAR, first=9)
    assert rolled(Monthly(), first=9) == ["01-31", "02-29"]
    assert rolled(Monthly(day=1), first=3) == ["01-01>01-02", "02-01", "03-01"]
    assert rolled(Monthly(day=1), first=4) == ["02-01", "03-01"]
    for empty in (YEAR[:0], YEAR[:1]):
        assert [rolled(each, empty) for each in (OnDates("2023-12-28"), Weekly(weekday=1), Monthly(day=3))] == [[]] * 3


NAMED = [
    Weekly(weekday=0), Weekly(weekday=4, roll="previous"),
    Monthly(day=1), Monthly(day=31), Monthly(day=1, roll="previous"),
    OnDates(pd.date_range("2023-12-24", "2024-03-20", freq="6D")),
    OnDates(pd.date_range("2023-12-24", "2024-03-20", freq="3D"), roll="previous"),
]  # fmt: skip


@pytest.mark.parametrize("schedule", NAMED, ids=lambda schedule: repr(schedule)[:40])
def test_no_row_before_the_last_changes_when_sessions_are_appended(schedule) -> None:
    whole, dates = schedule.decision_sessions(YEAR, 1), schedule.planned(YEAR, 1)
    assert whole.sum() == len(dates) > 1
    assert len(set(dates)) == len(dates)
    for cut in range(1, len(YEAR)):
        shorter = schedule.decision_sessions(YEAR[: cut + 1], 1)
        assert whole[:cut].tolist() == shorter[:cut].tolist()
        assert schedule.planned(YEAR[: cut + 1], 1)[: whole[:cut].sum()].equals(dates[: whole[:cut].sum()])
    rolls_back = schedule.roll == "previous"
    ended = [schedule.decision_sessions(YEAR[: cut + 1], 1)[cut] for cut in range(1, len(YEAR))]
    assert (ended == whole[1:].tolist()) != rolls_back  # rolling back needs to know that the next day is closed


def test_a_named_day_and_an_offset_exclude_each_other() -> None:
    with pytest.raises(ParameterError, match=r"Weekly\.weekday names the day itself, so offset must be 0, was 2"):
        Weekly(2, weekday=1)
    with pytest.raises(ParameterError, match=r"Monthly\.roll='previous' needs a day"):
        Monthly(3, roll="previous")
    assert repr(Monthly(3)) == "Monthly(offset=3)"
    assert repr(Weekly(weekday=2)) == "Weekly(weekday=2, roll='next')"
    assert Weekly(weekday=2) != Weekly()
