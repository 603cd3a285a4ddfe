"""A page of orders in two languages, in which no text from a file breaks a table."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import sectorlead as sl
from sectorlead.reports.message import Message
from sectorlead.reports.orders.sections import order_sections
from sectorlead.reports.orders.words import sentences
from sectorlead.reports.render.i18n import find_locale
from tests.research.orders.test_orders import DAYS, RULES, Fixed


@pytest.fixture(scope="module")
def pages() -> list[sl.Orders]:
    """One of each: a decision with all that can be short, an exit, none, and one that could not rank."""
    close = np.tile([10.0, 7.77, 4.0, 1.0], (6, 1))
    close[-1, 1] = np.nan
    panel = sl.Panel(DAYS, ("A", "B", "C", "D"), close, names=("x|y", "<b>", "C", "D"), checked=False)
    day = DAYS[-1] + pd.Timedelta(days=1)
    held = pd.DataFrame({"symbol": ["A", "B", "C"], "shares": [100, 250, 550], "bought": [None, None, day]})
    weights = {"A": 0.4, "B": 0.1, "D": 0.3}
    common = {"fill": "close", "today": "2024-02-01"}
    decided = sl.orders(Fixed(weights), panel, held, 500, RULES, **common, size="fill")
    band = sl.orders(Fixed({"A": 0.5}), panel, {"A": 100}, 1_000, RULES, **common, no_trade=0.05)
    none = sl.orders(Fixed(weights, sl.Monthly()), panel, held, 500, RULES, **common)
    rule = sl.Rotation(sl.Momentum(2), sl.TopN(1), schedule=sl.Every(1), exits=sl.Exits(sessions=1))
    aged = pd.DataFrame({"symbol": ["A"], "shares": [150], "since": [DAYS[0]]})
    ranked = sl.orders(rule, panel, aged, 1_000, RULES, **common)
    gone = sl.orders(replace(rule, schedule=sl.Monthly()), panel, aged, 1_000, RULES, **common)
    blind = sl.orders(sl.Rotation(sl.Momentum(50), schedule=sl.Every(1)), panel, None, 1_000, RULES, **common)
    return [decided, band, none, ranked, gone, blind]


def test_the_pages_cover_what_can_happen(pages: list[sl.Orders]) -> None:
    assert {page.decided for page in pages} == {"decision", "none", "exit", "undecided"}
    assert {line.reason for page in pages for line in page.lines} >= {"", "t_plus_one", "no_bar", "cash"}


def test_everything_but_names_is_chinese(pages: list[sl.Orders]) -> None:
    words = find_locale("zh")
    for page in pages:
        told = [*sentences(page), *(section.title for section in order_sections(page))]
        for table in (table for section in order_sections(page) for table in section.tables()):
            told += [column.head for column in table.columns]
            told += [cell.value for cells in table.cells() for cell in cells if isinstance(cell.value, Message)]
        said = [words.say(each) for each in told]
        said += [words.text(each).replace("next_session", "") for each in page.notes]
        assert not [text for text in said if re.search(r"[a-z]{3}", text)]


def test_a_table_holds_whatever_a_name_is(pages: list[sl.Orders]) -> None:
    for page in pages:
        for block in page.markdown("zh").split("\n\n"):
            if block.startswith("|"):
                widths = {len(re.findall(r"(?<!\\)\|", line)) for line in block.splitlines()}
                assert len(widths) == 1, block
        assert "<b>" not in page.markdown()


def test_files_say_the_same(pages: list[sl.Orders], tmp_path: Path) -> None:
    page = pages[0]
    folder = page.save(tmp_path / "new" / "out", locale="zh")
    rows = list(csv.DictReader(io.StringIO((folder / "orders.csv").read_text(encoding="utf-8"))))
    assert [(row["side"], row["symbol"], float(row["shares"])) for row in rows] == [
        (each.side, each.symbol, each.shares) for each in page.to_send
    ]
    told = json.loads((folder / "orders.json").read_text(encoding="utf-8"))
    assert told == json.loads(json.dumps(page.to_dict()))
    assert [line["symbol"] for line in told["lines"]] == page.table["symbol"].tolist()
    assert (folder / "orders.md").read_text(encoding="utf-8") == page.markdown("zh")
