"""A tournament: strategies on one panel, over the same sessions, at the same costs, and what their differences say."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ...data.errors import UnknownNameError
from ...data.types import Floats
from ...engine.record import Record
from ..equal_weight import LABEL, equal_weight_growth
from ..growth import (
    annualises,
    benchmark_growth,
    log_returns,
    periods_per_year,
    points,
    strategy_growth,
    years_between,
)  # fmt: skip
from ..history import history_of
from ..holdings import holding_spells
from ..significance.findings import Verdict
from ..significance.verdict import verdict
from .paired_bootstrap import RESAMPLES, Labels, Paired, paired
from .papers import title_of
from .random_picks import Chance, RandomPicks, against_chance, picks_label, places
from .tournament_folder import save_tournament
from .tournament_result import TournamentResult

if TYPE_CHECKING:
    from matplotlib.axes import Axes

CHANCE = "random picks of the same turnover"
"""What the differences of ``Chance.paired`` are from: for each strategy the mean of its own picks."""


class Tournament(TournamentResult):
    """Runs over the same sessions, and their differences; see ``TournamentResult``."""

    def save(
        self, folder: str | Path, *, locale: str = "en", moves: str | None = None, also: Sequence[str] = ()
    ) -> Path:
        """Write the folder: the report, tables, manifests; see ``tournament_folder.save_tournament``.

        Parameters
        ----------
        folder : path
        locale : {"en", "zh"}
            Language of the pages.
        moves : {"blue-orange", "red-up", "green-up"}, optional
            Colours of rises and falls. Default: those that colour-blind readers can tell apart.
        also : sequence of {"pdf", "png", "xlsx", "md"}
            The report in more formats.
        """
        return save_tournament(self, folder, locale=locale, moves=moves, also=also)

    def report(self, path: str | Path, *, locale: str = "en", moves: str | None = None) -> Path:
        """Write the report, by the path's ending; returns the path.

        Parameters
        ----------
        path : path
            ``.html``, ``.pdf``, ``.png`` (page one), ``.xlsx`` or ``.md``.
        locale : {"en", "zh"}
            Language of the report.
        moves : {"blue-orange", "red-up", "green-up"}, optional
            Colours of rises and falls.

        Raises
        ------
        InputError
            Another ending, or a package that the format needs is not installed.
        """
        from ..render.report_page import write_report
        from .papers import tournament_paper

        return write_report(tournament_paper(self), path, locale=locale, moves=moves)

    def plot(
        self, kind: str = "growth", ax: Axes | None = None, *, locale: str = "en", moves: str | None = None
    ) -> Axes:
        """Draw a chart on matplotlib's axes, with dates and values on them; returns them.

        Parameters
        ----------
        kind : str
            "growth", "drawdown"; "relative", growth over that of the first; "years", calendar years; "ahead", how far
            each is ahead of the first a year.
        ax : matplotlib.axes.Axes, optional
            Default: those of a new figure of pyplot.
        locale : {"en", "zh"}
            Language of its words.
        moves : {"blue-orange", "red-up", "green-up"}, optional
            Colours of rises and falls.

        Raises
        ------
        UnknownNameError
            For another kind.
        """
        from ..render.figures import draw
        from .tournament_charts import tournament_chart

        return draw(tournament_chart(self, kind), ax, locale=locale, moves=moves)

    def __repr__(self) -> str:
        first = self.records[self.against].sessions
        return f"{type(self).__name__}({title_of(self)}: {first[0]:%F}..{first[-1]:%F})"

    def _repr_html_(self) -> str:
        """What a notebook shows."""
        from .notebook import tournament_notebook

        return tournament_notebook(self)


@dataclass(frozen=True)
class Field:
    """Who takes part in a comparison, and as what.

    Attributes
    ----------
    tried : frozenset of str
        Labels of the strategies whose tests are corrected for each other; the other runs are references: what holds
        everything, and random picks.
    random : frozenset of str
        Labels of runs that pick at random, at a turnover of their own: one draw each, so nothing is said of their
        differences.
    picks : mapping of str to RandomPicks or str
        By label of a strategy that was tried: random picks with its turnover, or why it has none. Empty if none were
        drawn.
    controls : mapping of str to array of shape (S,) or (S, V)
        More that the verdict sets them against, besides references, benchmark and picks: returns of the same sessions.
    """

    tried: frozenset[str] = frozenset()
    random: frozenset[str] = frozenset()
    picks: Mapping[str, RandomPicks | str] = field(default_factory=dict)
    controls: Mapping[str, Floats] = field(default_factory=dict)


def hold_tournament(  # noqa: PLR0913  # who takes part, as what, and how it is tested
    records: Mapping[str, Record],
    labels: Labels,
    *,
    entered: Field | None = None,
    idle: Mapping[str, str] | None = None,
    against: str | None = None,
    resamples: int = RESAMPLES,
    seed: int = 0,
    trials: int | None = None,
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
    entered : Field, optional
        Who was tried, and the random picks of each. Default: all were tried, none has picks.
    idle : mapping of str to str, optional
        Label and reason of strategies that never decided; they have a blank row in the table.
    against : str, optional
        Label of the run that is taken off the others; default: the first.
    resamples, seed : int
        Of the bootstrap.
    trials : int, optional
        How many strategies were tried on these data in all. Default: those that are entered as tried.
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
    entered = entered or Field(frozenset(ordered))
    lines = {label: log_returns(strategy_growth(record)) for label, record in ordered.items()}
    how = _How(ordered, resamples, seed)
    compared = {label: line for label, line in lines.items() if label == against or label not in entered.random}
    own = entered.picks.get(against)
    if isinstance(own, RandomPicks):
        compared[picks_label(against)] = own.mean
    if LABEL not in compared and not set(ordered) - entered.tried - entered.random:  # no reference holds everything
        compared[LABEL] = log_returns(equal_weight_growth(ordered[against]))
    market = benchmark_growth(ordered[against])
    if market is not None and np.isfinite(market.levels).all() and market.label not in compared:
        compared[market.label] = log_returns(market)
    found = how.paired(compared, against, labels, entered.tried - {against})
    chance = _chance(lines, entered, labels, how) if entered.picks else None
    judged = verdict_of(ordered, labels, entered.tried, controls_of(ordered, entered), trials=trials, seed=seed)
    return Tournament(
        ordered, labels, phase_rule, found, chance, entered.tried, dict(idle or {}), tuple(notes), verdict=judged
    )  # fmt: skip


def controls_of(records: Mapping[str, Record], entered: Field) -> dict[str, Floats]:
    """What the strategies that were tried should beat: returns by name, those that hold everything first.

    Parameters
    ----------
    records : mapping of str to Record
    entered : Field
    """
    tried = [label for label in records if label in entered.tried]
    out = {
        label: record.returns.to_numpy() for label, record in records.items()
        if label not in entered.tried | entered.random
    } | dict(entered.controls)  # fmt: skip
    market = benchmark_growth(next(iter(records.values())))
    if market is not None and np.isfinite(market.returns).all() and market.label not in out:
        out[market.label] = market.returns
    own = [entered.picks.get(label, "") for label in tried]
    if any(isinstance(each, RandomPicks) for each in own):
        nothing = np.full(len(next(iter(records.values())).sessions), np.nan)
        out["random picks"] = np.column_stack(
            [np.expm1(each.mean) if isinstance(each, RandomPicks) else nothing for each in own]
        )
    return out


def verdict_of(
    records: Mapping[str, Record],
    labels: Labels,
    tried: Collection[str],
    controls: Mapping[str, Floats],
    *,
    trials: int | None = None,
    seed: int = 0,
) -> Verdict | None:
    """What strategies show beyond chance; None where none was tried, or there is nothing to set them against.

    Parameters
    ----------
    records : mapping of str to Record
    labels : Labels
    tried : collection of str
        Labels of the strategies.
    controls : mapping of str to array
        As ``significance.verdict`` has them.
    trials : int, optional
    seed : int
    """
    names = [label for label in records if label in tried]
    if not controls and len(names) > 1:  # the first is what the others are set against
        controls, names = {names[0]: records[names[0]].returns.to_numpy()}, names[1:]
    if not names or not controls:
        return None
    returns = np.column_stack([records[name].returns.to_numpy() for name in names])
    periods = periods_per_year(records[names[0]].sessions)
    phases = (labels.phase, [name.replace("_", " ") for name in labels.names]) if labels.names else None
    many = len(names) if trials is None else max(trials, len(names))
    return verdict(returns, controls, names=names, trials=many, phases=phases, periods=periods, seed=seed)


class _How:
    """What all tests of a comparison share: years, blocks, resamples."""

    def __init__(self, records: Mapping[str, Record], resamples: int, seed: int) -> None:
        first = next(iter(records.values()))
        self.periods, dates = periods_per_year(first.sessions), points(first)
        long_enough = annualises(len(first.sessions), self.periods)
        self.years = years_between(dates, np.ones(len(dates))) if long_enough else math.nan
        self.holding, self.resamples, self.seed = usual_stay(records), resamples, seed

    def paired(self, lines: Mapping[str, Floats], against: str, labels: Labels, counted: Collection[str]) -> Paired:
        return paired(
            lines, against, labels, counted=counted, years=self.years, periods=self.periods, holding=self.holding,
            resamples=self.resamples, seed=self.seed,
        )  # fmt: skip


def _chance(lines: Mapping[str, Floats], entered: Field, labels: Labels, how: _How) -> Chance:
    """Each strategy that was tried against its own random picks: one test each, one family."""
    tried = {label: line for label, line in lines.items() if label in entered.tried}
    picks = {label: own for label, own in entered.picks.items() if isinstance(own, RandomPicks)}
    left_out = {label: own for label, own in entered.picks.items() if isinstance(own, str)}
    gaps = {label: tried[label] - own.mean for label, own in picks.items()}
    nothing = np.zeros(len(labels.phase))
    tested = how.paired({CHANCE: nothing} | gaps, CHANCE, Labels(np.full(len(nothing), -1), ()), gaps)
    placed = places({label: tried[label] for label in picks}, picks, labels, how.years)
    rows = against_chance(tried, picks, left_out, tested, placed, how.years)
    return Chance(picks, rows, placed, tested, how.years)


def usual_stay(records: Mapping[str, Record]) -> float:
    """How long holdings stay, in sessions: the lower median of the runs' mean stays; 1 if nothing was ever held.

    A stay is a holding spell, one that is still open included. Half of the runs turn over at least as fast. The longest
    would be the whole sample, with something that is bought and held among them.
    """
    spells = [holding_spells(history_of(record)) for record in records.values()]
    stays = [float(found.sessions.mean()) for found in spells if len(found)]
    return max(1.0, sorted(stays)[(len(stays) - 1) // 2]) if stays else 1.0
