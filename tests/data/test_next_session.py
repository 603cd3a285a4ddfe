"""The session after a panel's last one."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import sectorlead as sl
from sectorlead.data.errors import DataError, ParameterError
from sectorlead.data.next_session import sessions_after, with_next_session


def panel_to(day: str, symbols: tuple[str, ...] = ("512480", "512880")) -> sl.Panel:
    days = pd.bdate_range(end=day, periods=8)
    close = np.linspace(1.0, 2.0, 16).reshape(8, 2)
    return sl.Panel(days, symbols, close, open=close, high=close, low=close, checked=False)


def test_holidays_of_the_exchange_are_known_ahead() -> None:
    coming = sessions_after(panel_to("2021-09-30"))
    assert (coming.calendar, f"{coming.days[0]:%F}") == ("XSHG", "2021-10-08")  # a week of national holiday
    assert len(coming.days) > 200
    assert f"{sessions_after(sl.simulate(1, 60)).days[0]:%A}" == "Monday"  # weekdays without holidays


def test_beyond_the_calendar_days_are_weekdays_and_no_calendar_is_named() -> None:
    coming = sessions_after(panel_to("2130-01-06"))
    assert (coming.calendar, f"{coming.days[0]:%F}") == ("", "2130-01-09")


def test_prices_stand_where_they_closed_and_all_before_is_as_it_was() -> None:
    whole = sl.simulate(seed=3, sessions=200)
    ended = np.full(len(whole.symbols), np.datetime64("NaT", "ns"))
    ended[3] = whole.session.to_datetime64()
    panel = whole._replaced(last_date=ended)
    row = int(np.flatnonzero(~panel.has_bar[panel.first_bar.max() :].all(axis=1))[0] + panel.first_bar.max())
    for now in (panel, panel.until(row)):
        ahead = with_next_session(now, now.session + pd.Timedelta(days=1))
        last = len(now.sessions)
        assert ahead.until(last - 1).content_hash == now.content_hash
        stays = now.tradable[-1] & ~(ahead.last_date < ahead.session.to_datetime64())
        np.testing.assert_array_equal(ahead.has_bar[-1], stays)
        for key in ("open", "high", "low", "close"):
            np.testing.assert_array_equal(getattr(ahead, key)[-1, stays], now.close[-1, stays])
        assert np.isnan(ahead.volume[-1]).all()
        np.testing.assert_array_equal(ahead.last_factor[-1], now.last_factor[-1])
    assert not with_next_session(panel, panel.session + pd.Timedelta(days=1)).has_bar[-1, 3]


def test_closes_alone_stay_closes_alone() -> None:
    close = np.ones((5, 1))
    panel = sl.Panel(pd.bdate_range("2024-01-01", periods=5), ("A",), close, checked=False)
    ahead = with_next_session(panel, pd.Timestamp("2024-01-08"))
    assert not ahead.has_ohlc
    assert ahead.tradable[-1, 0]


def test_what_is_no_next_session() -> None:
    panel = panel_to("2024-01-10")
    with pytest.raises(ParameterError, match="must be after 2024-01-10"):
        with_next_session(panel, panel.session)
    weekly = sl.Panel(pd.date_range("2024-01-05", periods=5, freq="7D"), ("A",), np.ones((5, 1)), checked=False)
    with pytest.raises(DataError, match="need daily bars"):
        sessions_after(weekly)
