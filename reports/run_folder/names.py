"""Names of the files of a run folder, and the marks that tell its state and its form."""

from __future__ import annotations

MANIFEST, SUMMARY = "manifest.json", "summary.json"
REPORT, PRINT = "report.html", "report.pdf"
RUN, PANEL = "run.parquet", "panel.parquet"
EQUITY, WEIGHTS, FILLS, REJECTIONS, DECISIONS = (
    "equity.csv", "weights.csv", "fills.csv", "rejections.csv", "decisions.csv",
)  # fmt: skip
TARGETS, REBALANCES, SERIES = "target_vs_actual.csv", "rebalances.csv", "series.csv"
TABLES = (EQUITY, WEIGHTS, FILLS, REJECTIONS, DECISIONS, TARGETS, REBALANCES)
"""Those of the run itself, and two that are made from them."""

ANALYZERS = "analyzers.json"
"""What the analyzers of a ``backtrader.Strategy`` found, where it had some."""
LUCK = "luck.csv"
"""What other draws would have made, where that was asked for."""
CHANCE = "chance.csv"
"""What random picks of the same turnover made, where they were drawn."""
WINDOWS = "windows.csv"
"""What the run made in the windows that its terms name, where they name some."""
SWEEP = "sweep.json"
"""What was swept, in the folder of a sweep."""
WALK = "walkforward.json"
"""What was done, in the folder of a walk-forward."""
FILES = "files.json"
"""What kind of output a folder holds, and which files belong to it."""
INCOMPLETE = "INCOMPLETE"
"""A file of this name stands in a folder while the files of a new output take the place of those of an earlier one."""
NOTICE = "Not complete: a new output was being put in place of an earlier one. Run into this folder again.\n"

FORMAT = 1
"""Of ``run.parquet``, ``panel.parquet`` and what the manifest says of them; a manifest without one has neither file."""
