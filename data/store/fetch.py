"""``fetch``: ask a source for what the store lacks, at a pace its host tolerates, and stop when it refuses."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TypeVar

import numpy as np
import pandas as pd
from tenacity import (
    RetryCallState,
    Retrying,
    retry_if_exception_type,
    stop_after_attempt,
    wait_exponential,
    wait_random,
)

from ..calendar import find_calendar
from ..errors import (
    BlockedError,
    DataError,
    NoDataError,
    ParameterError,
    SchemaChangedError,
    SourceError,
    UnknownNameError,
)
from ..sources.source import Fetched, SeriesInfo, Source, Unlisted
from .rate_limit import Gate, Timing
from .store import Change, Store

T = TypeVar("T")

TAIL = 10  # sessions read again at each refresh
ATTEMPTS = 4
BACKOFF_S, LONGEST_S = 5.0, 120.0
FRESH = pd.Timedelta(hours=1)  # a series asked for so recently is not asked for again
EARLY = 3  # sessions by which an answer may end early before another vendor is asked for the rest
STALE = 20  # sessions by which a series may end before the others
SAME_TROUBLE = 3  # series in a row that come in an unknown form: all will
CHINA = pd.Timedelta(hours=8)  # ahead of UTC, without summer time
OVER = pd.Timedelta(hours=16)  # o'clock in China: the session is over and its bar is final


@dataclass(frozen=True, slots=True)
class Step:
    """Where a fetch is; ``text`` says what is done now, or came of it."""

    number: int
    total: int
    symbol: str
    text: str
    change: Change | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """What a fetch did.

    Attributes
    ----------
    source : str
    changes : tuple of Change
        Series that were answered for and are stored.
    current : tuple of str
        Symbols not asked for: nothing can be missing.
    empty, failed : dict of str to str
        Symbols the vendor has nothing for, and those whose answer could not be used: why.
    left : tuple of str
        Symbols not reached.
    unlisted : tuple of str
        Symbols held that the source no longer offers. They stay.
    notes : tuple of str
    """

    source: str
    changes: tuple[Change, ...] = ()
    current: tuple[str, ...] = ()
    empty: dict[str, str] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)
    left: tuple[str, ...] = ()
    unlisted: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def restated(self) -> tuple[Change, ...]:
        """Series whose history is another one than before."""
        return tuple(change for change in self.changes if change.another_history)

    def sentence(self) -> str:
        """One line.

        >>> Report("sw1", current=("801010",), left=("801030",)).sentence()
        'sw1: 0 series fetched, 0 bars new, 1 up to date, 1 left'
        """
        parts = [f"{len(self.changes)} series fetched", f"{sum(change.added for change in self.changes):,} bars new"]
        counts = (
            (self.restated, "restated"), (self.current, "up to date"), (self.empty, "without data"),
            (self.failed, "failed"), (self.left, "left"),
        )  # fmt: skip
        parts += [f"{len(things)} {word}" for things, word in counts if things]
        return f"{self.source}: {', '.join(parts)}"


def fetch(
    source: Source,
    symbols: Iterable[str] | None = None,
    *,
    store: Store,
    on_progress: Callable[[Step], None] | None = None,
    fallbacks: Sequence[Source] = (),
    full: bool = False,
    anyway: bool = False,
    timing: Timing | None = None,
) -> Report:
    """Bring a source's series in the store up to date.

    A series that is not held is fetched whole. One that is held is fetched from ``TAIL`` sessions before its end on, so
    that restated history is seen; if there is any it is fetched whole, so that the new vintage is all of one kind. What
    was stored stays, however this ends: run it again and it goes on where it stopped, with those first that were not
    asked for longest. A bar counts once its session is over, at 16:00 in China.

    Parameters
    ----------
    source : Source
    symbols : iterable of str, optional
        Only these; default: all that the source offers.
    store : Store
    on_progress : callable, optional
        Told of every step.
    fallbacks : sequence of Source
        Of the same taxonomy and codes. The next one is asked for a series where one before refuses, has nothing or
        answers in another form, and for the sessions that lack where it ends more than ``EARLY`` sessions early. A
        vendor that refused is not asked again in this fetch. Each stretch keeps who gave it (``Store.spans``).
    full : bool
        Read every history again from its beginning.
    anyway : bool
        Ask even if the host refused a short time ago.
    timing : Timing, optional
        Pace and clock.

    Returns
    -------
    Report
        Series that have no data or whose answer could not be used are in it; they stop nobody.

    Raises
    ------
    BlockedError
        The host refuses, after ``ATTEMPTS`` attempts, or refused a short time ago: says when to ask again. ``done`` is
        the Report so far.
    SchemaChangedError
        Several series in a row came in a form that is not known. ``done`` is the Report so far.
    UnknownNameError
        A symbol that the source does not offer.
    ParameterError
        The fallback is of another taxonomy.
    """
    timing = timing or Timing()
    asking = _Asking(source, store, timing, full, on_progress or (lambda step: None))
    for fallback in fallbacks:
        if fallback.taxonomy != source.taxonomy:
            raise ParameterError(
                f"fallback {fallback.name} is of taxonomy {fallback.taxonomy}, {source.name} of {source.taxonomy}; "
                "series of two taxonomies are never joined here. Leave the fallback out; a panel joins them where it "
                "is told to: --proxy SYMBOL=SOURCE:SYMBOL"
            )
        asking.vendors.append((fallback, asking.gate_of(fallback)))
    if not anyway:
        asking.skip_those_that_refused()
    if not asking.open:
        until = min(gate.resume_at or timing.now() for _, gate in asking.vendors)
        raise BlockedError(
            f"{source.host} refused a short time ago, and asking again too soon prolongs a ban. Run the same again "
            f"after {_clock(until)}, or now with --anyway",
            done=Report(source.name),
        )
    return asking.run(symbols)


def today() -> pd.Timestamp:
    """The day it is in UTC, as a tz-naive midnight."""
    return Timing().now().tz_localize(None).normalize()


def last_final_day(at: pd.Timestamp) -> pd.Timestamp:
    """The last day whose session, if it had one, is over at ``at``.

    >>> print(last_final_day(pd.Timestamp("2024-03-04 07:59", tz="UTC")))
    2024-03-03 00:00:00
    """
    return (at.tz_convert("UTC").tz_localize(None) + CHINA - OVER).normalize()


def stale_notes(store: Store, source: str, symbols: Iterable[str]) -> tuple[str, ...]:
    """What must be known of series that end long before the others: their feed stopped, or they did.

    Parameters
    ----------
    store : Store
    source : str
    symbols : iterable of str
        Of the source; those not held count for nothing.
    """
    sessions = {symbol: store.sessions(source, symbol) for symbol in symbols}
    ends = {symbol: days[-1] for symbol, days in sessions.items() if len(days)}
    if len(ends) < SAME_TROUBLE:
        return ()
    longest = max(ends, key=ends.__getitem__)
    late = {symbol: int((sessions[longest] > end).sum()) for symbol, end in ends.items()}
    stale = sorted(symbol for symbol, count in late.items() if count > STALE)
    return tuple(
        f"stale: {symbol} ends {ends[symbol]:%F}, {late[symbol]:,} sessions before {longest}" for symbol in stale[:10]
    ) + ((f"stale: {len(stale) - 10} more",) if len(stale) > 10 else ())


class _Asking:
    """One fetch while it runs."""

    def __init__(self, source: Source, store: Store, timing: Timing, full: bool, tell: Callable[[Step], None]) -> None:
        self.source, self.store, self.timing, self.full, self._tell = source, store, timing, full, tell
        self.gate = self.gate_of(source)
        self.refused = self.gate.last_refused  # before any answer makes it forgotten
        self.vendors: list[tuple[Source, Gate]] = [(source, self.gate)]
        self.down: dict[str, str] = {}  # vendors that refused in this fetch, and what they said
        self.report = Report(source.name)
        self.number, self.total, self.symbol, self.trouble = 0, 0, "", 0

    @property
    def open(self) -> list[tuple[Source, Gate]]:
        """The vendors that may still be asked, in order."""
        return [each for each in self.vendors if each[0].name not in self.down]

    def skip_those_that_refused(self) -> None:
        """Ask none that refused a short time ago, so that a ban is not prolonged."""
        for vendor, gate in self.vendors:
            if gate.resume_at is not None:
                self.down[vendor.name] = f"it refused a short time ago, not before {_clock(gate.resume_at)}"

    def gate_of(self, source: Source) -> Gate:
        return Gate(self.store.root / ".hosts", source.host, self.timing)

    def run(self, symbols: Iterable[str] | None) -> Report:
        offered = {info.symbol: info for info in self._listing()}
        held = self.store.symbols(self.source.name)
        chosen = list(offered) if symbols is None else []
        for symbol in dict.fromkeys(held if symbols is None else symbols):
            info = offered.get(symbol) or self._unlisted(symbol)
            if info is not None:
                offered.setdefault(info.symbol, info)
                chosen += [info.symbol] if info.symbol not in chosen else []
            elif symbols is not None:
                raise UnknownNameError(f"series of {self.source.name}", symbol, offered)
        self.report = replace(self.report, unlisted=tuple(symbol for symbol in held if symbol not in offered))
        waiting = self._in_order(chosen)
        self.total = len(waiting)
        elsewhere: list[str] = []
        for position, symbol in enumerate(waiting):
            self.number, self.symbol = position + 1, symbol
            self.report = replace(self.report, left=tuple(sorted([*waiting[position:], *elsewhere])))
            with self.store.claim(self.source.name, symbol) as mine:
                if mine:
                    self._one(offered[symbol])
                else:
                    elsewhere.append(symbol)
        notes: tuple[str, ...] = (f"{len(elsewhere)} series are being fetched by another process",) if elsewhere else ()
        notes += stale_notes(self.store, self.source.name, chosen)
        return replace(self.report, left=tuple(sorted(elsewhere)), notes=(*self.report.notes, *notes))

    def _unlisted(self, symbol: str) -> SeriesInfo | None:
        """A series that the source gives without listing it, as funds by their code."""
        return self.source.one(symbol) if isinstance(self.source, Unlisted) else None

    def _listing(self) -> tuple[SeriesInfo, ...]:
        """What the source offers; if it can't be asked, what it offered last, or what another vendor offers."""
        self._say("asking what there is")
        known = self.store.listing(self.source.name)
        reason = self.down.get(self.source.name, "")
        try:
            series = () if reason else self._ask(self.source.listing, self.gate)
        except BlockedError as error:
            if known is None and len(self.vendors) == 1:
                raise self._stopped(error) from error
            reason = str(error)
        if reason and known is not None:
            self._note(f"the list of series is that of {known[0]:%F}, because {reason}")
            return known[2]
        if reason:
            vendor, gate = next(each for each in self.open if each[0] is not self.source)
            self._note(f"the list of series is that of {vendor.name}, because {self.source.name}: {reason}")
            try:
                series = self._ask(vendor.listing, gate)
            except BlockedError as error:
                raise self._stopped(error) from error
        self.store.add_listing(self.source.name, self.source.taxonomy, series, self.timing.now())
        return series

    def _in_order(self, symbols: list[str]) -> list[str]:
        """Those asked for longest ago first: a fetch that is cut short again and again still gets to all."""
        never = pd.Timestamp(0, tz="UTC")
        checked = {symbol: self.store.checked(self.source.name, symbol) or never for symbol in symbols}
        return sorted(symbols, key=lambda symbol: (symbol == self.refused, checked[symbol], symbol))

    def _one(self, info: SeriesInfo) -> None:
        """Bring one series up to date, and the report with it."""
        if self._is_current(info):
            self.report = replace(self.report, current=(*self.report.current, info.symbol))
            return self._say("up to date")
        self._say("asking")
        try:
            change = self._refreshed(info)
        except NoDataError as error:
            self.report = replace(self.report, empty={**self.report.empty, info.symbol: str(error)})
            return self._say("no data")
        except (SchemaChangedError, DataError) as error:
            self.report = replace(self.report, failed={**self.report.failed, info.symbol: str(error)})
            self.trouble += isinstance(error, SchemaChangedError)
            if isinstance(error, SchemaChangedError) and self.trouble == SAME_TROUBLE:
                message = f"{SAME_TROUBLE} series in a row came in a form that is not known: {error}"
                message = f"{self.source.name}: {message}"
                raise SchemaChangedError(message, column=error.column, done=self.report) from error
            return self._say("failed")
        except BlockedError as error:
            raise self._stopped(error) from error
        self.trouble = 0
        self.report = replace(self.report, changes=(*self.report.changes, change))
        again = f", restated: vintage {change.vintage}" if change.another_history else ""
        return self._say(f"{change.added:,} bars new{again}", change)

    def _is_current(self, info: SeriesInfo) -> bool:
        """Whether there can be nothing new."""
        checked = self.store.checked(self.source.name, info.symbol)
        if self.full or checked is None or not self.source.host:  # a file costs nothing to read again
            return False
        now = self.timing.now()
        final = last_final_day(now)
        if final == last_final_day(checked) and now - checked < FRESH:
            return True
        weekday = np.busday_offset(np.datetime64(final, "D"), 0, roll="backward")
        last = self.store.sessions(self.source.name, info.symbol)[-1]
        return info.kind != "calendar" and last >= pd.Timestamp(weekday)  # a calendar reaches into the future

    def _refreshed(self, info: SeriesInfo) -> Change:
        """The series with what was missing."""
        name, start = self.source.name, None
        if not self.full and info.kind != "calendar":
            sessions = self.store.sessions(name, info.symbol)
            start = sessions[-TAIL:][0] if len(sessions) else None
        fetched, left = self._asked(info, start, self.open)
        if start is not None and self.store.restates(name, info, fetched):
            self._say("history was restated, reading all of it")
            fetched, left = self._asked(info, None, self.open)
        change = self.store.append(name, info, fetched, self.timing.now(), whole=self.full)
        return self._continued(info, change, left)

    def _continued(self, info: SeriesInfo, change: Change, left: Sequence[tuple[Source, Gate]]) -> Change:
        """The series with the sessions that the vendors ``left`` have after its end, where that is early."""
        lacking, left = self._lacking(info, change.last), [each for each in left if each in self.open]
        if lacking <= EARLY or not left:
            return change
        self._say(f"ends {change.last:%F}, {lacking} sessions early; asking {left[0][0].name}")
        since = self.store.sessions(self.source.name, info.symbol)[-TAIL:][0]
        try:
            fetched, left = self._asked(info, since, left, f"ended {change.last:%F}, {lacking} sessions early")
            more = self.store.append(self.source.name, info, fetched, self.timing.now())
        except (SourceError, DataError) as error:
            self._note(f"{info.symbol} ends {change.last:%F}, {lacking} sessions early, and is not continued: {error}")
            return change
        both = replace(more, added=change.added + more.added, restated=change.restated, inserted=change.inserted)
        return self._continued(info, both, left)

    def _lacking(self, info: SeriesInfo, last: pd.Timestamp) -> int:
        """Sessions of the exchanges of China after a day, up to the last that is over; 0 of a series that ended."""
        if info.kind == "calendar" or not self.source.host or (info.last_date is not None and last >= info.last_date):
            return 0
        final = last_final_day(self.timing.now())
        return len(find_calendar("XSHG").between(last + pd.Timedelta(days=1), final)) if final > last else 0

    def _asked(
        self, info: SeriesInfo, start: pd.Timestamp | None, vendors: Sequence[tuple[Source, Gate]], why: str = ""
    ) -> tuple[Fetched, Sequence[tuple[Source, Gate]]]:
        """The answer of the first vendor that gives one, only bars that are final, and the vendors after it."""
        failed: list[SourceError] = []
        said = [f"{self.source.name}: {why}"] if why else [f"{name}: {text}" for name, text in self.down.items()]
        for position, (vendor, gate) in enumerate(vendors):
            if failed:
                self._say(f"{said[-1]}; asking {vendor.name}")
            try:
                fetched = self._final(info, self._ask(partial(vendor.bars, info, start), gate))
            except BlockedError as error:
                failed.append(error)
                if len(self.vendors) > 1:
                    gate.refused(info.symbol)
                    self.down[vendor.name] = str(error)
            except (NoDataError, SchemaChangedError) as error:
                failed.append(error)
            else:
                if vendor is not self.source:
                    instead = {"source": vendor.name, "instead of": "; ".join(said)}
                    fetched = replace(fetched, parameters={**fetched.parameters, **instead})
                return fetched, vendors[position + 1 :]
            said.append(f"{vendor.name}: {failed[-1]}")
        if len(self.vendors) == 1:
            raise failed[0]
        if not self.open:
            raise next(error for error in failed if isinstance(error, BlockedError))
        if self.down:  # somebody who may have it can't be asked
            raise DataError("; ".join(said))
        raise failed[0]

    def _final(self, info: SeriesInfo, fetched: Fetched) -> Fetched:
        """Only bars of sessions that are over."""
        if info.kind == "calendar":
            return fetched
        final = fetched.frame[fetched.frame["date"] <= last_final_day(self.timing.now())]
        if final.empty:
            raise NoDataError(f"{info.symbol}: no bar of a session that is over")
        return replace(fetched, frame=final)

    def _note(self, text: str) -> None:
        self.report = replace(self.report, notes=(*self.report.notes, text))

    def _ask(self, call: Callable[[], T], gate: Gate) -> T:
        """The answer to one question, asked again after a while if the host refuses or breaks off."""

        def once() -> T:
            gate.wait()
            try:
                return call()
            except OSError as error:  # a connection that failed below the source's own classification
                raise BlockedError(f"{gate.host}: {type(error).__name__}: {error}") from error

        def before_sleep(state: RetryCallState) -> None:
            self._say(f"no answer, attempt {state.attempt_number + 1} of {ATTEMPTS} in {state.upcoming_sleep:.0f} s")

        answer = Retrying(
            stop=stop_after_attempt(ATTEMPTS),
            wait=wait_exponential(BACKOFF_S, LONGEST_S) + wait_random(0, BACKOFF_S),
            retry=retry_if_exception_type(BlockedError),
            before_sleep=before_sleep,
            sleep=self.timing.sleep,
            reraise=True,
        )(once)
        gate.answered()
        return answer

    def _say(self, text: str, change: Change | None = None) -> None:
        self._tell(Step(self.number, self.total, self.symbol, text, change))

    def _stopped(self, error: BlockedError) -> BlockedError:
        """The error that ends a fetch: what was done, and when to go on."""
        until = self.gate.refused(self.symbol)
        at = f" at {self.symbol}" if self.symbol else ""
        return BlockedError(
            f"{self.source.host} gives no answer{at}, {ATTEMPTS} attempts: {error} {self.report.sentence()}. What was "
            f"fetched is stored. Run the same again after {_clock(until)}; it goes on where it stopped",
            done=self.report,
        )


def _clock(at: pd.Timestamp) -> str:
    """A time as the user's clock shows it."""
    return f"{at.to_pydatetime().astimezone():%Y-%m-%d %H:%M}"
