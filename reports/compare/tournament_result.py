"""What a tournament found: runs over the same sessions, their differences, and their places among random picks."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import pandas as pd

from ...engine.record import Record
from ..analysis.windows import window_table
from ..luck.result import LuckResult
from ..significance.findings import Verdict
from .comparison import comparison_table
from .paired_bootstrap import Labels, Paired
from .random_picks import Chance
from .sensitivity import Sensitivity


@dataclass(frozen=True, eq=False)
class TournamentResult:
    """Runs over the same sessions, and their differences.

    Attributes
    ----------
    records : dict of str to Record
        By label; the one that the others are compared with is the first.
    labels : Labels
        The phase that each session began in.
    phase_rule : str
        How phases are told, in words.
    paired : Paired
        Differences of every line from the first; the lines are the runs without those that pick at random, the mean of
        random picks with the first one's turnover, and the benchmark where it is known in every session.
    chance : Chance or None
        Strategies against random picks with their own turnover; None if none were drawn.
    tried : frozenset of str
        Labels of the strategies whose tests are corrected for each other; the others are references.
    idle : dict of str to str
        Label and reason of strategies that never decided: they have no numbers.
    notes : tuple of (str, str)
        What a reader must know besides, as pairs of label and text.
    sensitivities : tuple of Sensitivity
        The same strategies at other costs, and acted on later.
    verdict : Verdict or None
        What the strategies that were tried show beyond chance; None where none was tried.
    luck : dict of str to LuckResult
        By label, how much of what it made hangs on luck; empty where that was not asked for.
    """

    records: dict[str, Record]
    labels: Labels
    phase_rule: str
    paired: Paired
    chance: Chance | None
    tried: frozenset[str]
    idle: dict[str, str]
    notes: tuple[tuple[str, str], ...] = ()
    sensitivities: tuple[Sensitivity, ...] = ()
    verdict: Verdict | None = None
    luck: dict[str, LuckResult] = field(default_factory=dict)

    @property
    def told(self) -> tuple[str, ...]:
        """The verdict in plain words, the outcome first."""
        return self.verdict.sentences if self.verdict else ("Nothing was tried: all are references.",)

    @property
    def against(self) -> str:
        """Label of the run that the others are compared with."""
        return next(iter(self.records))

    @property
    def windows(self) -> pd.DataFrame:
        """What each run made in the windows that the terms name (``periods=``), beside the benchmark."""
        return window_table(self.records)

    @property
    def table(self) -> pd.DataFrame:
        """All metrics, the session from which they are measured, and why there are none: a row per strategy."""
        made = comparison_table(self.records)
        first = next(iter(self.records.values())).sessions[0]
        made.insert(0, "measured_from", first)
        blank = pd.DataFrame(math.nan, index=pd.Index(list(self.idle), name="strategy"), columns=made.columns)
        blank["measured_from"] = pd.NaT
        out = pd.concat([made, blank.astype(made.dtypes)]) if self.idle else made
        out["reason"] = [*[""] * len(made), *self.idle.values()]
        return out
