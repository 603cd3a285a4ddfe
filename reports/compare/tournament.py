"""A tournament: strategies on one panel, over the same sessions, at the same costs, and what their differences say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from ...data.errors import UnknownNameError
from ...data.types import Floats
from ...engine.record import Record
from ..growth import Growth, benchmark_growth, periods_per_year, strategy_growth
from .comparison import comparison_table
from .paired_bootstrap import RESAMPLES, Labels, Paired, paired
from .random_picks import Chance, Draws, places
from .sensitivity import Sensitivity


@dataclass(frozen=True, eq=False)
class Tournament:
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
        Differences of every line from the first; the lines are the runs, the mean of the draws in place of the one
        random run, and the benchmark where it is known in every session.
    chance : Chance or None
        Places among the draws; None if there were none.
    notes : tuple of (str, str)
        What a reader must know besides, as pairs of label and text.
    sensitivities : tuple of Sensitivity
        The same strategies at other costs, and acted on later.
    """

    records: dict[str, Record]
    labels: Labels
    phase_rule: str
    paired: Paired
    chance: Chance | None
    notes: tuple[tuple[str, str], ...] = ()
    sensitivities: tuple[Sensitivity, ...] = ()

    @property
    def against(self) -> str:
        """Label of the run that the others are compared with."""
        return next(iter(self.records))

    @property
    def table(self) -> pd.DataFrame:
        """All metrics: a row per run."""
        return comparison_table(self.records)

    def save(self, folder: str | Path) -> Path:
        """Write the folder: two pages, tables, manifests; see ``tournament_folder.save_tournament``."""
        from .tournament_folder import save_tournament

        return save_tournament(self, folder)


def hold_tournament(
    records: Mapping[str, Record],
    labels: Labels,
    *,
    against: str | None = None,
    draws: Draws | None = None,
    resamples: int = RESAMPLES,
    seed: int = 0,
    phase_rule: str = "",
    notes: Sequence[tuple[str, str]] = (),
) -> Tournament:
    """Compare runs over the same sessions.

    Parameters
    ----------
    records : mapping of label to Record
        At least one.
    labels : Labels
        The phase that each session of the runs began in.
    against : str, optional
        Label of the run that is taken off the others; default: the first.
    draws : Draws, optional
        Runs of a random strategy over the same sessions; their mean takes the place of the run of that label.
    resamples, seed : int
        Of the bootstrap.
    phase_rule : str
    notes : sequence of (str, str)

    Raises
    ------
    UnknownNameError
        No run is called ``against``.
    ParameterError
        As ``paired.paired``.
    """
    against = next(iter(records)) if against is None else against
    if against not in records:
        raise UnknownNameError("strategy to compare against", against, records)
    ordered = {against: records[against]} | dict(records)
    lines = {label: log_returns(strategy_growth(record)) for label, record in ordered.items()}
    periods = periods_per_year(ordered[against].sessions)
    chance = places(lines, draws, labels, periods) if draws else None
    compared = {mean_label(label, draws): line for label, line in lines.items()}
    if draws and draws.label in lines:
        compared[mean_label(draws.label, draws)] = draws.mean
    market = benchmark_growth(ordered[against])
    if market is not None and np.isfinite(market.levels).all() and market.label not in compared:
        compared[market.label] = log_returns(market)
    found = paired(
        compared, mean_label(against, draws), labels,
        periods=periods, holding=usual_stay(ordered), resamples=resamples, seed=seed,
    )  # fmt: skip
    return Tournament(ordered, labels, phase_rule, found, chance, tuple(notes))


def log_returns(growth: Growth) -> Floats:
    """Log return of each session, shape (S,); NaN where an end is unknown or worth nothing."""
    levels = np.where(growth.levels > 0, growth.levels, np.nan)
    changes: Floats = np.diff(np.log(levels))
    return changes


def mean_label(label: str, draws: Draws | None) -> str:
    """What a line is called: of a random strategy with draws, the mean of them.

    Parameters
    ----------
    label : str
    draws : Draws or None
        Of the random strategy of the comparison.
    """
    return f"{label}, mean of {len(draws.seeds)}" if draws and label == draws.label else label


def usual_stay(records: Mapping[str, Record]) -> float:
    """How long holdings stay, in sessions: the lower median of the runs' mean stays; 1 if nothing was ever held.

    Half of the runs turn over at least as fast. The longest would be the whole sample, with something that is bought
    and held among them.
    """
    stays = []
    for record in records.values():
        held = record.outcome.shares > 0
        begun = int(held[0].sum()) + int((held[1:] & ~held[:-1]).sum())
        if begun:
            stays.append(float(held.sum()) / begun)
    return sorted(stays)[(len(stays) - 1) // 2] if stays else 1.0
