"""Strategies on one panel under one set of terms, as one checked value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from sectorlead.data.errors import InputError, UnknownNameError
from sectorlead.data.forms import Date, Form
from sectorlead.data.tidy.options import ReadOptions
from sectorlead.engine.canonical import to_data
from sectorlead.engine.config import RunConfig
from sectorlead.engine.market.market import Market
from sectorlead.ledger.registration import Registration
from sectorlead.study.data_argument import SIMULATED

if TYPE_CHECKING:
    from sectorlead.data.panel import Panel


NO_STRATEGY = 'no strategy to run; write [[strategies]] and below it: name = "pullback-leaders"'
Missing = Literal["cash", "next"]


@dataclass(frozen=True, slots=True)
class Choice:
    """A strategy that was asked for.

    Attributes
    ----------
    name : str
        Library name or ``module:Name``.
    label : str
        How the run is called; the name if left out.
    parameters : mapping
        Parameters by name.
    analyzers : tuple of str
        Of a ``backtrader.Strategy``: ``module:Name`` of each analyzer that watches it.
    """

    name: str
    label: str = ""
    parameters: Mapping[str, Any] = field(default_factory=dict)
    analyzers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A panel by name, cut to dates, and pinned if asked.

    Attributes
    ----------
    path : str
        A file, a source that the store holds, or "simulated".
    benchmark : str or None
        A symbol of the data, ``PATH:SYMBOL``, or a code that the store holds from the source ``index``.
    hash : str or None
        The first 12 or more hex digits of the sha256 that the file must have.
    start, end : str or None
        The panel is cut to these dates: nothing before or after them exists.
    reading : ReadOptions
        What the files do not say themselves: meanings of columns, units, symbols.
    proxies : mapping of str to str
        For series that begin late, what stands in for them before: a symbol of the data, ``PATH:SYMBOL`` or
        ``SOURCE:SYMBOL``; for signals only.
    trade_proxies : bool
        Whether orders fill in the bars of proxies as if they were the series.
    distributions : str or None
        A file of dividends and splits, which tells the two apart.
    """

    path: str = SIMULATED
    benchmark: str | None = None
    hash: str | None = None
    start: Date | None = None
    end: Date | None = None
    reading: ReadOptions = field(default_factory=ReadOptions)
    proxies: Mapping[str, str] = field(default_factory=dict)
    trade_proxies: bool = False
    distributions: str | None = None

    def __post_init__(self) -> None:
        cut = self.start or self.end
        told = self.benchmark or self.hash or cut or self.reading or self.proxies or self.distributions
        if self.path == SIMULATED and told:
            raise InputError("the simulated market has its own benchmark and dates; give the path of the data as well")

    def panel(self) -> Panel:
        """The panel; one from a pinned file only if it is the one that was pinned.

        Raises
        ------
        InputError
            There is no such data, or it can't be used.
        """
        from sectorlead.study.data_argument import data_panel

        if self.hash is not None:
            from sectorlead.data.store.snapshot import check_hash

            check_hash(self.path, self.hash)
        from sectorlead.data.load import Proxies
        from sectorlead.ledger.counting import counts, recipes

        made = data_panel(
            self.path, self.benchmark, options=self.reading, start=self.start, end=self.end,
            proxies=Proxies(self.proxies, self.trade_proxies) if self.proxies else None,
            distributions=self.distributions,
        )  # fmt: skip
        if counts() and self.path != SIMULATED:
            recipes[made.content_hash] = to_data(self._anywhere())
        return made

    def _anywhere(self) -> Source:
        """The same data for a process in another folder."""
        path, benchmark = _absolute(self.path), self.benchmark
        if benchmark is not None and ":" in benchmark:
            file, _, symbol = benchmark.rpartition(":")
            benchmark = f"{_absolute(file)}:{symbol}"
        paid = None if self.distributions is None else _absolute(self.distributions)
        return replace(self, path=path, benchmark=benchmark, distributions=paid)


def _absolute(name: str) -> str:
    """The whole path of a file or folder that is there; any other name as it is."""
    return str(Path(name).resolve()) if Path(name).exists() else name


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """What strategies see where they don't see what is traded: sectors decide, their funds are held.

    Attributes
    ----------
    funds : mapping of str to sequence of str
        For each sector the funds that may be held for it, in order of preference.
    source : Source
        The panel of the sectors.
    accept : tuple of str
        Rules of the quality gate whose errors in that panel do not stop a run.
    missing : {"cash", "next"}
        Before one of its funds is listed a sector's place stays in cash, or goes to the next sector.
    """

    funds: Mapping[str, Sequence[str]]
    source: Source
    accept: Sequence[str] = ()
    missing: Missing = "cash"

    def panel(self) -> Panel:
        """The sectors, through the quality gate."""
        from sectorlead.data.quality.gate import admitted

        return admitted(self.source.panel(), self.accept)


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What ``compare`` is asked for besides the runs; the names are those of ``sectorlead.research.compare.compare``.

    Attributes
    ----------
    against : str or None
        Label of the strategy that the others are compared with; None is the first.
    seeds : int
        How often a random strategy is drawn.
    bootstrap : int
        Resamples.
    phases : mapping
        Parameters of ``MarketPhases`` by name.
    """

    against: str | None = None
    seeds: int = 200
    bootstrap: int = 2_000
    phases: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Events:
    """What ``events`` is asked for; the names are those of ``sectorlead.event_study``, None is its default.

    Attributes
    ----------
    score : str or None
        A measure, the public name of a score, or ``module:Name``; None is the score of the strategy.
    set : mapping
        Parameters of the score by name.
    anchors : sequence of str
        None are all.
    horizons : sequence of int
        Sessions; none are the usual ones.
    dates : str or None
        A file of dates in place of pullbacks.
    least, flips, draws, seed : int or None
        Series of an episode, sign flips, placebo windows, and the seed of both.
    """

    score: str | None = None
    set: Mapping[str, Any] = field(default_factory=dict)
    anchors: Sequence[str] = ()
    horizons: Sequence[int] = ()
    dates: str | None = None
    least: int | None = None
    flips: int | None = None
    draws: int | None = None
    seed: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Factor:
    """What ``factor`` is asked for; the names are those of ``sectorlead.factor_report``, None is its default.

    Attributes
    ----------
    score : str or None
        As in ``Events``.
    set : mapping
        Parameters of the score by name.
    horizons : sequence of int
        Sessions; none are the usual ones.
    rebalance, least : int or None
        Sessions between two formations of the paper portfolio; series of a session.
    cost_bps : float or None
        Of what is traded, each way.
    """

    score: str | None = None
    set: Mapping[str, Any] = field(default_factory=dict)
    horizons: Sequence[int] = ()
    rebalance: int | None = None
    least: int | None = None
    cost_bps: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sweeping:
    """What ``sweep`` is asked for; None is the default of ``sectorlead.sweep``.

    Attributes
    ----------
    grid : mapping
        Values by name; a table ``{from, to, step}`` is a range that includes its end. Empty: those that the parameters
        declare.
    where : sequence of str
        Which combinations to keep.
    draws, trials : int or None
        How many to draw at random, or to have Optuna propose; one of them, or none for all combinations.
    seed : int or None
        Of either.
    metric : str or None
        That variants are ranked by, and that Optuna searches for.
    returns : str or None
        "none", "float32" or "float64".
    """

    grid: Mapping[str, Any] = field(default_factory=dict)
    where: Sequence[str] = ()
    draws: int | None = None
    trials: int | None = None
    seed: int | None = None
    metric: str | None = None
    returns: Literal["none", "float32", "float64"] | None = None


def _as_length(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise ValueError(value)
    return value


LENGTH = Form('sessions such as 250, or a length of time such as "3y", "6m" or "8w"', _as_length)


@dataclass(frozen=True, slots=True, kw_only=True)
class Walking:
    """What ``walkforward`` is asked for besides the grid, which is that of ``Sweeping``; None is its default.

    Attributes
    ----------
    train, test : int, str or None
        Lengths of windows: sessions, or "3y", "6m", "8w".
    anchored : bool or None
        Whether training begins with the first session in every window.
    purge, embargo : int or None
        Sessions left out between training and test.
    choose : str or None
        Rule of choice, by name or ``module:function``.
    metric : str or None
        To choose by; None is that of ``Sweeping``.
    """

    train: int | str | None = field(default=None, metadata={"form": LENGTH})
    test: int | str | None = field(default=None, metadata={"form": LENGTH})
    anchored: bool | None = None
    purge: int | None = None
    embargo: int | None = None
    choose: str | None = None
    metric: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Study:
    """Strategies on one panel under one set of terms.

    Attributes
    ----------
    strategies : tuple of Choice
        Labels are unique. At least one, unless ``events`` or ``factor`` name a score.
    data : Source
        What is traded.
    market : Market or None
        Rules under which orders fill; None for those of the data's kind (``sectorlead.run``).
    terms : mapping
        The terms of ``RunConfig`` that were given, by name; what was not is left to the command.
    signal : Signal or None
        What strategies see, where that is not what is traded.
    compare : Comparison
        How the strategies are compared.
    events, factor : Events, Factor
        How a score is studied.
    sweep : Sweeping
        What is varied in a sweep, and in a walk-forward.
    walkforward : Walking
        How parameters are chosen and traded in turn.
    registration : Registration or None
        What is declared before the search.
    final : bool
        Whether this is a look at the test window of the registration.
    name : str
        Of the study file, without its ending.
    folder : Path or None
        Where the study file lies; its paths and modules are relative to it.

    Raises
    ------
    InputError
        For terms that can't be used, and for two strategies of one label.
    """

    strategies: tuple[Choice, ...] = ()
    data: Source = field(default_factory=Source)
    market: Market | None = None
    terms: Mapping[str, Any] = field(default_factory=dict)
    signal: Signal | None = None
    compare: Comparison = field(default_factory=Comparison)
    events: Events = field(default_factory=Events)
    factor: Factor = field(default_factory=Factor)
    sweep: Sweeping = field(default_factory=Sweeping)
    walkforward: Walking = field(default_factory=Walking)
    registration: Registration | None = None
    final: bool = False
    name: str = ""
    folder: Path | None = None

    def __post_init__(self) -> None:
        self.config()
        labels = [choice.label for choice in self.strategies]
        doubles = sorted({label for label in labels if labels.count(label) > 1})
        if doubles:
            raise InputError(f"two strategies are called {doubles[0]!r}; give each [[strategies]] its own label")

    def config(self, **usual: Any) -> RunConfig:
        """The terms of a run, with ``usual`` where the study gives none."""
        return RunConfig(**{**usual, **self.terms})

    def panel(self) -> Panel:
        """What is traded; of a registered study it ends before the test window, but for a look at that."""
        made = self.data.panel()
        if self.registration is None or self.final:
            return made
        from sectorlead.ledger.registration import searched

        return searched(self.registration, made, self.name)

    def choose(self, label: str | None) -> Choice:
        """The strategy to run: the only one, or the one with this label."""
        labels = [choice.label for choice in self.strategies]
        if not labels:
            raise InputError(NO_STRATEGY)
        if label is None:
            if len(labels) == 1:
                return self.strategies[0]
            raise InputError(f"the study has {len(labels)} strategies; pick one with --strategy: {', '.join(labels)}")
        if label not in labels:
            raise UnknownNameError("strategy of the study", label, labels)
        return self.strategies[labels.index(label)]
