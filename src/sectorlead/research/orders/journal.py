"""The journal of what was asked: a file of JSON lines that is only ever added to."""

from __future__ import annotations

import datetime as dt
import json
import math
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from sectorlead.data.errors import InputError
from sectorlead.data.store.durable import append_line, locked, make_folder, read_lines
from sectorlead.engine.record import CASH, REASONS
from sectorlead.reports.orders.content import COLUMNS, KEEP, SELL, OrderList

FILE = "orders.jsonl"
VERSION = 1
_SPACE = re.compile(rb"[\s\0]+")
_BEGINS = b'{"version":'


def journal_of(name: str) -> Path:
    """Where the journal of a study is, unless it is named: in the user's data folder.

    Parameters
    ----------
    name : str
        Of the study and its strategy.
    """
    from platformdirs import user_data_path

    plain = "".join(sign if sign.isalnum() or sign in "._-" else "-" for sign in name).strip(".-")[:80] or "orders"
    return user_data_path("sectorlead", appauthor=False) / "orders" / f"{plain}.jsonl"


class OrderJournal:
    """What was asked of a broker, evening by evening.

    Parameters
    ----------
    path : path
        The file; its folder is made with the first entry.

    Notes
    -----
    An entry is on the disk when ``add`` returns, and one writer adds at a time (``sectorlead.data.store.durable``). A
    line that a kill cut short is closed by the next one and never read. Entries are not changed: of two for one session
    the later counts.
    """

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)

    def add(self, orders: OrderList, *, written: dt.datetime | None = None) -> bool:
        """Adds an evening; False where the latest entry of its session says the same already.

        Parameters
        ----------
        orders : OrderList
        written : datetime, optional
            When. Default: now.

        Raises
        ------
        InputError
            The file can't be written.
        """
        asked = orders.to_dict()
        stamp = (dt.datetime.now(dt.UTC) if written is None else written).isoformat(timespec="seconds")
        try:
            make_folder(self.path.parent)
            with locked(self.path.with_name(f".{self.path.name}.lock")):
                latest = next((each for each in reversed(self._read()) if _session(each) == asked["session"]), None)
                if latest is not None and latest["asked"] == json.loads(json.dumps(asked)):
                    return False
                append_line(self.path, {"version": VERSION, "written": stamp, "asked": asked})
        except OSError as error:
            raise InputError(
                f"journal {self.path} can't be written: {error.strerror or error}; name another: --journal FILE"
            ) from None
        return True

    @property
    def entries(self) -> list[dict[str, Any]]:
        """What was asked, as ``Orders.to_dict`` has it, one for each session, the oldest first.

        Raises
        ------
        InputError
            The file can't be read, or was written by a later version.
        """
        by_session = {_session(each): each["asked"] for each in self._read()}
        return [by_session[session] for session in sorted(by_session)]

    def _read(self) -> list[dict[str, Any]]:
        try:
            strange = not self._is_journal()
            found = read_lines(self.path)
        except OSError as error:
            raise InputError(f"journal {self.path} can't be read: {error.strerror or error}") from None
        if strange:
            raise InputError(
                f"journal {self.path} is a file of something else, and is left as it is; name another: --journal FILE"
            )
        for each in found:
            if each.get("version") != VERSION or not isinstance(each.get("asked"), dict):
                raise InputError(
                    f"journal {self.path}: an entry has version {each.get('version')!r}, this package writes "
                    f"{VERSION}; update it, or name another file: --journal FILE"
                )
            if lacking := _lacking(each["asked"]):
                raise InputError(
                    f"journal {self.path}: an entry lacks {lacking}, which each has that was written here; put the "
                    "file back as it was, or name another: --journal FILE"
                )
        return found

    def _is_journal(self) -> bool:
        """Whether every line begins as an entry does; the end of a line may be cut."""
        if not self.path.exists():
            return True
        with self.path.open("rb") as file:
            return all(_BEGINS.startswith(_SPACE.sub(b"", line[:64])[: len(_BEGINS)]) for line in file)

    def asked_before(self, session: pd.Timestamp) -> dict[str, Any] | None:
        """The latest entry of a session or, without one, before it; None where there is none.

        Parameters
        ----------
        session : Timestamp
        """
        found = [each for each in self.entries if each["session"] <= f"{session:%F}"]
        return found[-1] if found else None

    def still_open(self, session: pd.Timestamp, held: Mapping[str, float]) -> dict[str, float]:
        """Target shares of the latest entry before a session that the holdings do not meet: orders to be carried on.

        As a run with ``unfilled="carry"`` has it, as far as holdings tell: a buy that was cut for cash beforehand is
        carried on only while a sale of the same evening is open.

        Parameters
        ----------
        session : Timestamp
            After which is decided now.
        held : mapping of str to float
            Shares.
        """
        before = [each for each in self.entries if each["session"] < f"{session:%F}"]
        if not before:
            return {}
        open_ = {
            line["symbol"]: line
            for line in before[-1]["lines"]
            if line["side"] != KEEP and line["target"] is not None and _misses(line, held.get(line["symbol"], 0.0))
        }
        sale = any(line["side"] == SELL for line in open_.values())
        return {
            symbol: line["target"]
            for symbol, line in open_.items()
            if sale or line["side"] == SELL or line["reason"] != REASONS[CASH]
        }


def _session(entry: Mapping[str, Any]) -> str:
    return str(entry["asked"]["session"])


def _lacking(asked: Mapping[str, Any]) -> str:
    """What a reader of an entry needs and does not find; "" where all is there."""
    kinds: dict[str, type | tuple[type, ...]] = {
        "session": str, "next_session": str, "strategy": str, "name": str, "equity": (int, float), "lines": list
    }  # fmt: skip
    for key, kind in kinds.items():
        if not isinstance(asked.get(key), kind):
            return key
    lines = [line if isinstance(line, Mapping) else {} for line in asked["lines"]]
    return next((f"{key} in a line" for line in lines for key in COLUMNS if key not in line), "")


def _misses(line: Mapping[str, Any], held: float) -> bool:
    """Whether shares of an order are still to be traded."""
    done = (held - line["held"]) * (-1 if line["side"] == SELL else 1)
    return bool(line["wanted"] - done > 1e-9 * max(1.0, math.fabs(line["wanted"])))
