"""Variants of a rotation as batches: what they share made once, and dropped when its batch is done."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from ..data.errors import ParameterError
from ..data.panel import Panel
from ..data.types import Flags, Floats, Ints
from ..engine.compiled.batch.arrays import (
    EQUAL,
    MAX_AGE,
    MAX_SWAPS,
    MIN_HOLD,
    NOTHING_GIVEN,
    STOP,
    TRAIL,
    Blocks,
    Table,
)
from ..engine.strategy import asked_rows
from .before_close import BeforeClose, before_close, usable_rows
from .exposure.guards import Guard
from .ranking_kernel import rank_draws, ranked
from .scores.draws import Draws
from .scores.hashed import day_keys, symbol_keys
from .variants import VariantTable

MOST_BYTES = 48_000_000
"""Of the ranks of one batch."""
FEW = 64
"""Sessions that are looked at first for a first decision."""


MOST_DRAWN, MOST_KEYED = 64, 1_024
"""Places, and series among which, that draws are ranked for without their scores."""


class Batch(NamedTuple):
    """Some variants of a table, ready to run.

    Attributes
    ----------
    rows : int64 array
        Which of the table's.
    blocks : Blocks
    table : Table
        One row for each of them, in their order.
    """

    rows: Ints
    blocks: Blocks
    table: Table


@dataclass(frozen=True, eq=False)
class Batches:
    """The batches of a table, which must not have variants that are ``apart``.

    Parameters
    ----------
    variants : VariantTable
        Without tranches, and without parts that no variant has.
    panel : Panel
        T sessions, N series.
    first, last : int
        Panel rows of the run's first and last session.
    benchmark : float64 array of shape (S,)
        Returns of the benchmark in each session of the run.
    decide_at : str, optional
        A time of day at which is decided, before the close of each session; no variant may have exits then.
    """

    variants: VariantTable
    panel: Panel
    first: int
    last: int
    benchmark: Floats
    decide_at: str | None = None

    @cached_property
    def asked(self) -> list[Ints]:
        """Panel rows in which each schedule asks."""
        return [asked_rows(one, self.panel, self.first, self.last) for one in self.variants.parts["schedule"]]

    @cached_property
    def rows(self) -> Ints:
        """Panel rows in which any of the schedules asks, shape (U,)."""
        return np.unique(np.concatenate(self.asked))

    @cached_property
    def exposure(self) -> Floats:
        """Of each guard in each of the rows, shape (G, U)."""
        guards = self.variants.parts["guard"]
        return np.stack([_checked(guard, self._at("guard", k, self.rows)) for k, guard in enumerate(guards)])

    @cached_property
    def invested(self) -> Floats:
        """What the weights of each kind add up to."""
        return np.array([weigh.total for weigh in self.variants.parts["weigh"]], np.float64)

    @cached_property
    def usable(self) -> list[Flags]:
        """What can be held at all by each kind of weights, shape (U, N) each; kinds that agree share one array."""
        early = self._before_close
        there = usable_rows(self.panel, self.rows) if early is None else early.there
        kept: dict[bytes, Flags] = {}
        found = []
        for base in self.bases:
            able = there & np.isfinite(base) & (base > 0)
            found.append(kept.setdefault(np.packbits(able).tobytes(), able))
        return found

    @cached_property
    def bases(self) -> list[Floats]:
        """Weights in proportion of each kind, shape (U, N) each."""
        return [self._at("weigh", k, self.rows) for k in range(len(self.variants.parts["weigh"]))]

    @cached_property
    def _before_close(self) -> BeforeClose | None:
        """What the parts say in each of the rows, where is decided before the close."""
        if self.decide_at is None:
            return None
        return before_close(self.variants.parts, self.panel, self.rows, self.decide_at)

    def _at(self, name: str, k: int, rows: Ints) -> Any:
        """What one of the parts of a name says in some of the rows."""
        if self._before_close is None:
            return self.variants.parts[name][k].at(self.panel, rows)
        return self._before_close.of(name, k, np.searchsorted(self.rows, rows))

    def first_decisions(self) -> Ints:
        """Panel row of each variant's first decision, shape (V,); -1 for one that never decides."""
        place = self.variants.place
        scores = place["score"]
        if isinstance(self.variants.parts["score"], Draws):  # all know the same series
            scores = np.zeros_like(scores)
        keys = scores, place["weigh"], place["schedule"], place["guard"]
        kinds, of = np.unique(np.stack(keys), axis=1, return_inverse=True)
        found = np.full(kinds.shape[1], -1, np.int64)
        for s in np.unique(kinds[0]).tolist():
            mine = np.flatnonzero(kinds[0] == s)
            for start, stop in ((0, FEW), (FEW, len(self.rows))):
                mine = mine[found[mine] < 0]
                if len(mine) and start < len(self.rows):
                    self._look(s, slice(start, stop), kinds, mine, found)
        return found[of.reshape(-1)]

    def _look(self, s: int, part: slice, kinds: Ints, mine: Ints, found: Ints) -> None:
        """Looks for first decisions by one score in a part of the rows."""
        rows = self.rows[part]
        score = np.isfinite(self._at("score", s, rows))
        any_of: dict[int, Flags] = {}
        for k in mine.tolist():
            weigh, schedule, guard = kinds[1:, k].tolist()
            if weigh not in any_of:
                any_of[weigh] = (score & self.usable[weigh][part]).any(axis=1)
            total = self.exposure[guard, part] * self.invested[weigh]
            decides = (any_of[weigh] & ~np.isnan(total)) | (total == 0)
            decides &= np.isin(rows, self.asked[schedule], assume_unique=True)
            if decides.any():
                found[k] = rows[int(decides.argmax())]

    def split(self, least: int = 1) -> list[tuple[Ints, Ints]]:
        """What each batch is made of: its rankings, kinds by (score, what can be held), and the variants that use them.

        Parameters
        ----------
        least : int
            Batches to make if there are so many rankings, for as many threads.

        Returns
        -------
        list of (int64 array of shape (2, R), int64 array)
            ``made`` makes a batch of each.
        """
        kinds, of = self._kinds
        count = kinds.shape[1]
        room = max(1, MOST_BYTES // max(1, 4 * len(self.rows) * len(self.panel.symbols)))
        size = min(room, max(1, -(-count // least)))
        order = np.argsort(of, kind="stable")
        edges = np.searchsorted(of[order], np.arange(0, count + size, size))
        return [
            (kinds[:, k * size : (k + 1) * size], order[start:stop])
            for k, (start, stop) in enumerate(zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True))
            if stop > start
        ]

    def made(self, kinds: Ints, variants: Ints) -> Batch:
        """One of the batches; its ranks are made now.

        Parameters
        ----------
        kinds, variants
            As ``split`` has them.
        """
        place, (sessions, columns) = self.variants.place, (len(self.rows), len(self.panel.symbols))
        begin = int(self._kinds[1][variants[0]])
        ranking = self._kinds[1][variants] - begin
        ordered = np.lexsort((ranking, place["weigh"][variants], place["schedule"][variants]))
        variants, ranking = variants[ordered], ranking[ordered]
        bases, base_of = self._unequal_bases
        top, keep = self._picks
        table = self._table(variants, ranking, base_of)
        picked = keep[np.unique(place["pick"][variants])]  # without a session where none is decided
        most = columns if _goes_by_all(table) else min(columns, int(picked.max(initial=1)))
        order = np.empty((kinds.shape[1], sessions, most), np.int16)
        rank = np.empty((kinds.shape[1], sessions, columns), np.int16)
        self._rank(kinds, order, rank)
        blocks = Blocks(
            rows=self.rows, order=order, rank=rank, base=bases, total=self.exposure, top=top, keep=keep,
            asked=np.searchsorted(self.rows, np.concatenate(self.asked)),
            starts=np.cumsum([0, *map(len, self.asked)]), given=NOTHING_GIVEN, price=self.panel.last_adjusted_close,
            benchmark=self.benchmark,
        )  # fmt: skip
        return Batch(variants, blocks, table)

    def _rank(self, kinds: Ints, order: np.ndarray, rank: np.ndarray) -> None:
        """Writes the ranks of each kind."""
        scores = self.variants.parts["score"]
        few = order.shape[2] <= MOST_DRAWN and rank.shape[2] <= MOST_KEYED
        if isinstance(scores, Draws) and few and self.decide_at is None:
            days, there = day_keys(self.panel, self.rows), self.panel.has_bar[self.rows]
            for able in np.unique(kinds[1]).tolist():
                own = np.flatnonzero(kinds[1] == able)
                columns = symbol_keys(self.panel.symbols, scores.seeds[kinds[0, own]])
                rank_draws(columns, days, self.usable[able] & there, own, order, rank)
            return
        last, score = -1, np.zeros(0)
        for k, (s, able) in enumerate(kinds.T.tolist()):
            if s != last:
                last, score = s, np.ascontiguousarray(self._at("score", s, self.rows), np.float64)
            order[k], rank[k] = ranked(score, self.usable[able], order.shape[2])

    @cached_property
    def _kinds(self) -> tuple[Ints, Ints]:
        """The distinct rankings, (score, first kind of weights with what can be held), and which each variant has."""
        place = self.variants.place
        shared = {id(able): k for k, able in reversed(list(enumerate(self.usable)))}
        able_of = np.array([shared[id(able)] for able in self.usable], np.int64)
        pairs = place["score"].astype(np.int64) * len(able_of) + able_of[place["weigh"]]
        kinds, of = np.unique(pairs, return_inverse=True)
        return np.stack(np.divmod(kinds, len(able_of))), of.reshape(-1)

    @cached_property
    def _unequal_bases(self) -> tuple[Floats, Ints]:
        """Weights in proportion that are not all 1, each once, and which of them, or ``EQUAL``, each kind has."""
        kept: dict[bytes, int] = {}
        found, of = list[Floats](), list[int]()
        for base, able in zip(self.bases, self.usable, strict=True):
            own = np.where(able, base, 0.0)
            if np.all(own[able] == 1.0):
                of.append(EQUAL)
                continue
            of.append(kept.setdefault(own.tobytes(), len(kept)))
            if of[-1] == len(found):
                found.append(own)
        shape = len(self.rows), len(self.panel.symbols)
        return np.stack(found) if found else np.zeros((0, *shape)), np.array(of, np.int64)

    @cached_property
    def _picks(self) -> tuple[Ints, Ints]:
        found = [self._at("pick", k, self.rows) for k in range(len(self.variants.parts["pick"]))]
        top, keep = (np.stack([np.asarray(one[k], np.int64) for one in found]) for k in (0, 1))
        return top, keep

    def _table(self, rows: Ints, ranking: Ints, base_of: Ints) -> Table:
        parts, place = self.variants.parts, {name: own[rows] for name, own in self.variants.place.items()}
        picks, exits = parts["pick"], parts["exits"]
        min_hold = np.array([pick.min_hold for pick in picks], np.int64)
        swaps = np.array([-1 if pick.max_swaps is None else pick.max_swaps for pick in picks], np.int64)
        ages = np.array([one.sessions for one in exits], np.int64)
        stops = np.array([(one.stop, one.trailing) for one in exits], np.float64)
        whole = np.stack(
            [
                ranking, base_of[place["weigh"]], place["schedule"], place["guard"], place["pick"],
                min_hold[place["pick"]], swaps[place["pick"]], ages[place["exits"]],
            ],
            axis=1,
        )  # fmt: skip
        real = np.column_stack([self.invested[place["weigh"]], stops[place["exits"]]])
        return Table(np.ascontiguousarray(whole, np.int64), np.ascontiguousarray(real))


def _goes_by_all(table: Table) -> bool:
    """Whether a variant goes by ranks past those that it may hold.

    Without exits, minimum hold and swaps it does not: of the first ``keep`` ranks, which are no fewer than ``top``, all
    that are held stay, and any other can join.
    """
    whole, real = table.whole, table.real
    return bool(
        (whole[:, MIN_HOLD] > 0).any() or (whole[:, MAX_SWAPS] >= 0).any() or (whole[:, MAX_AGE] > 0).any()
        or (real[:, [STOP, TRAIL]] > 0).any()
    )  # fmt: skip


def _checked(guard: Guard, given: Any) -> Floats:
    exposure = np.asarray(given, np.float64)
    if not np.all(np.isnan(exposure) | ((exposure >= 0) & (exposure <= 1))):
        raise ParameterError(f"{guard!r} must give an exposure from 0 to 1, or NaN; gave {exposure!r}")
    return exposure
