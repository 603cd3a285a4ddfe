"""Variants in the batch kernel: rotations by what they share, anything else with a plan by that plan."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np

from sectorlead.data.panel import Panel
from sectorlead.data.quality.gate import admitted, gate
from sectorlead.data.types import Floats, Ints
from sectorlead.engine.backtest import resolved_terms, seeded
from sectorlead.engine.compiled.batch.arrays import HIGHEST, MEAN, MEASURES
from sectorlead.engine.compiled.batch.packed import packed_market, why_not
from sectorlead.engine.compiled.batch.plans import MOST_COLUMNS, plan_blocks
from sectorlead.engine.compiled.batch.run import run_variants
from sectorlead.engine.config import RunConfig
from sectorlead.engine.fresh import fresh
from sectorlead.engine.lookahead import check_causal
from sectorlead.engine.market.market import Market
from sectorlead.engine.strategy import Plan, as_strategy, can_decide
from sectorlead.engine.strategy_errors import Asking
from sectorlead.research.sweep.measures import Yardstick
from sectorlead.strategies.batches import Batches
from sectorlead.strategies.rotation import Rotation, SharedRanks
from sectorlead.strategies.scores.draws import Draws
from sectorlead.strategies.variants import PARTS, STAGGER, VariantTable, table_of
from sectorlead.strategies.wrappers.tranches import Tranches

BATCH, PLAN = "batch", "batch, by its plan"
EXITS_EARLY, SCORES_EARLY = "exits before the close", "more scores than are kept before the close"
EARLY_BYTES = 256_000_000
"""Of scores before the close, each of which is kept for every session that decides."""
_PER_THREAD = 4
"""Batches for each thread, so that none waits long for the last one of another."""
EXACT_STEPS = 1e12
"""Steps of money up to which sums of whole steps and sums of currency agree to the last bit in every comparison."""


class Desk:
    """Evaluates variants on one panel and market, under one config.

    Parameters
    ----------
    panel : Panel
    market : Market
    config : RunConfig
        Its ``measured_from`` has no meaning here.
    measured_row : int, optional
        Panel row of the first measured session; default: the run's first.
    """

    def __init__(self, panel: Panel, market: Market, config: RunConfig, measured_row: int | None = None) -> None:
        accept = config.accept or ()
        panel = admitted(panel, accept, market.trades)
        gate(panel, accept, market.trades)
        self.panel, self.market, self.seed = panel, market, config.seed
        self.terms = resolved_terms(config, panel, market)
        first, last = self.terms.first, self.terms.last
        self.measured = first if measured_row is None else max(first, measured_row)
        self.yardstick = Yardstick(panel, self.measured, last)
        self.benchmark = np.concatenate([np.full(self.measured - first, np.nan), self.yardstick.returns])
        self.why = ""
        """Why nothing can be batched here; "" where it can."""
        if config.engine != "compiled":
            self.why = f"engine={config.engine!r}"
        elif why := why_not(panel, market, self.terms):
            self.why = why
        elif len(panel.symbols) > MOST_COLUMNS:
            self.why = f"more than {MOST_COLUMNS:,} series"

    def sorted_out(self, variants: Sequence[Any]) -> tuple[list[tuple[Ints, VariantTable]], Ints, list[str]]:
        """Tables of rotations with the positions of their variants, the positions of others, and why those are others.

        The reasons are V texts, "" for what is in a table.
        """
        if self.why:
            return [], np.arange(len(variants)), [self.why] * len(variants)
        if isinstance(variants, VariantTable):
            kinds = np.full(len(variants), not variants.tranched)
        else:
            kinds = np.array([type(one) is Rotation for one in variants], np.bool_)
        places = np.flatnonzero(kinds)
        why = np.where(kinds, "", PLAN).astype(object)
        if not len(places):
            return [], np.arange(len(variants)), list(why)
        table = variants if isinstance(variants, VariantTable) else table_of([variants[i] for i in places.tolist()])
        apart = np.array(table.apart(), object)
        if self.terms.decide_at is not None:
            exits = np.array([one.active for one in table.parts["exits"]], np.bool_)[table.place["exits"]]
            apart[(apart == "") & exits] = EXITS_EARLY
            kept = max(1, EARLY_BYTES // (8 * len(self.panel.symbols) * (self.terms.last - self.terms.first)))
            apart[(apart == "") & (table.place["score"] >= kept)] = SCORES_EARLY
        why[places] = apart
        fits = np.flatnonzero(apart == "")
        others = np.flatnonzero(why != "")
        if not len(fits):
            return [], others, list(why)
        return [(places[fits], self._checked(table.take(fits)))], others, list(why)

    def _checked(self, table: VariantTable) -> VariantTable:
        """The table with its seed, once everything of the user's own in it has been tried for look-ahead.

        Before the close every part is asked on a panel that ends there, as in any run.
        """
        if self.terms.decide_at is not None:
            return self._seeded(table)
        with Asking(table.strategy(0), self.panel.sessions):
            for name in PARTS:
                parts = table.parts[name]
                for part in parts[:1] if isinstance(parts, Draws) else parts:
                    check_causal(part, self.panel)
        return self._seeded(table)

    def _seeded(self, table: VariantTable) -> VariantTable:
        if self.seed is None:
            return table
        return table.with_scores([seeded(Rotation(score), self.seed).score for score in table.parts["score"]])

    def batches(self, table: VariantTable) -> Batches:
        """The batches of a table of rotations."""
        terms = self.terms
        return Batches(table, self.panel, terms.first, terms.last, self.benchmark, terms.decide_at)

    def plans(self, variants: Sequence[Any], places: Sequence[int]) -> Iterator[tuple[int, Plan | str]]:
        """Some of the variants, each with its plan, or why it has none; those that share ranks one after the other.

        Parameters
        ----------
        variants : sequence of strategies
        places : sequence of int
            Which of them.
        """
        if not isinstance(variants, VariantTable) or not variants.tranched or not len(places):
            yield from ((i, self.plan_of(variants[i])) for i in places)
            return
        with Asking(variants.strategy(places[0]), self.panel.sessions):
            kinds = np.stack([variants.place[name] for name in ("schedule", *STAGGER)])
            _, first = np.unique(kinds, axis=1, return_index=True)
            dates = self.panel.sessions
            asked = [variants.strategy(i).schedule.decision_sessions(dates, 0) for i in first.tolist()]
            ranks = SharedRanks(self.panel, np.flatnonzero(np.any(asked, axis=0)))
        wanted = set(places)
        for i in variants.by_shared_work().tolist():
            if i in wanted:
                yield i, self.plan_of(variants.strategy(i), ranks)

    def plan_of(self, variant: Any, ranks: SharedRanks | None = None) -> Plan | str:
        """The plan of a strategy, or why it has none.

        Parameters
        ----------
        variant : strategy
        ranks : SharedRanks, optional
            Of tranches that have them in common.
        """
        strategy = fresh(variant)
        if not can_decide(strategy):
            return "it sends orders of its own"
        if self.terms.decide_at is not None:
            return f"decide_at={self.terms.decide_at!r}"  # a plan is made from closes
        strategy = as_strategy(strategy if self.seed is None else seeded(strategy, self.seed))
        with Asking(strategy, self.panel.sessions):
            shared = {} if ranks is None or not isinstance(strategy, Tranches) else {"ranks": ranks}
            plan = strategy.plan(self.panel, self.terms.first, self.terms.last - 1, **shared)
            if plan is None:
                return "each decision is asked for"
            check_causal(strategy, self.panel)
        return plan

    def run_table(self, table: VariantTable, *, returns: bool, threads: int) -> tuple[Floats, Floats]:
        """Measures, shape (V, MEASURES), and returns, shape (V, S) or (V, 0), of a table of rotations.

        Parameters
        ----------
        table : VariantTable
            V rotations.
        returns : bool
            Whether to keep the returns of each session.
        threads : int
            Of the kernel.
        """
        market = packed_market(self.panel, self.market, self.terms, self.measured)
        measures = np.full((len(table), MEASURES), np.nan)
        lines = np.full((len(table), self.yardstick.sessions if returns else 0), np.nan)
        batches = self.batches(table)

        def run(part: tuple[Ints, Ints], each: int) -> None:
            batch = batches.made(*part)
            done = run_variants(market, batch.blocks, batch.table, returns=returns, threads=each)
            measures[batch.rows], lines[batch.rows] = done

        with Asking(table.strategy(0), self.panel.sessions):
            parts = batches.split(_PER_THREAD * threads if threads > 1 else 1)
            if threads == 1 or len(parts) < threads:
                for part in parts:
                    run(part, threads)
            else:
                with ThreadPoolExecutor(threads) as pool:
                    for done in [pool.submit(run, part, 1) for part in parts]:
                        done.result()
        return measures, lines

    def run_plan(self, plan: Plan, *, returns: bool) -> tuple[Floats, Floats]:
        """The same of one plan.

        Parameters
        ----------
        plan : Plan
        returns : bool
            Whether to keep the returns of each session.
        """
        market = packed_market(self.panel, self.market, self.terms, self.measured)
        done = run_variants(market, *plan_blocks(plan, self.benchmark), returns=returns)
        return done.measures[0], done.returns[0]

    def is_exact(self, measures: Floats) -> np.ndarray:
        """Whether the kernel's word stands: money that could be counted, and no account that was ruined, shape (V,)."""
        step = self.market.money_step
        fits = measures[:, HIGHEST] <= EXACT_STEPS * step if step else np.ones(len(measures), np.bool_)
        return np.asarray(fits & np.isfinite(measures[:, MEAN]))
