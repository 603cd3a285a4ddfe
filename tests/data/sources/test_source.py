"""Every source keeps the protocol: names, taxonomies, units, dates."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sectorlead.data.errors import UnknownNameError
from sectorlead.data.sources import MAKERS, find_source
from sectorlead.data.sources.source import SOURCES, SPARES, SeriesInfo, Source

from .bodies import DAYS, bar, first_bars
from .loopback import Vendors

CLOSES = [bar(n)[3] for n in range(len(DAYS))]


NAMES = [name.replace("CODE", "000928") for name in SOURCES if not name.endswith("PATH")]


def test_every_source_that_is_named_can_be_made() -> None:
    assert list(MAKERS) == list(SOURCES)


@pytest.mark.parametrize("name", NAMES)
def test_a_source_keeps_the_protocol(vendors: Vendors, name: str) -> None:
    source = find_source(name)
    assert isinstance(source, Source)
    assert source.name == name
    series = source.listing()
    assert [info.symbol for info in series] == sorted({info.symbol for info in series})
    for info in series[:2]:
        fetched = source.bars(info)
        dates, numbers = fetched.frame["date"], fetched.frame.drop(columns="date")
        assert dates.is_monotonic_increasing
        assert dates.is_unique
        assert dates.dt.tz is None
        assert (dates == dates.dt.normalize()).all()
        assert (numbers.dtypes == "float64").all()
        assert set(numbers) <= {"open", "high", "low", "close", "volume", "amount", "adj_factor"}
        assert numbers["close"].notna().all()
        assert (fetched.vendor, fetched.version[:2]) == ("akshare", "1.")
        assert all(isinstance(value, str) for value in fetched.parameters.values())


def test_taxonomies_are_declared_and_different() -> None:
    said = {name: find_source(name).taxonomy for name in NAMES}
    assert said["sw1"] == said["sw2"] == "SW2021"
    shared = 1 + sum(map(len, SPARES.values()))  # sw2 has that of sw1, and who stands in that of whom it stands in for
    assert len(set(said.values())) == len(said) - shared


@pytest.mark.parametrize(("name", "near"), [("sw3", "'sw"), ("em-industri", "'em-industry'"), ("csi:3", "'csi:CODE'")])
def test_an_unknown_source_says_the_nearest(name: str, near: str) -> None:
    with pytest.raises(UnknownNameError, match=near):
        find_source(name)


@pytest.mark.parametrize(
    ("name", "symbol", "volume", "amount"),
    [
        ("sw1", "801010", 81.42e8, 849.56e8),
        ("em-industry", "BK0400", 1720723100, 3.134633e10),
        ("em-concept", "BK0400", 1720723100, 3.134633e10),
        ("ths-industry", "元件", 378801210, 6537645000),
        ("ths-concept", "概念1", 378801210, 6537645000),
        ("csi:000928", "000928", 1169.28e6, 127.39e8),
        ("etf", "512800", 1720723100, 3.134633e10),
    ],
)
def test_units_are_shares_and_yuan(vendors: Vendors, name: str, symbol: str, volume: float, amount: float) -> None:
    fetched = find_source(name).bars(SeriesInfo(symbol, symbol))
    assert first_bars(fetched, "open", "high", "low", "close") == [100, 103, 98.5, 101.5]
    assert first_bars(fetched, "volume", "amount") == pytest.approx([volume, amount])


@pytest.mark.parametrize("name", ["sw1", "em-industry", "em-concept", "csi:000928", "etf", "index", "calendar", "rate"])
def test_start_leaves_out_what_is_earlier(vendors: Vendors, name: str) -> None:
    source = find_source(name)
    fetched = source.bars(source.listing()[0], pd.Timestamp(DAYS[3]))
    assert fetched.frame["date"].tolist() == [pd.Timestamp(day) for day in DAYS[3:]]


def test_closes_agree_wherever_they_come_from(vendors: Vendors) -> None:
    for name, symbol in (("sw1", "801010"), ("em-concept", "BK0400"), ("csi:000928", "000928"), ("index", "000300")):
        np.testing.assert_array_equal(find_source(name).bars(SeriesInfo(symbol, symbol)).frame["close"], CLOSES)
