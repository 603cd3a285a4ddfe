"""A manifest holds what reproduces a run."""

from __future__ import annotations

import json

import numpy as np

from sectorlead.engine.canonical import fingerprint, to_data
from sectorlead.engine.rebuild import from_data
from sectorlead.reports.manifest import manifest


def test_manifest_holds_what_reproduces_a_run(market_run):
    told, book = json.loads(json.dumps(manifest(market_run), allow_nan=False)), market_run.market.book
    assert told["panel"]["hash"] == market_run.panel.content_hash
    assert told["terms"]["start"] == "2016-01-01"
    assert from_data(told["strategy"]["data"]) == market_run.strategy
    assert told["strategy"]["text"] == repr(market_run.strategy)
    assert told["strategy"]["hash"] == fingerprint(to_data(market_run.strategy))
    assert from_data(told["market"]["data"]) == market_run.market
    assert told["market"]["hash"] == fingerprint(to_data(market_run.market))
    assert told["market"]["name"] == market_run.market.name
    assert told["versions"]["numpy"] == np.__version__
    kept = told["market"]["data"]["parameters"]["rulebook"]
    assert kept == {"rulebook": "cn-a", "version": book.version, "digest": book.digest}
    assert told["boards"] == {"fund": len(market_run.panel.symbols)}
    assert told["terms"]["cash_rate"] is None
    assert told["verified"] is None
