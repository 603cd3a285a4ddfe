"""How the tables of a comparison were tested is said as it was done."""

from __future__ import annotations

import numpy as np

from sectorlead.reports.compare.how_tested import counted
from sectorlead.reports.compare.paired_bootstrap import Labels, paired


def test_what_is_corrected_for_is_said():
    rng = np.random.default_rng(0)
    lines = {name: rng.normal(0, 0.01, 300) for name in "abc"}
    found = paired(lines, "a", Labels(np.full(300, -1), ()), counted={"b"})
    assert "in one family: 1 against a." in counted(found, None)
    assert counted(paired({"a": lines["a"]}, "a", Labels(np.full(300, -1), ())), None) == "No p-value could be given."
