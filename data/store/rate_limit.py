"""How often a host is asked, over all processes of this machine, and how long it is left alone after it refused."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pandas as pd

from .durable import locked, make_folder, replace_file


@dataclass(frozen=True, slots=True)
class Pace:
    """What a host is believed to tolerate.

    Attributes
    ----------
    interval_s, jitter_s : float
        Least time between two requests, and the most that chance adds to it.
    rest_s : float
        How long to leave the host alone after it has refused.
    """

    interval_s: float
    jitter_s: float
    rest_s: float


HOUR = 3_600.0
PACES = {  # users of akshare report bans by Eastmoney after 10 to 200 calls, and by Shenwan for 8 hours
    "eastmoney.com": Pace(4.0, 3.0, 2 * HOUR),
    "swsresearch.com": Pace(2.0, 2.0, 8 * HOUR),
    "10jqka.com.cn": Pace(2.0, 1.5, 2 * HOUR),
    "legulegu.com": Pace(3.0, 2.0, 2 * HOUR),
}
PACE = Pace(1.5, 1.0, HOUR)


def utc_now() -> pd.Timestamp:
    """Now, in UTC."""
    return pd.Timestamp.now("UTC")


@dataclass(frozen=True, slots=True)
class Timing:
    """How time is kept.

    Attributes
    ----------
    pace : Pace or None
        None: what ``pace_of`` says of the host.
    now : callable
        The time, with a time zone.
    sleep : callable
        Waits for seconds.
    """

    pace: Pace | None = None
    now: Callable[[], pd.Timestamp] = utc_now
    sleep: Callable[[float], None] = time.sleep


def pace_of(host: str) -> Pace:
    """The pace for a host; ``PACE`` for one that nothing is known about.

    >>> pace_of("push2his.eastmoney.com").interval_s, pace_of("example.org") == PACE
    (4.0, True)
    """
    return next((pace for end, pace in PACES.items() if host == end or host.endswith(f".{end}")), PACE)


class Gate:
    """The turn to ask a host: one request at a time and not too soon, whoever asks.

    Parameters
    ----------
    folder : Path
        Where processes tell each other when a host was last asked.
    host : str
        Empty for a file: then nobody has to wait.
    timing : Timing
    """

    def __init__(self, folder: Path, host: str, timing: Timing) -> None:
        self.host, self.pace = host, timing.pace or pace_of(host)
        self._now, self._sleep = timing.now, timing.sleep
        self._file = make_folder(folder) / f"{quote(host, safe='') or 'file'}.json"
        self._lock = self._file.with_suffix(".lock")

    def wait(self) -> None:
        """Wait for the turn, and take it."""
        if not self.host:
            return
        with locked(self._lock):
            state = self._state()
            pause = self.pace.interval_s + random.uniform(0, self.pace.jitter_s)
            if "asked_at" in state:
                passed = (self._now() - pd.Timestamp(state["asked_at"])).total_seconds()
                if 0 <= passed < pause:  # a clock that was set back makes nobody wait for ever
                    self._sleep(pause - passed)
            self._keep(state | {"asked_at": self._now().isoformat()})

    def refused(self, symbol: str) -> pd.Timestamp:
        """Note that the host refused to give ``symbol``; returns when to ask again."""
        until = (self._now() + pd.Timedelta(seconds=self.pace.rest_s)).ceil("min")
        with locked(self._lock):
            self._keep(self._state() | {"resume_at": until.isoformat(), "refused": symbol})
        return until

    def answered(self) -> None:
        """Forget a refusal."""
        if "resume_at" in self._state():
            with locked(self._lock):
                self._keep({key: value for key, value in self._state().items() if key == "asked_at"})

    @property
    def resume_at(self) -> pd.Timestamp | None:
        """When to ask again, if the host refused and it is too soon."""
        state = self._state()
        until = pd.Timestamp(state["resume_at"]) if "resume_at" in state else None
        rest = pd.Timedelta(seconds=self.pace.rest_s + 60)
        return until if until is not None and self._now() < until <= self._now() + rest else None

    @property
    def last_refused(self) -> str | None:
        """The series at which the host refused last, unless it has answered since."""
        return self._state().get("refused")

    def _state(self) -> dict[str, Any]:
        try:
            state = json.loads(self._file.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return state if isinstance(state, dict) else {}

    def _keep(self, state: dict[str, Any]) -> None:
        replace_file(self._file, lambda temporary: _write(temporary, state))


def _write(path: Path, state: dict[str, Any]) -> None:
    path.write_text(json.dumps(state), encoding="utf-8")
