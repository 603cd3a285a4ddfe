"""Eastmoney boards through akshare's unmodified code."""

from __future__ import annotations

from sectorlead.data.sources import find_source
from sectorlead.data.sources.eastmoney import Boards

from .loopback import Vendors


def test_eastmoney_reads_all_pages_and_members(vendors: Vendors) -> None:
    boards = Boards("industry")
    assert [info.symbol for info in boards.listing()] == [f"BK{n:04d}" for n in range(400, 630)]
    assert [query["pn"] for _, query in vendors.asked] == ["1", "2", "3"]
    members = boards.constituents("BK0400")
    assert len(members) == 230
    assert members.iloc[0].tolist() == ["000400", "股票400"]
    assert len(Boards("concept").constituents("BK0400")) == 230


def test_a_list_is_asked_for_again_not_remembered(vendors: Vendors) -> None:
    source = find_source("em-concept")
    source.listing()
    vendors.rewrite = lambda _, text: text.replace("板块400", "新名")
    assert source.listing()[0].name == "新名"
