"""A run that names no market goes by what the data state, and says so."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

import sectorlead as sl
from sectorlead.data.panel import Panel
from sectorlead.engine.market.default import market_or_default

FUNDS = ("512000.SH", "159934.SZ", "sh512480")


def panel_of(symbols: tuple[str, ...], **how: Any) -> Panel:
    days = pd.bdate_range("2024-01-02", periods=6)
    flat = np.full((6, len(symbols)), 4.0) + np.arange(6)[:, None] / 100
    return Panel(days, symbols, flat, flat, flat, flat, **{"checked": False} | how)


@pytest.mark.parametrize(
    ("panel", "name", "why"),
    [
        (panel_of(FUNDS), "cn-etf", "every code is that of a Chinese fund"),
        (panel_of(FUNDS, kinds=("etf", "", "index")), "cn-etf", "every code is that of a Chinese fund"),
        (panel_of(("801010", "801030"), kinds=("index", "index")), "cn-index", "the data state that every series is"),
        (panel_of(("801010", "801030")), "frictionless", "the data state no kind of series"),
        (panel_of(("801010", "801030"), kinds=("index", "")), "frictionless", "(index and not stated)"),
        (panel_of((*FUNDS, "801010")), "frictionless", "the data state no kind of series"),
        (panel_of((*FUNDS, "XLK"), kinds=("etf",) * 4), "frictionless", "(etf)"),
        (panel_of(("XLK", "XLE"), kinds=("etf", "etf")), "frictionless", "(etf)"),
        (panel_of(("600000.SH",), kinds=("stock",)), "frictionless", "(stock)"),
        (panel_of(FUNDS, kinds=("stock",) * 3), "frictionless", "(stock)"),
        (panel_of(("A", "B"), kinds=("index", "etf")), "frictionless", "(index and etf)"),
        (panel_of(()), "frictionless", "the data state no kind of series"),
        (sl.simulate(seed=1, sessions=80), "cn-etf", "the simulated series are Chinese sector funds"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_the_market_is_that_of_what_the_data_state(panel: Panel, name: str, why: str) -> None:
    market, said = market_or_default(None, panel)
    assert market is sl.market(name)
    assert said.startswith(f"no market was named: {name}, as ")
    assert why in said


def test_a_market_that_was_named_is_not_explained() -> None:
    own = sl.Market(name="own")
    assert market_or_default(own, panel_of(FUNDS)) == (own, "")
    assert market_or_default("us-etf", panel_of(FUNDS)) == (sl.market("us-etf"), "")
    with pytest.raises(sl.InputError, match="unknown market"):
        market_or_default("cn-eft", panel_of(FUNDS))


def test_a_run_says_which_market_and_why() -> None:
    panel = panel_of(("801010", "801030"), kinds=("index", "index"))
    run = sl.run("buy-and-hold", panel)
    assert run.market is sl.market("cn-index")
    (note,) = run.notes
    assert note.startswith("no market was named: cn-index, as the data state")
    assert note in run.manifest["notes"]
    assert sl.run("buy-and-hold", panel, "cn-index").notes == ()


def test_what_was_never_said_survives_every_copy_of_a_panel() -> None:
    panel = panel_of(("B", "A", "C"), kinds=("etf", "", "index"))
    assert (panel.symbols, panel.kinds, panel.stated_kinds) == (
        ("A", "B", "C"), ("index", "etf", "index"), ("", "etf", "index"),
    )  # fmt: skip
    copies = (
        panel, panel.until(3), panel.cut(3), panel.noted("x"), panel.select(["C", "A", "B"]), replace(panel, notes=()),
        panel.released(panel.known_from), Panel(**{key: getattr(panel, key) for key in panel.__dataclass_fields__}),
    )  # fmt: skip
    assert {each.stated_kinds for each in copies} == {("", "etf", "index")}
    assert {each.content_hash for each in (panel, panel_of(panel.symbols, kinds=panel.kinds))} == {panel.content_hash}
    other = replace(panel, kinds=("stock", "etf", "etf"))
    assert (other.kinds, other.stated_kinds) == (("stock", "etf", "etf"),) * 2
