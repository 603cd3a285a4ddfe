"""Holding spells and what filled them: by hand, and against a run's own account."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import sectorlead as sl
from sectorlead.reports.history import history_of
from sectorlead.reports.holdings import holding_spells
from sectorlead.serve.spells import Detail, detail, spells
from sectorlead.serve.stored import StoredRun, Table

from .folders import TABLES, stored, write_run


def first_of(run: StoredRun) -> Detail:
    found = spells(run)
    return detail(run, found, found.by_symbol["000001"][0])


def details_of(run: StoredRun) -> list[Detail]:
    found = spells(run)
    return [detail(run, found, spell) for each in found.by_symbol.values() for spell in each]


def day(text: str) -> pd.Timestamp:
    return pd.Timestamp(text)


def test_spells_by_hand(tmp_path: Path) -> None:
    run = stored(write_run(tmp_path / "a"))
    found = spells(run).by_symbol
    assert list(found) == ["000001", "000300"]
    (first,) = found["000001"]
    assert (first.first, first.last, first.closed) == (day("2024-01-03"), day("2024-01-05"), day("2024-01-08"))
    assert (first.sessions, first.start, first.stop) == (3, 1 / 9, 6 / 9)
    (last,) = found["000300"]
    assert (last.closed, last.stop, last.key) == (None, 1.0, "000300@2024-01-10")


def test_detail_by_hand(tmp_path: Path) -> None:
    run = stored(write_run(tmp_path / "a"))
    found = spells(run)
    first = detail(run, found, found.by_symbol["000001"][0])
    assert (first.bought, first.sold, first.fees, first.worth) == (500.0, 600.0, 3.0, 0.0)
    assert first.result == 97.0
    assert first.kinds == ("commission", "stamp_duty")
    assert first.rejections.frame["reason"].tolist() == ["cash", "limit_down"]
    assert [(each.did, each.rank, each.score) for each in first.decisions] == [("opened", 1, 0.05), ("closed", 2, 0.01)]
    last = detail(run, found, found.by_symbol["000300"][0])
    assert last.worth == pytest.approx(0.43383 * 1141)
    assert last.rejections.frame["reason"].tolist() == ["limit_up"], "tried the day before, for the same decision"
    assert [each.did for each in last.decisions] == ["opened"]


def test_with_same_close_a_decision_fills_in_its_own_session(tmp_path: Path) -> None:
    folder = write_run(tmp_path / "a", terms={"fill": "same-close"})
    rows = TABLES["decisions.csv"]
    (folder / "decisions.csv").write_text(
        "\n".join((rows[0], "2024-01-03,000001,1,0.05,0,0.5", "2024-01-08,000001,2,0.01,0.5,0"))
    )
    run = stored(folder)
    got = first_of(run).decisions
    assert [(each.session, each.did) for each in got] == [(day("2024-01-03"), "opened"), (day("2024-01-08"), "closed")]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (None, "fills.csv is missing from the folder"),
        ("", "fills.csv is empty: not even its header is there"),
        ("session,symbol\n", "fills.csv has no column side, shares, price, value, slippage"),
        (TABLES["fills.csv"][0] + "\nsoon,1,buy,1,1,1,0,0,0,0,0,0\n", "fills.csv: column session holds"),
        (TABLES["fills.csv"][0] + "\n2024-01-03,1,buy,many,1,1,0,0,0,0,0,0\n", "fills.csv: column shares holds"),
        (TABLES["fills.csv"][0] + "\n,1,buy,1,1,1,0,0,0,0,0,0\n", "fills.csv: a row has no session"),
        ('"' + "x" * 50, "fills.csv"),
    ],
)
def test_fills_that_cannot_be_shown_say_why(tmp_path: Path, content: str | None, told: str) -> None:
    folder = write_run(tmp_path / "a", leave_out=("fills.csv",))
    if content is not None:
        (folder / "fills.csv").write_text(content)
    run = stored(folder)
    assert first_of(run).fills.problem.startswith(told)


def test_columns_that_others_add_do_no_harm(tmp_path: Path) -> None:
    folder = write_run(tmp_path / "a")
    rows = TABLES["fills.csv"]
    (folder / "fills.csv").write_text(
        "\n".join((f"{rows[0]},venue,exchange_tax", *(f"{row},XSHG,0.25" for row in rows[1:])))
    )
    run = stored(folder)
    first = first_of(run)
    assert first.kinds == ("commission", "stamp_duty", "exchange_tax"), "a fee nobody had heard of is still a fee"
    assert first.result == 96.5


def test_spells_account_for_all_the_money(two: list[tuple[sl.Run, StoredRun]]) -> None:
    """Every fill is in exactly one spell, and what the spells made is what the account made."""
    for run, kept in two:
        details = details_of(kept)
        assert sum(len(each.fills.frame) for each in details) == len(run.fills) > 50
        made = run.equity.iloc[-1] - run.terms.cash - run.interest.sum()
        assert sum(each.result for each in details) == pytest.approx(made, abs=1e-6 * run.terms.cash)


def test_every_spell_that_opened_has_the_decision_that_opened_it(two: list[tuple[sl.Run, StoredRun]]) -> None:
    for run, kept in two:
        details = details_of(kept)
        for got in details:
            assert got.decisions[0].did == "opened"
            assert got.decisions[0].target > 0
            assert got.decisions[0].session < got.spell.first
            if got.spell.closed is not None:
                assert got.decisions[-1].did == "closed"
        assert len(details) >= 10
        assert (run.weights.to_numpy() > 0).sum() == sum(got.spell.sessions for got in details)


@pytest.mark.parametrize("lost", [(), ("fills.csv",)])
def test_the_spells_are_those_of_the_record(two: list[tuple[sl.Run, StoredRun]], lost: tuple[str, ...]) -> None:
    """From the tables alone, splits in the panel included; without fills.csv all but the money."""
    for run, kept in two:
        told = StoredRun(kept.entry, kept.path)
        if lost:
            told.__dict__["fills"] = Table(pd.DataFrame(), "fills.csv is missing from the folder")
        ours, found = holding_spells(history_of(run)), spells(told).found
        assert found is not None
        for name in ("column", "start", "sessions", "ended", "short"):
            np.testing.assert_array_equal(getattr(found, name), getattr(ours, name))
        if lost:
            assert np.isnan(found.contribution).all()
        else:
            np.testing.assert_allclose(found.contribution, ours.contribution, rtol=1e-9, atol=1e-4)
            np.testing.assert_allclose(found.fees, ours.fees, rtol=1e-9)
            np.testing.assert_array_equal(found.spell_of_fill, ours.spell_of_fill)


def test_a_series_bought_back_in_the_session_that_sold_it_has_two_spells(tmp_path: Path) -> None:
    """By the closes alone it would be one; and what comes and goes within a session would be none."""
    folder = write_run(tmp_path / "a")
    rows = TABLES["fills.csv"]
    more = (
        "2024-01-04,000001,sell,100,5.5,550,1,0,0,0,0,0",
        "2024-01-04,000001,buy,100,5.5,550,1,0,0,0,0,0",
        "2024-01-09,000300,buy,10,10,100,1,0,0,0,0,0",
        "2024-01-09,000300,sell,10,11,110,1,0,0,0,0,0",
        "2024-01-09,000300,buy,10,10,100,1,0,0,0,0,0",
        "2024-01-09,000300,sell,10,10,100,2,0,0,0,0,0",
    )
    (folder / "fills.csv").write_text("\n".join((*rows[:2], *more[:2], rows[2], *more[2:], rows[3])))
    got = details_of(stored(folder))
    assert [each.spell.key for each in got] == [
        "000001@2024-01-03", "000001@2024-01-04", "000300@2024-01-09", "000300@2024-01-09.2", "000300@2024-01-10",
    ]  # fmt: skip
    assert [each.spell.sessions for each in got] == [1, 2, 0, 0, 2]
    assert [each.result for each in got[:4]] == [48.0, 47.0, 8.0, -3.0]
    assert [each.spell.last for each in got[:3]] == [day("2024-01-03"), day("2024-01-05"), day("2024-01-09")]
    assert got[2].spell.span == "bought and sold on 2024-01-09"
    assert sum(len(each.fills.frame) for each in got) == 9


def test_a_fill_that_is_not_told_leaves_the_spell_and_its_result_unknown(tmp_path: Path) -> None:
    folder = write_run(tmp_path / "a")
    rows = TABLES["fills.csv"]
    (folder / "fills.csv").write_text("\n".join((rows[0], *rows[2:])))  # the first buy is lost
    first = first_of(stored(folder))
    assert (first.spell.first, first.spell.closed, first.sold) == (day("2024-01-03"), day("2024-01-08"), 600.0)
    assert np.isnan(first.result)
