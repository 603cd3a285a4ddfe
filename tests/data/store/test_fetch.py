"""Fetching asks for what is missing, no more and no faster, and stops when it is told to."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sectorlead.data.errors import BlockedError, NoDataError, ParameterError, SchemaChangedError, UnknownNameError
from sectorlead.data.sources.source import SeriesInfo
from sectorlead.data.store.fetch import ATTEMPTS, STALE, TAIL, Report, Step, fetch, stale_notes
from sectorlead.data.store.store import Store

from .vendor import FIRST, Clock, Vendor, frame


def bring(source: Vendor, store: Store, clock: Clock, **more: object) -> Report:
    return fetch(source, store=store, timing=clock.timing, **more)  # type: ignore[arg-type]


def blocked(times: int = ATTEMPTS) -> list[Exception]:
    return [BlockedError("HTTP 403") for _ in range(times)]


# --- what is asked for ------------------------------------------------------------------------------------------------


def test_everything_then_nothing_then_the_tail(store: Store) -> None:
    source, clock = Vendor(sessions=30), Clock(29)
    report = bring(source, store, clock)
    assert [(change.symbol, change.added) for change in report.changes] == [("A", 30), ("B", 30), ("C", 30)]
    assert source.asked == [("A", None), ("B", None), ("C", None)]
    source.asked.clear()
    assert bring(source, store, clock).current == ("A", "B", "C")
    assert source.asked == []
    source.sessions = 32
    clock.at(31)
    report = bring(source, store, clock)
    assert [change.added for change in report.changes] == [2, 2, 2]
    tail = FIRST + pd.offsets.BDay(30 - TAIL)
    assert source.asked == [("A", tail), ("B", tail), ("C", tail)]
    assert len(store.read("made-up", "A")) == 32
    source.asked.clear()
    bring(source, store, clock, full=True)
    assert source.asked == [("A", None), ("B", None), ("C", None)]


def test_only_these(store: Store) -> None:
    source = Vendor()
    assert [change.symbol for change in bring(source, store, Clock(), symbols=["B"]).changes] == ["B"]
    with pytest.raises(UnknownNameError, match="series of made-up 'D'"):
        bring(source, store, Clock(), symbols=["D"])


def test_restated_history_is_read_whole_and_told(store: Store) -> None:
    source, clock = Vendor(["A"], sessions=30), Clock(29)
    bring(source, store, clock)
    source.sessions, source.edition = 31, 1
    clock.at(30)
    report = bring(source, store, clock)
    (change,) = report.restated
    assert (change.vintage, len(change.restated), change.added) == (2, 28, 1)
    assert source.asked[1:] == [("A", FIRST + pd.offsets.BDay(30 - TAIL)), ("A", None)]
    assert store.vintages("made-up", "A") == (1, 2)  # none of old and new mixed
    assert store.read("made-up", "A")["close"].tolist() == frame("A", 31, 1)["close"].tolist()
    assert store.read("made-up", "A", 1)["close"].tolist() == frame("A", 30)["close"].tolist()
    assert "1 restated" in report.sentence()


@pytest.mark.parametrize(("hour", "bars"), [(7, 29), (8, 30)])  # 15:00 and 16:00 in China
def test_a_session_counts_when_it_is_over(store: Store, hour: int, bars: int) -> None:
    source, clock = Vendor(["A"], sessions=30), Clock(29)
    clock.time = clock.time.normalize() + pd.Timedelta(hours=hour)
    bring(source, store, clock)
    assert len(store.read("made-up", "A")) == bars
    clock.at(29)
    bring(source, store, clock)
    assert len(store.read("made-up", "A")) == 30
    assert store.vintages("made-up", "A") == (1,)


def test_a_series_that_is_no_longer_offered_stays(store: Store) -> None:
    clock = Clock()
    bring(Vendor("AB"), store, clock)
    report = bring(Vendor("BC"), store, clock)
    assert (report.unlisted, store.symbols("made-up")) == (("A",), ("A", "B", "C"))


# --- failures ---------------------------------------------------------------------------------------------------------


def test_a_break_is_tried_again_and_a_refusal_to_know_is_not(store: Store) -> None:
    source, clock, steps = Vendor("ABCD"), Clock(), list[Step]()
    source.trouble = {
        "A": [ConnectionResetError("reset"), *blocked(1)],
        "B": [NoDataError("B: nothing")],
        "C": [SchemaChangedError("C: no column 收盘", column="收盘")],
        "listing": blocked(2),
    }
    report = bring(source, store, clock, on_progress=steps.append)
    assert [symbol for symbol, _ in source.asked] == ["A", "A", "A", "B", "C", "D"]
    assert [change.symbol for change in report.changes] == ["A", "D"]
    assert (report.empty, report.failed) == ({"B": "B: nothing"}, {"C": "C: no column 收盘"})
    assert [step.symbol for step in steps if step.change] == ["A", "D"]
    assert report.sentence() == "made-up: 2 series fetched, 60 bars new, 1 without data, 1 failed"


def test_waits_grow(store: Store) -> None:
    source, clock = Vendor(["A"]), Clock()
    source.trouble = {"A": blocked(ATTEMPTS - 1)}
    bring(source, store, clock)
    waits = [seconds for seconds in clock.slept if seconds > 3]
    assert len(waits) == ATTEMPTS - 1
    assert all(5 * 2**i <= wait <= 5 * 2**i + 5 for i, wait in enumerate(waits))


def test_a_ban_stops_all_and_says_when_to_go_on(store: Store) -> None:
    source, clock = Vendor("ABCD"), Clock()
    source.trouble = {"B": blocked()}
    with pytest.raises(BlockedError) as stopped:
        bring(source, store, clock)
    done = stopped.value.done
    assert [change.symbol for change in done.changes] == ["A"]
    assert done.left == ("B", "C", "D")
    until = (clock.now() + pd.Timedelta(hours=1)).ceil("min").to_pydatetime().astimezone()
    assert "made-up.test gives no answer at B, 4 attempts: HTTP 403" in str(stopped.value)
    assert "1 series fetched, 30 bars new, 3 left. What was fetched is stored" in str(stopped.value)
    assert f"Run the same again after {until:%F %H:%M}" in str(stopped.value)
    source.asked.clear()
    with pytest.raises(BlockedError, match="--anyway"):
        bring(source, store, clock)
    assert source.asked == []  # nobody was asked during the ban
    clock.time += pd.Timedelta(minutes=62)
    report = bring(source, store, clock)
    assert [symbol for symbol, _ in source.asked] == ["C", "D", "B"]  # who was refused comes last
    assert (report.current, report.left) == (("A",), ())


def test_a_ban_can_be_tried(store: Store) -> None:
    source, clock = Vendor("AB"), Clock()
    source.trouble = {"A": blocked()}
    with pytest.raises(BlockedError):
        bring(source, store, clock)
    assert len(bring(source, store, clock, anyway=True).changes) == 2
    assert set(bring(source, store, clock).current) == {"A", "B"}  # an answer ends the ban


def test_a_known_list_will_do(store: Store) -> None:
    source, clock = Vendor("AB"), Clock()
    source.trouble = {"listing": blocked()}
    with pytest.raises(BlockedError, match="gives no answer, 4 attempts"):
        bring(source, store, clock)
    bring(source, store, clock, anyway=True)
    clock.at(30)
    source.trouble, source.sessions = {"listing": blocked()}, 31
    report = bring(source, store, clock)
    assert len(report.changes) == 2
    assert "the list of series is that of 2024-02-09, because HTTP 403" in report.notes[0]


def test_a_new_form_of_all_series_stops(store: Store) -> None:
    source = Vendor("ABCDEF")
    source.trouble = {each: [SchemaChangedError(f"{each}: no column 收盘", column="收盘")] for each in "ABCDEF"}
    with pytest.raises(SchemaChangedError, match="3 series in a row") as stopped:
        bring(source, store, Clock())
    assert (stopped.value.column, len(source.asked)) == ("收盘", 3)
    assert set(stopped.value.done.failed) == set("ABC")


# --- fallback ---------------------------------------------------------------------------------------------------------


def test_a_fallback_is_named_with_what_it_stood_in_for(store: Store) -> None:
    """The vendor that refused is asked no more in this fetch, and not at once in the next."""
    source, spare = Vendor("AB"), Vendor("AB", name="spare")
    source.trouble = {"A": blocked()}
    report = bring(source, store, Clock(), fallbacks=[spare])
    assert [change.origin for change in report.changes] == ["spare history", "spare history"]
    assert [symbol for symbol, _ in source.asked] == ["A"] * ATTEMPTS
    (answer,) = store.provenance("made-up", "A")
    assert answer["vendor"] == "spare"
    assert answer["parameters"]["instead of"] == "made-up: HTTP 403"
    clock = Clock()
    clock.sleep(1_800)
    again = bring(source, store, clock, fallbacks=[spare], full=True)
    assert [symbol for symbol, _ in source.asked] == ["A"] * ATTEMPTS
    assert [change.origin for change in again.changes] == ["spare history", "spare history"]
    assert again.notes[0].startswith("the list of series is that of 2024-02-09, because it refused a short time")
    source.trouble, spare.trouble = {"A": blocked()}, {"A": blocked()}
    with pytest.raises(BlockedError, match="gives no answer at A"):
        bring(source, store, Clock(35), fallbacks=[spare], anyway=True)


def test_the_next_vendor_fills_where_one_has_nothing_or_changed_its_form(store: Store) -> None:
    source, second, third = Vendor("ABC"), Vendor("ABC", name="second"), Vendor("ABC", name="third")
    source.trouble = {"A": [NoDataError("nothing")], "B": [SchemaChangedError("no column", column="close")]}
    second.trouble = {"B": [NoDataError("nothing")]}
    report = bring(source, store, Clock(), fallbacks=[second, third])
    assert [change.origin for change in report.changes] == ["second history", "third history", "made-up history"]
    assert store.provenance("made-up", "B")[0]["parameters"]["instead of"] == "made-up: no column; second: nothing"
    source.trouble, second.trouble = {"A": [NoDataError("nothing")]}, {"A": [NoDataError("nor here")]}
    alone = bring(source, store, Clock(35), fallbacks=[second], symbols=["A"])
    assert alone.empty == {"A": "nothing"}


def test_a_series_that_ends_early_is_continued_with_provenance_of_each_span(store: Store) -> None:
    source, spare = Vendor("A", sessions=20), Vendor("A", name="spare")
    report = bring(source, store, Clock(), fallbacks=[spare])
    (change,) = report.changes
    assert (change.added, change.sessions, change.vintage) == (30, 30, 1)
    own, other = store.spans("made-up", "A")
    days = frame("A", 30)["date"]
    assert (own.first, own.last, own.origin, own.kind) == (days[0], days[19], "made-up history", "own")
    assert (other.first, other.last, other.origin, other.kind) == (days[20], days[29], "spare history", "vendor")
    assert (other.common, other.largest) == (10, 0.0)
    panel = store.panel("made-up")
    assert panel.spans == (own, other)
    assert panel.notes[-1] == (
        "1 series are joined from several vendors: A from 2024-01-29 to 2024-02-09 is spare history (closes up to "
        "0.00% apart in 10 common sessions)"
    )
    assert store.panel("made-up", end=days[15]).spans == ()
    assert [each.last for each in panel.until(24).spans] == [days[19], days[24]]
    source.sessions = 40  # it has caught up
    bring(source, store, Clock(39), fallbacks=[spare])
    origins = [each.origin for each in store.spans("made-up", "A")]
    assert origins == ["made-up history", "spare history", "made-up history"]
    assert store.panel("made-up").close[:, 0].tolist() == frame("A", 40)["close"].tolist()


def test_a_continuation_that_contradicts_is_shown_and_not_joined(store: Store) -> None:
    source, spare = Vendor("A", sessions=20), Vendor("A", name="spare")
    spare.edition = 1
    report = bring(source, store, Clock(), fallbacks=[spare])
    assert report.changes[0].sessions == 20
    note = "A ends 2024-01-26, 9 sessions early, and is not continued: made-up A: the close differs"
    assert report.notes[0].startswith(note)
    assert store.spans("made-up", "A") == ()
    spare.edition, source.sessions = 0, 27  # three sessions may be late for no reason
    assert bring(source, store, Clock(31), fallbacks=[spare]).changes[0].sessions in (27, 32)


def test_an_answer_on_time_leads_to_no_second_question(store: Store) -> None:
    source, spare = Vendor("AB", sessions=27), Vendor("AB", name="spare")
    bring(source, store, Clock(), fallbacks=[spare])
    assert spare.asked == []


def test_taxonomies_are_never_joined(store: Store) -> None:
    spare = Vendor(name="spare")
    spare.taxonomy = "OTHER"
    with pytest.raises(ParameterError, match=r"never joined here.*--proxy SYMBOL=SOURCE:SYMBOL"):
        bring(Vendor(), store, Clock(), fallbacks=[spare])


# --- pace -------------------------------------------------------------------------------------------------------------


def test_questions_keep_their_distance(store: Store) -> None:
    clock, times = Clock(), list[pd.Timestamp]()
    source = Vendor([f"S{i:02d}" for i in range(40)], sessions=3)
    asked = source.bars
    source.bars = lambda *given: (times.append(clock.now()), asked(*given))[1]  # type: ignore[method-assign]
    bring(source, store, clock)
    apart = np.diff([time.timestamp() for time in times])
    assert len(apart) == 39
    assert apart.min() >= 2.0 - 1e-6
    assert apart.max() <= 3.0 + 1e-6
    assert np.ptp(apart) > 0.5  # never like clockwork


def test_a_file_is_read_at_once_and_again(store: Store) -> None:
    source, clock = Vendor(), Clock()
    source.host = ""
    bring(source, store, clock)
    source.edition = 1  # another file under the same name
    assert len(bring(source, store, clock).restated) == 3
    assert clock.slept == []


# --- what is not listed, and what stopped -----------------------------------------------------------------------------


class Open(Vendor):
    """Gives any series whose code begins with X, and lists three."""

    def one(self, code: str) -> SeriesInfo | None:
        return SeriesInfo(code.upper(), f"name of {code.upper()}") if code.upper().startswith("X") else None


def test_a_source_that_takes_any_code_is_asked_for_it_and_keeps_it_up(store: Store) -> None:
    source, clock = Open(), Clock(29)
    assert [change.symbol for change in bring(source, store, clock, symbols=["x1"]).changes] == ["X1"]
    with pytest.raises(UnknownNameError, match="unknown series of made-up 'Q'"):
        bring(source, store, clock, symbols=["Q"])
    source.sessions = 31
    clock.at(30)
    report = bring(source, store, clock)
    assert [change.symbol for change in report.changes] == ["A", "B", "C", "X1"]
    assert report.unlisted == ()


def test_a_series_that_ends_long_before_the_others_is_told(store: Store) -> None:
    source, clock = Vendor(("A", "B", "C")), Clock(29)
    bring(source, store, clock)
    source.sessions = 60
    clock.at(59)
    source.trouble = {"B": [NoDataError("nothing")]}
    stale = f"stale: B ends {FIRST + pd.offsets.BDay(29):%F}, 30 sessions before A"
    assert bring(source, store, clock).notes == (stale,)
    assert stale_notes(store, source.name, ["A", "B"]) == ()  # of two nobody knows which one is right
    source.sessions = 30 + STALE
    assert stale_notes(store, source.name, ["A", "B", "C", "D"]) == (stale,)
