"""What the tests of data share."""

from __future__ import annotations

from pathlib import Path

import pytest

from .files import SMALL


@pytest.fixture
def small(tmp_path: Path) -> Path:
    path = tmp_path / "bars.csv"
    path.write_text(SMALL, encoding="utf-8")
    return path
