from __future__ import annotations

import sys
from pathlib import Path

import pytest

from sectorlead.data.errors import InputError
from sectorlead.study.strategy_argument import find_strategy, settings

MODULE = '''
import backtrader as bt
from dataclasses import dataclass

class Plain:
    def __init__(self, top=3, kind="a"):
        self.top, self.kind = top, kind
    def decide(self, view, portfolio):
        return None

class Needy(Plain):
    def __init__(self, top):
        self.top = top

@dataclass(frozen=True)
class Value:
    top: int = 3
    def decide(self, view, portfolio):
        return None

def made(top=1, **more):
    return Plain(top, more)

value, plain, number = Value(), Plain(), 7

class Foreign(bt.Strategy):
    params = (("period", 20),)
'''


@pytest.fixture
def rules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(sys, "path", list(sys.path))
    monkeypatch.chdir(tmp_path)
    name = f"rules_{abs(hash(tmp_path))}"
    (tmp_path / f"{name}.py").write_text(MODULE, encoding="utf-8")
    return name


def test_any_way_to_write_a_strategy(rules: str) -> None:
    assert find_strategy(f"{rules}:Plain", {"top": "5", "kind": "wide"}).__dict__ == {"top": 5, "kind": "wide"}
    assert find_strategy(f"{rules}:Needy", {"top": 5}).top == 5
    assert find_strategy(f"{rules}:Value").top == 3
    assert find_strategy(f"{rules}:value", {"top": 9}).top == 9
    assert find_strategy(f"{rules}:made", {"top": 2, "x": 1}).kind == {"x": 1}
    assert find_strategy(f"{rules}:plain").top == 3
    foreign = find_strategy(f"{rules}:Foreign", {"period": "50"})
    assert dict(foreign.params._getitems())["period"] == 50
    assert dict(find_strategy(f"{rules}:Foreign").params._getitems())["period"] == 20


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
        ("a b", {}, "is not module:Name"),
    ],
)
def test_what_is_not_a_strategy_says_why(rules: str, name: str, given: dict[str, object], message: str) -> None:
    with pytest.raises(InputError, match=message):
        find_strategy(f"{rules}:{name}", given)


def test_modules_that_cannot_be_imported_say_why(rules: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="not a strategy"):
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
