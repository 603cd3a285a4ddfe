"""akshare's own code against a server of this machine; nothing of akshare is replaced."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator

import pytest

from sectorlead.data.sources.exchanges import limits

from .loopback import Vendors, serving


@pytest.fixture
def vendors(monkeypatch: pytest.MonkeyPatch) -> Iterator[Vendors]:
    """A fresh server, nothing remembered from other tests, and no polite waiting."""
    for name, module in list(sys.modules.items()):
        if name.startswith("akshare."):
            for value in list(vars(module).values()):
                if hasattr(value, "cache_clear"):
                    value.cache_clear()
    monkeypatch.setattr(time, "sleep", lambda _: None)
    with limits(connect=5, read=10, pause=0), serving(monkeypatch) as running:
        yield running
