"""What a strategy touches beside the panel while it decides, and another clock to decide by."""

from __future__ import annotations

import datetime
import os
import sys
import sysconfig
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date as _Day
from datetime import datetime as _Moment
from types import FrameType
from typing import Any

import pandas as pd

from sectorlead.engine.class_names import PACKAGE

DAYS_ON = 400
"""By how many days the other clock is ahead."""
_READERS = {
    "pandas": ("read_",), "pyarrow": ("read_", "open_", "memory_map", "dataset"), "polars": ("read_", "scan_"),
    "duckdb": ("connect", "read_", "sql", "query"), "h5py": ("File",), "tables": ("open_file",),
    "requests": ("request",), "akshare": ("",), "sqlalchemy": ("create_engine",), PACKAGE: ("simulate", "load", "read"),
}  # fmt: skip
"""Functions that bring data in, by package and how their names begin."""
_OWN_DATA = (f"{PACKAGE}.data.simulate", f"{PACKAGE}.data.load", f"{PACKAGE}.data.tidy.read", f"{PACKAGE}.data.store")
_EVENTS = {
    "sqlite3.connect": "opens the database", "socket.connect": "connects to", "subprocess.Popen": "starts",
    "os.system": "starts", "urllib.Request": "asks for",
}  # fmt: skip
_CODE = (".py", ".pyc", ".so", ".pyd", ".nbi", ".nbc", ".pth", ".dll", ".dylib")
_SYSTEM = ("/proc/", "/sys/", "/dev/", "/etc/", "/usr/share/", "/usr/lib/")
_PYTHON = tuple(os.path.join(sysconfig.get_path(name), "") for name in ("stdlib", "platstdlib"))
_PACKAGES = tuple(f"{os.sep}{name}{os.sep}" for name in ("site-packages", "dist-packages", "__pycache__"))
_listening: list[dict[str, str]] = []
_hooked: list[bool] = []


@contextmanager
def watching(*, calls: bool = False) -> Iterator[dict[str, str]]:
    """What the user's code inside ``backtest`` reads and writes: what was done by what it was done to.

    Parameters
    ----------
    calls : bool
        Also functions that bring data in without Python's own ``open``; takes twice the time.

    Yields
    ------
    dict of str to str
        Filled as it goes: "reads" or "writes" or the like, by path, address or name.
    """
    if not _hooked:
        sys.addaudithook(_heard)
        _hooked.append(True)
    told: dict[str, str] = {}
    before = sys.getprofile()
    _listening.append(told)
    if calls:
        sys.setprofile(_called)
    try:
        yield told
    finally:
        if calls:
            sys.setprofile(before)
        _listening.remove(told)


def _heard(event: str, given: tuple[Any, ...]) -> None:
    if not _listening:
        return
    if event == "open":
        path, mode, flags = (*given, None, None, None)[:3]
        if not isinstance(path, str | bytes | os.PathLike):
            return
        name = os.path.realpath(os.fsdecode(path))
        if name.endswith(_CODE) or name.startswith(_SYSTEM) or _installed(name) or not _by_strategy(sys._getframe(1)):
            return
        written = any(sign in mode for sign in "wax+") if isinstance(mode, str) else bool(flags and flags & 3)
        _tell("writes" if written else "reads", name)
    elif event in _EVENTS and _by_strategy(sys._getframe(1)):
        _tell(_EVENTS[event], " ".join(str(each) for each in given[:2] if each is not None)[:120])


def _called(frame: FrameType, event: str, _: Any) -> None:
    if event != "call":
        return
    module = str(frame.f_globals.get("__name__", ""))
    top = module.partition(".")[0]
    if top not in _READERS or not frame.f_code.co_name.startswith(_READERS[top]):
        return
    if top == PACKAGE and not module.startswith(_OWN_DATA):
        return
    caller = frame.f_back
    if caller is not None and _own(caller) and _by_strategy(caller):
        _tell("reads data by", f"{module}.{frame.f_code.co_name}")


def _tell(what: str, name: str) -> None:
    for told in _listening:
        told.setdefault(name, what)


def _own(frame: FrameType) -> bool:
    module = str(frame.f_globals.get("__name__", ""))
    file = frame.f_code.co_filename
    return module.partition(".")[0] != PACKAGE and not file.startswith("<frozen") and not _installed(file)


def _installed(file: str) -> bool:
    return file.startswith(_PYTHON) or file.endswith("__pycache__") or any(folder in file for folder in _PACKAGES)


def _by_strategy(frame: FrameType | None) -> bool:
    """Whether code of the user's is at work inside ``backtest``, and not because it imports something."""
    own = False
    while frame is not None:
        code = frame.f_code
        if code.co_name == "backtest" and frame.f_globals.get("__name__") == f"{PACKAGE}.engine.backtest":
            return own
        if code.co_filename.startswith("<frozen importlib"):
            return False
        own = own or _own(frame)
        frame = frame.f_back
    return False


@contextmanager
def another_clock() -> Iterator[None]:
    """Clocks that are ``DAYS_ON`` days ahead, those of ``time``, ``datetime`` and ``pandas``; for a process of its own.

    Modules that are imported while it lasts have them for good.
    """
    ahead = datetime.timedelta(days=DAYS_ON)

    class Kind(type):
        def __instancecheck__(cls, thing: Any) -> bool:
            return isinstance(thing, _Moment if issubclass(cls, _Moment) else _Day)

        def __subclasscheck__(cls, kind: Any) -> bool:
            return type.__subclasscheck__(cls, kind) or kind in (_Moment, _Day)

    class Day(_Day, metaclass=Kind):
        @classmethod
        def today(cls) -> Any:
            return _Day.today() + ahead

    class Moment(_Moment, metaclass=Kind):
        @classmethod
        def now(cls, tz: Any = None) -> Any:
            return _Moment.now(tz) + ahead

        @classmethod
        def today(cls) -> Any:
            return _Moment.now() + ahead

        @classmethod
        def utcnow(cls) -> Any:
            return _Moment.now(datetime.UTC).replace(tzinfo=None) + ahead

    clocks = {"time": 1.0, "time_ns": 1e9}
    real = {name: getattr(time, name) for name in clocks}
    now = pd.Timestamp.now
    try:
        for name, unit in clocks.items():
            setattr(time, name, _later(real[name], type(real[name]())(DAYS_ON * 86_400 * unit)))
        datetime.date, datetime.datetime = Day, Moment  # type: ignore[misc]
        for name in ("now", "today"):
            setattr(pd.Timestamp, name, staticmethod(lambda tz=None: now(tz) + pd.Timedelta(days=DAYS_ON)))
        yield
    finally:
        for name, clock in real.items():
            setattr(time, name, clock)
        datetime.date, datetime.datetime = _Day, _Moment  # type: ignore[misc]


def _later(clock: Any, ahead: Any) -> Any:
    return lambda: clock() + ahead
