"""Faults of vendors planted in real panels are found, and the panels themselves have none."""

from __future__ import annotations

import zlib
from pathlib import Path

import numpy as np
import pytest

from sectorlead.data.quality.gate import check, gate, on_calendar
from sectorlead.data.tidy.read import read

from .faults import FAULTS, FILE_FAULTS, POORER, TRUE, Chance, is_found, without

OF_EACH = 6  # of 21 kinds: 126 pairs
PANELS = 25  # each in four forms: 100 clean ones
OFTEN = {"noon": 4}  # of half a day's volume; a busy half is like a quiet day, and no one can tell


@pytest.fixture(scope="module")
def loaded() -> dict[tuple[str, str], object]:
    return {}


def chance(folder: Path, seed: int, loaded: dict) -> Chance:
    found = Chance(folder, np.random.default_rng(seed))
    found.loaded = loaded
    return found


@pytest.mark.parametrize("name", FAULTS)
def test_faults_planted_at_random_are_found_at_their_severity(shared_data: Path, loaded: dict, name: str) -> None:
    rule, severity, plant = FAULTS[name]
    chances = chance(shared_data, zlib.crc32(name.encode()), loaded)
    missed = []
    for _ in range(OF_EACH):
        fault = plant(chances)
        findings = check(fault.table, fault.table.calendar)
        if not is_found(fault, findings, rule, severity):
            missed.append([fault.symbol, fault.table.label, *(str(each) for each in findings)])
        errors = {each.rule for each in findings if each.severity == "error"}
        assert errors <= {rule} | fault.also, [str(each) for each in findings]
    assert OF_EACH - len(missed) >= OFTEN.get(name, OF_EACH), missed


@pytest.mark.parametrize("name", FILE_FAULTS)
def test_faults_of_files_are_found_at_their_severity(
    shared_data: Path, loaded: dict, tmp_path: Path, name: str
) -> None:
    rule, severity, plant = FILE_FAULTS[name]
    chances = chance(shared_data, zlib.crc32(name.encode()), loaded)
    for _ in range(OF_EACH):
        found = check(read(plant(chances, tmp_path)))
        assert [each.severity for each in found if each.rule == rule] == [severity], [str(each) for each in found]


@pytest.mark.parametrize("name", TRUE)
def test_what_only_looks_like_a_fault_is_left_in_peace(shared_data: Path, loaded: dict, name: str) -> None:
    chances = chance(shared_data, zlib.crc32(name.encode()), loaded)
    for _ in range(3 * OF_EACH):
        table = TRUE[name](chances)
        found = [str(each) for each in check(table, table.calendar) if each.severity == "error"]
        assert not found, table.label


@pytest.mark.parametrize("seed", range(PANELS))
def test_parts_of_real_panels_have_no_error_in_any_form(shared_data: Path, loaded: dict, seed: int) -> None:
    panel = chance(shared_data, seed, loaded).panel()
    gate(panel)
    table = on_calendar(panel)
    for form, fields in POORER.items():
        poorer = without(table, *fields)
        found = [str(each) for each in check(poorer, poorer.calendar) if each.severity == "error"]
        assert not found, form
