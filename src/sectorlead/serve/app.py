"""The pages as an ASGI application: a list of runs, runs side by side, one run with what filled its bars."""

from __future__ import annotations

import math
import mimetypes
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from sectorlead.data.errors import RunFolderError
from sectorlead.reports.analysis.execution import MEANINGS
from sectorlead.reports.charts.axes import calendar_ticks
from sectorlead.reports.charts.palette import series_role, stylesheet
from sectorlead.reports.compare.comparison import (
    common_growth,
    compared_metrics,
    mean_weights,
    monthly_differences,
    overlap,
    same_sessions,
)
from sectorlead.reports.render.i18n import Locale, find_locale
from sectorlead.reports.run_folder.entry import SHARED, Entry
from sectorlead.reports.run_folder.json_file import read_object
from sectorlead.reports.run_folder.names import FILES, MANIFEST, PRINT, REPORT, SUMMARY, TABLES
from sectorlead.serve import spells
from sectorlead.serve.index import Index
from sectorlead.serve.pages import render
from sectorlead.serve.query import MOST_RUNS, STATUSES, Query, chosen
from sectorlead.serve.security import REPORT_POLICY, Guard, confined
from sectorlead.serve.side_by_side import SHOWN, compared_stored, differing, drawn, without_flows
from sectorlead.serve.stored import StoredRun

STATIC = Path(__file__).with_name("static")
_PAGES = (REPORT, *SHARED)  # opened, not fetched
_FONTS = (".otf", ".ttf", ".woff", ".woff2")


def build_app(index: Index, names: Iterable[str] = (), locale: str = "en") -> Starlette:
    """The application.

    Parameters
    ----------
    index : Index
        Already read.
    names : iterable of str
        Host names it answers to, beside "localhost" and literal addresses.
    locale : str
        Language of its pages; reports are in the one they were written in.
    """
    pages = _Pages(index, find_locale(locale))
    return Starlette(
        routes=[
            Route("/", pages.runs),
            Route("/compare", pages.compare),
            Route("/run/{folder:path}", pages.run),
            Route("/report/{path:path}", pages.report),
            Route("/file/{name}/{folder:path}", pages.file),
            Route("/font", _font),
            Route("/static/palette.css", _palette),
            Mount("/static/reports", StaticFiles(packages=[("sectorlead.reports.render", "static")])),
            Mount("/static", StaticFiles(directory=STATIC)),
        ],
        middleware=[Middleware(Guard, names=tuple(names))],
        exception_handlers={HTTPException: pages.told},
    )


def downloads(folder: Path) -> list[str]:
    """Files that can be fetched from a folder: those that its output says it consists of, and no others.

    Of a run of version 0.2, which did not say so, its tables.
    """
    try:
        listed: Any = read_object(folder / FILES).get("files")
    except RunFolderError:
        listed = [PRINT, SUMMARY, MANIFEST, *TABLES]
    names = [name for name in listed if isinstance(name, str)] if isinstance(listed, list) else []
    plain = [name for name in names if name == Path(name).name and not name.startswith(".") and name not in _PAGES]
    return [name for name in plain if (folder / name).is_file() and not (folder / name).is_symlink()]


class _Pages:
    """The answers; each one reads, none changes anything."""

    def __init__(self, index: Index, language: Locale) -> None:
        self._index, self._language = index, language
        self._root = index.root

    def _page(self, template: str, status: int = 200, **content: Any) -> Response:
        return HTMLResponse(render(template, self._language, **content), status)

    def told(self, request: Request, error: Exception) -> Response:
        """What went wrong, as a page."""
        assert isinstance(error, HTTPException)  # it is registered for nothing else
        return self._page("message.html", error.status_code, code=error.status_code, detail=str(error.detail))

    def runs(self, request: Request) -> Response:
        """The list, or with ``part=results`` only what filters change in it."""
        self._index.refresh()
        page = self._index.page(Query.read(request.query_params.multi_items()))
        selected = self._index.entries(page.query.runs)
        if request.query_params.get("part") == "results":
            return self._page("results.html", page=page, query=page.query, selected=selected, most=MOST_RUNS)
        return self._page(
            "runs.html", root=self._root, page=page, query=page.query, selected=selected, most=MOST_RUNS,
            markets=self._index.choices("market"), kinds=self._index.choices("kind"), statuses=STATUSES,
            reports=self._index.reports(),
        )  # fmt: skip

    def compare(self, request: Request) -> Response:
        """Runs side by side; the first is what the others are compared with."""
        self._index.refresh()
        asked = chosen(request.query_params.multi_items())
        there = [entry for entry in self._index.entries(asked) if entry.status == "complete"]
        runs = [StoredRun(entry, self._root / entry.folder) for entry in there if confined(self._root, entry.folder)]
        lost = [folder for folder in asked if folder not in {run.entry.folder for run in runs}]
        if len(runs) < 2:
            told = f"{len(asked)} asked for, {len(runs)} of them can be read" if lost else f"{len(runs)} chosen"
            raise HTTPException(404, f"Two complete runs at least, to be put side by side: {told}.")
        return self._page("compare.html", **_compared(runs), lost=lost, root=self._root)

    def run(self, request: Request) -> Response:
        """One run; with ``part=drill`` only what its chosen bar, ``bar=SYMBOL@DATE``, or ``series=SYMBOL`` shows."""
        entry = self._entry(request.path_params["folder"])
        run = StoredRun(entry, self._root / entry.folder)
        if entry.status != "complete":
            files = downloads(self._root / entry.folder)
            return self._page("unreadable.html", entry=entry, root=self._root, downloads=files)
        found = spells.spells(run)
        content = {"run": run, "entry": entry, **_drill(run, found, request)}
        if request.query_params.get("part") == "drill":
            return self._page("drill.html", **content)
        return self._page("run.html", root=self._root, **content, **_charted(run, found))

    def report(self, request: Request) -> Response:
        """A page as it was written, of a run or about several; sandboxed. Links between such pages work."""
        folder, _, name = request.path_params["path"].rpartition("/")
        if name not in (REPORT, *SHARED):
            raise HTTPException(404, "There is no such report.")
        entry = self._entry(folder)
        if entry.status == "incomplete":
            return self._page("unreadable.html", entry=entry, root=self._root, downloads=[])
        return self._sent(entry, name, {"content-security-policy": REPORT_POLICY})

    def file(self, request: Request) -> Response:
        """A file of an output."""
        name, entry = request.path_params["name"], self._entry(request.path_params["folder"])
        if name not in downloads(self._root / entry.folder):
            raise HTTPException(404, "There is no such file to fetch.")
        return self._sent(entry, name, {"content-security-policy": "sandbox; default-src 'none'"})

    def _entry(self, folder: str) -> Entry:
        self._index.refresh()
        found = self._index.entries([folder]) if confined(self._root, folder) is not None else ()
        if not found:
            raise HTTPException(404, "There is no run in this folder. It may have been moved or deleted.")
        return found[0]

    def _sent(self, entry: Entry, name: str, headers: dict[str, str]) -> Response:
        path = confined(self._root, entry.folder, name)
        try:
            content = None if path is None else path.read_bytes()  # whole: it may be replaced while it is sent
        except OSError:
            content = None
        if content is None:
            raise HTTPException(404, f"{name} is not in this folder.")
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        return Response(content, media_type=kind, headers=headers)


def _compared(runs: list[StoredRun]) -> dict[str, Any]:
    compared = [compared_stored(run) for run in runs]
    shared = common_growth(compared)
    roles = {folder: series_role(k) for k, folder in enumerate(sorted(run.entry.folder for run in runs))}
    months = [monthly_differences(shared, k) for k in range(1, len(runs))] if shared else []
    gaps = np.abs([value for years in months for year in years for value in year.months])
    known = gaps[np.isfinite(gaps)]
    names = [run.entry.name for run in runs]
    chart = None
    if shared:
        chart = {
            "x": _seconds(shared.sessions),
            "lines": [
                {"name": name, "role": roles[run.entry.folder], "y": drawn(line[1:])}
                for name, run, line in zip(_unique(names), runs, shared.levels, strict=True)
            ],
            "benchmark": drawn(shared.benchmark) if shared.benchmark is not None else None,
        }
    return {
        "runs": runs, "names": _unique(names), "roles": [roles[run.entry.folder] for run in runs], "shared": shared,
        "measures": compared_metrics(compared, SHOWN), "chart": chart, "months": months,
        "common_measures": shared.metrics if shared and not same_sessions(compared) else [],
        "scale": max(0.02, float(np.percentile(known, 90))) if len(known) else 0.02,
        "overlap": overlap(compared), "held": mean_weights(compared, shared.sessions) if shared else [],
        "first": [_url([runs[k], *runs[:k], *runs[k + 1 :]]) for k in range(len(runs))],
        "without": [_url([*runs[:k], *runs[k + 1 :]]) for k in range(len(runs))],
        "problems": [
            f"{name}: {table.problem}"
            for name, run in zip(names, runs, strict=True) for table in (run.equity, run.weights) if table.problem
        ],
        "labels": {symbol: name for run in runs for symbol, name in run.names.items()},
        "parameters": differing(runs),
        "back": Query(runs=tuple(run.entry.folder for run in runs)).url,
    }  # fmt: skip


def _url(runs: list[StoredRun]) -> str:
    return "/compare" + Query(runs=tuple(run.entry.folder for run in runs)).url.removeprefix("/")


def _unique(names: list[str]) -> list[str]:
    """A name given twice gets a number."""
    return [
        name if names.count(name) == 1 else f"{name} ({names[: k + 1].count(name)})" for k, name in enumerate(names)
    ]


def _charted(run: StoredRun, found: spells.StoredSpells) -> dict[str, Any]:
    line, days = run.equity.frame, pd.DatetimeIndex(run.weights.frame.index)
    chart = None
    if not run.equity.problem and len(line):
        close = line["benchmark"].to_numpy()
        known, before = close[np.isfinite(close)], run.benchmark_base
        base = run.cash if run.cash > 0 else float(line["equity"].iloc[0])
        chart = {
            "x": _seconds(line.index),
            "equity": drawn(without_flows(line, base) / base),
            "benchmark": drawn(close / (before if math.isfinite(before) else known[0])) if len(known) > 1 else None,
            "equal": drawn(line["equal_weight"].to_numpy()) if "equal_weight" in line else None,
        }
    return {
        "facts": run.facts, "chart": chart, "spells": found.by_symbol, "roles": run.roles,
        "ticks": calendar_ticks(days), "measures": compared_metrics([compared_stored(run)], SHOWN),
        "downloads": downloads(run.path), "names": run.names,
        "total": sum(map(len, found.by_symbol.values())),
    }  # fmt: skip


def _drill(run: StoredRun, found: spells.StoredSpells, request: Request) -> dict[str, Any]:
    bar, series = request.query_params.get("bar", ""), request.query_params.get("series", "")
    spell = next((each for each in found.by_symbol.get(bar.rpartition("@")[0], ()) if each.key == bar), None)
    return {
        "bar": bar, "series": series, "of_series": found.by_symbol.get(series, []), "labels": run.labels,
        "meanings": MEANINGS, "detail": spells.detail(run, found, spell) if spell else None,
    }  # fmt: skip


def _seconds(days: Any) -> list[int]:
    return [int(value) for value in days.to_numpy().astype("M8[s]").astype(np.int64)]


def _palette(request: Request) -> Response:
    """The reports' colours, as a stylesheet."""
    return Response(stylesheet(), media_type="text/css")


def _font(request: Request) -> Response:
    """A font for Chinese names; browsers ask for it only where a page has some and the machine has none."""
    from sectorlead.reports.render.fonts import find_font

    path = find_font()
    if path is None or path.suffix.lower() not in _FONTS:
        raise HTTPException(404, "No font with Chinese characters is installed: pip install pylopdf-fonts-zh-cn")
    return FileResponse(path, headers={"cache-control": "max-age=86400"})
