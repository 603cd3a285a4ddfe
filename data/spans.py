"""``Span``: a stretch of a series with where it comes from, for series that several sources were joined for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

import numpy as np
import pandas as pd

from .types import Flags

SHOWN = 3  # stretches of other vendors in a note


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a series that one source gave, where the series has more than one.

    Attributes
    ----------
    symbol : str
    first, last : Timestamp
        Its first and last bar.
    origin : str
        Vendor and function, or the series that stands in.
    kind : {"own", "vendor", "proxy"}
        "own": the series as its first vendor, or the data, give it. "vendor": the same series from another vendor.
        "proxy": another series, scaled to meet this one.
    traded : bool
        Whether orders fill in its bars.
    factor : float
        What its prices were multiplied by to meet the span it joins; 1 for one that was taken as it is.
    common : int
        Sessions that both sides of the break have, by which it was checked; 0 where nothing could be checked.
    largest : float
        How far closes of both sides are apart in these sessions, relative, after the factor: the largest of them. None
        where there are none.
    alike : float
        Correlation of the returns of both sides in these sessions; None where there are too few.
    """

    symbol: str
    first: pd.Timestamp
    last: pd.Timestamp
    origin: str
    kind: Literal["own", "vendor", "proxy"] = "own"
    traded: bool = True
    factor: float = 1.0
    common: int = 0
    largest: float | None = None
    alike: float | None = None

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON, dates as ISO text."""
        return asdict(self) | {"first": f"{self.first:%F}", "last": f"{self.last:%F}"}

    @classmethod
    def from_dict(cls, plain: dict[str, Any]) -> Span:
        """What ``as_dict`` gave.

        Parameters
        ----------
        plain : dict
        """
        return cls(**plain | {key: pd.Timestamp(plain[key]) for key in ("first", "last")})

    def __str__(self) -> str:
        told = f"{self.symbol} from {self.first:%F} to {self.last:%F} is {self.origin}"
        if self.kind == "own":
            return told
        checks = [f"times {self.factor:.6g}"] if self.factor != 1.0 else []
        if self.largest is not None:
            alike = "" if self.alike is None else f", returns correlated {self.alike:.2f}"
            sessions = f"{self.common:,} common session{'s' * (self.common != 1)}"
            checks.append(f"closes up to {self.largest:.2%} apart in {sessions}{alike}")
        else:
            checks.append("no common session to check it by")
        use = "" if self.kind == "vendor" else "; traded, as told" if self.traded else "; for signals, never traded"
        return f"{told} ({'; '.join(checks)}{use})"


def untraded(spans: Sequence[Span], sessions: pd.DatetimeIndex, symbols: Sequence[str]) -> Flags | None:
    """Where no order can fill, because another series stands in, shape (T, N); None where that is nowhere.

    Parameters
    ----------
    spans : sequence of Span
    sessions : DatetimeIndex of shape (T,)
    symbols : sequence of str, N of them
    """
    found = [each for each in spans if not each.traded]
    if not found:
        return None
    out = np.zeros((len(sessions), len(symbols)), np.bool_)
    for each in found:
        out[(sessions >= each.first) & (sessions <= each.last), symbols.index(each.symbol)] = True
    return out


def until(spans: Sequence[Span], session: pd.Timestamp) -> tuple[Span, ...]:
    """The spans as far as a session.

    Parameters
    ----------
    spans : sequence of Span
    session : Timestamp
        The last one that is kept.
    """
    return tuple(replace(each, last=min(each.last, session)) for each in spans if each.first <= session)


def ribbon(spans: Sequence[Span]) -> str:
    """What stands at the top of every page about a panel with proxies; "" without."""
    proxies = [each.traded for each in spans if each.kind == "proxy"]
    if any(proxies):
        return "Proxies are traded: before some series began, others stand in for them"
    return "Proxies in signals: before some series began, others stand in for them" if proxies else ""


def notes_on(spans: Sequence[Span]) -> tuple[str, ...]:
    """What a reader of a report must know of joined series: a sentence for each kind of break.

    Parameters
    ----------
    spans : sequence of Span
    """
    told = []
    heads = {
        ("proxy", False): "proxies stand before the first bars of {n} series, for signals only",
        ("proxy", True): "proxies stand before the first bars of {n} series and are TRADED AS IF THEY WERE THEM",
        ("vendor", True): "{n} series are joined from several vendors",
    }
    for (kind, traded), words in heads.items():
        found = [each for each in spans if (each.kind, each.traded) == (kind, traded)]
        if found:
            count = len({each.symbol for each in found})
            shown = found if kind == "proxy" else found[:SHOWN]  # proxies were asked for: each is named
            more = f"; {len(found) - len(shown)} more" if len(found) > len(shown) else ""
            told.append(f"{words.format(n=count)}: {'; '.join(map(str, shown))}{more}")
    return tuple(told)
