from __future__ import annotations

from pathlib import Path

import pytest

from sectorlead import Momentum, Monthly, Rotation, TopN, Tranches, Weekly
from sectorlead.data.errors import InputError
from sectorlead.study.strategy_argument import find_strategy, settings

from .conftest import MODULE


def test_any_way_to_write_a_strategy(rules: str) -> None:
    found = find_strategy(f"{rules}:Plain", {"top": "5", "kind": "7", "share": "1", "quick": "true"})
    assert found.__dict__ == {"top": 5, "kind": "7", "share": 1.0, "quick": True}
    assert find_strategy(f"{rules}:Plain", {"top": "0.5"}).top == 0.5, "a whole default may stand for any number"
    assert find_strategy(f"{rules}:Needy", {"top": 5}).top == 5
    assert find_strategy(f"{rules}:Value").top == 3
    assert find_strategy(f"{rules}:value", {"top": 9}).top == 9
    assert find_strategy(f"{rules}:made", {"top": 2, "x": 1}).kind == {"x": 1}
    assert find_strategy(f"{rules}:plain").top == 3
    annotated = find_strategy(f"{rules}:Annotated", {"top": "5", "levels": "20,60", "name": "none"})
    assert annotated.__dict__ == {"top": 5, "levels": (20, 60), "name": None}
    foreign, params = find_strategy(f"{rules}:Foreign", {"period": "50"})
    assert (foreign.__name__, params) == ("Foreign", {"period": 50})
    assert find_strategy(f"{rules}:Foreign") is foreign


def test_a_score_stays_a_score_until_a_rotation_is_asked_for(rules: str) -> None:
    score = find_strategy(f"{rules}:Calm", {"lookback": "60"})
    assert repr(score) == "Calm(lookback=60)"
    assert repr(find_strategy(f"{rules}:slow", {"lookback": 90})) == "Momentum(lookback=90, skip=0)"
    assert repr(find_strategy(f"{rules}:calm")) == "Calm(lookback=60)"
    around = find_strategy(f"{rules}:Calm", {"lookback": "60", "pick.n": "3", "schedule": "Weekly"})
    assert around == Rotation(score, TopN(3), schedule=Weekly())
    ranked = find_strategy("sectorlead:Ranked", {"score": f"{rules}:Calm", "score.lookback": 9})
    assert repr(ranked) == "Ranked(score=Calm(lookback=9))", "its own parameter called score, not the rotation's"


def test_parts_of_ones_own_take_their_places_in_any_rule(rules: str) -> None:
    texts = {
        "score": f"{rules}:Calm", "score.lookback": "60", "pick": f"{rules}:Few", "pick.n": "4",
        "guard": f"{rules}:Half", "guard.share": "0.25", "schedule.offset": "2",
    }  # fmt: skip
    told = "Rotation(score=Calm(lookback=60), pick=Few(n=4), weigh=Equal(total=1.0), guard=Half(share=0.25), "
    for name in ("sectorlead:Rotation", f"{rules}:rotation", "equal-weight", f"{rules}:rule"):
        built = find_strategy(name, texts)
        assert repr(built).startswith(told), name
        assert built.schedule == Monthly(2)
    tables = {"guard": {"name": f"{rules}:Half", "share": 0.25}, "pick": {"n": 3}, "top": 7}
    built = find_strategy("momentum", tables)
    assert repr(built.guard) == "Half(share=0.25)"
    assert built.pick == TopN(3)
    several = find_strategy(f"{rules}:Calm", {"score": "Blend", "score.scores.1.lookback": 9, "lookback": 30})
    assert several.score.scores == (Momentum(60), Momentum(9))
    tranched = find_strategy("momentum", {"tranches": "2", "rotation.pick.n": "4"})
    assert tranched == Tranches(Rotation(Momentum(120), TopN(4)), 2)


@pytest.mark.parametrize(
    ("name", "given", "message"),
    [
        ("Plan", {}, "unknown name in module .* 'Plan'. Did you mean 'Plain'"),
        ("Plain", {"tpo": 1}, "parameter of .*:Plain 'tpo'. Did you mean 'top'"),
        ("Needy", {}, "needs top; write --set top=VALUE"),
        ("Value", {"to": 1}, "Did you mean 'top'"),
        ("value", {"to": 1}, "Did you mean 'top'"),
        ("plain", {"top": 1}, "parameters can be set on a class"),
        ("Foreign", {"perod": 1}, "Did you mean 'period'"),
        ("number", {}, "is an object of type int, not a strategy"),
        ("Value", {"top": "12"}, r"Value: top must be an int from 1 to 9, was '12'"),
        ("Value", {"top": 2.5}, r"Value: top must be an int from 1 to 9, was 2.5"),
        ("Calm", {"lookback": "1"}, r"Calm: lookback must be an int from 2 to 250, was '1'"),
        ("Annotated", {"top": "x"}, r"Annotated: top must be an int, was 'x'"),
        ("Plain", {"share": "much"}, r"Plain: share must be a number, was 'much'"),
        ("Foreign", {"share": "much"}, r"Foreign: share must be a number, was 'much'"),
        ("Calm", {"pick.m": 3}, r"unknown parameter of Rotation.pick 'm'.*Known: n, hold_until_rank"),
        ("Calm", {"pick": "TopNN"}, r"unknown name in module sectorlead 'TopNN'. Did you mean 'TopN'"),
        ("Calm", {"pick": "Weekly"}, r"Rotation.pick must be a Pick, was Weekly"),
        ("rule", {"lookback": "60", "pick.n": "0"}, r"rule.pick: n must be an int from 1 to 10000, was '0'"),
        ("Plain", {"top.n": "3"}, r"Plain.top is 3, which has no parameters; was given n below it"),
        ("Plain", {"pick.n": "3"}, r"unknown parameter of .*:Plain 'pick.n'"),
        ("Few", {}, r"it is a part of one: --strategy sectorlead:Rotation --set pick=.*:Few"),
        ("a b", {}, "is not module:Name"),
    ],
)
def test_what_is_not_a_strategy_says_why(rules: str, name: str, given: dict[str, object], message: str) -> None:
    with pytest.raises(InputError, match=message):
        find_strategy(f"{rules}:{name}", given)


def test_modules_that_cannot_be_imported_say_why(rules: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="does not say which arguments it takes"):
        find_strategy("builtins:int")
    with pytest.raises(InputError, match="no module 'absent_rules' in"):
        find_strategy("absent_rules:X")
    (tmp_path / f"{rules}_broken.py").write_text("def f(:\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"not valid Python: .*_broken.py, line 1"):
        find_strategy(f"{rules}_broken:X")
    (tmp_path / f"{rules}_needs.py").write_text("import absent_package\n", encoding="utf-8")
    with pytest.raises(InputError, match="needs 'absent_package', which is not installed"):
        find_strategy(f"{rules}_needs:X")


def test_a_module_next_to_the_study_is_found(rules: str, tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / f"{rules}_deep.py").write_text(MODULE, encoding="utf-8")
    assert find_strategy(f"{rules}_deep:Plain", {}, tmp_path / "deep").top == 3


def test_library_parameters_are_read_as_their_types() -> None:
    texts = settings(["lookback=20,60", "top=2", "hold_until_rank=4", "weights=inverse-volatility"])
    built = find_strategy("momentum", texts)
    assert (built.score.lookback, built.pick.n, built.pick.hold_until_rank) == ((20, 60), 2, 4)
    with pytest.raises(InputError, match="Did you mean 'momentum'"):
        find_strategy("momentun")
    with pytest.raises(InputError, match="Did you mean 'lookback'"):
        find_strategy("momentum", {"lokback": "3"})


@pytest.mark.parametrize("pairs", [["top"], ["=3"], ["top="], ["top=1", "top=2"]])
def test_settings_that_are_none(pairs: list[str]) -> None:
    with pytest.raises(InputError, match="--set"):
        settings(pairs)
