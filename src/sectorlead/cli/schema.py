"""``sectorlead schema``: JSON Schemas of studies, and of what every command prints with ``--json``."""

from __future__ import annotations

import datetime
import json
from collections.abc import Mapping, Sequence
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints, is_typeddict

import typer

from sectorlead.cli.shapes import SHAPES
from sectorlead.data.errors import UnknownNameError

DRAFT = "https://json-schema.org/draft/2020-12/schema"
STUDY = "study"


def schema(
    what: Annotated[str, typer.Argument(help="study, or a command, such as run or 'data series'.")] = STUDY,
) -> None:
    """Print the JSON Schema of studies, or of what a command prints with --json."""
    if what not in (STUDY, *SHAPES):
        raise UnknownNameError("schema", what, (STUDY, *SHAPES))
    print(json.dumps(study_schema() if what == STUDY else answer_schema(what), ensure_ascii=False, indent=1))


def answer_schema(command: str) -> dict[str, Any]:
    """What a command prints with ``--json``."""
    return {"$schema": DRAFT, "title": f"sectorlead {command} --json", **schema_of(SHAPES[command])}


def schema_of(hint: Any) -> dict[str, Any]:
    """The JSON Schema of a type hint; one that is not known allows everything.

    >>> schema_of(list[float | None])
    {'type': 'array', 'items': {'type': ['number', 'null']}}
    """
    simple = {str: "string", bool: "boolean", int: "integer", float: "number", NoneType: "null"}
    if hint in simple:
        return {"type": simple[hint]}
    if is_typeddict(hint):
        own = get_type_hints(hint)
        return {
            "type": "object", "description": (hint.__doc__ or "").strip(), "required": list(own),
            "properties": {name: schema_of(each) for name, each in own.items()}, "additionalProperties": False,
        }  # fmt: skip
    origin, inner = get_origin(hint), get_args(hint)
    if origin is Literal:
        return {"enum": list(inner)}
    if origin in (Union, UnionType):
        return _either([schema_of(each) for each in inner])
    if hint is datetime.date:
        return {"type": "string", "format": "date"}
    if origin in (list, tuple, Sequence):
        return {"type": "array", "items": schema_of(inner[0])}
    if origin in (dict, Mapping) or hint is dict:
        return {"type": "object"} if len(inner) < 2 else {"type": "object", "additionalProperties": schema_of(inner[1])}
    return {}


def _either(parts: list[dict[str, Any]]) -> dict[str, Any]:
    if not all(parts):
        return {}
    if all(part.keys() == {"type"} for part in parts):
        return {"type": [part["type"] for part in parts]}
    return {"anyOf": parts}


def study_schema() -> dict[str, Any]:
    """A study (``docs/studies.md``): its sections, their keys, and what each must be."""
    from sectorlead.study.study_file import SECTIONS

    sections: dict[str, Any] = {name: _section(name) for name in SECTIONS}
    sections["strategies"] = {"type": "array", "items": sections["strategies"] | {"required": ["name"]}, "minItems": 1}
    sections["signal"]["required"] = ["path", "funds"]
    return {
        "$schema": DRAFT, "title": "A study of sectorlead", "description": "TOML: docs/studies.md.",
        "type": "object", "properties": sections, "additionalProperties": False,
    }  # fmt: skip


def _section(name: str) -> dict[str, Any]:
    from sectorlead.study.study_file import SECTIONS

    hints = _hints()
    keys = {}
    for key, form in SECTIONS[name].items():
        own = {"enum": list(form.choices)} if form.choices else schema_of(_without_none(hints[name].get(key, Any)))
        keys[key] = own | {"description": f"Must be {form.words}."}
    return {"type": "object", "properties": keys, "additionalProperties": False}


def _without_none(hint: Any) -> Any:
    """TOML has no null: a key is left out."""
    kinds = [each for each in get_args(hint) if each is not NoneType]
    return Union[tuple(kinds)] if get_origin(hint) in (Union, UnionType) else hint  # noqa: UP007  # of a list


def _hints() -> dict[str, dict[str, Any]]:
    """Type hints of the keys of each section, as far as a value of TOML is of that type."""
    from sectorlead.data.tidy.options import ReadOptions
    from sectorlead.engine.config import TERMS
    from sectorlead.engine.market.market import Market
    from sectorlead.ledger.registration import Registration
    from sectorlead.study import study

    def of(*kinds: type) -> dict[str, Any]:
        return {name: hint for kind in kinds for name, hint in get_type_hints(kind).items()}

    terms = {known.name: known.hint for known in TERMS.values()}
    source = of(study.Source, ReadOptions) | terms
    return {
        "data": source, "signal": source | {"funds": dict}, "run": terms | {"market": str}, "market": of(Market),
        "strategies": {"name": str, "label": str, "set": dict, "analyzers": list[str]},
        "compare": of(study.Comparison), "events": of(study.Events), "factor": of(study.Factor),
        "sweep": of(study.Sweeping), "walkforward": of(study.Walking), "registration": of(Registration),
    }  # fmt: skip
