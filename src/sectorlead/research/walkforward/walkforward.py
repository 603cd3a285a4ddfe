"""``walkforward``: parameters chosen in each training window, traded in the test after it, on one account."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Literal, Unpack

import numpy as np
import pandas as pd

from sectorlead.api import Run, run
from sectorlead.data.errors import InputError, ParameterError
from sectorlead.data.panel import Panel
from sectorlead.data.quality.gate import admitted
from sectorlead.data.types import Floats
from sectorlead.engine.config import RunConfig, SharedTerms, merged, takes_terms
from sectorlead.engine.market.default import market_or_default
from sectorlead.engine.market.market import Market
from sectorlead.ledger.counting import CONTROL, WALK_FORWARD, counted_as, uncounted
from sectorlead.research.sweep.about import about_of
from sectorlead.research.sweep.axes import axes_of, full_name
from sectorlead.research.sweep.base import Base
from sectorlead.research.sweep.constraints import Constraint, listed
from sectorlead.research.sweep.job import Job
from sectorlead.research.sweep.optuna_search import OptunaSearch
from sectorlead.research.sweep.space import RandomSearch, Space, all_of, drawn
from sectorlead.research.sweep.sweep import sweep
from sectorlead.research.walkforward.choice import METRICS, Choice, InSample, find_choice, weights_of
from sectorlead.research.walkforward.fixed import Fixed, fixed_in_advance
from sectorlead.research.walkforward.result import OUT_OF_SAMPLE, WalkForwardResult
from sectorlead.research.walkforward.tables import chosen_column, chosen_table, windows_table
from sectorlead.research.walkforward.windows import Window, Windows
from sectorlead.strategies.wrappers.switching import Stretch, Switching

Progress = Callable[[str, int, int], None]
"""Told what is done, how many variants of how many."""

STILL_VARIED = (
    "walkforward chooses parameters of the strategy, for one account under one set of rules and terms; {name} is what "
    "it runs in: leave it out of the grid, and sweep it"
)


@takes_terms("seed", "measured_from")
def walkforward(  # noqa: PLR0913  # what is varied, how it is chosen, and where it runs
    rule: Any,
    grid: Mapping[str, Any] | None = None,
    panel: Panel | None = None,
    market: str | Market | None = None,
    *,
    windows: Windows = Windows(),  # noqa: B008  # a frozen value
    choose: str | Choice = "best",
    metric: str = "sharpe",
    where: Constraint | Sequence[Constraint] = (),
    search: RandomSearch | None = None,
    executor: Literal["threads", "processes"] | Executor | None = None,
    dask: Any = None,
    workers: int | None = None,
    store: str | Path | None = None,
    progress: Progress = lambda *_: None,
    config: RunConfig | None = None,
    **terms: Unpack[SharedTerms],
) -> WalkForwardResult:
    """Chooses parameters in each of some training windows, and trades each choice in the test after it.

    In sample all variants are swept over the training window alone (``sectorlead.sweep``), with history before it to
    warm up with. Out of sample there is one run: positions, their age and orders that wait are carried from one window
    into the next (``Switching``). Beside it stand all variants with their parameters fixed in advance, over the same
    sessions.

    A choice goes by nothing after its training: scores are computed from the whole panel once and shared by all
    windows, which law 1 allows (row t is the same on the panel that ends at t), and each part of one's own is tried for
    it as in any run.

    Parameters
    ----------
    rule : strategy, Score, library name, ``module:Name``, class or function
        As in ``sectorlead.sweep``; not a ``backtrader.Strategy``, whose orders are its own.
    grid : mapping of str to values, optional
        Values of each parameter of the strategy, as in ``sectorlead.sweep``. Default: what the parameters declare.
    panel : Panel
    market : str or Market, optional
        As in ``sectorlead.run``.
    windows : Windows
        How sessions are divided: ``Windows("3y", "1y", anchored=False, purge=0, embargo=0)``.
    choose : {"best", "plateau", "top-fifth", "all"} or callable
        The rule of choice. "best" takes the best variant, "plateau" the best mean of a variant and its neighbours,
        "top-fifth" holds the mean of the best fifth, "all" of all by their rank. A function is given ``InSample`` and
        answers with the number of a variant, or weights.
    metric : str
        What to choose by: a metric that daily returns tell, such as "sharpe", "cagr" or "information_ratio".
    where, search, executor, dask, workers, store, progress
        Those of ``sectorlead.sweep``; the search is a ``RandomSearch``, the same draws in every window.
    config : RunConfig, optional
        The terms of the run out of sample. ``start`` and ``end`` are those of the whole, training included.
    **terms
        Terms in place of those of ``config``. With ``engine="both"`` the run out of sample is verified; what is chosen
        and the fixed variants are computed in the batch kernel, which gives the same cents.

    Returns
    -------
    WalkForwardResult
        ``run`` is the run out of sample, ``windows`` the table of choices; ``report`` writes it all.

    Raises
    ------
    InputError
        For names, values, windows or terms that can't be used.
    SweepStoppedError
        The workers were lost; the same call goes on.

    Examples
    --------
    >>> import sectorlead as sl
    >>> panel, rule = sl.simulate(seed=1, sessions=500), sl.Rotation(sl.Momentum(60), sl.TopN(3))
    >>> found = walkforward(rule, {"lookback": [20, 60], "n": [3, 5]}, panel, windows=sl.Windows(200, 150))
    >>> found.windows[["test_from", "variant"]].shape
    (2, 2)
    """
    task = _task(rule, grid, panel, market, where, search, merged(config, terms))
    chooser, metric = find_choice(choose), full_name(metric, METRICS, "metric to choose by")
    if not isinstance(windows, Windows):
        raise ParameterError(f"windows must be Windows(train, test), was {windows!r}")
    over = windows.over(task.panel, task.config.start, task.config.end)
    how = {
        "where": task.where, "search": task.search, "executor": executor, "dask": dask, "workers": workers,
        "store": store,
    }  # fmt: skip
    named = choose if isinstance(choose, str) else getattr(choose, "__name__", type(choose).__name__)
    scores, weights = np.full((2, len(over), len(task.space)), np.nan)
    for k, window in enumerate(over):
        with uncounted():  # what is seen in training is no result
            told = how | {"progress": _told(progress, f"window {k + 1} of {len(over)}")}
            seen = _in_sample(task, window, metric, told)
        scores[k] = METRICS[metric] * seen.score
        weights[k] = weights_of(chooser(seen), seen, named) if seen.known.any() else 0.0
    config = _terms_of_test(task, over)
    label = config.name or f"{task.base.name}, walk-forward"
    strategy = _followed(task, over, weights)
    out = run(strategy, task.panel, task.market, config=replace(config, name=label))
    with counted_as(purpose=WALK_FORWARD):
        out.summary()
    with counted_as(purpose=CONTROL):
        fixed = fixed_in_advance(
            task.base, task.grid, task.panel, config, over, metric, len(task.space), out,
            **how, progress=_told(progress, "fixed in advance"),
        )  # fmt: skip
    return _result(task, (over, windows, named, metric), (scores, weights), out, fixed)


@dataclass(frozen=True, slots=True)
class _Task:
    """A walk-forward that was asked for, checked."""

    base: Base
    grid: Mapping[str, Any] | None
    panel: Panel
    market: Market
    note: str
    config: RunConfig
    space: Space
    where: tuple[Constraint, ...]
    search: RandomSearch | None


def _task(rule: Any, grid: Any, panel: Any, market: Any, where: Any, search: Any, config: RunConfig) -> _Task:
    if not isinstance(panel, Panel):
        raise ParameterError(f"walkforward needs a panel: walkforward(rule, grid, panel); was given {panel!r}")
    if isinstance(search, OptunaSearch):
        raise ParameterError(
            "OptunaSearch proposes other variants in each window, so none could be followed through; give "
            "RandomSearch(draws), or all combinations"
        )
    if config.measured_from is not None:
        raise ParameterError("measured_from was given, but the first test says from where on is measured; leave it out")
    if config.seed is not None:
        raise ParameterError(f"seed={config.seed} was given, but a seed is a parameter of the strategy; put it in grid")
    base = rule if isinstance(rule, Base) else Base(rule)
    if base.backtrader:
        raise ParameterError(
            f"{base.name} is a backtrader.Strategy, which sends orders of its own: another can't go on from what it "
            "holds; give a strategy with decide(view, portfolio)"
        )
    market, chosen = market_or_default(market, panel)
    axes = axes_of(base, grid, panel)
    for axis in axes:
        if axis.kind != "parameter":
            raise InputError(STILL_VARIED.format(name=axis.name))
    constraints = listed(where)
    space = drawn(axes, constraints, search) if search is not None else all_of(axes, constraints)
    admitted(panel, config.accept or (), market.trades)
    config = replace(config, cash_rate=config.idle_rate())
    return _Task(base, grid, panel, market, chosen, config, space, constraints, search)


def _in_sample(task: _Task, window: Window, metric: str, how: Mapping[str, Any]) -> InSample:
    """All variants over the training window alone."""
    days = task.panel.sessions
    config = replace(
        task.config, start=f"{days[window.train_first]:%F}", end=f"{days[window.train_last]:%F}", name="",
        engine="compiled", measured_from=None,
    )  # fmt: skip
    found = sweep(task.base, task.grid, task.panel, task.market, returns="none", config=config, **how)
    table = found.table
    score = METRICS[metric] * table[metric].to_numpy(np.float64)
    return InSample(score, metric, task.space.axes, task.space.positions, table)


def _terms_of_test(task: _Task, over: tuple[Window, ...]) -> RunConfig:
    """The terms of the run out of sample: its first decision is made after the close before the first test."""
    days = task.panel.sessions
    begin, end = over[0].test_first, over[-1].test_last
    return replace(
        task.config, start=f"{days[begin - 1]:%F}", end=f"{days[end]:%F}", measured_from=f"{days[begin]:%F}"
    )


def _followed(task: _Task, over: tuple[Window, ...], weights: Floats) -> Any:
    """One strategy that follows each choice in its window."""
    held = np.flatnonzero(weights.any(axis=0)).tolist()
    place = {variant: k for k, variant in enumerate(held)}
    inner = replace(task.base, signal=None)
    strategies = tuple(inner.made(task.space.values(variant)) for variant in held)
    stretches = []
    for window, own in zip(over, weights, strict=True):
        members = np.flatnonzero(own)
        since = f"{task.panel.sessions[window.test_first - 1]:%F}"
        stretches.append(Stretch(since, tuple(place[int(v)] for v in members), tuple(own[members].tolist())))
    made: Any = Switching(strategies, tuple(stretches))
    if task.base.signal is None:
        return made
    from sectorlead.strategies.wrappers.mapped import Mapped

    return Mapped(made, *task.base.signal)


def _result(
    task: _Task,
    asked: tuple[tuple[Window, ...], Windows, str, str],
    done: tuple[Floats, Floats],
    out: Run,
    fixed: Fixed,
) -> WalkForwardResult:
    over, windows, choose, metric = asked
    scores, weights = done
    parameters = pd.DataFrame({
        chosen_column(axis.name): [axis.labels[k] for k in own.tolist()]
        for axis, own in zip(task.space.axes, task.space.positions, strict=True)
    })  # fmt: skip
    in_sample = pd.DataFrame(scores, fixed.by_window.index, fixed.by_window.columns)
    pair, returns = (in_sample, fixed.by_window), out.returns.to_numpy(np.float64)
    job = Job(task.base, task.space.axes, task.panel, task.market, replace(task.config, name=""), "none")
    first = f"{task.panel.sessions[over[0].test_first]:%F}"
    notes = (task.note,) if task.note else ()
    about = about_of(job, task.space, first, first, notes, task.search, task.where)
    return WalkForwardResult(
        about=about | {"windows": asdict(windows), "choose": choose, "metric": metric},
        windows=windows_table(over, task.panel, pair, weights, returns, metric),
        chosen=chosen_table(parameters, weights, in_sample.index),
        in_sample=in_sample,
        out_of_sample=fixed.by_window,
        fixed=pd.concat([parameters, fixed.table], axis=1),
        controls=fixed.controls,
        returns=fixed.returns.assign(**{OUT_OF_SAMPLE: returns}),
        band=fixed.band,
        run=out,
    )


def _told(progress: Progress, what: str) -> Progress:
    return lambda step, done, total: progress(f"{what}, {step}", done, total)
