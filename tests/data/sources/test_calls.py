"""One call of akshare: what it leaves as it was, remembers, and refuses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from sectorlead.data.errors import BlockedError, SchemaChangedError
from sectorlead.data.sources import find_source
from sectorlead.data.sources.calls import call
from sectorlead.data.sources.source import SeriesInfo

from .loopback import Vendors


def test_a_call_that_akshare_does_not_offer() -> None:
    with pytest.raises(SchemaChangedError, match="Install the version") as caught:
        call("index_hist_of_tomorrow")
    assert caught.value.column == "function"
    with pytest.raises(SchemaChangedError) as caught:
        call("index_hist_sw", code="801010")
    assert caught.value.column == "parameters"


def test_a_reset_that_akshare_survives_is_no_failure(vendors: Vendors) -> None:
    vendors.fault, vendors.times = "reset", 1
    assert len(find_source("em-industry").listing()) == 230


def test_a_host_that_akshare_replaces_by_another_is_no_failure(vendors: Vendors) -> None:
    vendors.fault, vendors.where = "502", "^79.push2"
    assert len(find_source("em-concept").listing()) == 230
    assert {address.split(".")[0] for address, _ in vendors.asked} == {"79", "17"}


def bars(name: str, symbol: str) -> Callable[[], Any]:
    return lambda: find_source(name).bars(SeriesInfo(symbol, symbol))


def test_a_list_that_came_in_part_is_not_remembered(vendors: Vendors) -> None:
    """akshare keeps its names of concepts, also when a page of them was refused."""
    vendors.fault, vendors.where = "403", "page/2"
    with pytest.raises(BlockedError, match="403"):
        bars("ths-concept", "概念4")()
    vendors.fault = ""
    assert bars("ths-concept", "概念4")() is not None
    vendors.fault, vendors.where = "403", "d.10jqka"
    vendors.asked.clear()
    with pytest.raises(BlockedError):
        bars("ths-concept", "概念4")()
    assert not any("/page/" in address for address, _ in vendors.asked)  # a good list is kept
