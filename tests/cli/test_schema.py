"""``sectorlead schema``: a study that runs is valid, one that is refused is not."""

from __future__ import annotations

import datetime
import json
import re
import tomllib
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from sectorlead.cli.schema import answer_schema, schema_of, study_schema
from sectorlead.cli.shapes import SHAPES

from ..conftest import Command

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "studies.md").read_text(encoding="utf-8")
SCHEMA = study_schema()


def read(text: str) -> Any:
    """TOML as an editor sees it: dates are texts."""

    def plain(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: plain(item) for key, item in value.items()}
        if isinstance(value, list):
            return [plain(item) for item in value]
        return value.isoformat() if isinstance(value, datetime.date) else value

    return plain(tomllib.loads(text))


def studies() -> list[str]:
    """Every example, and every study or part of one on the page that defines them."""
    blocks = re.findall(r"^```toml\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    return [*blocks, *(path.read_text(encoding="utf-8") for path in sorted((ROOT / "examples").glob("*.toml")))]


@pytest.mark.parametrize("text", studies(), ids=range(len(studies())))
def test_a_study_that_is_shown_is_valid(text: str) -> None:
    jsonschema.validate(read(text), SCHEMA)


@pytest.mark.parametrize(
    ("text", "about"),
    [
        ("[run]\nfil = 'open'", "fil"),
        ("[runs]\nfill = 'open'", "runs"),
        ("[run]\nfill = 'noon'", "noon"),
        ("[run]\ncash = 'much'", "much"),
        ("[data]\npath = 3", "3"),
        ("[[strategies]]\nlabel = 'nameless'", "name"),
        ("[signal]\npath = 'sw1'", "funds"),
    ],
)
def test_a_study_that_is_refused_is_not(text: str, about: str) -> None:
    with pytest.raises(jsonschema.ValidationError, match=about):
        jsonschema.validate(read(text), SCHEMA)


def test_toml_has_no_null() -> None:
    assert "null" not in json.dumps(SCHEMA)


def test_every_key_of_a_study_says_what_it_must_be() -> None:
    from sectorlead.study.study_file import SECTIONS

    for name, keys in SECTIONS.items():
        own = SCHEMA["properties"][name]
        shown = own.get("items", own)["properties"]
        assert set(shown) == set(keys)
        for key, form in keys.items():
            assert form.words in shown[key]["description"]


@pytest.mark.parametrize("name", SHAPES)
def test_the_schema_of_an_answer_is_one(name: str) -> None:
    schema = answer_schema(name)
    jsonschema.Draft202012Validator.check_schema(schema)
    assert {"command", "version"} < set(schema["properties"])
    assert schema["additionalProperties"] is False


def test_hints_that_are_not_known_allow_everything() -> None:
    assert schema_of(Any) == schema_of(Path) == schema_of(int | Path) == {}


def test_the_command_prints_it(command: Command) -> None:
    assert json.loads(command("schema").out) == SCHEMA
    assert json.loads(command("schema", "data series").out) == answer_schema("data series")
    done = command("schema", "studdy")
    assert done.status == 2
    assert "Did you mean 'study'" in done.err
