"""``sectorlead brief`` as a user types it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from sectorlead.data.errors import InputError
from sectorlead.data.sources.source import Fetched, SeriesInfo
from sectorlead.data.store.store import Store
from sectorlead.research.brief.brief import pool_of
from sectorlead.research.brief.labels import read_labels


def test_a_brief_of_files(command: Any, bars: Path) -> None:
    Path("groups.csv").write_text("symbol,group\nA,growth\nB,value\n", encoding="utf-8")
    Path("events.toml").write_text('[[event]]\ndate = 2020-03-02\nname = "news"\n', encoding="utf-8")
    asked = (
        "brief", bars, "--benchmark", "IX", "--date", "2020-04-30", "--groups", "groups.csv", "--pair", "A:B",
        "--events", "events.toml", "--rule", "momentum", "--out", "b",
    )  # fmt: skip
    done = command(*asked, "--locale", "zh")
    assert done.status == 0, done.err
    assert "b/report.html" in done.out
    told = json.loads(Path("b/summary.json").read_text(encoding="utf-8"))
    assert told["date"] == "2020-04-30"
    assert [row["name"] for row in told["groups"][0]["rows"]] == ["growth", "value"]
    assert told["events"][0]["session"] == "2020-03-02"
    answer = json.loads(command(*asked, "--json").out)
    assert answer["summary"] == told
    assert not Path("b/report.pdf").exists()


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (("--date", "2020-05-02"), "no session of these data; the nearest are 2020-04-30, 2020-05-01"),
        (("--date", "2099-01-01"), "has not closed in these data"),
        (("--pair", "A"), "--pair must be FIRST:SECOND"),
        (("--locale", "xx"), "locale"),
        (("--groups", "none.csv"), "none.csv: No such file"),
    ],
)
def test_what_can_not_be_told_is_one_line(command: Any, bars: Path, more: tuple[str, ...], words: str) -> None:
    done = command("brief", bars, "--benchmark", "IX", *more)
    assert done.status == 2
    assert words in done.err
    assert not Path("out").exists()


def test_labels_need_their_columns_once(tmp_path: Path) -> None:
    file = tmp_path / "names.csv"
    file.write_text("symbol,title\n000001,x\n", encoding="utf-8")
    with pytest.raises(InputError, match="must have the columns symbol and name; it has symbol, title"):
        read_labels(file, "name")
    file.write_text("symbol,name\n000001,x\n000001,y\n", encoding="utf-8")
    with pytest.raises(InputError, match="has 000001 twice"):
        read_labels(file, "name")
    file.write_text("symbol,name\n000001,x\n", encoding="utf-8-sig")
    assert read_labels(file, "name") == {"000001": "x"}


def test_counts_that_were_fetched_are_those_of_the_day(tmp_path: Path) -> None:
    day, before = pd.Timestamp("2021-07-07"), pd.Timestamp("2021-07-06")
    store = Store(tmp_path)
    for symbol, counts in (("limit-up", (41.0, 66.0)), ("limit-up-failed", (29.0, 35.0))):
        frame = pd.DataFrame({"date": pd.DatetimeIndex([before, day]), "close": counts})
        told = Fetched(frame, "akshare", "stock_zt_pool_em", {}, "1")
        store.append("limit-up", SeriesInfo(symbol, symbol, kind="count"), told, at=day.tz_localize("Asia/Shanghai"))
    assert pool_of(store, day) == {"limit-up": 66.0, "limit-up-failed": 35.0}
    assert pool_of(store, before)["limit-up"] == 41.0
    assert pool_of(store, day + pd.Timedelta(days=1)) == {}
