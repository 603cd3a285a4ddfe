"""``run`` and ``Run``: a backtest, and its record with the reports attached."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, Unpack

from sectorlead.data.panel import Panel
from sectorlead.engine.backtest import backtest
from sectorlead.engine.config import FIRST_DECISION, RunConfig, RunTerms, merged, takes_terms
from sectorlead.engine.market.market import Market
from sectorlead.engine.record import Record
from sectorlead.engine.with_values import with_values

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from sectorlead.reports.analysis.among_picks import AmongPicks
    from sectorlead.reports.luck.result import LuckResult
    from sectorlead.reports.metrics.cash_drag import CashDrag
    from sectorlead.reports.significance.findings import Verdict


class Audited(Protocol):
    """What an audit found, as ``sectorlead.audit`` returns it."""

    @property
    def badge(self) -> str:
        """A clause for reports."""


class Run(Record):
    """One finished backtest: the engine's frozen record, and what to make of it."""

    def summary(self, *, equal_weight: bool = False) -> dict[str, float]:
        """Metrics by name, plain numbers; ``sectorlead.reports.metrics.definitions`` says what each means.

        Parameters
        ----------
        equal_weight : bool
            Whether those over equal weight under the same schedule, rules and costs are among them, as in the
            ``summary.json`` of a saved run. Equal weight is another run, made for them.
        """
        from sectorlead.reports.metrics.run_metrics import over_equal_weight_of, summary

        found = summary(self)
        self._count(found)
        return found | over_equal_weight_of(self) if equal_weight else found

    def tearsheet(
        self, path: str | Path, *, luck: LuckResult | None = None, chance: int | None = None, locale: str = "en",
        moves: str | None = None,
    ) -> Path:  # fmt: skip
        """Writes one self-contained HTML page that opens offline; returns its path.

        Parameters
        ----------
        path : path
        luck : Luck, optional
            Of ``sectorlead.luck``: a section on how much of the result hangs on it.
        chance : int, optional
            How many random picks of the same turnover to draw, for the run's place among them on page one.
        locale : {"en", "zh"}
            Language of its labels.
        moves : {"blue-orange", "red-up", "green-up"}, optional
            Colours of rises and falls. Default: those that colour-blind readers can tell apart.

        Raises
        ------
        InputError
            The path is a folder, or does not end with .html.
        """
        from sectorlead.market_context import market_context
        from sectorlead.reports.render.html import write_tearsheet

        return write_tearsheet(
            self._shown(), path, market_context(self), luck=luck, chance=self._drawn(chance), locale=locale, moves=moves
        )

    def with_audit(self, found: Audited) -> Run:
        """The same run with what an audit of its strategy found (``sectorlead.audit``), which its reports then tell."""
        return replace(self, audited=found.badge)

    def front_page(self, path: str | Path, *, locale: str = "en", moves: str | None = None) -> Path:
        """Writes page one of the report as a PNG (``pip install 'sectorlead[pdf]'``); returns its path.

        Parameters
        ----------
        path : path
        locale : str
            Language: "en" or "zh".
        moves : str, optional
            Colours of gains and losses: "blue-orange", "red-up" or "green-up".

        Raises
        ------
        InputError
            Without the package typst.
        """
        from sectorlead.market_context import market_context
        from sectorlead.reports.render.front_page import front_page

        return front_page(self._shown(), path, locale=locale, moves=moves, context=market_context(self))

    def workbook(self, path: str | Path, *, locale: str = "en") -> Path:
        """Writes an Excel workbook of values (``pip install 'sectorlead[excel]'``); returns its path.

        Parameters
        ----------
        path : path
        locale : str
            Language: "en" or "zh".
        """
        from sectorlead.market_context import market_context
        from sectorlead.reports.render.excel.workbook import write_workbook

        return write_workbook(self._shown(), path, market_context(self), locale=locale)

    def save(
        self,
        folder: str | Path,
        *,
        luck: LuckResult | None = None,
        chance: int | None = None,
        locale: str = "en",
        moves: str | None = None,
        panel: bool = True,
        printed: bool = False,
    ) -> Path:
        """Writes the run folder: reports, summary, manifest, tables, and what ``sectorlead.open`` makes the run of.

        Parameters
        ----------
        folder : path
            Written over where it holds an earlier run.
        luck, chance, locale, moves
            Those of ``tearsheet``; picks are in ``chance.csv``, too.
        panel : bool
            Whether to keep the panel's rows up to the run's end; without them ``open`` asks for the panel.
        printed : bool
            Whether to write ``report.pdf`` too (``pip install 'sectorlead[pdf]'``), which takes as long as all else.

        Returns
        -------
        Path
            The folder.
        """
        from sectorlead.market_context import market_context
        from sectorlead.reports.run_folder.save import save

        return save(
            self._shown(), folder, market_context(self), luck=luck, chance=self._drawn(chance), locale=locale,
            moves=moves, panel=panel, printed=printed,
        )  # fmt: skip

    def plot(
        self, kind: str = "growth", ax: Axes | None = None, *, locale: str = "en", moves: str | None = None
    ) -> Axes:
        """Draws a chart of the report on matplotlib's axes, with dates and values on them; returns them.

        Parameters
        ----------
        kind : str
            "growth" and "drawdown": the strategy, its benchmark and equal weight, shaded by market phase. "rotation":
            what was held when. "months", "years": returns. "phases": growth in each phase of the market. "rrg": the map
            at the last close. "contribution": what each series made. "why": ranks of what came in and what left.
        ax : matplotlib.axes.Axes, optional
            Default: those of a new figure of pyplot.
        locale : {"en", "zh"}
            Language of its words; Chinese needs no font on the machine.
        moves : {"blue-orange", "red-up", "green-up"}, optional
            Colours of rises and falls. Default: those that colour-blind readers can tell apart.

        Raises
        ------
        UnknownNameError
            For a kind that is none, or that the run has not: "phases" and "rrg" take a benchmark.

        Examples
        --------
        >>> import sectorlead as sl
        >>> run = sl.run("momentum", sl.simulate(seed=1, sessions=300))
        >>> ax = run.plot("growth")
        >>> ax.get_yscale(), [line.get_label() for line in ax.lines][-1]
        ('log', 'Strategy')
        """
        from sectorlead.market_context import market_context
        from sectorlead.reports.render.figures import draw
        from sectorlead.reports.sections.run_charts import run_chart

        return draw(run_chart(self, kind, lambda: market_context(self)), ax, locale=locale, moves=moves)

    def verdict(self, *, trials: int | None = None, luck: LuckResult | None = None) -> Verdict:
        """What the run shows beyond chance, against equal weight and its benchmark (``docs/significance.md``).

        Parameters
        ----------
        trials : int, optional
            How many variants were tried on these data in all. Default: as many as the ledger has
            (``sectorlead.trials``), and at least this one.
        luck : Luck, optional
            Of ``sectorlead.luck``: the mean of its random picks, which decide when the run did and turn over as much,
            and the rule with its ranking turned around are controls, too.
        """
        from sectorlead.market_context import market_context
        from sectorlead.reports.significance.of_run import run_verdict

        return run_verdict(
            self if trials else self._shown(), market_context(self), trials=trials, more=luck.controls if luck else None
        )

    @property
    def target_vs_actual(self) -> pd.DataFrame:
        """What each decision asked for and got; see ``sectorlead.reports.analysis.target_vs_actual``."""
        from sectorlead.reports.analysis.target_vs_actual import target_vs_actual

        return target_vs_actual(self)

    @property
    def rebalances(self) -> pd.DataFrame:
        """Planned against executed, one row per decision; see ``sectorlead.reports.analysis.rebalances``."""
        from sectorlead.reports.analysis.rebalances import rebalances

        return rebalances(self)

    @property
    def cash_drag(self) -> CashDrag:
        """Cash that no target asked for, and what it cost; see ``sectorlead.reports.metrics.cash_drag``."""
        from sectorlead.reports.metrics.cash_drag import cash_drag

        return cash_drag(self)

    def _repr_html_(self) -> str:
        """What a notebook shows."""
        from sectorlead.reports.render.notebook import notebook

        return notebook(self._shown())

    def _drawn(self, chance: int | None) -> AmongPicks | None:
        """So many random picks of the same turnover."""
        if chance is None:
            return None
        from sectorlead.chance.of_run import chance as draw

        return draw(self, chance)

    def _count(self, metrics: Mapping[str, float] | None = None) -> None:
        """Keeps the run as a trial, once."""
        from sectorlead.ledger.counting import counts

        if "_counted" not in self.__dict__ and counts():
            from sectorlead.ledger.runs import count_run
            from sectorlead.reports.metrics.run_metrics import summary

            count_run(self, summary(self) if metrics is None else metrics)
            self.__dict__["_counted"] = True

    def _shown(self) -> Run:
        """The run as reports show it, with how many trials there are on its data; counted and committed before."""
        from sectorlead.ledger.deflation import tried_on
        from sectorlead.ledger.place import usual_place

        self._count()
        if self.trials or usual_place().kind == "off":
            return self
        tried = tried_on(self.panel)
        before: Run | None = self.__dict__.get("_told")
        if before is not None and (before.trials, before.tried) == (tried.sentence, tried.number or 0):
            return before  # with all that was found out about it
        shown = with_values(self, type(self), trials=tried.sentence, tried=tried.number or 0)
        shown.__dict__["_counted"] = True
        self.__dict__["_told"] = shown
        return shown

    @property
    def manifest(self) -> dict[str, Any]:
        """What reproduces the run: panel hash, rules, strategy, terms, engine, seed, versions, code revision."""
        from sectorlead.reports.manifest import manifest

        return manifest(self)


@takes_terms()
def run(
    strategy: Any,
    panel: Panel,
    market: str | Market | None = None,
    *,
    analyzers: Mapping[str, Any] | Sequence[Any] | None = None,
    config: RunConfig | None = None,
    **terms: Unpack[RunTerms],
) -> Run:
    """Backtests a strategy on a panel under the rules of a market.

    Parameters
    ----------
    strategy : Rotation, Score, object with ``decide(view, portfolio)``, subclass of backtrader.Strategy, or str
        A name stands for the library's strategy with its defaults. A score runs in the default ``Rotation``, and the
        run's ``notes`` say so. A ``backtrader.Strategy`` with parameters is a tuple: ``(Crossing, {"period": 20})``.
    panel : Panel
        It passes the quality gate, once (``docs/quality.md``); one made with ``checked=False`` is taken as it is.
    market : str or Market, optional
        A name, or a market of your own, such as ``sectorlead.market("cn-etf", slippage_bps=5)``. Default: ``cn-etf``
        for codes of Chinese funds and simulated ones, ``cn-index`` where the data state indices, else ``frictionless``;
        the run's ``notes`` say which and why.
    analyzers : sequence or mapping, optional
        Of a ``backtrader.Strategy``: classes of ``backtrader.Analyzer``, or tuples of one and its parameters, by name
        or called by their classes; what they find is in ``Run.analyzers``.
    config : RunConfig, optional
        The terms of the run, which several runs can share; default: ``RunConfig()``.
    **terms
        Terms in place of those of ``config``, such as ``cash=1e6, fill="close"``; ``RunConfig`` says what each is.

    Returns
    -------
    Run

    Raises
    ------
    InputError
        For terms, names or data that can't be used; the message says what is allowed.
    QualityError
        The quality gate finds an error in the panel that ``accept`` does not name.
    LookAheadError
        Where the strategy goes by what is not known yet.
    StrategyError
        The strategy raised; says where, and is caused by what it raised.
    EngineMismatchError
        With ``engine="both"``, if the engines disagree.

    Examples
    --------
    >>> import sectorlead as sl
    >>> usual = sl.RunConfig(cash=500_000, fill="close")
    >>> run = sl.run("momentum", sl.simulate(seed=1, sessions=300), "frictionless", config=usual, name="mine")
    >>> run.name, run.terms.cash, run.terms.fill
    ('mine', 500000.0, 'close')
    """
    config = merged(config, terms)
    if isinstance(strategy, str):
        from sectorlead.strategies.library.registry import build

        config = with_values(config, type(config), name=config.name or strategy)
        strategy = build(strategy)
    config = with_values(config, type(config), measured_from=config.measured_from or FIRST_DECISION)
    from sectorlead.strategies.rotation import rotation_of

    strategy, notes = rotation_of(strategy)
    record = backtest(strategy, panel, market, analyzers=analyzers, config=config)
    from sectorlead.reports.sections.facts import lot_warning

    first = filter(None, [lot_warning(record)])  # a portfolio that lots kept away is not the strategy's
    return with_values(record, Run, notes=(*first, *notes, *record.notes))
