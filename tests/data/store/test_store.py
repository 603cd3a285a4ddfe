"""The store keeps what it was given, to the bit, for good, and tells another history from more of the same."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sectorlead.data.errors import DataError, ParameterError, UnknownNameError
from sectorlead.data.load import load
from sectorlead.data.sources.source import SeriesInfo
from sectorlead.data.store.snapshot import freeze
from sectorlead.data.store.store import Change, Store
from sectorlead.data.tidy.columns import NUMBERS

from .vendor import AT, fetched, frame, info


def put(store: Store, bars: pd.DataFrame, symbol: str = "A", function: str = "history", whole: bool = False) -> Change:
    return store.append("sw1", info(symbol), fetched(bars, function), AT, whole=whole)


def closes(store: Store, vintage: int | None = None) -> dict[str, float]:
    bars = store.read("sw1", "A", vintage)
    return dict(zip(bars["date"].dt.strftime("%F"), bars["close"], strict=True))


# --- one series -------------------------------------------------------------------------------------------------------


def test_what_was_stored_is_read_back_to_the_bit(store: Store) -> None:
    bars = frame("A", 30).assign(amount=np.nan)
    bars.loc[3, "volume"] = np.nan
    change = put(store, bars)
    assert (change.added, change.vintage, change.another_history) == (30, 1, False)
    back = store.read("sw1", "A")
    expected = bars.assign(adj_factor=1.0)[["date", *NUMBERS]]
    pd.testing.assert_frame_equal(back, expected, check_exact=True, check_dtype=False)


def test_a_refresh_adds_only_what_is_new(store: Store) -> None:
    put(store, frame("A", 30))
    change = put(store, frame("A", 35)[20:])
    assert (change.added, change.vintage, change.sessions) == (5, 1, 35)
    assert store.vintages("sw1", "A") == (1,)
    assert closes(store) == dict(zip(frame("A", 35)["date"].dt.strftime("%F"), frame("A", 35)["close"], strict=True))
    assert put(store, frame("A", 35)[20:]).added == 0
    first, second, third = store.provenance("sw1", "A")
    assert (first["added"], second["added"], third["added"]) == (30, 5, 0)
    assert second["content"] == third["content"] != first["content"]
    assert first | {"parameters": {"symbol": "A"}, "vendor": "vendor", "function": "history", "version": "1.0"} == first


def test_restated_history_is_a_new_vintage_and_the_old_one_stays(store: Store) -> None:
    put(store, frame("A", 30))
    before, file = closes(store), store.root / "sw1" / "A" / "0001.parquet"
    content = file.read_bytes()
    other = frame("A", 31)
    other.loc[7, "close"] *= 1.005
    change = put(store, other)
    day = other["date"][7]
    assert (change.restated, change.added, change.vintage) == ((day,), 1, 2)
    assert closes(store, 1) == before
    assert file.read_bytes() == content
    assert closes(store)[f"{day:%F}"] == other["close"][7]
    (row,) = store.changes("sw1", "A").itertuples(index=False)
    assert (row.vintage, row.date, row.column, row.after) == (2, day, "close", other["close"][7])
    assert row.before == before[f"{day:%F}"]


def test_float_noise_is_not_another_history(store: Store) -> None:
    put(store, frame("A", 30))
    noisy = frame("A", 30)
    noisy["close"] *= 1 + 1e-13
    assert put(store, noisy).vintage == 1
    assert closes(store)["2024-01-01"] == frame("A", 30)["close"][0]


def test_a_bar_that_comes_late_is_another_history(store: Store) -> None:
    put(store, frame("A", 30).drop(index=12))
    change = put(store, frame("A", 30))
    assert (change.inserted, change.restated, change.vintage) == ((frame("A", 30)["date"][12],), (), 2)
    assert len(store.read("sw1", "A", 1)) == 29


def test_a_bar_that_is_no_longer_given_stays_and_is_told(store: Store) -> None:
    put(store, frame("A", 30))
    change = put(store, frame("A", 33).drop(index=[12, 13]))
    assert (len(change.withdrawn), change.added, change.vintage, change.sessions) == (2, 3, 1, 33)
    assert put(store, frame("A", 3)[:2]).sessions == 33  # an answer that is cut short takes nothing away


def test_two_vendors_are_joined_only_where_they_agree(store: Store) -> None:
    put(store, frame("A", 30))
    rounded = frame("A", 35)[["date", "close"]].assign(close=lambda bars: bars["close"].round(1))
    change = put(store, rounded[20:], function="spare")
    assert (change.added, change.vintage) == (5, 1)
    assert closes(store)["2024-02-09"] == frame("A", 30)["close"][29]
    assert put(store, frame("A", 36)[20:]).added == 1  # the first vendor is back
    with pytest.raises(DataError, match=r"(?s)10 sessions, first 2024-02-05.*--full"):
        put(store, frame("A", 40, edition=1)[25:35], function="spare")
    assert len(store.provenance("sw1", "A")) == 3
    change = put(store, frame("A", 40, edition=1), function="spare", whole=True)
    assert (change.vintage, change.added) == (2, 4)
    assert list(closes(store).values()) == frame("A", 40, edition=1)["close"].tolist()


@pytest.mark.parametrize(
    ("bars", "message"),
    [
        (frame("A", 5)[:0], "no bar"),
        (frame("A", 5).drop(columns="close"), "no column close"),
        (frame("A", 5)[::-1], "ascending"),
        (frame("A", 5).assign(date=lambda x: x["date"] + pd.Timedelta(hours=15)), "midnights"),
        (frame("A", 5).assign(date=lambda x: x["date"].dt.tz_localize("UTC")), "tz-naive"),
        (frame("A", 5).assign(close=np.nan), "no close"),
    ],
)
def test_an_answer_of_another_form_is_refused(store: Store, bars: pd.DataFrame, message: str) -> None:
    with pytest.raises(DataError, match=message):
        put(store, bars)
    assert store.symbols("sw1") == ()


@settings(max_examples=40)
@given(st.data())
def test_nothing_that_was_stored_is_ever_lost(data: st.DataObject) -> None:
    """Whatever answers come: a vintage only grows at its end, and the newest one says what the vendor last said."""
    with tempfile.TemporaryDirectory() as folder:
        store = Store(folder)
        known: dict[int, pd.DataFrame] = {}
        for _ in range(data.draw(st.integers(1, 5))):
            bars = frame("A", data.draw(st.integers(1, 12)), data.draw(st.integers(0, 1)))
            rows = data.draw(st.sets(st.integers(0, len(bars) - 1), min_size=1))
            answer = bars.iloc[sorted(rows)].reset_index(drop=True)
            change = put(store, answer)
            for vintage, old in known.items():
                new = store.read("sw1", "A", vintage)
                pd.testing.assert_frame_equal(new.iloc[: len(old)], old, check_exact=True)
                assert len(new) == len(old) or vintage == change.vintage
            newest = store.read("sw1", "A").set_index("date")
            assert (newest.loc[answer["date"], "close"].to_numpy() == answer["close"].to_numpy()).all()
            if known:
                assert set(known[max(known)]["date"]) <= set(newest.index)
            known = {vintage: store.read("sw1", "A", vintage) for vintage in store.vintages("sw1", "A")}


@pytest.mark.parametrize("name", ["csi:000300", "概念/半导体", "..", ".hidden", "a b", "%2E", "CON.parquet"])
def test_any_name_is_a_folder_of_its_own(store: Store, name: str) -> None:
    store.append(name, SeriesInfo(name, name), fetched(frame("A", 3)), AT)
    assert (store.sources(), store.symbols(name)) == ((name,), (name,))
    assert all(store.root in path.resolve().parents for path in store.root.rglob("*"))


def test_unknown_names_come_with_the_nearest(store: Store) -> None:
    put(store, frame("A", 3), symbol="801010")
    with pytest.raises(UnknownNameError, match=r"801011.*Did you mean '801010'"):
        store.read("sw1", "801011")
    with pytest.raises(UnknownNameError, match=r"vintage of sw1 801010 '2'"):
        store.read("sw1", "801010", 2)
    with pytest.raises(DataError, match="sectorlead fetch sw2"):
        store.panel("sw2")
    with pytest.raises(ParameterError, match="time zone"):
        store.append("sw1", info(), fetched(frame("A", 3)), pd.Timestamp("2024-01-01"))


def test_the_user_says_where(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECTORLEAD_DATA", str(tmp_path / "here"))
    assert Store().root == tmp_path / "here"
    monkeypatch.delenv("SECTORLEAD_DATA")
    assert "sectorlead" in Store().root.parts
    assert Store(tmp_path).held().empty
    assert not (tmp_path / "here").exists()  # looking makes nothing


# --- listings ---------------------------------------------------------------------------------------------------------


def test_listings_are_kept_when_they_change(store: Store) -> None:
    published = SeriesInfo("B", "b", "group", "etf", pd.Timestamp("2020-05-06"), last_date=pd.Timestamp("2023-09-28"))
    for at, series in ((AT, [info()]), (AT + pd.Timedelta(days=1), [info()]), (AT + pd.Timedelta(days=2), [published])):
        store.add_listing("sw1", "SW2021", series, at)
    assert [(at.day, series) for at, _, series in store.listings("sw1")] == [(1, (info(),)), (3, (published,))]
    assert store.listing("sw1") == store.listings("sw1")[-1]
    assert store.listing("sw2") is None


# --- panels -----------------------------------------------------------------------------------------------------------


def test_board_end_and_special_treatment_are_kept(filled: Store, tmp_path: Path) -> None:
    plain = filled.panel("sw1", "399006").content_hash
    bars, labels = frame("801010", 40)[5:], SeriesInfo("801010", "板块801010", "工业", board="star")
    labels = replace(labels, last_date=pd.Timestamp("2030-06-28"))
    said = np.where(np.arange(len(bars)) < 20, 0.0, 1.0)
    told = filled.append("sw1", labels, fetched(bars.assign(st=said)), AT)
    assert (told.vintage, len(told.restated)) == (2, 35)
    assert filled.read("sw1", "801010")["st"].tolist() == said.tolist()
    assert "st" not in filled.read("sw1", "801010", vintage=1)
    changed = filled.changes("sw1", "801010")
    assert (changed["column"].unique().tolist(), changed["after"].tolist()) == (["st"], said.tolist())
    panel = filled.panel("sw1", "399006")
    assert panel.boards == ("star", "")
    assert panel.last_date.astype("M8[D]").astype(str).tolist() == ["2030-06-28", "NaT"]
    assert panel.special.sum(axis=0).tolist() == [13, 0]  # of its 15 sessions, 13 up to the benchmark's last
    freeze(filled, "sw1", tmp_path / "s.parquet", benchmark="399006")
    assert load(tmp_path / "s.parquet", "399006").content_hash == panel.content_hash != plain
    with pytest.raises(DataError, match="st of an answer must be 1, 0 or empty"):
        filled.append("sw1", labels, fetched(bars.assign(st=2.0)), AT)


def test_a_benchmark_is_found_where_it_is(filled: Store, tmp_path: Path) -> None:
    assert filled.panel("sw1", "801030").symbols == ("801010",)
    freeze(filled, "index", tmp_path / "i.parquet")
    outside = filled.panel("sw1", f"{tmp_path / 'i.parquet'}:399006").benchmark
    inside = filled.panel("sw1", "399006").benchmark
    assert outside is not None
    assert inside is not None
    assert np.array_equal(outside.close, inside.close, equal_nan=True)
    with pytest.raises(UnknownNameError, match=r"benchmark '399007'. Did you mean '399006'"):
        filled.panel("sw1", "399007")
    with pytest.raises(DataError, match="kind rate, which can't be traded"):
        filled.panel("rate")


def test_a_missing_benchmark_says_what_to_fetch(store: Store) -> None:
    put(store, frame("A", 30))
    with pytest.raises(DataError, match="sectorlead fetch index"):
        store.panel("sw1", "399006")


def test_impossible_bars_are_held_but_make_no_panel(store: Store) -> None:
    put(store, frame("A", 30).assign(low=0.0))
    with pytest.raises(DataError, match=r"low must be > 0.*2024-01-01 A"):
        store.panel("sw1")


def test_what_is_held_is_a_table(filled: Store) -> None:
    held = filled.held().set_index(["source", "symbol"])
    assert list(held.index) == [("index", "399006"), ("rate", "shibor"), ("sw1", "801010"), ("sw1", "801030")]
    row = held.loc[("sw1", "801030")]
    assert (row["sessions"], row["vintages"], row["fetched_at"]) == (21, 1, AT)
    assert (f"{row['first']:%F}", f"{row['last']:%F}") == ("2024-01-05", "2024-02-02")
