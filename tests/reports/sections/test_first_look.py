"""The run in two sentences: one that never traded says so before its numbers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import sectorlead as sl


class Cash:
    """Holds nothing."""

    def decide(self, view: sl.Panel, portfolio: sl.Portfolio) -> dict[str, float]:
        return {}


def test_a_run_that_never_traded_says_so_first(tmp_path: Path) -> None:
    def page(rule: Any, locale: str = "en") -> str:
        file = tmp_path / "page.html"
        sl.run(rule, sl.simulate(seed=3, sessions=120)).tearsheet(file, locale=locale)
        return file.read_text(encoding="utf-8")

    assert "It never traded: all that is told of it is told of cash." in page(Cash())
    assert "从未交易：以下所述皆为持有现金的结果。" in page(Cash(), "zh")
    assert "It never traded" not in page(sl.Rotation(sl.Momentum(20), sl.TopN(2)))
