"""Numbers as people read them."""

from __future__ import annotations

from sectorlead.reports.formatting import by_unit, decimal, percent


def test_numbers_have_real_minus_signs():
    assert percent(-0.1234) == "−12.3%"
    assert percent(0.1234, 1, True) == "+12.3%"
    assert percent(-0.0001) == percent(-0.0001, 1, True) == "0.0%"
    assert percent(float("nan")) == "–"
    assert decimal(-1234567.8, 0) == "−1,234,568"
    assert by_unit(3.56, "per year") == "3.6×"
    assert by_unit(0.555, "ratio") == "0.56"
    assert by_unit(-37.66, "bps") == "−37.7 bp"
