"""Lines that can't be read outside the past: what backtrader hands out for other bars is silently wrong.

A preloaded backtrader line holds the whole history, so ``close[1]`` is tomorrow's close, and before a feed's first bar
``close[0]`` is the *last* close of all. Indicators computed in one go have the same gaps, and two feeds of different
length are paired bar by bar instead of day by day. A ``LookAheadError`` names the file and the line that reads.

Whole arrays end with the current bar: ``array``, ``plot()``, ``getzero``, iteration. How long a line will be
(``buflen()``) is not told, as it says when a series ends.
"""

from __future__ import annotations

import datetime as calendar
import linecache
import math
import os
import sys
from array import array
from collections.abc import Iterator
from functools import partial
from types import CodeType
from typing import Any, NoReturn

from ...data.errors import LookAheadError
from .quiet import bt

_Buffer, _Actions, _Forward = bt.linebuffer.LineBuffer, bt.linebuffer.LineActions, bt.linebuffer._LineForward
_NAN = float("nan")
_STRICT: dict[Any, Any] = {}  # strict class by class
MACHINERY = tuple(
    os.path.dirname(os.path.abspath(file)) + os.sep for file in (bt.__file__, os.path.dirname(__file__))
)  # backtrader, and the engines


class ReadMode:
    """What a run is doing, shared by all of its lines.

    Attributes
    ----------
    lenient : bool
        Indicators are being computed: a feed without bars reads as NaN instead of raising.
    at_once : bool
        They are being computed from whole arrays, by backtrader's own code alone.
    today : float
        The current session as backtrader counts days; -inf before the first.
    """

    __slots__ = ("at_once", "lenient", "today")

    def __init__(self) -> None:
        self.lenient = self.at_once = False
        self.today = -float("inf")


class PastOnly:
    """Mixed into a line: whatever hands out a part of its array hands out bars up to the current one only."""

    label: str = "indicator"
    mode: ReadMode = ReadMode()
    _idx: int
    _values: Any = array("d")
    __getitem__: Any

    def harden(self, label: str, mode: ReadMode) -> None:
        """To be called once its class is this one.

        Parameters
        ----------
        label : str
            Of the line, for errors.
        mode : ReadMode
            Of the run.
        """
        self.label, self.mode = label, mode
        self._values = self.__dict__.pop("array")

    @property
    def array(self) -> Any:
        """The values up to the current bar; all of them while backtrader computes indicators."""
        values, stop = self._values, self._idx + 1
        if self.mode.at_once or stop >= len(values):
            return values
        if self.mode.today < 0:
            raise LookAheadError(
                f"{self.label}.array: no bar is known before the first session; read it in next(), where it ends with "
                f"the current bar, or let an indicator compute it: bt.indicators, bt.talib{reader()}"
            )
        return values[: max(0, stop)]

    @array.setter
    def array(self, values: Any) -> None:
        self._values = values

    def __iter__(self) -> Iterator[float]:
        """Past values, the oldest first."""
        return iter(self.array)

    @property
    def idx(self) -> int:
        """Position of the current bar, counted from the first, which is 0; only backtrader itself moves it."""
        return self._idx

    @idx.setter
    def idx(self, at: int) -> None:
        if not _called_by_machinery(1):
            refuse_moving(self.label)
        self._idx = at

    def advance(self, size: int = 1) -> None:
        """Only for backtrader itself: moves on."""
        if not _called_by_machinery(3):
            refuse_moving(self.label)
        super().advance(size)  # type: ignore[misc]

    def forward(self, value: float = _NAN, size: int = 1) -> None:
        """Only for backtrader itself: moves on, and makes room.

        Parameters
        ----------
        value : float
            Of the new bars.
        size : int
            Bars.
        """
        if not _called_by_machinery(3):
            refuse_moving(self.label)
        super().forward(value, size)  # type: ignore[misc]

    def buflen(self) -> int:
        """Only for backtrader itself: it tells how many bars are to come."""
        if not self.mode.at_once and (who := reader()):
            raise LookAheadError(
                f"{self.label}.buflen() tells how many bars are to come; len(data) are there so far. At the end of a "
                f"run nothing has to be closed, what is held is valued at its last close; end= ends it earlier{who}"
            )
        return len(self._values) - self.extension  # type: ignore[attr-defined, no-any-return]

    def getzeroval(self, idx: int = 0) -> float:
        """The value of a bar counted from the first, which is 0.

        Raises
        ------
        LookAheadError
            A bar that is not there yet.
        """
        if idx > self._idx:
            _refuse_future(f"{self.label}.getzeroval({idx})")
        return self.array[idx]  # type: ignore[no-any-return]

    def datetime(self, ago: int = 0, tz: Any = None, naive: bool = True) -> calendar.datetime:
        """The value as a datetime.

        Parameters
        ----------
        ago : int
            Bars from the current one: 0 is this, -1 the one before; 1 is refused.
        tz, naive
            As ``backtrader.num2date``.
        """
        return bt.num2date(self[ago], tz or self._tz, naive)  # type: ignore[attr-defined, no-any-return]

    def date(self, ago: int = 0, tz: Any = None, naive: bool = True) -> calendar.date:
        """The value as a date.

        Parameters
        ----------
        ago : int
            Bars from the current one: 0 is this, -1 the one before; 1 is refused.
        tz, naive
            As ``backtrader.num2date``.
        """
        return self.datetime(ago, tz, naive).date()

    def time(self, ago: int = 0, tz: Any = None, naive: bool = True) -> calendar.time:
        """The value as a time of day.

        Parameters
        ----------
        ago : int
            Bars from the current one: 0 is this, -1 the one before; 1 is refused.
        tz, naive
            As ``backtrader.num2date``.
        """
        return self.datetime(ago, tz, naive).time()

    def dt(self, ago: int = 0) -> int:
        """The whole days of the value."""
        days: int = math.trunc(self[ago])
        return days

    def tm_raw(self, ago: int = 0) -> float:
        """The part of a day of the value."""
        return math.modf(self[ago])[0]

    def tm(self, ago: int = 0) -> float:
        """The time of day of the value as part of a day."""
        return bt.utils.time2num(self.time(ago))  # type: ignore[no-any-return]


class FeedLine(PastOnly, bt.linebuffer.LineBuffer):  # type: ignore[misc]  # backtrader has no types
    """A line of a feed: readable from its first to its current bar, ``LookAheadError`` elsewhere."""

    feed: Any

    @classmethod
    def take(cls, line: Any, feed: Any, name: str, mode: ReadMode) -> None:
        """Makes a feed's plain line one of these.

        Parameters
        ----------
        line : backtrader line
            Changed in place.
        feed : backtrader feed
        name : str
            Of the line, for errors.
        mode : ReadMode
            Refuses reading ahead.
        """
        line.__class__ = cls
        line.feed = feed
        line.harden(f"{feed._name}.{name}", mode)

    def __getitem__(self, ago: int) -> float:
        at = self._idx + ago
        if ago > 0 or at < 0:
            return self._outside(ago)
        return self._values[at]  # type: ignore[no-any-return]

    def get(self, ago: int = 0, size: int = 1) -> Any:
        """The ``size`` values that end at ``ago``.

        Parameters
        ----------
        ago : int
            Bars from the current one: 0 is this, -1 the one before; 1 is refused.
        size : int

        Returns
        -------
        array of float

        Raises
        ------
        LookAheadError
            A bar that is not there yet, or before the first.
        """
        stop = self._idx + ago + 1
        if size > 0 and (ago > 0 or stop < size):
            self._outside(ago if ago > 0 else ago - size + 1)
        return self._values[max(0, stop - size) : stop]

    def __call__(self, ago: Any = None) -> Any:
        """The line as it was ``-ago`` bars before."""
        return refuse_forward(super().__call__(ago))

    def _outside(self, ago: int) -> float:
        if ago <= 0 and self.mode.lenient:
            return _NAN
        where, symbol, bars = f"{self.label}[{ago}]", self.label.split(".")[0], self._idx + 1
        if ago > 0:
            _refuse_future(where)
        if bars == 0:
            raise LookAheadError(f"{where}: {symbol} has no bar yet; ask for len(data) first{reader()}")
        raise LookAheadError(f"{where}: {symbol} has {bars} bars so far; ask for len(data) > {-ago} first{reader()}")


class IndicatorLine(PastOnly, bt.linebuffer.LineBuffer):  # type: ignore[misc]
    """A line of an indicator: NaN before its first value, ``LookAheadError`` after the current bar."""

    def __getitem__(self, ago: int) -> float:
        return _read(self, ago)

    def get(self, ago: int = 0, size: int = 1) -> Any:
        """The ``size`` values that end at ``ago``.

        Parameters
        ----------
        ago : int
            Bars from the current one: 0 is this, -1 the one before; 1 is refused.
        size : int

        Returns
        -------
        array of float

        Raises
        ------
        LookAheadError
            A bar that is not there yet, or before the first.
        """
        return array("d", [_read(self, k) for k in range(ago - size + 1, ago + 1)])


def harden(strategy: Any, mode: ReadMode) -> None:
    """Makes every indicator of a started strategy strict, and robust against feeds of different length.

    * Lines read NaN before their first value and raise ``LookAheadError`` after the current bar.
    * An indicator that has a ``next`` and no array form of backtrader's is computed session by session: at once it
      could write into sessions that are over, as a fractal does two bars late, and be read there too early.
    * An indicator longer than its feed is all NaN; backtrader would stop with an ``IndexError``.
    * Where an expression mixes feeds whose bars fall on different sessions, everything is computed session by session.

    Parameters
    ----------
    strategy : backtrader strategy
    mode : ReadMode
        Of the run.
    """
    for item in _indicators(strategy):
        if isinstance(item, _Forward):
            refuse_forward(item, _place(type(strategy).__init__.__code__))
            strategy.cerebro._disable_runonce()  # step by step it only ever writes to the past
        if _mixes_sessions(item) or _by_next(item):
            strategy.cerebro._disable_runonce()
        item._once = partial(_once, item)
        if isinstance(item, _Buffer):
            name = type(item).__name__
            item.__class__ = _strict(type(item))
            item.harden(name, mode)
            continue
        for line in item.lines.lines:
            if type(line) is _Buffer:
                line.__class__ = IndicatorLine
                line.harden(type(item).__name__, mode)


def _by_next(item: Any) -> bool:
    """Whether an indicator is computed bar by bar, at least in a subclass that is not backtrader's.

    Raises
    ------
    LookAheadError
        It has nothing but an array form of its own, which sees the whole history.
    """
    if not isinstance(item, bt.Indicator):
        return False
    kind = type(item)
    once, step = kind.once, kind.next
    own = any(not _is_backtraders(method) for method in (once, kind.preonce, kind.oncestart))
    if own and step is bt.Indicator.next:
        raise LookAheadError(
            f"{kind.__name__} has once() and no next(): it would compute its lines from the whole history at once; "
            f"write next(), which is called bar by bar{_place(once.__code__)}"
        )
    return own or once is bt.Indicator.once_via_next


def _is_backtraders(method: Any) -> bool:
    return str(method.__module__).partition(".")[0] == "backtrader"


def _indicators(strategy: Any) -> list[Any]:
    """All indicators and line expressions, nested ones included, each once."""
    found: dict[int, Any] = {}
    todo = list(strategy.getindicators())
    while todo:
        item = todo.pop()
        if id(item) not in found:
            found[id(item)] = item
            for nested in getattr(item, "_lineiterators", {}).values():
                todo += nested
    return list(found.values())


def _once(item: Any) -> None:
    """``item._once()``, or nothing but NaN where the clock has fewer bars than the first value needs."""
    bars = item._clock.buflen()
    if bars >= item._minperiod:
        type(item)._once(item)
        return
    item.forward(size=bars)
    nested = getattr(item, "_lineiterators", {}).get(item.IndType, [])
    for child in nested:
        child._once()
    for line in (item, *nested, *getattr(item, "datas", ())):
        line.home()
    for line in item.lines:
        line.oncebinding()


def _mixes_sessions(item: Any) -> bool:
    feeds = list(dict.fromkeys(_feeds(item)))
    return any(feed.clock_key != feeds[0].clock_key for feed in feeds[1:])


def _feeds(item: Any) -> Iterator[Any]:
    """The feeds that an indicator, an expression or a line is made from."""
    if isinstance(item, FeedLine):
        yield item.feed
    elif isinstance(item, bt.feed.AbstractDataBase):
        yield item
    elif isinstance(item, bt.lineseries.LineSeriesStub):
        yield from _feeds(item.lines[0])
    elif isinstance(item, _Actions):
        for part in item._datas:
            yield from _feeds(part)
    elif isinstance(item, _Buffer):
        yield from _feeds(item._owner)
    elif isinstance(item, bt.lineiterator.IndicatorBase):
        for part in item.datas:
            yield from _feeds(part)


def _strict(kind: Any) -> Any:
    """A line expression's class with strict reading; made past the metaclass, which would register a new indicator."""
    if kind not in _STRICT:
        body = {"__getitem__": _read, "get": IndicatorLine.get, "__module__": kind.__module__}
        _STRICT[kind] = type.__new__(type(kind), f"Strict{kind.__name__}", (PastOnly, kind), body)
    return _STRICT[kind]


def _read(line: Any, ago: int) -> float:
    at = line._idx + ago
    if ago > 0:
        _refuse_future(f"{line.label}[{ago}]")
    return _NAN if at < 0 else float(line._values[at])


def _called_by_machinery(callers: int) -> bool:
    """Whether the last callers of a method, that many, are all of backtrader and this package."""
    frame = sys._getframe(2)
    for _ in range(callers):
        if not frame.f_code.co_filename.startswith(MACHINERY):
            return False
        frame = frame.f_back  # type: ignore[assignment]
    return True


def _name(line: Any) -> str:
    return getattr(line, "label", "") or type(line._owner if type(line) is _Buffer else line).__name__


def refuse_forward(line: Any, where: str = "") -> Any:
    """``line``, unless it is a strategy's own line of later bars.

    An indicator may have one, as Ichimoku's lagging span is drawn into the past.

    Parameters
    ----------
    line : backtrader line
    where : str
        Who made it, for the error; by default the caller.

    Raises
    ------
    LookAheadError
        It is one.
    """
    if isinstance(line, _Forward) and isinstance(line._owner, bt.Strategy):
        _refuse_future(f"{_name(line.a)}({line.ago})", where)
    return line


def refuse_moving(what: str) -> NoReturn:
    """Raises ``LookAheadError``, for a strategy that moves a line or a feed to another bar by itself."""
    raise LookAheadError(f"{what} was moved on to another bar; only the run itself does that{reader()}")


def _refuse_future(what: str, where: str = "") -> NoReturn:
    told = f"{what} reads the future; the current bar is [0], those before are [-1], [-2], ..."
    raise LookAheadError(told + (where or reader()))


def reader() -> str:
    """The statement that is reading: the innermost one outside of backtrader and this package, "" if there is none."""
    frame = sys._getframe(1)
    while frame and frame.f_code.co_name != "run_backtrader":
        if not frame.f_code.co_filename.startswith(MACHINERY):
            return _place(frame.f_code, frame.f_lineno)
        frame = frame.f_back  # type: ignore[assignment]
    return ""


def _place(code: CodeType, line: int = 0) -> str:
    """A line of a file for the end of a message, by default the one where ``code`` begins."""
    line = line or code.co_firstlineno
    text = linecache.getline(code.co_filename, line).strip()
    return f" - {code.co_filename}:{line}" + (f": {text}" if text else "")
