"""A run that can be made again with one thing drawn otherwise, without a log, and what it made."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from sectorlead.data.errors import InputError, RebuildError
from sectorlead.engine.class_names import is_backtrader
from sectorlead.engine.config import START, RunConfig
from sectorlead.engine.rebuild import from_data
from sectorlead.engine.record import Record, Terms
from sectorlead.engine.stored_strategy import StoredStrategy
from sectorlead.reports.equal_weight import equal_weight_growth
from sectorlead.reports.growth import (
    annualises,
    benchmark_growth,
    cash_returns,
    periods_per_year,
    points_between,
    years_between,
)
from sectorlead.reports.luck.result import Reading
from sectorlead.reports.metrics.returns import FLAT, cagr
from sectorlead.research.sweep.evaluate import evaluate, first_decisions
from sectorlead.research.sweep.in_batches import BATCH, PLAN
from sectorlead.strategies.part import Part

if TYPE_CHECKING:
    from sectorlead.data.panel import Panel
    from sectorlead.data.types import Floats
    from sectorlead.engine.market.market import Market
    from sectorlead.reports.compare.random_picks import RandomPicks


TOGETHER = 256
"""Lines that are read at a time."""


class Again:
    """A run, ready to be made again.

    Parameters
    ----------
    record : Record
    strategy : strategy, optional
        What was run, as it was before. Default: made again from what the record knows of it, as a rule may remember
        what it saw.

    Raises
    ------
    InputError
        Its strategy can't be made again.
    """

    def __init__(self, record: Record, strategy: Any = None) -> None:
        self.record, self.market, self.panel = record, record.market, record.panel
        self.strategy = _unused(record) if strategy is None else strategy
        self.framed = is_backtrader(self.strategy) or isinstance(self.strategy, tuple)
        self.config = config_of(record.terms, "backtrader" if self.framed else "compiled")
        self.first, self.last = record.terms.first, record.terms.last
        self.began = self.first if record.terms.began is None else record.terms.began
        self.periods = periods_per_year(record.sessions)
        self._matched: dict[tuple[int, int], RandomPicks | str] = {}

    def matched(self, count: int, seed: int) -> RandomPicks | str:
        """Random picks of the run's turnover, or why there are none; drawn once for all who ask.

        Parameters
        ----------
        count, seed : int
        """
        from sectorlead.chance.matched_picks import matched_picks

        if (count, seed) not in self._matched:
            self._matched[count, seed] = matched_picks(self.record, range(seed, seed + count), free=False)
        return self._matched[count, seed]

    def controls(self, count: int, seed: int) -> dict[str, Floats]:
        """What chance and the contrary made in the run's sessions, by name: what there is of both.

        Parameters
        ----------
        count, seed : int
            Of the random picks.

        Returns
        -------
        dict of str to array of shape (S,)
            "random picks", the mean of them; "the opposite rule", its ranking turned around.
        """
        from sectorlead.research.references import OPPOSITE, RANDOM_PICKS, opposites

        out: dict[str, Floats] = {}
        drawn = self.matched(count, seed)
        if not isinstance(drawn, str):
            out[RANDOM_PICKS] = np.expm1(drawn.mean)
        turned = opposites([self.strategy], self.panel, self.market, self.config)
        if turned is not None:
            out[OPPOSITE] = turned[-len(self.record.sessions) :, 0]
        return {name: line for name, line in out.items() if np.isfinite(line).all()}

    @property
    def own(self) -> Reading:
        """The run itself, as it is measured."""
        return self.readings(self.record.returns.to_numpy()[None], self.first, self.last)[0]

    def quick(self) -> bool:
        """Whether the strategy runs without Python at each decision."""
        made = evaluate([self.strategy], self.panel, self.market, self.config, measured_row=None, returns=False)
        return made.how[0] in (BATCH, PLAN)

    def decided(self, variants: Sequence[Any]) -> int:
        """The latest first decision of some variants, as a panel row; the run's own measured row where none decides."""
        rows = first_decisions(variants, self.panel, self.market, self.config)
        return min(max(int(rows.max(initial=-1)), self.first), self.last - 1)

    def returns(
        self,
        variants: Sequence[Any],
        row: int | None = None,
        *,
        panel: Panel | None = None,
        market: Market | None = None,
        config: RunConfig | None = None,
    ) -> Floats:
        """Daily returns of variants from a panel row on, shape (V, S); NaN for one that never decides.

        Parameters
        ----------
        variants : sequence of strategies
        row : int, optional
            Default: the first session of the run that ``config`` asks for.
        panel, market, config
            In place of the run's own.
        """
        made = evaluate(
            variants, panel or self.panel, market or self.market, config or self.config, measured_row=row, returns=True
        )
        assert made.returns is not None  # they were asked for
        return made.returns

    def readings(self, returns: Floats, first: int, last: int, panel: Panel | None = None) -> list[Reading]:
        """What lines made, of sessions from one panel row to another.

        Parameters
        ----------
        returns : array of shape (V, S)
        first, last : int
            Rows of the panel, both included.
        panel : Panel, optional
            Whose series are the control. Default: the run's own.
        """
        held = self.panel if panel is None else panel
        seen = replace(self.record, panel=held, terms=replace(self.record.terms, first=first, last=last))
        years = years_between(points_between(held, first, last), np.ones(last - first + 2))
        cash = cash_returns(seen)
        market, known = benchmark_growth(seen), annualises(last - first + 1, self.periods)
        control = cagr(equal_weight_growth(seen).levels, years) if known else np.nan
        theirs = cagr(market.levels, years) if market is not None and known else np.nan
        out = []
        for begin in range(0, len(returns), TOGETHER):
            lines = returns[begin : begin + TOGETHER]
            whole = np.asarray(np.isfinite(lines).all(axis=1)).tolist()
            grown = np.cumprod(1.0 + lines, axis=1)[:, -1]
            over = lines if cash is None else lines - cash[: lines.shape[1]]
            mean, spread = over.mean(axis=1), over.std(axis=1, ddof=1)
            for k, finite in enumerate(whole):
                sure = finite and known
                rate = cagr(np.array([1.0, grown[k]]), years) if sure else np.nan
                risk = mean[k] / spread[k] * math.sqrt(self.periods) if sure and spread[k] > FLAT else np.nan
                out.append(Reading(rate, float(risk), control, theirs))
        return out


def _unused(record: Record) -> Any:
    """The strategy of a run as it was before it ran."""
    strategy = record.strategy
    if isinstance(strategy, StoredStrategy):
        raise InputError(f"{record.name} can't run again: {strategy.reason}")
    if isinstance(strategy, Part | type | tuple):  # values that never change, and what is made anew
        return strategy
    try:
        return from_data(record.strategy_data, [record.panel])
    except RebuildError as error:
        raise InputError(f"{record.name} can't run again as it was before its run: {error}") from None


def config_of(terms: Terms, engine: str = "compiled") -> RunConfig:
    """The terms that a run was asked for, to run it again from its start.

    Parameters
    ----------
    terms : Terms
    engine : str
    """
    given = {item.name: getattr(terms, item.name) for item in fields(RunConfig)}
    made = RunConfig(**given | {"measured_from": START, "name": "", "engine": engine})
    return replace(made, cash_rate=made.idle_rate())
