"""Results that are lists, in a notebook."""

from __future__ import annotations

import pandas as pd

from sectorlead.reports.render.section_notebook import MOST_ROWS
from sectorlead.reports.render.table_notebook import table_notebook
from sectorlead.research.audit.finding import Audit
from sectorlead.research.selftest.result import Checked, SelfTest


def test_rows_are_text_and_those_left_out_are_counted():
    table = pd.DataFrame({"name": ["<b>"] * (MOST_ROWS + 5), "value": [0.5, float("nan")] + [1.0] * (MOST_ROWS + 3)})
    text = table_notebook("A <title>", ["one", "two"], table, warning="bad")
    assert text.count("<tr>") == MOST_ROWS + 1
    assert "5 more rows" in text
    assert "<b>" not in text.replace("<b>A &lt;title&gt;</b>", "")
    assert '<p class="sl-warn">bad</p>' in text
    assert "nan" not in text.split("</style>")[1]
    assert "<table>" not in table_notebook("none", [], table.head(0))


def test_an_audit_and_a_self_test_are_short_and_shown():
    clean = Audit("rule", "rule", "made (ab)", ("2024-01-02", "2024-03-01"), 7, (), (), {"truncated": 3}, {})
    assert repr(clean) == "Audit(rule on made (ab), 2024-01-02 to 2024-03-01: nothing found in 3 runs)"
    assert "clean: no finding" in clean._repr_html_()
    assert '<p class="sl-warn">' not in clean._repr_html_()
    checks = tuple(
        Checked(f"check {k}", "simulated", "m", "compiled", 1, float(k), 0.5, k < 1, "too far") for k in range(2)
    )
    found = SelfTest(checks)
    assert repr(found) == "SelfTest(2 checks, 1 failed)"
    shown = found._repr_html_()
    assert '<p class="sl-warn">1 failed</p>' in shown
    assert shown.index("check 1") < shown.index("check 0")
