"""``run`` and ``Run``: a backtest, and its record with the reports attached."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from typing import Any

from sectorlead.data.panel import Panel
from sectorlead.engine.backtest import backtest
from sectorlead.engine.market import Market
from sectorlead.engine.record import Record


class Run(Record):
    """One finished backtest: the engine's frozen record, and what to make of it."""

    def summary(self) -> dict[str, float]:
        """Metrics by name, plain numbers; ``sectorlead.reports.metrics.definitions`` says what each means."""
        from sectorlead.reports.metrics import summary

        return summary(self)

    def tearsheet(self, path: str | Path) -> Path:
        """Writes one self-contained HTML page that opens offline; returns its path."""
        from sectorlead.reports.tearsheet import write_tearsheet

        return write_tearsheet(self, path)

    def save(self, folder: str | Path) -> Path:
        """Writes the run folder: report.html, report.pdf, summary.json, manifest.json, CSV files; returns its path."""
        from sectorlead.reports.folder import save

        return save(self, folder)

    @property
    def manifest(self) -> dict[str, Any]:
        """What reproduces the run: panel hash, rules, strategy, terms, engine, seed, versions, code revision."""
        from sectorlead.reports.manifest import manifest

        return manifest(self)


def run(strategy: Any, panel: Panel, market: str | Market = "cn-etf", **terms: Any) -> Run:
    """Backtests a strategy on a panel under the rules of a market.

    Parameters
    ----------
    strategy : Rotation, object with ``decide(view, portfolio)``, subclass of backtrader.Strategy, or str
        A name stands for the library's strategy with its defaults.
    panel : Panel
    market : str or Market
    **terms
        ``cash=1_000_000, fill="open", size="decision", unfilled="carry", engine="compiled", seed=None, start=None,
        end=None, name=""``; see ``sectorlead.engine.backtest.backtest``, whose errors are raised here too.

    Returns
    -------
    Run
    """
    if isinstance(strategy, str):
        from sectorlead.strategies.library import build

        terms.setdefault("name", strategy)
        strategy = build(strategy)
    record = backtest(strategy, panel, market, **terms)
    return Run(**{item.name: getattr(record, item.name) for item in fields(record)})
