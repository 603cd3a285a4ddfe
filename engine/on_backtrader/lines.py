"""Lines that can't be read outside the past: what backtrader hands out for other bars is silently wrong.

A preloaded backtrader line holds the whole history, so ``close[1]`` is tomorrow's close, and before a feed's first bar
``close[0]`` is the *last* close of all. Indicators computed in one go have the same gaps, and two feeds of different
length are paired bar by bar instead of day by day. A ``LookAheadError`` names the file and the line that reads.
"""

from __future__ import annotations

import datetime as dt
import linecache
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
_MACHINERY = tuple(
    os.path.dirname(os.path.abspath(file)) + os.sep for file in (bt.__file__, os.path.dirname(__file__))
)  # backtrader, and the engines


class ReadMode:
    """Whether indicators are being computed: then a feed without bars reads as NaN instead of raising."""

    __slots__ = ("lenient",)

    def __init__(self) -> None:
        self.lenient = False


class FeedLine(bt.linebuffer.LineBuffer):  # type: ignore[misc]  # backtrader has no types
    """A line of a feed: readable from its first to its current bar, ``LookAheadError`` elsewhere."""

    feed: Any
    label: str
    mode: ReadMode

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
        line.feed, line.label, line.mode = feed, f"{feed._name}.{name}", mode

    def __getitem__(self, ago: int) -> float:
        at = self._idx + ago
        if ago > 0 or at < 0:
            return self._outside(ago)
        return self.array[at]  # type: ignore[no-any-return]

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
        return self.array[stop - size : stop]

    def __call__(self, ago: Any = None) -> Any:
        """The line as it was ``-ago`` bars before."""
        return refuse_forward(super().__call__(ago))

    def datetime(self, ago: int = 0, tz: Any = None, naive: bool = True) -> dt.datetime:
        """The value as a datetime.

        Parameters
        ----------
        ago : int
            Bars from the current one: 0 is this, -1 the one before; 1 is refused.
        tz, naive
            As ``backtrader.num2date``.
        """
        return bt.num2date(self[ago], tz or self._tz, naive)  # type: ignore[no-any-return]

    def date(self, ago: int = 0, tz: Any = None, naive: bool = True) -> dt.date:
        """The value as a date.

        Parameters
        ----------
        ago : int
            Bars from the current one: 0 is this, -1 the one before; 1 is refused.
        tz, naive
            As ``backtrader.num2date``.
        """
        return self.datetime(ago, tz, naive).date()

    def time(self, ago: int = 0, tz: Any = None, naive: bool = True) -> dt.time:
        """The value as a time of day.

        Parameters
        ----------
        ago : int
            Bars from the current one: 0 is this, -1 the one before; 1 is refused.
        tz, naive
            As ``backtrader.num2date``.
        """
        return self.datetime(ago, tz, naive).time()

    def _outside(self, ago: int) -> float:
        if ago <= 0 and self.mode.lenient:
            return _NAN
        where, symbol, bars = f"{self.label}[{ago}]", self.label.split(".")[0], self._idx + 1
        if ago > 0:
            _refuse_future(where)
        if bars == 0:
            raise LookAheadError(f"{where}: {symbol} has no bar yet; ask for len(data) first{_reader()}")
        raise LookAheadError(f"{where}: {symbol} has {bars} bars so far; ask for len(data) > {-ago} first{_reader()}")


class IndicatorLine(bt.linebuffer.LineBuffer):  # type: ignore[misc]
    """A line of an indicator: NaN before its first value, ``LookAheadError`` after the current bar."""

    label: str = "indicator"

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


def harden(strategy: Any) -> None:
    """Makes every indicator of a started strategy strict, and robust against feeds of different length.

    * Lines read NaN before their first value and raise ``LookAheadError`` after the current bar.
    * An indicator longer than its feed is all NaN; backtrader would stop with an ``IndexError``.
    * Where an expression mixes feeds whose bars fall on different sessions, everything is computed session by session.
    """
    for item in _indicators(strategy):
        if isinstance(item, _Forward):
            refuse_forward(item, _place(type(strategy).__init__.__code__))
            strategy.cerebro._disable_runonce()  # step by step it only ever writes to the past
        if _mixes_sessions(item):
            strategy.cerebro._disable_runonce()
        item._once = partial(_once, item)
        if isinstance(item, _Buffer):
            item.__class__ = _strict(type(item))
            continue
        for line in item.lines.lines:
            if type(line) is _Buffer:
                line.__class__ = IndicatorLine
                line.label = type(item).__name__


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
    return any(feed.rows != feeds[0].rows for feed in feeds[1:])


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
        body = {"__getitem__": _read, "get": IndicatorLine.get, "label": kind.__name__, "__module__": kind.__module__}
        _STRICT[kind] = type.__new__(type(kind), f"Strict{kind.__name__}", (kind,), body)
    return _STRICT[kind]


def _read(line: Any, ago: int) -> float:
    at = line._idx + ago
    if ago > 0:
        _refuse_future(f"{line.label}[{ago}]")
    return _NAN if at < 0 else float(line.array[at])


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


def _refuse_future(what: str, where: str = "") -> NoReturn:
    told = f"{what} reads the future; the current bar is [0], those before are [-1], [-2], ..."
    raise LookAheadError(told + (where or _reader()))


def _reader() -> str:
    """The statement that is reading: the innermost one outside of backtrader and this package, "" if there is none."""
    frame = sys._getframe(1)
    while frame and frame.f_code.co_name != "run_backtrader":
        if not frame.f_code.co_filename.startswith(_MACHINERY):
            return _place(frame.f_code, frame.f_lineno)
        frame = frame.f_back  # type: ignore[assignment]
    return ""


def _place(code: CodeType, line: int = 0) -> str:
    """A line of a file for the end of a message, by default the one where ``code`` begins."""
    line = line or code.co_firstlineno
    text = linecache.getline(code.co_filename, line).strip()
    return f" - {code.co_filename}:{line}" + (f": {text}" if text else "")
