"""``event_study``: a score at the anchors of episodes against the returns after them, beside its controls."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from sectorlead.data.bounds import COLUMNS, check_count
from sectorlead.data.bounds import DRAWS as MOST_DRAWS
from sectorlead.data.bounds import FLIPS as MOST_FLIPS
from sectorlead.data.errors import DataError, ParameterError
from sectorlead.data.panel import Panel
from sectorlead.data.pullback import Pullbacks
from sectorlead.data.types import Flags
from sectorlead.reports.signals.event_study import EventStudy
from sectorlead.reports.signals.result import studied
from sectorlead.research.counted_signal import tried_with, years_of
from sectorlead.research.event_study.anchors import (
    ORDER,
    Anchor,
    dated_anchors,
    dates_in_file,
    pullback_anchors,
)
from sectorlead.research.event_study.cells import Cells
from sectorlead.research.event_study.frames import episode_frame, path_frame, persistence_frame, reading_frame, regimes
from sectorlead.research.event_study.placebo import DRAWS, placebo_correlations
from sectorlead.research.event_study.readings import Scored, check_score, identity_of, read
from sectorlead.research.event_study.statistics import FIFTHS
from sectorlead.research.event_study.verdict import power, verdict
from sectorlead.strategies.scores.pullback_strength import PullbackStrength
from sectorlead.strategies.scores.window import Current, PullbackWindow

HORIZONS = (5, 10, 20, 40, 60)
"""Sessions after a reading."""
LEAST = 10
"""Series that a correlation needs."""
FLIPS = 10_000


def event_study(  # noqa: PLR0913  # what is studied, and how
    score: Scored,
    panel: Panel,
    *,
    pullbacks: PullbackWindow | None = None,
    events: str | Path | Iterable[Any] | None = None,
    anchors: Sequence[str] = ORDER,
    horizons: Sequence[int] = HORIZONS,
    least: int = LEAST,
    flips: int = FLIPS,
    draws: int = DRAWS,
    seed: int = 0,
    name: str = "",
    trials: int | None = None,
) -> EventStudy:
    """What a score, read at anchors of the benchmark's pullbacks or at given dates, says of the returns after them.

    Within each episode the score is compared with later returns across the series: Spearman's rank correlation, means
    of fifths over the mean of all (ties of the score by symbol), spread of the highest fifth over the lowest. Over
    episodes: mean, information ratio, t, t by Newey and West, a p-value by flipping signs, share above 0.

    Parameters
    ----------
    score : Score, callable or array
        An array or frame has shape (T, N); row t uses rows <= t only.
    panel : Panel
        With a benchmark, unless ``events`` are given.
    pullbacks : PullbackWindow, optional
        Which falls are pullbacks. Default: those of the score, where it has its own, else ``Current()``.
    events : path or iterable of dates, optional
        Episodes of one's own in place of pullbacks, one anchor each; a file has a date in each line, or a column
        ``date``.
    anchors : sequence of {"entry", "trough", "turn", "left"}
        See ``pullback_anchors``. "trough" is hindsight: shown and never tested.
    horizons : sequence of int
        Sessions after the anchor.
    least : int
        Series with a score and a return that an episode needs to count.
    flips : int
        Sign flips of the p-values.
    draws : int
        Placebo windows of each reading.
    seed : int
        Of flips and placebos.
    name : str
        What to call the score; default: its repr or the name of its function.
    trials : int, optional
        How many were tried on these data in all, which the verdict allows for. Default: as many as the ledger has
        (``sectorlead.trials``), this study included.

    Returns
    -------
    EventStudy
        ``table`` has ``anchor, horizon, ic, icir, t, t_nw, p_flip, hit, q1..q5, spread, episodes``, then ``spread_t,
        spread_hit, bench`` (mean return of the benchmark), ``ic_distinct, p_distinct, distinct`` (episodes whose
        horizons don't overlap), ``ic_*`` and ``p_*`` of the controls, ``hindsight``, ``ic_tested, ic_low,
        ic_high, tested, t_tested, p_tested`` (the rank correlation that is tested, with beta taken out where there is a
        benchmark, over distinct episodes, its 95% interval, the number of those episodes, t and p-value by Student),
        ``p_family, p_family_placebo, p_family_other_times`` (of that, of what it is over its placebo, and of the
        placebo, each corrected for all causal cells) and ``power_ic`` (what would have been found in 4 of 5 samples).
        Returns are fractions; NaN where too little is known. The controls:

        ``beta_neutral``
            Score with beta taken out across the series, log returns less beta times the benchmark's.
        ``partial``
            Rank correlation given beta and momentum up to the start of the episode.
        ``momentum``, ``low_beta``
            Those two in the place of the score.
        ``placebo``, ``placebo_neutral``
            The same measure over windows of the same lengths that lie in no fall and end, at random, in sessions as far
            from the last one as the longest horizon, or as the longest that leaves enough of them; and with beta taken
            out. A pullback that expired is a fall until it is over. NaN where quiet sessions are too few.
        ``over_placebo``
            What is tested less its placebo, paired by episode.

    Raises
    ------
    DataError
        Without a benchmark or without a single episode.
    ParameterError
        For horizons or counts out of range, or a score of another shape.

    Notes
    -----
    Grinold and Kahn, "Active Portfolio Management" (2000), for information coefficients; Newey and West, Econometrica
    55 (1987); Westfall and Young, "Resampling-Based Multiple Testing" (1993), for the correction.

    Examples
    --------
    >>> import sectorlead as sl
    >>> found = event_study(sl.Excess(), sl.simulate(seed=1, sessions=1500), flips=200, draws=5)
    >>> list(found.table.columns[:4])
    ['anchor', 'horizon', 'ic', 'icir']
    """
    _check(horizons, least, flips, draws)
    check_score(score, panel)
    steps = tuple(sorted({int(step) for step in horizons}))
    falls: Pullbacks | None = None
    if events is None:
        own = pullbacks or _pullbacks_of(score)
        falls = own.pullbacks(panel)
        found, inside, rule = _by_pullback(panel, falls, anchors), _inside(falls), own.rule.sentence()
    else:
        dates = dates_in_file(Path(events)) if isinstance(events, str | Path) else events
        found = dated_anchors(panel, dates)
        inside = np.zeros(len(panel.sessions), np.bool_)
        inside[[anchor.row for anchor in found]] = True
        rule = f"An episode is one of {len(found)} dates that were given."
    readings = read(score, panel, found, steps)
    placebo = placebo_correlations(score, panel, found, steps, inside=inside, least=least, draws=draws, seed=seed + 1)
    cells = Cells(panel, readings, steps, least, placebo)
    table = cells.table(flips, seed)
    terms = {
        "anchors": cells.order, "horizons": list(steps), "least": least, "flips": flips, "draws": draws, "seed": seed,
        "placebo_apart": placebo.apart, "placebo_sessions": placebo.quiet, "placebo_told": placebo.told,
    }  # fmt: skip
    identity = identity_of(score)
    name = name or identity["text"]
    what = {"rule": rule, "anchors": cells.order, "horizons": list(steps), "least": least}
    tried = tried_with(score, panel, "events", (name, what), table[~table["hindsight"]], ("ic_tested", "p_family"))
    beta = panel.benchmark is not None
    return EventStudy(
        name=name,
        score=identity,
        rule=rule,
        table=table,
        episodes=episode_frame(cells, falls),
        paths=path_frame(cells),
        readings=reading_frame(cells),
        placebo=cells.placebo_means(seed + 3),
        regimes=regimes(cells, falls),
        persistence=persistence_frame(cells),
        verdict=verdict(table, years=years_of(panel), trials=tried if trials is None else trials, beta=beta),
        power=power(table),
        terms=terms,
        studied=studied(panel),
    )


def _check(horizons: Sequence[int], least: int, flips: int, draws: int) -> None:
    if not len(horizons) or any(int(step) != step or step < 1 for step in horizons):
        raise ParameterError(f"horizons must be whole numbers of sessions >= 1, were {list(horizons)!r}")
    check_count("least", least, FIFTHS, COLUMNS)
    check_count("flips", flips, 100, MOST_FLIPS)
    check_count("draws", draws, 2, MOST_DRAWS)


def _pullbacks_of(score: Scored) -> PullbackWindow:
    """The pullbacks that a score is measured in, else the usual ones."""
    if isinstance(score, PullbackStrength):
        score = score.as_measure()
    window = getattr(score, "window", None)
    return window if isinstance(window, PullbackWindow) else Current()


def _inside(falls: Pullbacks) -> Flags:
    """Sessions in a fall, and the one in which it was over: of a pullback that expired, the bear market as well."""
    inside = falls.inside.copy()  # also of one that peaked before the panel, which is no episode of it
    for episode in falls.episodes:
        inside[episode.entered : None if episode.over is None else episode.over + 1] = True
    return inside


def _by_pullback(panel: Panel, falls: Pullbacks, names: Sequence[str]) -> tuple[Anchor, ...]:
    if panel.benchmark is None:  # said by ``pullbacks`` before
        raise DataError("an event study of pullbacks needs a benchmark: load(..., benchmark=...)")
    found = pullback_anchors(panel.benchmark.last_close, falls.episodes, names)
    if not found:
        raise DataError(
            f"the benchmark has no pullback in {panel.sessions[0]:%F} to {panel.sessions[-1]:%F}; "
            "give a longer panel, smaller thresholds (pullbacks=Current(enter=...)), or events="
        )
    return found
