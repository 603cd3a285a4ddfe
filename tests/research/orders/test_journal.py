"""What was asked is kept, whatever happens while it is written, and carried on where it was not got."""

from __future__ import annotations

import json
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import sectorlead as sl
from sectorlead.data.errors import InputError
from sectorlead.research.orders.journal import journal_of
from tests.research.orders.test_orders import RULES, Fixed, made


def evening(last: int, weights: dict[str, float], holdings: Any = None, **more: Any) -> sl.Orders:
    panel = made().until(last)
    return sl.orders(Fixed(weights), panel, holdings, 10_000, RULES, today=panel.session, **more)


def test_an_entry_is_what_was_asked_and_is_added_once(tmp_path: Path) -> None:
    kept = sl.OrderJournal(tmp_path / "new" / "orders.jsonl")
    assert kept.entries == []
    first, second = evening(3, {"A": 0.5}), evening(4, {"B": 0.5})
    assert kept.add(first)
    assert not kept.add(first)
    assert kept.add(second)
    assert [entry["session"] for entry in kept.entries] == ["2024-01-04", "2024-01-05"]
    assert kept.entries[0] == json.loads(json.dumps(first.to_dict()))
    assert kept.add(evening(3, {"C": 0.5}))  # asked again, otherwise: the later counts, the earlier stays in the file
    assert [line["symbol"] for line in kept.entries[0]["lines"]] == ["C"]
    assert len(kept.path.read_text(encoding="utf-8").splitlines()) == 3


def test_a_line_that_a_kill_cut_short_is_never_read(tmp_path: Path) -> None:
    kept = sl.OrderJournal(tmp_path / "orders.jsonl")
    kept.add(evening(3, {"A": 0.5}))
    whole = kept.path.read_bytes()
    kept.path.write_bytes(whole + whole[: len(whole) // 2])
    assert len(kept.entries) == 1
    assert kept.add(evening(4, {"A": 0.5}))
    assert len(kept.entries) == 2


def _add(path: Path, last: int) -> None:
    sl.OrderJournal(path).add(evening(last, {"A": 0.5}))


def test_several_processes_write_one_at_a_time(tmp_path: Path) -> None:
    path = tmp_path / "orders.jsonl"
    writers = [get_context("fork").Process(target=_add, args=(path, last)) for last in (2, 3, 4, 2)]
    for each in writers:
        each.start()
    for each in writers:
        each.join()
    sessions = [json.loads(line)["asked"]["session"] for line in path.read_text(encoding="utf-8").splitlines()]
    assert sorted(sessions) == ["2024-01-03", "2024-01-04", "2024-01-05"]
    assert len(sl.OrderJournal(path).entries) == 3


def test_what_can_t_be_read_or_written_is_told(tmp_path: Path) -> None:
    path = tmp_path / "orders.jsonl"
    path.write_text('{"version": 2, "asked": {}}\n', encoding="utf-8")
    with pytest.raises(InputError, match="has version 2, this package writes 1"):
        _ = sl.OrderJournal(path).entries
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="can't be written"):
        sl.OrderJournal(tmp_path / "file" / "orders.jsonl").add(evening(3, {"A": 0.5}))


def test_what_was_not_got_is_asked_for_again_until_the_next_decision(tmp_path: Path) -> None:
    rule, kept = Fixed({"A": 0.5}, sl.Every(4, 1)), sl.OrderJournal(tmp_path / "orders.jsonl")
    panel = made()

    def ask(last: int, holdings: dict[str, float], cash: float, **terms: Any) -> list[tuple[str, str, float]]:
        now = panel.until(last)
        todo = sl.orders(rule, now, holdings, cash, RULES, today=now.session, journal=kept, **terms)
        return [(each.side, each.symbol, each.shares) for each in todo.to_send]

    assert ask(1, {"C": 500}, 10_000) == [("sell", "C", 500), ("buy", "A", 600)]
    assert ask(2, {"C": 500, "A": 200}, 8_000) == [("sell", "C", 500), ("buy", "A", 400)]
    assert ask(2, {"C": 500, "A": 200}, 8_000, unfilled="drop") == []
    assert ask(3, {"A": 600}, 6_000) == []  # all was got
    assert ask(4, {"A": 100}, 11_000) == []  # sold by hand: nothing was asked the evening before
    assert ask(5, {"A": 100}, 11_000) == [("buy", "A", 500)]  # a decision


def test_a_buy_that_cash_had_cut_is_carried_on_only_beside_a_sale(tmp_path: Path) -> None:
    kept = sl.OrderJournal(tmp_path / "orders.jsonl")
    now = made().until(3)
    held = {"C": 500.0}
    todo = sl.orders(Fixed({"A": 1.0}), now, held, 2, RULES, today=now.session, journal=kept)
    assert [(each.side, each.wanted, each.shares, each.reason) for each in todo.lines] == [
        ("sell", 500, 500, ""), ("buy", 200, 100, "cash"),  # 2,000 less 5 and 2 are a lot short of 200
    ]  # fmt: skip
    day = now.session + pd.Timedelta(days=1)
    assert kept.still_open(day, held) == {"C": 0.0, "A": pytest.approx(200.2)}
    assert kept.still_open(day, {"A": 100.0}) == {}
    assert kept.still_open(now.session, held) == {}  # nothing was asked before


def test_the_usual_place_is_a_file_of_the_study(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert journal_of("my study/../leaders").name == "my-study-..-leaders.jsonl"
    assert journal_of("领涨").name == "领涨.jsonl"


@pytest.mark.parametrize("content", ["symbol,shares\nA,100\n", "[1, 2]\n", '{"a": 1}\n', "\ufeffdate\n"])
def test_a_file_of_something_else_is_no_journal_and_is_left_as_it_is(tmp_path: Path, content: str) -> None:
    path = tmp_path / "holdings.csv"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(InputError, match="is a file of something else, and is left as it is; name another"):
        sl.OrderJournal(path).add(evening(3, {"A": 0.5}))
    assert path.read_text(encoding="utf-8") == content


def test_an_entry_that_was_changed_is_told(tmp_path: Path) -> None:
    kept = sl.OrderJournal(tmp_path / "orders.jsonl")
    kept.add(evening(3, {"A": 0.5}))
    entry = json.loads(kept.path.read_text(encoding="utf-8"))
    for key in ("session", "next_session", "strategy", "equity", "lines"):
        asked = {name: value for name, value in entry["asked"].items() if name != key}
        kept.path.write_text(json.dumps(entry | {"asked": asked}, separators=(",", ":")) + "\n", encoding="utf-8")
        with pytest.raises(InputError, match=f"an entry lacks {key}, which"):
            _ = kept.entries
    del entry["asked"]["lines"][0]["held"]
    kept.path.write_text(json.dumps(entry) + "\n", encoding="utf-8")
    with pytest.raises(InputError, match="an entry lacks held in a line"):
        _ = kept.entries


def test_orders_of_another_rule_in_the_journal_are_told(tmp_path: Path) -> None:
    path = tmp_path / "orders.jsonl"
    assert not any("another rule" in note for note in evening(3, {"A": 0.5}, journal=path).notes)
    assert not any("another rule" in note for note in evening(4, {"A": 0.5}, journal=path).notes)
    told = evening(4, {"B": 0.5}, journal=path)
    assert "the journal's orders of 2024-01-05 are those of another rule, Fixed; give each account" in str(told.notes)
