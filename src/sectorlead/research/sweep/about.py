"""What the result of a sweep says of itself, and the job that this makes again."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

import pandas as pd

from sectorlead.data.errors import InputError, RebuildError
from sectorlead.data.panel import Panel
from sectorlead.data.store.durable import replace_file
from sectorlead.engine.backtest import run_span
from sectorlead.engine.canonical import describe, obstacles, references, to_data
from sectorlead.engine.config import RunConfig
from sectorlead.engine.rebuild import from_data
from sectorlead.reports.analysis.windows import stretches, window_metrics
from sectorlead.reports.growth import benchmark_between, points_between
from sectorlead.reports.manifest import environment
from sectorlead.reports.run_folder.names import SWEEP
from sectorlead.reports.signals.result import studied
from sectorlead.research.sweep.axes import Axis
from sectorlead.research.sweep.base import Base
from sectorlead.research.sweep.constraints import Constraint, in_words
from sectorlead.research.sweep.job import Job
from sectorlead.research.sweep.space import Space

FORMAT = 1


def about_of(
    job: Job,
    space: Space,
    measured_from: str,
    first: str,
    notes: Sequence[str],
    search: Any,
    constraints: Sequence[Constraint] = (),
) -> dict[str, Any]:
    """What a result says of itself: all that makes its runs again, and no clock.

    Parameters
    ----------
    job : Job
    space : Space
    measured_from : str
        The term of every run.
    first : str
        ISO date of the first measured session.
    notes : sequence of str
    search : RandomSearch, OptunaSearch or None
    constraints : sequence of str or callable
        Which combinations were kept.
    """
    market = {"text": job.market.sentence(), "data": to_data(job.market)}
    return {
        "format": FORMAT,
        "variants": len(space),
        "name": job.base.name,
        "sentence": job.base.sentence,
        "base": _base_data(job.base),
        "axes": [
            {
                "name": axis.name,
                "kind": axis.kind,
                "labels": list(axis.labels),
                "values": [to_data(value) for value in axis.choices],
            }
            for axis in space.axes
        ],
        "search": describe(search) if search is not None else "all combinations",
        "where": in_words(constraints),
        "market": market,
        "terms": {
            item.name: to_data(value) if not isinstance(value := getattr(job.config, item.name), pd.Series)
            else {"opaque": "rates by date"}
            for item in fields(RunConfig)
        },
        "words": job.config.in_words(),
        "measured_from": measured_from,
        "first_session": first,
        "windows": _windows(job, first),
        "returns": job.returns,
        "panel": studied(job.panel)._asdict(),
        "origin": [job.panel.origin.content_hash, job.panel.origin.sessions, f"{job.panel.origin.last:%F}"],
        "notes": [*notes, *job.panel.notes],
        **environment(),
    }  # fmt: skip


def write_about(folder: Path, about: Mapping[str, Any]) -> None:
    """Write what a result says of itself, last: with it the result is complete.

    Parameters
    ----------
    folder : Path
    about : mapping
    """
    text = json.dumps(about, ensure_ascii=False, indent=1, allow_nan=False)

    def write(path: Path) -> None:
        path.write_text(text, encoding="utf-8", newline="\n")

    replace_file(folder / SWEEP, write)


def job_of(about: Mapping[str, Any], panel: Panel | None) -> Job:
    """What makes the runs of a result that was opened.

    Parameters
    ----------
    about : mapping
        As ``about_of`` gives it.
    panel : Panel or None

    Raises
    ------
    InputError
        The panel is not there, or something can't be made again.
    """
    if panel is None:
        raise InputError("the sweep was saved without its panel; give it: open(folder, panel)")
    told = [about["base"], *(axis["values"] for axis in about["axes"]), about["terms"]]
    if why := [text for data in (about["base"]["rule"], *(told[1:])) for text in _all_obstacles(data)]:
        raise InputError(f"runs of this sweep can't be made again: {'; '.join(dict.fromkeys(why))}")
    if about["base"]["signal"]:
        raise InputError("runs of a sweep that sees another panel can be made by the process that swept only")
    named = {name for kind, name in references([about["base"], *told]) if kind == "module"}
    if unknown := sorted(named - sys.modules.keys()):
        raise InputError(f"import {', '.join(unknown)} first, then make the run")
    try:
        base = Base(from_data(about["base"]["rule"]), {k: from_data(v) for k, v in about["base"]["fixed"].items()})
        axes = tuple(
            Axis(axis["name"], tuple(from_data(v) for v in axis["values"]), tuple(axis["labels"]), axis["kind"])
            for axis in about["axes"]
        )
        terms = {name: from_data(value) for name, value in about["terms"].items()}
        config = RunConfig(**{name: value for name, value in terms.items() if value is not None})
        market = from_data(about["market"]["data"])
    except RebuildError as error:
        raise InputError(f"runs of this sweep can't be made again: {error}") from None
    return Job(base, axes, panel, market, config, about["returns"])


def _windows(job: Job, first: str) -> dict[str, Any]:
    """The windows of the terms in the measured sessions, with what the benchmark made in each."""
    start, stop = run_span(job.panel, first, job.config.end)
    sessions = job.panel.sessions[start : stop + 1]
    found, missed = stretches(job.config.periods, sessions)
    market, dates = benchmark_between(job.panel, start, stop), points_between(job.panel, start, stop)
    told = []
    for each in found:
        values = window_metrics(market, dates, each) if market else {}
        figures = {f"benchmark_{name}": values.get(name, float("nan")) for name in ("total_return", "max_drawdown")}
        about: dict[str, Any] = {"window": each.window.name, "first": f"{sessions[each.start]:%F}"}
        about |= {"last": f"{sessions[each.stop - 1]:%F}", "part": each.part}
        about |= {"sessions": each.sessions, "start": each.start}
        told.append(about | {name: value if value == value else None for name, value in figures.items()})
    return {"found": told, "missed": missed}


def _base_data(base: Base) -> dict[str, Any]:
    signal = base.signal and [to_data(base.signal[0]), {k: list(v) for k, v in base.signal[1].items()}, base.signal[2]]
    return {
        "rule": to_data(base.rule),
        "fixed": {name: to_data(value) for name, value in base.fixed.items()},
        "signal": signal,
    }


def _all_obstacles(data: Any) -> list[str]:
    if isinstance(data, dict) and "opaque" in data and len(data) == 1:
        return [str(data["opaque"])]
    if isinstance(data, dict):
        own = obstacles(data)
        return own or [text for value in data.values() for text in _all_obstacles(value)]
    return [text for value in data for text in _all_obstacles(value)] if isinstance(data, list) else []
