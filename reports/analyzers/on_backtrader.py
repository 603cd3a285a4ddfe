"""The analyses as ``backtrader.Analyzer`` classes, for any strategy in backtrader itself.

All analyzers of a strategy share one recorder. It needs no observers (``stdstats=False`` is fine), counts the sessions
before the youngest feed has bars, goes by the feeds' identity (feeds compare by their close in backtrader), and asks
for no position that is not there: backtrader would add an empty one, and value it at a price that may be NaN.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from ...data.arrays import carried
from ...data.errors import DataError
from ...data.types import Floats, Ints
from ...engine.on_backtrader.quiet import bt
from ..history import Fills, History, Unfilled
from .lines import exposure, returns
from .rotation import rotation
from .trades import costs, rejections, transactions, turnover

_RECORDER = "_sectorlead_recorder"  # attribute of the strategy
_ENDED = ("Canceled", "Expired", "Margin", "Rejected")


class _Bit(NamedTuple):
    """A part of an order that filled."""

    column: int
    shares: float  # signed
    price: float
    fees: float


class Recorder:
    """Notes sessions, fills and orders of one strategy while it runs.

    Parameters
    ----------
    strategy : backtrader.Strategy
        Should be the only one of its cerebro: positions are the broker's, orders the strategy's own.
    """

    def __init__(self, strategy: Any) -> None:
        self._strategy, self._broker = strategy, strategy.broker
        self._feeds = list(strategy.datas)
        self._columns = {id(feed): i for i, feed in enumerate(self._feeds)}
        self._symbols = _symbols(self._feeds)
        self._daily = all(feed._timeframe >= bt.TimeFrame.Days for feed in self._feeds)
        self._opening = float(self._broker.getvalue())
        self._opening_units = float(getattr(self._broker, "fundshares", 1.0))
        self._stamps: list[Any] = []
        self._lines: list[tuple[float, float, float]] = []  # value, cash, fund shares
        self._sizes: list[list[float]] = []
        self._closes: list[list[float]] = []
        self._bits: list[tuple[int, _Bit]] = []
        self._refused: dict[int, tuple[Any, ...]] = {}
        self._made: History | None = None

    def session(self) -> None:
        """Notes a session after its fills; called in every one, before and after the strategy's ``next`` begins."""
        broker, positions = self._broker, self._broker.positions
        self._stamps.append(bt.num2date(self._strategy.lines.datetime[0]))
        self._lines.append((broker.getvalue(), broker.getcash(), getattr(broker, "fundshares", 1.0)))
        held = [positions.get(feed) for feed in self._feeds]
        self._sizes.append([position.size if position else 0.0 for position in held])
        self._closes.append([feed.close[0] if len(feed) else math.nan for feed in self._feeds])

    def order(self, order: Any) -> None:
        """Notes what an order's owner is told; it belongs to the session that is noted next."""
        row, column = len(self._stamps), self._columns.get(id(order.data))
        if column is None:
            return
        for bit in order.executed.iterpending():
            parts = [(bit.closed, bit.closedcomm), (bit.opened, bit.openedcomm)]
            self._bits += [(row, _Bit(column, size, bit.price, fees)) for size, fees in parts if size]
        status = order.getstatusname()
        if status in _ENDED:
            self._refused[order.ref] = (row, *self._shortfall(order, column, status.lower(), status.lower()))

    def history(self) -> History:
        """The history, once the strategy has stopped."""
        if self._made is None:
            self._still_open()
            self._made = self._make()
        return self._made

    def _shortfall(self, order: Any, column: int, status: str, reason: str) -> tuple[Any, ...]:
        told = order.info.get("reason") or {"margin": "cash"}.get(reason, reason)
        return column, 1 if order.isbuy() else -1, abs(order.created.size), abs(order.executed.size), status, told

    def _still_open(self) -> None:
        waiting = [*getattr(self._broker, "submitted", ()), *getattr(self._broker, "pending", ())]
        for order in waiting:
            column = self._columns.get(id(order.data))
            if order.alive() and order.owner is self._strategy and column is not None:
                told = self._shortfall(order, column, order.getstatusname().lower(), "open")
                self._refused.setdefault(order.ref, (len(self._stamps) - 1, *told))

    def _make(self) -> History:
        if not self._stamps:
            raise DataError("analyzers: the run had no session, so there is nothing to analyse; its feeds have no bars")
        sessions, place, last = self._sessions()
        value, cash, units = np.array(self._lines, dtype=np.float64).reshape(-1, 3)[last].T
        closes = carried(np.array(self._closes, dtype=np.float64).reshape(len(place), -1))[last]
        shares = np.array(self._sizes, dtype=np.float64).reshape(len(place), -1)[last]
        scale = np.array([_multiplier(self._broker, feed) for feed in self._feeds])
        values = np.where(shares != 0, shares * closes * scale, 0.0)
        equity = np.where(np.isfinite(value), value, cash + values.sum(axis=1))
        fills = self._fills(place, scale)
        return History(
            sessions, sessions[0], self._symbols, self._opening, equity, cash, units / self._opening_units,
            shares, values.__getitem__, fills, {"commission": fills.fees}, self._rejections(place),
        )  # fmt: skip

    def _sessions(self) -> tuple[pd.DatetimeIndex, Ints, Ints]:
        """Sessions; the session of each note; each session's last note: feeds may give one day two times of day."""
        stamps = pd.DatetimeIndex(self._stamps).as_unit("us")
        if self._daily:
            stamps = stamps.normalize()
        sessions, place = np.unique(stamps.to_numpy(), return_inverse=True)
        last = np.searchsorted(place, np.arange(len(sessions)), side="right") - 1
        return pd.DatetimeIndex(sessions), place, last

    def _rejections(self, place: Ints) -> Unfilled:
        """Orders that ended unfilled, in that order, and then those that were still open."""
        told = [(place[min(row, len(place) - 1)], *rest) for row, *rest in self._refused.values()]
        row, column, side, wanted, filled, status, reason = zip(*told, strict=True) if told else [()] * 7
        return Unfilled(
            row=np.array(row, dtype=np.int64),
            column=np.array(column, dtype=np.int64),
            side=np.array(side, dtype=np.int64),
            wanted=np.array(wanted, dtype=np.float64),
            filled=np.array(filled, dtype=np.float64),
            status=np.array(status, dtype=object),
            reason=np.array(reason, dtype=object),
        )

    def _fills(self, place: Ints, scale: Floats) -> Fills:
        rows = place[np.array([row for row, _ in self._bits], dtype=np.int64)]
        columns = np.array([bit.column for _, bit in self._bits], dtype=np.int64)
        signed, price, fees = np.array([bit[1:] for _, bit in self._bits], dtype=np.float64).reshape(-1, 3).T
        shares = np.abs(signed)
        return Fills(
            rows, columns, np.sign(signed).astype(np.int64), shares, price, shares * price * scale[columns], fees
        )


def _symbols(feeds: list[Any]) -> tuple[str, ...]:
    """Names of feeds; one without a name, or with another's, is called by its position."""
    given = [str(feed._name or "") for feed in feeds]
    return tuple(name if name and given.count(name) == 1 else f"{name}data{i}" for i, name in enumerate(given))


def _multiplier(broker: Any, feed: Any) -> float:
    """What a point of price is worth for one share: 1, but for futures."""
    terms = broker.getcommissioninfo(feed)
    return 1.0 if terms.stocklike else float(terms.p.mult)


class _Analyzer(bt.Analyzer):  # type: ignore[misc]  # backtrader has no types
    """Lets the strategy's recorder note what happens; the first analyzer of a strategy brings it."""

    _analysis: Callable[[History], Any]

    def start(self) -> None:
        """Finds the recorder, or makes it."""
        self._leads = not hasattr(self.strategy, _RECORDER)
        if self._leads:
            setattr(self.strategy, _RECORDER, Recorder(self.strategy))
        self._recorder: Any = getattr(self.strategy, _RECORDER)

    def notify_order(self, order: Any) -> None:
        """Notes an order."""
        if self._leads:
            self._recorder.order(order)

    def next(self) -> None:
        """Notes a session; ``prenext`` and ``nextstart`` come here too."""
        if self._leads:
            self._recorder.session()

    def stop(self) -> None:
        """Makes the analysis."""
        self.rets = type(self)._analysis(self._recorder.history())
        self._recorder = None  # it knows the strategy, which can't be sent to another process as an analysis can


class Rotation(_Analyzer):
    """Holding spells, rotation timeline, holding periods, hit rate per series; see ``rotation.rotation``."""

    _analysis = staticmethod(rotation)


class Returns(_Analyzer):
    """Growth, returns by session, month and year, drawdowns; see ``lines.returns``."""

    _analysis = staticmethod(returns)


class Transactions(_Analyzer):
    """Every fill with its fees, a DataFrame; see ``trades.transactions``."""

    _analysis = staticmethod(transactions)


class Turnover(_Analyzer):
    """How much was traded, and by which definition; see ``trades.turnover``."""

    _analysis = staticmethod(turnover)


class Exposure(_Analyzer):
    """Weights, cash and number of holdings after each close; see ``lines.exposure``."""

    _analysis = staticmethod(exposure)


class Costs(_Analyzer):
    """Costs by kind, symbol and year: commission only in plain backtrader; see ``trades.costs``."""

    _analysis = staticmethod(costs)


class Rejections(_Analyzer):
    """Orders that were not filled, with status and reason, a DataFrame; see ``trades.rejections``."""

    _analysis = staticmethod(rejections)
