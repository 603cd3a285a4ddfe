"""A tournament: strategies on one panel, over the same sessions, at the same costs, and what their differences say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from ...data.errors import UnknownNameError
from ...engine.record import Record
from ..growth import benchmark_growth, log_returns, periods_per_year, strategy_growth
from ..history import history_of
from ..holdings import holding_spells
from .paired_bootstrap import RESAMPLES, Labels, paired
from .random_picks import Draws, mean_label, places
from .tournament_folder import save_tournament
from .tournament_result import TournamentResult


class Tournament(TournamentResult):
    """Runs over the same sessions, and their differences; see ``TournamentResult``."""

    def save(self, folder: str | Path) -> Path:
        """Write the folder: two pages, tables, manifests; see ``tournament_folder.save_tournament``."""
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


def usual_stay(records: Mapping[str, Record]) -> float:
    """How long holdings stay, in sessions: the lower median of the runs' mean stays; 1 if nothing was ever held.

    A stay is a holding spell, one that is still open included. Half of the runs turn over at least as fast. The longest
    would be the whole sample, with something that is bought and held among them.
    """
    spells = [holding_spells(history_of(record)) for record in records.values()]
    stays = [float(found.sessions.mean()) for found in spells if len(found)]
    return max(1.0, sorted(stays)[(len(stays) - 1) // 2]) if stays else 1.0
