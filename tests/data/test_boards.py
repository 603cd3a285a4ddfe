"""Codes of funds and shares, and how far they may move in a day: one table for the gate and the rule book."""

from __future__ import annotations

import pandas as pd
import pytest

from sectorlead.data.boards import Board, bare_code, is_fund, price_limits, stated_kind
from sectorlead.data.errors import ParameterError
from sectorlead.engine.market.rulebook import find_rulebook

FUNDS = (
    "512480", "512480.SH", "sh512480", "159915.SZ", "SZ159915", "510300.OF", "508000", "180101.SZ", "161725",
    "588000.SH", "520500", "563300", "501018", "530800",
)  # fmt: skip
OTHERS = (
    "000300", "399006.SZ", "801010", "885001", "930050", "H30533", "BK0475", "SIM14", "XLK", "600000.SH", "155001.SH",
    "sz512480", "1512480", "51248", "",
)  # fmt: skip


@pytest.mark.parametrize("symbol", FUNDS)
def test_codes_of_funds(symbol: str) -> None:
    assert is_fund(symbol)
    assert stated_kind(symbol, "index") == "etf"


@pytest.mark.parametrize("symbol", OTHERS)
def test_codes_that_are_none(symbol: str) -> None:
    assert not is_fund(symbol)


def test_every_fund_of_the_rule_book_is_one_here() -> None:
    """Both read one table: what the book puts on a board of funds trades for the gate."""
    book = find_rulebook("cn-a")
    for number in range(150_000, 600_000, 7):
        code = f"{number:06d}"
        assert not book.board_of(code, "etf") or is_fund(code), code


@pytest.mark.parametrize(
    ("symbol", "trades", "kind"),
    [
        ("600000.SH", "", "stock"), ("300750", "", "stock"), ("688981", "", "stock"),
        ("000001.SZ", "", "stock"), ("sz000001", "", "stock"),
        ("000001", "", "index"), ("000300.SH", "", "index"), ("399006", "", "index"),
        ("A", "", "index"), ("A", "etf", "etf"), ("半导体", "etf", "etf"), ("A", "stock", "stock"),
        ("801010", "etf", "index"), ("801010", "stock", "index"),
    ],
)  # fmt: skip
def test_what_a_series_is_that_says_index_or_nothing(symbol: str, trades: str, kind: str) -> None:
    assert stated_kind(symbol, "index", trades) == kind
    assert stated_kind(symbol, "stock", trades) == "stock"  # what is said stands


def test_limits_are_those_of_the_book_by_day() -> None:
    days = pd.DatetimeIndex(["2015-01-05", "2020-08-21", "2020-08-24"])
    for symbol, kind in (("159915.SZ", "etf"), ("512480", "etf"), ("300750", "stock"), ("600000", "stock")):
        book = find_rulebook("cn-a")
        board = book.board_of(symbol, kind)
        assert board is not None
        limits = price_limits(symbol, kind, days)
        assert limits is not None
        assert limits.tolist() == book.values("limit", [board], days)[:, 0].tolist()
    star = price_limits("588000.SH", "etf", pd.DatetimeIndex(["1999-01-04"]))
    assert star is not None
    assert star.tolist() == [0.1]  # before the first rule what that says
    assert price_limits("508000", "etf", days) is None  # a REIT is on no board
    assert price_limits("000300", "index", days) is None


def test_bare_codes() -> None:
    assert [bare_code(each) for each in ("sh512480", "512480.SH", "512480", "1234567", "A1")] == [
        "512480", "512480", "512480", "1234567", "A1",
    ]  # fmt: skip


@pytest.mark.parametrize("code", ["(51", "5{99999999999}"])
def test_what_is_no_expression_is_refused(code: str) -> None:
    with pytest.raises(ParameterError, match="is not a regular expression"):
        Board("main", "etf", (code,))
