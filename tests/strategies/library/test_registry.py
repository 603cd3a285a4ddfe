"""The list of ready-made strategies: documented, and with errors that help."""


import pytest

import sectorlead as public
from sectorlead import (
    LIBRARY,
    build,
)
from sectorlead.data.errors import ParameterError, UnknownNameError


@pytest.mark.parametrize("name", LIBRARY)
def test_every_entry_is_documented_and_its_repr_makes_it_again(name: str) -> None:
    entry, rule = LIBRARY[name], build(name)
    assert entry.name == name
    assert all((entry.summary, entry.reference, entry.statement))
    assert eval(repr(rule), {key: getattr(public, key) for key in public.__all__}) == rule
    assert entry.build(**entry.defaults) == rule
    assert entry.defaults.keys() == entry.parameters.keys() >= set(entry.shared)
    for key, domain in entry.parameters.items():
        assert domain.take(entry.defaults[key]) == entry.defaults[key]


def test_a_rules_own_parameters_come_first() -> None:
    assert list(LIBRARY["momentum"].parameters)[:3] == ["lookback", "skip", "weights"]
    assert list(LIBRARY["dual-momentum"].parameters)[:2] == ["formation", "hurdle"]
    assert not {"trend", "bear_exposure"} & LIBRARY["dual-momentum"].parameters.keys()
    assert LIBRARY["faber-momentum-trend"].defaults["trend"] == 200


def test_same_name_same_domain() -> None:
    kinds: dict[str, set[object]] = {}
    for entry in LIBRARY.values():
        for key, domain in entry.parameters.items():
            kinds.setdefault(key, set()).add((domain.kind, domain.optional, domain.several))
    assert {key for key, found in kinds.items() if len(found) > 1} == set()


@pytest.mark.parametrize(
    ("name", "given", "error", "text"),
    [
        (
            "pullback-leader",
            {},
            UnknownNameError,
            "unknown strategy 'pullback-leader'. Did you mean 'pullback-leaders'?",
        ),
        (
            "momentum",
            {"lokback": 3},
            UnknownNameError,
            "unknown parameter of momentum 'lokback'. Did you mean 'lookback'?",
        ),
        (
            "pullback-leaders",
            {"top": 0},
            ParameterError,
            "pullback-leaders: top must be an int from 1 to 10000, was 0",
        ),
        ("pullback-leaders", {"top": "3.5"}, ParameterError, "top must be an int from 1 to 10000, was '3.5'"),
        ("momentum", {"hold_until_rank": 2}, ParameterError, "momentum: TopN.hold_until_rank must be at least n=5"),
        ("leaders", {"reverse": "yes"}, ParameterError, "leaders: reverse must be True or False, was 'yes'"),
        (
            "random",
            {"weights": "cap"},
            UnknownNameError,
            "unknown weights of random 'cap'. Known: equal, inverse-volatility, rank, risk-parity, minimum-variance, "
            "hierarchical.",
        ),
        ("random", {"schedule": "every-0"}, ParameterError, "Every.sessions must be an int from 1 to 2520, was 0"),
        ("random", {"schedule": "daily"}, ParameterError, "or 'every-N', e.g. 'every-20', was 'daily'"),
        ("leaders", {"measure": "excss"}, UnknownNameError, "measure of leaders 'excss'. Did you mean 'excess'?"),
        ("leaders", {"measure": "rps", "over": "60"}, ParameterError, "not for rps; leave it out"),
        ("leaders", {"over": "now"}, ParameterError, "over must be one of 'current', 'last', 'bottoming', or a number"),
        ("leaders", {"trend": 60, "bear_exposure": 0.5}, ParameterError, "two guards; leave one out"),
        ("leaders", {"selective_top": 2, "max_per_group": 1}, ParameterError, "selective_top can't be combined with"),
        ("random", {"trend": 1}, ParameterError, "TrendGuard.sessions must be an int from 2 to 2520, was 1"),
    ],
)
def test_bad_names_and_values_say_what_is_allowed(name, given, error, text) -> None:
    with pytest.raises(error) as caught:
        build(name, **given)
    assert text in str(caught.value)


