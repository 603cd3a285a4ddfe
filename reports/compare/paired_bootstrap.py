"""Differences between lines over the same sessions, in all of them and by phase, and what chance makes of them.

A difference is ``d[t] = log(1 + r[t]) - log(1 + b[t])`` of a strategy's and another's return in the same session, so
whatever moved both is gone, and the sum is the log of their relative growth. Logs, because two lines that end equal
then have a mean difference of 0, which simple returns do not: they pay for volatility.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ...data.errors import ParameterError, UnknownNameError
from ...data.types import Floats, Ints
from ..growth import fewest_sessions
from ..significance.corrections import holm

RESAMPLES = 2_000
CONFIDENCE = 0.95
LEAST_EPISODES = 5  # fewer, and a phase says what happened a few times, not what tends to
LEAST_BLOCKS = 10  # a block is at most a tenth of the sample
_BATCH = 250  # resamples weighed at a time, to bound memory


class Labels(NamedTuple):
    """Which phase each session of S began in.

    Attributes
    ----------
    phase : int array of shape (S,)
        Position in ``names``; negative is none.
    names : tuple of str
    """

    phase: Ints
    names: tuple[str, ...]

    def masks(self) -> dict[str, NDArray[np.bool_]]:
        """The sessions of each phase, shape (S,); under "" all of them."""
        everything = np.ones(len(self.phase), dtype=np.bool_)
        return {"": everything} | {name: self.phase == k for k, name in enumerate(self.names)}


class Difference(NamedTuple):
    """One strategy less another, in one phase. What can't be said is NaN, and ``reason`` says why.

    Attributes
    ----------
    strategy, against : str
    phase : str
        "" is all sessions.
    sessions, episodes : int
        Sessions that began in the phase, and unbroken stretches of them.
    ahead : float
        CAGR of the growth over ``against``: of the mean log difference, as many a year as the sample has. A fraction,
        positive is ahead of ``against``.
    low, high : float
        Two-sided 95% interval of ``ahead``.
    total : float
        Growth over ``against`` in these sessions, ``exp(sum of d) - 1``, as a fraction.
    p : float
        Two-sided, of no difference; not corrected for the number of tests.
    holm : float
        ``p`` corrected for the tests of the same ``Paired`` that count; NaN for one that does not.
    reason : str
        Why there is no interval, or "".
    """

    strategy: str
    against: str
    phase: str
    sessions: int
    episodes: int
    ahead: float
    low: float
    high: float
    total: float
    p: float
    holm: float
    reason: str


@dataclass(frozen=True)
class Paired:
    """All differences from one strategy, and how their uncertainty was found.

    Attributes
    ----------
    rows : tuple of Difference
        All sessions first, then phase by phase; in each the strategies in the order given.
    block : int
        Mean length of the resampled blocks in sessions.
    own, holding : float
        The two lengths that ``block`` is the longer of: what the differences' own dependence asks for, and the one
        that was asked for. Where the block is shorter, a tenth of the sample is.
    resamples, seed : int
        Of the bootstrap.
    """

    rows: tuple[Difference, ...]
    block: int
    own: float
    holding: float
    resamples: int
    seed: int

    @property
    def tests(self) -> int:
        """How many p-values are corrected for."""
        return sum(math.isfinite(row.holm) for row in self.rows)

    @property
    def capped(self) -> bool:
        """Whether the sample was too short for the blocks that were wanted."""
        return self.block < math.ceil(max(self.own, self.holding))

    def frame(self) -> pd.DataFrame:
        """The rows as a table, in the columns of ``Difference``."""
        return pd.DataFrame(list(self.rows), columns=list(Difference._fields))


def begun_in(labels: Ints, names: Sequence[str], first: int, last: int) -> Labels:
    """The phase that was known at the close before each session of a run, from labels known at each close.

    Parameters
    ----------
    labels : int array of shape (T,)
        Position in ``names`` as it was known after the close of each panel session; negative is none.
    names : sequence of str
    first, last : int
        Panel rows of the run. The first session of a panel began in no phase.
    """
    rows = np.arange(first, last + 1) - 1
    return Labels(np.where(rows < 0, -1, np.asarray(labels, dtype=np.int64)[np.maximum(rows, 0)]), tuple(names))


def paired(  # noqa: PLR0913  # what is compared, what is counted, and how it is resampled
    logs: Mapping[str, Floats],
    against: str,
    labels: Labels,
    *,
    counted: Collection[str] | None = None,
    years: float | None = None,
    periods: float = 252.0,
    holding: float = 1.0,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> Paired:
    """Mean differences of every line from one of them, with intervals by a stationary block bootstrap.

    Sessions are drawn in blocks of random length with their phase and the returns of all lines, the same for all
    (Politis and Romano, The Stationary Bootstrap, Journal of the American Statistical Association 89, 1994). With m the
    mean over the n sessions of a phase, a resample gives ``sum(d - m) / n`` over those of its sessions that lie in the
    phase: the mean's deviation, to first order, where the number of such sessions varies too. The standard error is
    the standard deviation of these times ``sqrt(K / (K - 1))``; interval and p are Student's t with K - 1 degrees of
    freedom, where K, the blocks that a phase amounts to, is the sum over its episodes of ``max(1, length / block)``.
    The resamples' own quantiles are too narrow where episodes are few (Bester, Conley, Hansen, Inference with
    dependent data using cluster covariance estimators, Journal of Econometrics 165, 2011).

    The mean block is the longest that one of the differences asks for (Politis and White, Automatic block-length
    selection for the dependent bootstrap, Econometric Reviews 23, 2004), at least ``holding``, and at most a tenth of
    the sample. ``holm`` is Holm's (A simple sequentially rejective multiple test procedure, Scandinavian Journal of
    Statistics 6, 1979): with the m p-values in ascending order, the largest of ``min(1, (m - i + 1) p[i])`` up to each.

    Parameters
    ----------
    logs : mapping of str to float array of shape (S,)
        Log returns per session; lines with a value that isn't finite get no numbers.
    against : str
        The line that is taken off.
    labels : Labels
    counted : collection of str, optional
        The lines whose tests are corrected for each other: the strategies that were tried. What every comparison has
        beside them, such as a benchmark, is no trial. Default: all.
    years : float, optional
        Calendar years that the sessions are; NaN leaves what is given per year blank. Default: sessions / periods.
    periods : float
        Returns per year, which say how many sessions are enough for an interval.
    holding : float
        Least mean block in sessions, e.g. how long positions are held.
    resamples, seed : int
        At least 100; the same seed gives the same numbers.

    Raises
    ------
    UnknownNameError
        There is no line ``against``.
    ParameterError
        For less than 100 resamples, or lines and labels of different lengths.
    """
    if against not in logs:
        raise UnknownNameError("strategy to compare against", against, logs)
    if resamples < 100:
        raise ParameterError(f"bootstrap must be at least 100 resamples, was {resamples}")
    size = len(labels.phase)
    if any(len(line) != size for line in logs.values()):
        lengths = ", ".join(f"{name} {len(line)}" for name, line in logs.items())
        raise ParameterError(f"paired lines need the same sessions; there are {size} labels, and lines: {lengths}")
    others = [name for name in logs if name != against]
    with np.errstate(invalid="ignore"):  # infinity less infinity, where both are unknown
        differences = np.array([logs[name] - logs[against] for name in others]).reshape(len(others), size).T
    known = np.isfinite(differences).all(axis=0)
    masks = labels.masks()
    own = _own_length(differences[:, known])
    block = int(min(math.ceil(max(own, holding, 1.0)), max(1, size // LEAST_BLOCKS)))
    errors = _standard_errors(np.where(known, differences, 0.0), list(masks.values()), block, (resamples, seed))
    per_year = periods if years is None else size / years
    rows = [
        _difference((name, against, phase), differences[:, k], mask, (float(errors[j, k]), block, periods, per_year))
        for j, (phase, mask) in enumerate(masks.items())
        for k, name in enumerate(others)
    ]
    adjusted = holm(np.array([row.p if counted is None or row.strategy in counted else math.nan for row in rows]))
    kept = tuple(row._replace(holm=value) for row, value in zip(rows, adjusted.tolist(), strict=True))
    return Paired(kept, block, own, holding, resamples, seed)


def episode_lengths(mask: NDArray[np.bool_]) -> Ints:
    """Lengths of the unbroken stretches of True, in order, shape (E,)."""
    edges = np.flatnonzero(np.diff(mask.astype(np.int8), prepend=0, append=0))
    return (edges[1::2] - edges[::2]).astype(np.int64)


def _difference(
    names: tuple[str, str, str], line: Floats, mask: NDArray[np.bool_], how: tuple[float, int, float, float]
) -> Difference:
    error, block, periods, per_year = how
    lengths, count = episode_lengths(mask), int(mask.sum())
    low = high = p = math.nan
    known = np.isfinite(line).all()
    mean = float(line[mask].mean()) if known and count else math.nan
    reason = _why_blank(bool(known), count, len(line) if mask.all() else len(lengths), periods)
    if not reason:
        from scipy.stats import t as student

        blocks = float(np.maximum(1.0, lengths / block).sum())
        error *= math.sqrt(blocks / (blocks - 1))
        half = float(student.ppf(0.5 + CONFIDENCE / 2, blocks - 1)) * error
        low, high = math.expm1((mean - half) * per_year), math.expm1((mean + half) * per_year)
        p = float(2 * student.sf(abs(mean) / error, blocks - 1)) if error > 0 else float(mean == 0)
    total = math.expm1(float(line[mask].sum())) if known and count else math.nan
    ahead = math.expm1(mean * per_year)
    return Difference(*names, count, len(lengths), ahead, low, high, total, p, math.nan, reason)


def _why_blank(known: bool, sessions: int, episodes: int, periods: float) -> str:
    least = max(10, fewest_sessions(periods))
    if not known:
        return "one of the two is not known, or worth nothing, in some session"
    if not sessions:
        return "no session began in it"
    if episodes < LEAST_EPISODES:
        return f"fewer than {LEAST_EPISODES} episodes"
    return f"fewer than {least} sessions" if sessions < least else ""


def _own_length(differences: Floats) -> float:
    """The longest block that a column's autocorrelation asks for; 1 where there is nothing to ask."""
    varied = differences[:, differences.std(axis=0) > 0] if len(differences) > 10 else differences[:, :0]
    if not varied.shape[1]:
        return 1.0
    from arch.bootstrap import optimal_block_length

    wanted = optimal_block_length(varied)["stationary"].to_numpy()
    return float(np.nanmax(np.append(wanted, 1.0)))


def _standard_errors(
    differences: Floats, masks: Sequence[NDArray[np.bool_]], block: int, drawn: tuple[int, int]
) -> Floats:
    """Standard deviation over resamples of the mean of each difference in each phase, shape (phases, differences).

    A resample is how often each session was drawn; so the deviations of a batch are one matrix product.
    """
    from arch.bootstrap import StationaryBootstrap

    (resamples, seed), size = drawn, len(differences)
    parts = np.zeros((size, len(masks), differences.shape[1]))
    for j, mask in enumerate(masks):
        if mask.any():
            parts[mask, j] = (differences[mask] - differences[mask].mean(axis=0)) / mask.sum()
    flat = parts.reshape(size, -1)
    samples = StationaryBootstrap(block, np.arange(size), seed=np.random.default_rng(seed)).bootstrap(resamples)
    deviations = np.empty((resamples, flat.shape[1]))
    for begin in range(0, resamples, _BATCH):
        stop = min(begin + _BATCH, resamples)
        times = np.array([np.bincount(next(samples)[0][0], minlength=size) for _ in range(begin, stop)], np.float64)
        deviations[begin:stop] = times @ flat
    errors: Floats = deviations.std(axis=0, ddof=1).reshape(len(masks), -1)
    return errors
