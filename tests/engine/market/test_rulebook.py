"""Rule books: reading, looking up, and saying what is wrong with a file or a date."""

from __future__ import annotations

import datetime
import re
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sectorlead.data.errors import InputError, ParameterError, UnknownNameError
from sectorlead.data.panel import Panel
from sectorlead.engine.backtest import backtest
from sectorlead.engine.market.fees import COSTS
from sectorlead.engine.market.market import Market
from sectorlead.engine.market.rule_tables import rules_in_force
from sectorlead.engine.market.rulebook import ITEMS, RULEBOOKS, Board, Entry, RuleBook, RuleDateError, find_rulebook
from sectorlead.engine.market.rulebook_parts import ITEM_RULES
from sectorlead.engine.strategy import Portfolio
from sectorlead.reports.manifest import manifest

ROOT = Path(__file__).parents[3]
OWN = """
name = "own"
version = "1"
read_on = 2030-12-31

[[board]]
name = "a"
kind = "stock"
codes = ['A.*']

[[board]]
name = "b"
kind = "stock"
codes = []

[[rule]]
item = ["limit", "limit_special"]
boards = ["a", "b"]
from = 2020-01-02
value = 0.1
source = "house rule 1"
verified = true

[[rule]]
item = "limit"
boards = ["a"]
from = 2021-06-01
value = 0
source = "house rule 2"
verified = false
remark = "heard of"
"""


@pytest.fixture
def own(tmp_path: Path) -> Path:
    path = tmp_path / "own.toml"
    path.write_text(OWN, encoding="utf-8")
    return path


def days(*text: str) -> pd.DatetimeIndex:
    return pd.DatetimeIndex(list(text))


# --- shipped ----------------------------------------------------------------------------------------------------------


def test_shipped_books_are_those_in_the_folder() -> None:
    folder = ROOT / "data" / "rulebooks"
    assert [path.stem for path in sorted(folder.glob("*.toml"))] == sorted(RULEBOOKS)
    for name in RULEBOOKS:
        assert find_rulebook(name).name == name
        assert find_rulebook(name) is find_rulebook(name)


@pytest.mark.parametrize(
    ("symbol", "kind", "board"),
    [
        ("600000.SH", "stock", "main"), ("sz000001", "stock", "main"), ("002415", "stock", "main"),
        ("300750.SZ", "stock", "chinext"), ("sh.688981", "stock", "star"), ("920001.BJ", "stock", "bse"),
        ("512480.SH", "etf", "fund"), ("sh512480", "etf", "fund"), ("512480", "etf", "fund"),
        ("159915.SZ", "etf", "fund-20"), ("588000.SH", "etf", "fund-20"), ("159934.SZ", "etf", "fund-t0"),
        ("513100.SH", "etf", "fund-t0"), ("900901.SH", "stock", None), ("801780.SI", "etf", None),
        ("399006", "index", None), ("512480.SH", "stock", None), ("5124801", "etf", None), ("SPY", "etf", None),
    ],
)  # fmt: skip
def test_board_by_code(symbol: str, kind: str, board: str | None) -> None:
    assert find_rulebook("cn-a").board_of(symbol, kind) == board


def test_an_unknown_kind_is_not_a_symbol_without_a_board() -> None:
    with pytest.raises(UnknownNameError, match="Did you mean 'stock'"):
        find_rulebook("cn-a").board_of("600000", "stocks")


def test_every_board_has_every_item_but_what_the_page_says_is_left_out() -> None:
    book = find_rulebook("cn-a")
    told = {(entry.item, board) for entry in book.entries for board in entry.boards}
    missing = {(item, board.name) for item in ITEMS for board in book.boards} - told
    assert missing == {("handling_fee", board) for board in ("fund", "fund-20", "fund-t0")}


def test_what_is_in_doubt_says_why() -> None:
    doubtful = [entry for entry in find_rulebook("cn-a").entries if not entry.verified]
    assert doubtful
    assert all(entry.remark for entry in doubtful)


def test_the_way_out_of_an_error_is_a_field_of_the_market() -> None:
    assert {rule.instead.split("=")[0] for rule in ITEM_RULES.values()} <= {item.name for item in fields(Market)}


# --- looking up -------------------------------------------------------------------------------------------------------


def test_values_by_session_and_board(own: Path) -> None:
    sessions = days("2020-01-02", "2021-05-31", "2021-06-01", "2030-12-31")
    expected = [[0.1, 0.1], [0.1, 0.1], [0.1, 0.0], [0.1, 0.0]]
    np.testing.assert_array_equal(find_rulebook(str(own)).values("limit", ["b", "a"], sessions), expected)


def test_no_sessions_no_boards(own: Path) -> None:
    book = find_rulebook(str(own))
    assert book.values("limit", ["a"], days()).shape == (0, 1)
    assert book.values("limit", [], days("2020-01-02")).shape == (1, 0)


@pytest.mark.parametrize(
    ("dates", "uncovered", "named"),
    [
        (["2020-01-02", "2019-12-31", "2020-01-01"], "as-read", "a on 2019-12-31: it begins with 2020-01-02. Ways"),
        (["2020-01-02", "2019-12-31", "2020-01-01"], "raise", 'the first entry, Market(uncovered="nearest")'),
        (["2030-12-31", "2031-01-02", "2031-01-01"], "raise", "a on 2031-01-01: it was last read on 2030-12-31. W"),
        (["2031-01-02"], "raise", 'the rules as they were read, Market(uncovered="as-read")'),
    ],
)
def test_a_date_outside_raises_and_names_the_first(own: Path, dates: list[str], uncovered: str, named: str) -> None:
    with pytest.raises(RuleDateError) as raised:
        find_rulebook(str(own)).values("limit", ["a"], days(*dates), uncovered)
    text = str(raised.value)
    assert text.startswith("rule book own 1 has no limit for board ")
    for part in (named, "give the value yourself, Market(price_limit=...)"):
        assert part in text
    assert isinstance(raised.value, InputError)


def test_after_the_last_reading_the_rules_hold_on_as_they_were_read(own: Path) -> None:
    found = find_rulebook(str(own)).values("limit", ["a"], days("2030-12-31", "2031-01-01", "2050-01-03"))
    assert found.tolist() == [[0.0], [0.0], [0.0]]


@pytest.mark.parametrize(("read_on", "later"), [("2024-01-05", 0), ("2024-01-04", 1), ("2024-01-01", 4)])
def test_a_run_says_how_much_of_it_lies_after_the_last_reading(own: Path, read_on: str, later: int) -> None:
    """Four sessions from a Tuesday to a Friday, of which the first only warms up in the last run."""
    own.write_text(own.read_text().replace("2030-12-31", read_on))
    market = Market(rulebook=str(own), board="a", tick=0.01, lot=1, t_plus_one=True, transfer_fee_rate=0.0,
                    stamp_duty_rate=0.0)  # fmt: skip
    panel = Panel(pd.bdate_range("2024-01-02", periods=4), ("A",), np.full((4, 1), 10.0), kinds=("stock",))
    run = backtest(Hold(), panel, market, fill="close")
    said = f"rules as read on {read_on} (rule book own 1); sessions of the run after that day: {later}"
    assert [note for note in run.notes if "rules" in note] == [said] * (later > 0)
    assert manifest(run)["notes"] == list(run.notes)
    if later:
        with pytest.raises(RuleDateError, match="was last read on"):
            backtest(Hold(), panel, replace(market, uncovered="raise"), fill="close")


class Hold:
    """Everything in A."""

    def decide(self, view: Panel, portfolio: Portfolio) -> dict[str, float]:
        return {"A": 1.0}


def test_nearest_stands_in_for_dates_but_not_for_what_is_not_there(own: Path) -> None:
    book = find_rulebook(str(own))
    found = book.values("limit", ["a"], days("1990-01-01", "2050-01-01"), uncovered="nearest")
    assert found.tolist() == [[0.1], [0.0]]
    with pytest.raises(RuleDateError, match="no tick for board a at any date"):
        book.values("tick", ["a"], days("2020-01-02"), uncovered="nearest")


def test_unknown_names(own: Path) -> None:
    book = find_rulebook(str(own))
    with pytest.raises(UnknownNameError, match="Did you mean 'limit'"):
        book.values("limits", ["a"], days("2020-01-02"))
    with pytest.raises(UnknownNameError, match="board of rule book own 'c'"):
        book.values("limit", ["c"], days("2020-01-02"))
    with pytest.raises(UnknownNameError, match="board of rule book own 'c'"):
        book.in_force(["limit"], ["c"], "2020-01-02", "2020-01-03")
    with pytest.raises(UnknownNameError, match="Did you mean 'nearest'"):
        book.values("limit", ["a"], days("2020-01-02"), uncovered="neares")
    with pytest.raises(UnknownNameError, match="Did you mean 'cn-a'"):
        find_rulebook("cn_a")


@given(st.data())
def test_the_last_entry_that_began_holds(data: st.DataObject) -> None:
    """Against the sentence of the docstring, for any entries and days in any order."""
    begin = datetime.date(2000, 1, 1)
    offsets = data.draw(st.lists(st.integers(0, 50), min_size=1, max_size=6, unique=True))
    entries = [Entry("lot_min", ("x",), begin + datetime.timedelta(n), i, "s", True) for i, n in enumerate(offsets)]
    book = RuleBook("b", "1", begin + datetime.timedelta(30), (Board("x", "stock", ()),), tuple(entries))
    asked = data.draw(st.lists(st.integers(min(offsets), 60), min_size=1, max_size=20))
    sessions = pd.DatetimeIndex([pd.Timestamp(begin) + pd.Timedelta(days=n) for n in asked])
    found = book.values("lot_min", ["x"], sessions)[:, 0]
    assert found.tolist() == [float(offsets.index(max(o for o in offsets if o <= n))) for n in asked]


def test_in_force_between_two_dates(own: Path) -> None:
    book = find_rulebook(str(own))

    def sources(first: str, last: str, *boards: str) -> list[tuple[str, str]]:
        return [(entry.item, entry.source) for entry in book.in_force(["limit"], boards, first, last)]

    one, two = ("limit", "house rule 1"), ("limit", "house rule 2")
    assert sources("2020-02-01", "2021-05-31", "a") == [one]
    assert sources("2020-02-01", "2021-06-01", "a") == [one, two]
    assert sources("2021-06-01", "2022-01-01", "a") == [two]
    assert sources("2021-06-01", "2022-01-01", "a", "b") == [one, two]
    assert sources("2010-01-01", "2010-12-31", "a") == [one]  # what uncovered="nearest" takes
    assert book.in_force(ITEMS, ["a", "b"], "2019-01-01", "2030-01-01") == book.entries  # most items have none


# --- content ----------------------------------------------------------------------------------------------------------


def test_digest_is_of_the_content_not_of_the_file(own: Path, tmp_path: Path) -> None:
    book = find_rulebook(str(own))
    other = tmp_path / "other.toml"
    other.write_text("# a remark of the file\n" + OWN.replace("0.1", "1e-1"), encoding="utf-8")
    assert re.fullmatch("[0-9a-f]{16}", book.digest)
    assert find_rulebook(str(other)) == book
    assert find_rulebook(str(other)).digest == book.digest
    assert hash(find_rulebook(str(other))) == hash(book)
    changed = replace(book, entries=(replace(book.entries[0], value=0.2), *book.entries[1:]))
    assert changed.digest != book.digest


def test_a_file_that_changes_is_read_again(own: Path) -> None:
    assert find_rulebook(str(own)).version == "1"
    assert find_rulebook(str(own)) is find_rulebook(str(own))
    own.write_text(OWN.replace('version = "1"', 'version = "1.1"'), encoding="utf-8")
    assert find_rulebook(str(own)).version == "1.1"


def test_the_book_of_the_page_works(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "rulebook.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```toml\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    assert len(blocks) == 1
    path = tmp_path / "house.toml"
    path.write_text(blocks[0], encoding="utf-8")
    book = find_rulebook(str(path))
    assert book.board_of("GOLD1", "etf") == "coins"
    assert book.values("stamp_duty_sell", ["coins"], days("2024-12-31", "2025-01-01")).tolist() == [[0.001], [0.0]]


# --- what is wrong with a file ----------------------------------------------------------------------------------------

RULE_1, RULE_2 = "rule 1 (limit, limit_special from 2020-01-02)", "rule 2 (limit from 2021-06-01)"


@pytest.mark.parametrize(
    ("old", "bad", "parts"),
    [
        ("value = 0.1", "valeu = 0.1", (RULE_1, "unknown key 'valeu'", "Did you mean 'value'")),
        ("value = 0.1", 'value = "0.1"', (RULE_1, "value must be a number", "'0.1'")),
        ("value = 0.1", "value = true", (RULE_1, "value must be a number")),
        ("value = 0.1", "value = 10", (RULE_1, "value of limit must be a number from 0 to 0.99", "10")),
        ("value = 0.1", "value = nan", (RULE_1, "nan")),
        ("value = 0.1\n", "", (RULE_1, "value is missing")),
        ('"house rule 2"', '" "', (RULE_2, "source is empty")),
        ("verified = false", 'verified = "no"', (RULE_2, "verified must be true or false")),
        ("verified = false\n", "", (RULE_2, "verified is missing")),
        ('item = "limit"', 'item = "limits"', ("rule 2 (limits", "unknown item 'limits'", "Did you mean 'limit'")),
        ('item = "limit"', "item = 3", ("rule 2 (3", "item must be a list of texts")),
        ('item = "limit"', 'item = "lot_min"\nvalue = 1.5 #', ("rule 2 (lot_min", "a whole number")),
        ('boards = ["a"]', 'boards = "a"', (RULE_2, "boards must be a list of texts")),
        ('boards = ["a"]', "boards = []", (RULE_2, "boards is empty")),
        ('boards = ["a"]', 'boards = ["aa"]', ("unknown board of rule book own 'aa'", "Did you mean 'a'")),
        ("from = 2021-06-01", 'from = "2021-06-01"', ("from must be a date without quotes",)),
        ("from = 2021-06-01", "from = 2021-06-01T09:30:00", ("from must be a date without quotes and time",)),
        ("from = 2021-06-01", "from = 2020-01-02", ("limit of board 'a' is given twice from 2020-01-02",)),
        ("read_on = 2030-12-31", "read_on = 2030", ("read_on must be a date",)),
        ("read_on = 2030-12-31", "", ("read_on is missing",)),
        ('name = "own"', 'nmae = "own"', ("unknown key 'nmae'", "Did you mean 'name'")),
        ('name = "b"', 'name = "a"', ("two boards are called 'a'",)),
        ('kind = "stock"\ncodes = []', 'kind = "bond"\ncodes = []', ("board 2 (b)", "unknown kind of series 'bond'")),
        ("codes = ['A.*']", "codes = ['A(']", ("board 1 (a)", "'A(' is not a regular expression")),
        ("codes = ['A.*']", "code = ['A.*']", ("board 1 (a)", "unknown key 'code'", "Did you mean 'codes'")),
        ("[[board]]", "[[boards]]", ("unknown key 'boards'", "Did you mean 'board'")),
        ("value = 0.1", "value = ", ("not valid TOML", "line")),
    ],
)
def test_a_bad_file_says_where_and_what(own: Path, old: str, bad: str, parts: tuple[str, ...]) -> None:
    assert old in OWN
    text = OWN.replace(old, bad)
    if "lot_min" in bad:
        text = text.replace("\nvalue = 0\n", "\n")
    own.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as raised:
        find_rulebook(str(own))
    for part in (str(own), *parts):
        assert part in str(raised.value)


def test_a_file_that_is_not_there_or_not_text(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"none\.toml can't be read: No such file"):
        find_rulebook(str(tmp_path / "none.toml"))
    path = tmp_path / "latin.toml"
    path.write_bytes(b'name = "\xff"')
    with pytest.raises(InputError, match="not UTF-8 text"):
        find_rulebook(str(path))


def test_a_book_made_in_python_is_checked_too() -> None:
    entry = Entry("tick", ("x",), datetime.date(2020, 1, 1), 0.01, "s", True)
    for bad in ({"value": 0.0}, {"value": float("inf")}, {"source": ""}, {"boards": ()}, {"start": "2020-01-01"}):
        with pytest.raises(ParameterError):
            replace(entry, **bad)
    with pytest.raises(UnknownNameError):
        RuleBook("b", "1", datetime.date(2021, 1, 1), (), (entry,))


# --- in a market ------------------------------------------------------------------------------------------------------


def test_the_book_of_the_page_can_be_used_as_the_page_says(tmp_path: Path) -> None:
    """With a series that is listed on the way: the book has no ``free_sessions``, the market a limit of its own."""
    page = (ROOT / "docs" / "rulebook.md").read_text(encoding="utf-8")
    (tmp_path / "house.toml").write_text(page.partition("```toml")[2].partition("```")[0], encoding="utf-8")
    close = np.array([[10.0, np.nan], [10.0, np.nan], [10.0, 10.0], [10.0, 11.0]])
    panel = Panel(days("2024-12-30", "2024-12-31", "2025-01-02", "2025-01-03"), ("GOLD1", "SILVER2"), close=close,
                  kinds=("etf", "etf"))  # fmt: skip
    told = {"rulebook": str(tmp_path / "house.toml"), "tick": 0.01, "t_plus_one": True}
    rules = rules_in_force(Market(**told, price_limit=0.1), panel)
    assert rules.limit.tolist() == [[0.1, 0.1]] * 4
    assert rules.fees[:, 0, 1, list(COSTS).index("stamp_duty")].tolist() == [0.001, 0.001, 0.0, 0.0]
    assert not rules_in_force(Market(**told, limit_policy="ignore"), panel).limit.any()
    with pytest.raises(RuleDateError, match=r"no limit for board coins .*Market\(price_limit=\.\.\.\)"):
        rules_in_force(Market(**told), panel)


def test_a_file_that_changes_later_does_not_change_a_market(own: Path) -> None:
    """Neither the rules of its runs nor the digest that their manifests keep."""
    panel = Panel(days("2024-01-02"), ("A1",), close=np.array([[10.0]]), kinds=("stock",))
    rest = {"stamp_duty_rate": 0.0, "transfer_fee_rate": 0.0, "lot": 1, "tick": 0.01, "t_plus_one": True}
    before = Market(rulebook=str(own), **rest)
    own.write_text(OWN.replace("value = 0\n", "value = 0.25\n"), encoding="utf-8")
    after = Market(rulebook=str(own), **rest)
    assert before.describe()["rulebook"] != after.describe()["rulebook"]
    assert [rules_in_force(market, panel).limit[0, 0] for market in (before, after, before)] == [0.0, 0.25, 0.0]


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"t_plus_one": "false"}, "t_plus_one must be True or False, was 'false'"),
        ({"commission_includes_levies": "no"}, "commission_includes_levies must be True or False, was 'no'"),
        ({"lot": 0.5}, "lot must be a whole number of shares, 0 for fractions; was 0.5"),
        ({"rulebook": 3}, "rulebook must be the name of a rule book"),
    ],
)
def test_a_field_of_a_market_of_another_type(wrong: dict[str, Any], message: str) -> None:
    with pytest.raises(ParameterError, match=message):
        Market(**wrong)


def test_the_board_of_a_market_is_one_of_its_book() -> None:
    panel = Panel(days("2024-01-02"), ("600000",), close=np.array([[10.0]]), kinds=("stock",))
    with pytest.raises(UnknownNameError, match="Did you mean 'fund'"):
        rules_in_force(Market(rulebook="cn-a", board="fnd"), panel)
