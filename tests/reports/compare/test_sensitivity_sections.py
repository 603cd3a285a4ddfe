"""Results at other costs and lags, as they are shown: rates of each step, leads beside them, where they are gone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sectorlead.reports.compare.compared import Compared
from sectorlead.reports.compare.sensitivity import YearlyReturn
from sectorlead.reports.compare.sensitivity_sections import by_parameter, costs, lags, luck
from sectorlead.reports.sections.base import Figure


def test_rates_and_leads_stand_under_their_steps(held):
    content = Compared(held.records)
    own, over = costs(content, held.sensitivities).tables()
    made = held.sensitivities[0].returns["leaders"]
    assert [*own.rows[0][1:]] == pytest.approx([each.cagr for each in made], nan_ok=True)
    assert [*over.rows[0][1:-1]] == pytest.approx([each.relative for each in made], nan_ok=True)
    assert str(over.rows[0][-1]) == "1.3×"
    assert [str(column.head) for column in own.columns] == ["Strategy", "free", "1×", "2×", "5×"]
    late = lags(content, held.sensitivities)
    assert [str(column.head) for column in next(late.tables()).columns][1:3] == ["at once", "1 later"]
    assert [*next(late.tables()).rows[0][1:]] == pytest.approx([each.cagr for each in made[::-1]], nan_ok=True)


def test_without_costs_or_runs_there_is_no_table(held):
    content = Compared(held.records)
    still = replace(held.sensitivities[0], returns={"leaders": (YearlyReturn(0.1, 0.0),) * 4})
    section = costs(content, (still,))
    assert not [*section.tables()]
    assert not [block for block in section.blocks if isinstance(block, Figure)]
    assert costs(content, ()) is lags(content, ()) is by_parameter(content) is luck({}) is None
