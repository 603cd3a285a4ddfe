"""Plain data of strategies, parts and markets: there, back, and one hash for equal values."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import sectorlead
from sectorlead import (
    LIBRARY,
    Delayed,
    Mapped,
    Momentum,
    Monthly,
    OnDates,
    Part,
    Rotation,
    TopN,
    Tranches,
    Weekly,
    build,
)
from sectorlead.data.errors import ParameterError, RebuildError
from sectorlead.data.simulate import simulate
from sectorlead.engine.backtest import backtest
from sectorlead.engine.canonical import LARGEST_ARRAY, describe, fingerprint, obstacles, sentence, to_data
from sectorlead.engine.market.market import MARKETS, Market
from sectorlead.engine.market.rulebook import find_rulebook
from sectorlead.engine.rebuild import from_data

from . import canonical_rules as own


def through_json(data: Any) -> Any:
    return json.loads(json.dumps(data, allow_nan=False))


def parts() -> Iterator[Part]:
    """Every part that can be made without arguments."""
    for value in (getattr(sectorlead, name) for name in sectorlead.__all__):
        if isinstance(value, type) and issubclass(value, Part):
            try:
                yield value()
            except (TypeError, ParameterError):  # abstract, or needs an argument
                continue


VALUES = [
    *parts(), *(build(name) for name in LIBRARY), *MARKETS.values(),
    Tranches(Rotation(Momentum((20, 60))), 3), Delayed(own.Everything(), 2), Monthly(day=31, roll="previous"),
    Weekly(2), OnDates(["2024-06-14", "2024-01-02"]), Rotation(own.Own(9)), own.Everything(),
    Market(name="mine", rulebook="cn-a", board="fund", lot=1, cost_scale=2),
    own.Crossing, (own.Crossing, {"period": 9}),
]  # fmt: skip


@pytest.mark.parametrize("value", VALUES, ids=lambda value: describe(value)[:60])
def test_there_and_back(value: Any) -> None:
    data = to_data(value)
    again = from_data(through_json(data))
    assert again == value
    assert type(again) is type(value)
    assert to_data(again) == data
    assert obstacles(data) == []


def test_the_data_in_full() -> None:
    rule = Rotation(Momentum((20, np.int64(60))), TopN(np.int32(3)), schedule=Weekly(1))  # type: ignore[arg-type]
    assert through_json(to_data(rule)) == {
        "name": "Rotation",
        "parameters": {
            "score": {"name": "Momentum", "parameters": {"lookback": [20, 60], "skip": 0}},
            "pick": {
                "name": "TopN", "parameters": {"n": 3, "hold_until_rank": None, "min_hold": 0, "max_swaps": None},
            },
            "weigh": {"name": "Equal", "parameters": {"total": 1.0}},
            "guard": {"name": "AlwaysIn", "parameters": {}},
            "schedule": {"name": "Weekly", "parameters": {"offset": 1}},
            "exits": {"name": "Exits", "parameters": {"stop": 0.0, "trailing": 0.0, "sessions": 0}},
        },
    }  # fmt: skip
    assert to_data(own.Own(5)) == {"name": f"{own.__name__}:Own", "parameters": {"lookback": 5}}
    assert to_data((own.Crossing, {"share": 1})) == {
        "name": f"{own.__name__}:Crossing", "parameters": {"period": 40, "share": 1},
    }  # fmt: skip


def test_an_object_that_is_no_dataclass_gets_its_attributes_back() -> None:
    rule = own.Remembers(4)
    again = from_data(through_json(to_data(rule)))
    assert (again.top, again.seen, again._weights.tolist()) == (4, 0, [0.5, 0.25])
    assert again._weights.dtype == np.float64
    assert describe(rule) == "Remembers(seen=0, top=4)"


def test_a_run_keeps_the_strategy_as_it_was_before() -> None:
    rule = own.Remembers(4)
    run = backtest(rule, simulate(1, 300), "frictionless")
    assert run.strategy.seen > 0
    assert rule.seen == 0  # the run works on a copy
    assert run.strategy_data["parameters"]["seen"] == 0
    assert run.sentence == "Remembers(seen=0, top=4)"


KNOWN = "becbfacb3aa89907"


def test_the_hash_is_the_same_in_every_process() -> None:
    """Whatever the seed of Python's own hashes, which order sets."""
    code = (
        "from sectorlead import *\nfrom sectorlead.engine.canonical import fingerprint, to_data\n"
        "print(fingerprint(to_data(Rotation(Momentum((20, 60)), TopN(3)))))\n"
        "print(fingerprint(to_data(frozenset(('alpha', 'beta', 'gamma', 'delta')))))"
    )
    found = {
        subprocess.run(
            [sys.executable, "-c", code], env={"PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True
        ).stdout
        for seed in ("1", "2")
    }
    assert {text.split()[0] for text in found} == {KNOWN}
    assert len(found) == 1


SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5)
TREES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.lists(inner, max_size=3).map(tuple)
        | st.dictionaries(st.text(max_size=3) | st.integers(), inner, max_size=3)
        | st.frozensets(SCALARS, max_size=3)
    ),
    max_leaves=8,
)


def same(one: Any, two: Any) -> bool:
    """Equal, of equal types, with NaN equal to itself."""
    return repr(to_data(one)) == repr(to_data(two)) and type(one) is type(two)


@given(TREES)
def test_any_tree_of_plain_values_comes_back(tree: Any) -> None:
    data = to_data(tree)
    again = from_data(through_json(data))
    assert same(again, tree)
    assert fingerprint(to_data(again)) == fingerprint(data)


@given(st.dictionaries(st.text(max_size=3), SCALARS, min_size=2, max_size=6), st.randoms())
def test_the_order_of_keys_does_not_count(values: dict[str, Any], random: Any) -> None:
    keys = list(values)
    random.shuffle(keys)
    assert fingerprint(to_data({key: values[key] for key in keys})) == fingerprint(to_data(values))
    node = {"name": "a:B", "parameters": {key: to_data(value) for key, value in values.items()}}
    turned = {"parameters": {key: to_data(values[key]) for key in keys}, "name": "a:B"}
    assert fingerprint(turned) == fingerprint(node)


def test_equal_numbers_have_one_hash_and_others_have_not() -> None:
    def of(value: Any) -> str:
        return fingerprint(to_data(value))

    assert of(1) == of(1.0) == of(np.float32(1)) == of(np.int8(1)) != of(True)
    assert of(0.0) == of(-0.0) == of(0)
    assert of(0.1) != of(np.float32(0.1))
    assert of(math.nan) == of(float("nan")) != of("nan")
    assert len({of(value) for value in (None, "", (), [], {}, 0, "0", False, frozenset())}) == 9
    assert of(Momentum(60)) != of(Momentum(61))
    assert of({"opaque": 1}) != of({"opaque": 2})
    names = [fingerprint({"name": "a:B", "parameters": {"source": text, "opaque": text}}) for text in "xy"]
    assert names[0] != names[1], "a parameter may have any name"


def test_what_cannot_be_named_keeps_its_data_and_says_why() -> None:
    local = own.maker()
    data = to_data(local)
    assert data["name"] == f"{own.__name__}:maker.<locals>.Local"
    assert data["parameters"]["top"] == 3
    with pytest.raises(RebuildError, match=r"Local can't be made again: .*inside a function; define it in a module"):
        from_data(data)
    script = type("Script", (own.Own,), {"__module__": "__main__"})
    with pytest.raises(RebuildError, match="in the script or notebook that was run; move it into a module"):
        from_data(to_data(Rotation(script(5))))
    assert describe(Rotation(script(5))).startswith("Rotation(score=Script(lookback=5)")
    shadow = type("Own", (own.Own,), {"__module__": own.__name__, "__qualname__": "Own"})
    assert obstacles(to_data(shadow(5))) == [
        f"Own: module {own.__name__} has no Own, or another; define it there by that name"
    ]
    assert obstacles(to_data(own.Everything(helper=lambda x: x)))[0].endswith("write a function in a module")


def test_what_has_no_data_is_said_not_guessed() -> None:
    itself = own.Everything()
    itself.none = [itself]
    assert obstacles(to_data(itself)) == ["Everything: it refers to itself"]
    assert obstacles(to_data(own.Everything(none=object()))) == [
        "object: only the type of such an object is kept; make it a dataclass"
    ]
    long = np.zeros(LARGEST_ARRAY + 1)
    assert obstacles(to_data(long)) == ["ndarray: an array of shape (1001,) and type float64 is not kept in data"]
    assert obstacles(to_data(long[1:])) == []
    deep: list[Any] = []
    for _ in range(99):
        deep = [deep]
    assert obstacles(to_data(deep)) == ["list: it is nested too deeply"]


@pytest.mark.parametrize(
    ("data", "says"),
    [
        ({"name": "Momentumm", "parameters": {}}, "this version of sectorlead has no Momentumm"),
        ({"name": "absent_rules:X", "parameters": {}}, "module absent_rules can't be imported"),
        ({"name": f"{own.__name__}:Absent", "parameters": {}}, "has no Absent"),
        ({"name": "Momentum", "parameters": {"lokback": 3}}, "unexpected keyword argument 'lokback'"),
        ({"name": "math:sqrt", "parameters": {}}, "math:sqrt is no class"),
        ({"name": f"{own.__name__}:Side", "member": "SHORT"}, "SHORT"),
        ({"strange": 1}, "nothing is known of data with the keys 'strange'"),
        ({"rulebook": "us-b", "version": "1", "digest": "0"}, "this version has no rule book 'us-b'"),
    ],
)
def test_what_cannot_be_found_says_what_to_do(data: Any, says: str) -> None:
    with pytest.raises(RebuildError) as caught:
        from_data(data)
    assert says in str(caught.value)
    assert "install the versions that the manifest names, or write the strategy again" in str(caught.value)


def test_a_parameter_out_of_range_is_refused_by_its_class() -> None:
    with pytest.raises(ParameterError, match=r"Momentum\.lookback must be an int from 1"):
        from_data({"name": "Momentum", "parameters": {"lookback": 0, "skip": 0}})


def test_a_rule_book_must_be_the_same_book() -> None:
    data = to_data(MARKETS["cn-etf"])
    data["parameters"]["rulebook"]["digest"] = "0" * 16
    with pytest.raises(RebuildError, match=r"rule book cn-a was version .* with digest 0+, here it is version"):
        from_data(data)


def test_a_book_of_ones_own_is_carried_by_its_content(tmp_path: Path) -> None:
    shipped = find_rulebook("cn-a")
    book = replace(shipped, name="mine", version="7", entries=shipped.entries[:-1])
    market = Market(rulebook=book, board="fund")
    data = through_json(to_data(market))
    again = from_data(data)
    assert again == market
    assert again.book.digest == book.digest
    data["parameters"]["rulebook"]["content"]["entries"].pop()
    with pytest.raises(RebuildError, match="its rules differ"):
        from_data(data)
    same_book = Market(rulebook=shipped, board="fund")
    assert to_data(same_book) == to_data(Market(rulebook="cn-a", board="fund"))
    posing = replace(book, name="cn-a")
    assert from_data(through_json(to_data(Market(rulebook=posing, board="fund")))).book == posing


def test_a_panel_is_named_by_its_content_and_must_be_given() -> None:
    market = simulate(1, 300)
    rule = Mapped(Rotation(Momentum(60)), market.select(["SIM01", "SIM02"]), {"SIM01": ["SIM11"]})
    data = through_json(to_data(rule))
    assert to_data(from_data(data, [market, rule.signal])) == data
    renamed = replace(rule, signal=replace(rule.signal, source="elsewhere"))
    assert fingerprint(to_data(renamed)) == fingerprint(data) != fingerprint(to_data(replace(rule, signal=market)))
    with pytest.raises(RebuildError, match=rf"the panel {rule.signal.content_hash} .* from_data\(data, panels="):
        from_data(data, [market])


def test_one_line_for_people() -> None:
    for name in LIBRARY:
        rule = build(name)
        assert describe(rule) == repr(rule)
    assert sentence(to_data(own.Everything())) == (
        "Everything(none=None, flag=True, text='动量', numbers=(1.5, -2.0, inf), names=['b', 'a'], members={1, 3}, "
        "loose={'x', 'y'}, funds={'B': ('b',), 1: None}, day='2024-02-29', moment='2024-02-29T15:00:00', "
        "side=Side.FLAT, pair=Pair(left='a', right='b'), kind=Own, helper=median, score=Own(lookback=7))"
    )
    assert describe((own.Crossing, {"period": 9})) == "Crossing(period=9, share=0.5)"
    assert describe(own.Everything(none=object())).startswith("Everything(none=<object>, ")


@pytest.mark.parametrize(
    "data",
    [{"name": "a:B", "parametfrs": {}}, {"name": "a:B", "parameters": 3}, {"mapping": [1]}, {"set": 1}, {"list": None}],
)
def test_data_of_another_form_are_told_as_they_are(data: dict[str, object]) -> None:
    assert sentence(data) == str(data)
    assert sentence([data]) == f"({data},)"
