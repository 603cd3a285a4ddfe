"""Frozen dataclasses with other values: no check again, and nothing of what was cached."""

from __future__ import annotations

import numpy as np

import sectorlead as sl
from sectorlead.engine.backtest import backtest
from sectorlead.engine.config import RunConfig
from sectorlead.engine.record import Record
from sectorlead.engine.with_values import with_values


def test_it_is_what_replace_makes_without_what_was_cached() -> None:
    record = backtest(sl.Rotation(sl.Momentum(20)), sl.simulate(seed=1, sessions=90))
    assert len(record.equity) == 90  # cached
    short = record.outcome._replace(equity=record.outcome.equity[:5])
    terms = with_values(record.terms, type(record.terms), last=4)
    made = with_values(record, sl.Run, name="other", outcome=short, terms=terms)
    assert type(made) is sl.Run
    assert (made.name, made.panel, made.market) == ("other", record.panel, record.market)
    np.testing.assert_array_equal(made.equity, record.equity[:5])
    assert type(record) is Record
    assert record.name == "Rotation"
    assert set(vars(made)) - {"equity", "sessions"} == set(Record.__dataclass_fields__)


def test_terms_are_taken_from_terms_of_a_run() -> None:
    config = RunConfig(fill="close", name="a")
    made = with_values(config, RunConfig, name="b")
    assert made == RunConfig(fill="close", name="b")
    assert config.name == "a"
