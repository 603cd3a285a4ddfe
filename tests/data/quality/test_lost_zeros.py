"""Symbols beside each other: codes that lost their zeros."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sectorlead.data.quality.together import lost_zeros

from .tables import hits, table

FOUR = table([[1.0, 2, 3, 4], [1.0, 2, 3, 4]])


@pytest.mark.parametrize(
    ("symbols", "found"),
    [
        (("1", "300750", "600000", "858"), {"1": None, "858": None}),
        (("1.SZ", "300750.SZ", "600000.SH", "sz2"), {"1.SZ": None, "sz2": None}),
        (("1", "000001", "600000", "2"), {"1": "error", "2": None}),  # both are there: one series in two
        (("1", "2", "3", "858"), {}),  # nothing says that codes have six digits
        (("00700", "300750", "600000", "09988"), {}),  # Hong Kong's have five, with their zeros
        (("A", "300750", "B2", "SIM14"), {}),
    ],
)
def test_numbers_beside_codes(symbols: tuple[str, ...], found: dict[str, str | None]) -> None:
    assert {hit.symbol: hit.severity for hit in hits(lost_zeros, replace(FOUR, symbols=symbols))} == found
