"""The inputs of ``fuzz.py``, a few of each kind, always the same ones."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from .fuzz import TARGETS, WARM, refused

FEW = {"load": 60, "study": 60, "book": 15, "market": 40, "folder": 25}


@pytest.mark.parametrize("target", TARGETS)
def test_changed_inputs_are_read_or_refused(target: str, tmp_path: Path) -> None:
    WARM[target]()
    here = Path.cwd()
    os.chdir(tmp_path)

    @settings(max_examples=FEW[target], suppress_health_check=list(HealthCheck), database=None)
    @given(st.data())
    def one(data: Any) -> None:
        with refused():
            TARGETS[target](data, tmp_path)

    try:
        one()
    finally:
        os.chdir(here)


def test_a_defect_would_be_found(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), refused():
        raise ZeroDivisionError
