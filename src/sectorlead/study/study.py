"""Strategies on one panel under one set of terms, as one checked value."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sectorlead.data.errors import InputError, ParameterError, UnknownNameError
from sectorlead.data.panel import Panel
from sectorlead.engine.config import TERMS, Engine, Fill, Size, Unfilled
from sectorlead.engine.market.market import Market, find_market
from sectorlead.study.data_argument import SIMULATED

if TYPE_CHECKING:
    import pandas as pd


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
    """

    name: str
    label: str = ""
    parameters: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """What strategies see where they don't see what is traded: sectors decide, their funds are held.

    Attributes
    ----------
    funds : mapping of str to sequence of str
        For each sector the funds that may be held for it, in order of preference.
    data, benchmark, hash, start, end, accept
        The panel of the sectors; as ``data, benchmark, hash, data_start, data_end, accept`` of ``Study``.
    missing : {"cash", "next"}
        Before one of its funds is listed a sector's place stays in cash, or goes to the next sector.
    """

    funds: Mapping[str, Sequence[str]]
    data: str
    benchmark: str | None = None
    hash: str | None = None
    start: str | None = None
    end: str | None = None
    accept: tuple[str, ...] = ()
    missing: str = "cash"

    def __post_init__(self) -> None:
        if self.missing not in ("cash", "next"):
            raise UnknownNameError("missing in [signal]", self.missing, ("cash", "next"))

    def panel(self) -> Panel:
        """The sectors, through the quality gate."""
        return gated(pinned(self.data, self.benchmark, self.hash, self.start, self.end), self.accept)


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
class Study:
    """Strategies on one panel under one set of terms.

    Attributes
    ----------
    strategies : tuple of Choice
        At least one; labels are unique.
    data : str
        A file, a source that the store holds, or "simulated".
    benchmark : str or None
        A symbol of the data, ``PATH:SYMBOL``, or a code that the store holds from the source ``index``.
    hash : str or None
        The first 12 or more hex digits of the sha256 that the file of the data must have.
    data_start, data_end : str or None
        The panel is cut to these dates.
    accept : tuple of str
        Rules of the quality gate whose errors do not stop a run: "bad-tick", or "bad-tick:801010" for one series.
    market : Market
        Rules under which orders fill.
    cash, fill, size, unfilled, engine, seed
        As ``sectorlead.run``; no engine means "both", and "backtrader" for a ``backtrader.Strategy``.
    cash_rate : float, str or None
        What idle cash earns per year: a fraction, or ``PATH:COLUMN`` of such rates by date.
    start, end : str or None
        First and last session of the run; earlier sessions of the panel warm up indicators.
    signal : Signal or None
        What strategies see, where that is not what is traded.
    compare : Comparison
        How the strategies are compared.
    folder : Path or None
        Where the study file lies; its paths and modules are relative to it.
    """

    strategies: tuple[Choice, ...] = ()
    data: str = SIMULATED
    benchmark: str | None = None
    hash: str | None = None
    data_start: str | None = None
    data_end: str | None = None
    accept: tuple[str, ...] = ()
    market: Market = field(default_factory=lambda: find_market("cn-etf"))
    cash: float = 1_000_000.0
    fill: Fill = "open"
    size: Size = "decision"
    unfilled: Unfilled = "carry"
    engine: Engine | None = None
    seed: int | None = None
    cash_rate: float | str | None = None
    start: str | None = None
    end: str | None = None
    signal: Signal | None = None
    compare: Comparison = field(default_factory=Comparison)
    folder: Path | None = None

    def __post_init__(self) -> None:
        for known in TERMS.values():
            if known.form.choices and getattr(self, known.name) is not None:
                known.form.read(getattr(self, known.name), known.name)
        if not 0 < self.cash < float("inf"):
            raise ParameterError(f"cash must be a finite number > 0, was {self.cash!r}")
        for key in ("data_start", "data_end", "start", "end"):
            _check_date(key.removeprefix("data_"), getattr(self, key))
        labels = [choice.label for choice in self.strategies]
        doubles = sorted({label for label in labels if labels.count(label) > 1})
        if doubles:
            raise InputError(f"two strategies are called {doubles[0]!r}; give each [[strategies]] its own label")
        if self.data == SIMULATED and (self.benchmark or self.hash or self.data_start or self.data_end):
            raise InputError("the simulated market has its own benchmark and dates; give the path of the data as well")

    def panel(self) -> Panel:
        """What is traded, loaded and cut, or simulated, through the quality gate; notes tell what was accepted.

        Raises
        ------
        QualityError
            The data hold an error that the study does not accept by name.
        """
        return gated(pinned(self.data, self.benchmark, self.hash, self.data_start, self.data_end), self.accept)

    def idle_rate(self) -> float | pd.Series | None:
        """What idle cash earns, read from its file where it is one."""
        if self.cash_rate is None:
            return None
        from sectorlead.data.rates import read_rate

        return read_rate(str(self.cash_rate))

    def choose(self, label: str | None) -> Choice:
        """The strategy to run: the only one, or the one with this label."""
        labels = [choice.label for choice in self.strategies]
        if label is None:
            if len(labels) == 1:
                return self.strategies[0]
            raise InputError(f"the study has {len(labels)} strategies; pick one with --strategy: {', '.join(labels)}")
        if label not in labels:
            raise UnknownNameError("strategy of the study", label, labels)
        return self.strategies[labels.index(label)]


def pinned(data: str, benchmark: str | None, digest: str | None, start: str | None, end: str | None) -> Panel:
    """The panel that ``data`` names; a pinned file only if it is the one that was pinned."""
    from sectorlead.study.data_argument import data_panel

    if digest is not None:
        from sectorlead.data.store.snapshot import check_hash

        check_hash(data, digest)
    return data_panel(data, benchmark, start=start, end=end)


def gated(panel: Panel, accept: Sequence[str]) -> Panel:
    """The panel through the quality gate; what was accepted or is doubtful becomes a note."""
    from sectorlead.data.quality import gate

    findings = gate(panel, accept)
    notes = [f"accepted error in the data: {finding}" for finding in findings if finding.severity == "error"]
    doubts = sum(finding.severity == "warning" for finding in findings)
    if doubts:
        word = "warning" if doubts == 1 else "warnings"
        notes.append(f"{doubts} {word} about the data: sectorlead check names them")
    return panel.noted(*notes) if notes else panel


def _check_date(key: str, text: str | None) -> None:
    if text is None:
        return
    try:
        datetime.date.fromisoformat(text)
    except ValueError:
        raise InputError(f"{key} must be a date such as 2020-01-31, was {text!r}") from None
