"""``sweep``: many variants of a strategy over the same sessions, in parallel, kept on disk as they are found."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import replace
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, Unpack

import numpy as np
import pandas as pd

from sectorlead.data.errors import InputError, ParameterError, SweepStoppedError
from sectorlead.data.panel import Panel
from sectorlead.data.quality.gate import admitted
from sectorlead.data.store.durable import locked, make_folder
from sectorlead.engine.backtest import run_span
from sectorlead.engine.config import FIRST_DECISION, START, RunConfig, SharedTerms, merged, takes_terms
from sectorlead.engine.market.default import market_or_default
from sectorlead.engine.market.market import Market
from sectorlead.research.sweep import optuna_search
from sectorlead.research.sweep.about import about_of, write_about
from sectorlead.research.sweep.axes import Axis, axes_of
from sectorlead.research.sweep.base import Base
from sectorlead.research.sweep.chunk_store import DECIDED, MEASURED, ChunkStore, Part, bytes_of, key_of, usual_folder
from sectorlead.research.sweep.constraints import Constraint, Positions, listed
from sectorlead.research.sweep.counted import count_sweep
from sectorlead.research.sweep.evaluated import NEVER, Evaluated, sessions_measured
from sectorlead.research.sweep.executors import JobFile, Workers, each_done, resolve, workers_for
from sectorlead.research.sweep.files import write_result
from sectorlead.research.sweep.job import Job
from sectorlead.research.sweep.optuna_search import OptunaSearch
from sectorlead.research.sweep.result import SweepResult, opened
from sectorlead.research.sweep.space import RandomSearch, Space, all_of, drawn

if TYPE_CHECKING:
    from sectorlead.data.types import Ints

Returns = Literal["none", "float32", "float64"]
Progress = Callable[[str, int, int], None]
"""Told what is done, how many variants of how many."""

USUAL_RETURNS = 1 << 30
"""Bytes of daily returns that are kept without being asked for."""
_CHUNKS_EACH = 8
_LARGEST, _SMALLEST = 4_096, 16
_CHUNK_BYTES = 1 << 26


@takes_terms("name", "seed")
def sweep(  # noqa: PLR0913  # what is swept, how, and where
    rule: Any,
    grid: Mapping[str, Any] | None = None,
    panel: Panel | None = None,
    market: str | Market | None = None,
    *,
    where: Constraint | Sequence[Constraint] = (),
    search: RandomSearch | OptunaSearch | None = None,
    returns: Returns | None = None,
    executor: Literal["threads", "processes"] | Executor | None = None,
    dask: Any = None,
    workers: int | None = None,
    chunk: int | None = None,
    store: str | Path | None = None,
    progress: Progress = lambda *_: None,
    config: RunConfig | None = None,
    **terms: Unpack[SharedTerms],
) -> SweepResult:
    """Runs many variants of a strategy under the same terms, measured over the same sessions.

    All are measured from the latest first decision among them (``measured_from``). One that never decides is a row of
    NaN with its reason, and moves nothing. No number depends on executor, workers, chunks, or the order of the grid.

    What is found is kept on disk, chunk by chunk, under a hash of panel, rules, strategy, values, terms and code: the
    same sweep goes on where it was stopped, however that was, and one that is complete is answered from there.

    Parameters
    ----------
    rule : strategy, Score, library name, ``module:Name``, class or function
        What is varied; a class or function of one's own makes a strategy from the parameters that it declares.
    grid : mapping of str to values, optional
        Values of each parameter, by its dotted name, ``{"score.lookback": range(20, 260, 5), "pick.n": [3, 5, 8]}``,
        or its last part where only one is called so. Where a part stands, parts. Also ``market``, its rules as
        ``market.slippage_bps``, ``universe`` (symbols by name), and the terms ``start``, ``cash``, ``fill``, ``size``,
        ``unfilled``, ``ended``, ``write_off`` and ``cash_rate``. With ``RandomSearch`` a distribution of scipy may
        stand for values. Default: what the parameters declare (``sectorlead.parameters``).
    panel : Panel
        It passes the quality gate, as in ``sectorlead.run``.
    market : str or Market, optional
        As in ``sectorlead.run``.
    where : str, callable, or sequence of them
        Which combinations to keep: an expression such as ``"short < long"``, or a function of a mapping of names to
        values.
    search : RandomSearch or OptunaSearch, optional
        Default: all combinations.
    returns : {"none", "float32", "float64"}, optional
        Whether to keep daily returns. Default: "float64" up to 1 GB, else "none".
    executor : {"threads", "processes"} or concurrent.futures.Executor, optional
        Where to run. Default: threads; for a strategy with Python of its own, processes use more than one core.
    dask : str or distributed.Client, optional
        Address of a Dask scheduler, ``tcp://host:8786`` (``pip install 'sectorlead[dask]'``).
    workers : int, optional
        How many tasks at a time. Default: cores.
    chunk : int, optional
        Variants of a task.
    store : path, optional
        Where sweeps are kept. Default: the environment variable ``SECTORLEAD_SWEEPS``, else ``sweeps`` in the user's
        cache folder; it may be emptied at any time.
    progress : callable, optional
        Told what is being done, and how many variants of how many are.
    config : RunConfig, optional
        The terms of all runs.
    **terms
        Terms in place of those of ``config``, but for ``name`` and ``seed``: a seed is a parameter.

    Returns
    -------
    SweepResult

    Raises
    ------
    InputError
        For names, values or terms that can't be used.
    SweepStoppedError
        The workers were lost; the same call goes on.

    Examples
    --------
    >>> import sectorlead as sl
    >>> rule = sl.Rotation(sl.Momentum(60), sl.TopN(3))
    >>> found = sweep(rule, {"lookback": [20, 60], "pick.n": [3, 5]}, sl.simulate(sessions=300), returns="none")
    >>> found.table[["score.lookback", "pick.n"]].to_numpy().tolist()
    [[20, 3], [20, 5], [60, 3], [60, 5]]
    """
    for name, value in (("workers", workers), ("chunk", chunk)):
        if value is not None and (isinstance(value, bool) or not isinstance(value, int) or value < 1):
            raise ParameterError(f"{name} must be a whole number from 1 on, was {value!r}")
    if not isinstance(panel, Panel):
        raise ParameterError(f"sweep needs a panel: sweep(rule, grid, panel); was given {panel!r}")
    base = rule if isinstance(rule, Base) else Base(rule)
    config = _config(merged(config, terms), base)
    market, chosen = market_or_default(market, panel)
    axes = axes_of(base, grid, panel)
    constraints = listed(where)
    space = drawn(axes, constraints, search) if isinstance(search, RandomSearch) else all_of(axes, constraints)
    admitted(panel, config.accept or (), market.trades)
    if any(axis.name == "start" for axis in axes):
        config = replace(config, start=None)  # each variant has its own
    row = _asked_row(panel, config, space.axes)
    count = min(len(space), search.trials) if isinstance(search, OptunaSearch) else len(space)
    kept = returns or _usual_returns(count, panel, config)
    if kept not in ("none", "float32", "float64"):
        raise ParameterError(f"returns must be 'none', 'float32' or 'float64', was {returns!r}")
    job = Job(base, space.axes, panel, market, replace(config, measured_from=START), kept)
    told = bytes_of(space) + repr((search, config.measured_from, chosen)).encode()
    key = key_of(job, told)
    folder = _place(Path(store) if store else usual_folder(), key)
    with locked(folder / ".lock"):
        if (done := opened(folder, job)) is not None:
            count_sweep(folder, done.about, job)
            return done
        chunks = ChunkStore(folder)
        chunks.begin()
        asked = _Asked(job, space, chunks, row, chunk, progress)
        with workers_for(executor, dask, workers, job, folder) as found, _resumable(asked, key is not None):
            window = _window(asked, found)
            if isinstance(search, OptunaSearch):
                space = optuna_search.run(search, space, asked.metric_of(found, window.row))
            else:
                _measure(asked, found, window.row)
        day = f"{panel.sessions[window.first]:%F}"
        write_result(folder, chunks, space, panel.sessions, day)
        notes = (chosen,) if chosen else ()
        write_about(folder, about_of(job, space, window.told, day, notes, search, constraints))
        chunks.clear()
        result = opened(folder, job)
    if result is None:
        raise InputError(f"the result in {folder} was removed while it was written; run the sweep again")
    count_sweep(folder, result.about, job)
    return result


# --- tasks --------------------------------------------------------------------------------------------------------


def decide_chunk(told: Job | JobFile, positions: Positions) -> Ints:
    """First decisions of a chunk; a worker's task.

    Parameters
    ----------
    told : Job or JobFile
    positions : int32 array of shape (A, V)
    """
    return resolve(told).decided(positions)


def measure_chunk(told: Job | JobFile, positions: Positions, row: int | None) -> Evaluated:
    """Metrics and returns of a chunk; a worker's task.

    Parameters
    ----------
    told : Job or JobFile
    positions : int32 array of shape (A, V)
    row : int or None
        See ``Job.measured``.
    """
    return resolve(told).measured(positions, row)


def _place(store: Path, key: str | None) -> Path:
    """The folder of a sweep, which can be written into."""
    if key is None:
        return Path(mkdtemp(prefix="sweep-"))
    try:
        folder = make_folder(store / key)
        (folder / ".lock").touch()
    except OSError as error:
        raise InputError(
            f"sweeps can't be kept in {store} ({error.strerror}); name a folder that can be written into: store, or "
            "the environment variable SECTORLEAD_SWEEPS"
        ) from None
    return folder


# --- steps --------------------------------------------------------------------------------------------------------


class _Asked(NamedTuple):
    """A sweep that is being worked on."""

    job: Job
    space: Space
    chunks: ChunkStore
    row: int | Literal["latest"] | None
    chunk: int | None
    progress: Progress

    def size(self, workers: int) -> int:
        """Variants of a task."""
        if self.chunk is not None:
            return self.chunk
        sessions = len(self.job.panel.sessions) if self.job.returns != "none" else 1
        most = min(_LARGEST, max(1, _CHUNK_BYTES // (8 * sessions)))
        return max(min(most, len(self.space) // (workers * _CHUNKS_EACH)), min(_SMALLEST, most))

    def metric_of(self, workers: Workers, row: int | None) -> optuna_search.Measure:
        """How an adaptive search has a batch measured."""

        def measure(begin: int, positions: Positions, total: int) -> Mapping[str, Any]:
            part = Part(begin, begin + positions.shape[1])
            if part not in self.chunks.parts(MEASURED):
                size = max(1, -(-positions.shape[1] // workers.many))
                pieces = [positions[:, i : i + size] for i in range(0, positions.shape[1], size)]
                numbers = range(len(pieces))
                found = dict(each_done(workers, measure_chunk, numbers, lambda k: (pieces[k], row)))
                self.chunks.put_measured(part, Evaluated.joined([found[k] for k in numbers]))
            self.progress("measured", part.end, total)
            return self.chunks.metrics(part)

        return measure


class _Window(NamedTuple):
    """The sessions that all variants are measured over."""

    row: int | None
    first: int
    told: str


class _resumable:  # a context manager
    """Says how to go on, whatever stops the work."""

    def __init__(self, asked: _Asked, lasting: bool) -> None:
        self.asked, self.lasting = asked, lasting

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: Any, error: BaseException | None, trace: Any) -> None:
        if isinstance(error, KeyboardInterrupt | SweepStoppedError):
            count = sum(part.end - part.begin for part in self.asked.chunks.parts(MEASURED))
            where = self.asked.chunks.folder
            error.add_note(
                f"{count:,} of {len(self.asked.space):,} variants are in {where}; the same sweep goes on from there"
                if self.lasting
                else "nothing is kept, as a function without a name can't be known again"
            )


def _window(asked: _Asked, workers: Workers) -> _Window:
    job = asked.job
    first, last = run_span(job.panel, job.config.start, job.config.end)
    if asked.row is None:
        return _Window(None, first, START)
    if asked.row != "latest":
        row = max(first, asked.row)
        return _Window(row, row, f"{job.panel.sessions[row]:%F}")
    count = len(asked.space)
    missing = asked.chunks.missing(DECIDED, count, asked.size(workers.many))
    done = count - sum(part.end - part.begin for part in missing)
    asked.progress("first decisions", done, count)
    for part, rows in each_done(workers, decide_chunk, missing, lambda part: (_positions(asked.space, part),)):
        asked.chunks.put_decided(part, rows)
        done += part.end - part.begin
        asked.progress("first decisions", done, count)
    rows = asked.chunks.decided(count)
    decided = rows[rows != NEVER]
    starts = [axis for axis in job.axes if axis.name == "start"]
    if not len(decided) and not starts:
        return _Window(None, first, START)
    begins = [run_span(job.panel, value, job.config.end)[0] for axis in starts for value in axis.choices]
    row = min(int(decided.max()) if len(decided) else max(begins), last - 1)
    return _Window(row, row, f"{job.panel.sessions[row]:%F}")


def _measure(asked: _Asked, workers: Workers, row: int | None) -> None:
    count = len(asked.space)
    missing = asked.chunks.missing(MEASURED, count, asked.size(workers.many))
    done = count - sum(part.end - part.begin for part in missing)
    asked.progress("measured", done, count)
    for part, found in each_done(workers, measure_chunk, missing, lambda part: (_positions(asked.space, part), row)):
        asked.chunks.put_measured(part, found)
        done += part.end - part.begin
        asked.progress("measured", done, count)


def _positions(space: Space, part: Part) -> Positions:
    return np.ascontiguousarray(space.positions[:, part.begin : part.end])


def _config(config: RunConfig, base: Base) -> RunConfig:
    if config.name:
        raise ParameterError(f"name={config.name!r} was given, but variants are numbered; leave name out")
    if config.seed is not None:
        raise ParameterError(f"seed={config.seed} was given, but a seed is a parameter of the strategy; put it in grid")
    engine = "backtrader" if base.backtrader else config.engine
    return replace(config, cash_rate=config.idle_rate(), engine=engine)


def _asked_row(panel: Panel, config: RunConfig, axes: Sequence[Axis]) -> int | Literal["latest"] | None:
    """The row from which on to measure; None for the runs' first, "latest" where first decisions tell it."""
    asked, starts = config.measured_from, [axis for axis in axes if axis.name == "start"]
    begins = [run_span(panel, value, config.end)[0] for axis in starts for value in axis.choices]
    if asked == START and starts:
        raise InputError("start is in the grid, so variants can't all be measured from their start; leave it out")
    if asked in (None, FIRST_DECISION):
        return "latest"
    if asked == START:
        return None
    _, last = run_span(panel, config.start, config.end)
    row = int(panel.sessions.searchsorted(pd.Timestamp(asked), side="left"))
    if row >= last or row < max(begins, default=0):
        raise InputError(
            f"measured_from={asked} must leave 2 sessions to {panel.sessions[last]:%F}, and not lie before the "
            "latest start"
        )
    return row


def _usual_returns(count: int, panel: Panel, config: RunConfig) -> Returns:
    return "float64" if 8 * count * sessions_measured(panel, config, None) <= USUAL_RETURNS else "none"
