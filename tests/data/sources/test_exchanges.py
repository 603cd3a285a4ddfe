"""What is recorded of requests, and how patient and polite they are."""

from __future__ import annotations

import threading
import time
import warnings
from typing import Any

import pytest

from sectorlead.data.errors import BlockedError
from sectorlead.data.sources.calls import ask, call
from sectorlead.data.sources.exchanges import limits

from .loopback import Vendors


def test_a_silent_server_costs_no_more_than_the_limit(vendors: Vendors) -> None:
    vendors.fault = "silence"
    began = time.monotonic()
    with limits(read=0.2), pytest.raises(BlockedError, match="ReadTimeout"):
        call("index_hist_sw", symbol="801010")
    assert time.monotonic() - began < 10  # akshare alone would wait for ever


def test_send_and_warnings_are_left_as_they_were(vendors: Vendors) -> None:
    from requests.adapters import HTTPAdapter

    before, filters = HTTPAdapter.send, list(warnings.filters)
    call("index_hist_sw", symbol="801010")
    vendors.fault = "502"
    with pytest.raises(BlockedError):
        call("index_hist_sw", symbol="801010")
    assert HTTPAdapter.send is before
    assert list(warnings.filters) == filters


def test_threads_do_not_see_each_others_requests(vendors: Vendors) -> None:
    import requests

    found: dict[str, int] = {}

    def fetch(symbol: str) -> None:
        with limits(pause=0, read=5):
            found[symbol] = len(ask("index_hist_sw", {"symbol": symbol}).exchanges)

    def other() -> None:
        for _ in range(10):
            requests.get("https://www.csindex.com.cn/csindex-home/exportExcel/indexAll/CH", timeout=5).close()

    threads = [threading.Thread(target=fetch, args=(f"8010{n}0",)) for n in range(5)] + [threading.Thread(target=other)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(found.values()) == {1}


def test_requests_to_one_host_keep_their_distance(vendors: Vendors, monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []
    monkeypatch.setattr(time, "sleep", waits.append)
    with limits(pause=100):
        call("rate_interbank")
    assert [wait > 90 for wait in waits[1:]] == [True, True]


def test_interruption_is_not_swallowed(vendors: Vendors, monkeypatch: pytest.MonkeyPatch) -> None:
    from requests.adapters import HTTPAdapter

    def interrupted(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(HTTPAdapter, "send", interrupted)
    with pytest.raises(KeyboardInterrupt):
        call("index_hist_sw", symbol="801010")
    assert HTTPAdapter.send is interrupted
