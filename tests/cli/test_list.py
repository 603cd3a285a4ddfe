"""``sectorlead list``: every name is there."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.mark.parametrize(
    ("what", "names"),
    [("strategies", {"pullback-leaders", "random"}), ("sources", {"PATH", "simulated"}), ("markets", {"cn-etf"})],
)
def test_lists(command: Any, what: str, names: set[str]) -> None:
    done = command("list", what)
    assert done.status == 0
    first = {line.split()[0] for line in done.out.splitlines() if not line.startswith(" ")}
    assert names <= first
