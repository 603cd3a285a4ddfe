"""What the report of a walk-forward shows, in no form yet."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from ...data.types import Flags, Floats
from ..formatting import BLANK, by_unit, decimal, percent
from ..growth import points
from ..metrics.registry import Definition
from ..metrics.run_metrics import definitions, summary
from ..metrics.under_a_year import NEEDED, is_short, not_annualised, shown_definitions
from ..sections.facts import audit_badge
from ..sections.windows import WindowsView, windows_of_runs
from ..signals.event_content import panel_facts
from ..signals.result import Studied
from ..significance.findings import Verdict
from ..sweep.content import text_of
from .found import Stability, WalkedForward

COLUMNS = ("cagr", "volatility", "sharpe", "max_drawdown", "turnover")
ONE_TRIAL = (
    "A walk-forward counts as one trial, as each choice saw nothing of its test; all else that was tried on these data "
    "counts too."
)
IN_CASH = "in cash"
AS_GIVEN, EQUAL_WEIGHT = "as_given", "equal_weight"
NAMES = {AS_GIVEN: "As given, fixed", EQUAL_WEIGHT: "Equal weight"}
RULES = {
    "best": "the best variant",
    "plateau": "the best mean of a variant and its neighbours",
    "top-fifth": "the mean of the best fifth",
    "all": "all variants by their rank",
}


@dataclass(frozen=True, eq=False)
class WalkForwardContent:
    """The report of a walk-forward of W windows, V variants, S sessions out of sample.

    Attributes
    ----------
    title, sentence : str
    told : tuple of str
        What came out: the verdict first, then the loss, the choice and the control.
    beside : tuple of str
        The rest of the verdict.
    facts : list of (label, text)
    metric, of_all : Definition
        That was chosen by, of a window and of the run: not annualised where this is under a year.
    axes : tuple of str
    rows : list of list of str
        A row per window: number, training, test, what was chosen by axis, metric in sample and out of sample,
        efficiency, rank, correlation.
    reasons : list of (window, text)
        Windows in which nothing could be chosen.
    pairs : float array of shape (W, 3)
        The metric in sample, out of sample, and the median of the fixed variants out of sample.
    whole : bool array of shape (W,)
        Whether a test has half as many sessions as the longest, or more.
    paths : list of (axis, labels, places)
        By axis: its values as texts, and where in them each window's choice stands, the weight beside it.
    stability : list of list of str
        A row per parameter.
    control : list of list of str
        The run, and a row per line that it is compared with: name, parameters, metrics.
    columns : list of Definition
        Metrics in ``control``.
    spread : float array
        The metric of every fixed variant that has one, ascending.
    marks : list of (name, role, value)
        What is marked in the spread.
    growth : dict of str to array of shape (S + 1,)
        What 1 became: "Walk-forward", the others of ``NAMES``, and the quantiles "low", "middle", "high".
    dates : DatetimeIndex of shape (S + 1,)
    seams : list of int
        Sessions after which a window ends, but for the last.
    of_time : WindowsView
        The benchmark and the run in the named windows of time that the terms ask for.
    studied : Studied
    """

    title: str
    sentence: str
    told: tuple[str, ...]
    beside: tuple[str, ...]
    facts: list[tuple[str, str]]
    metric: Definition
    of_all: Definition
    axes: tuple[str, ...]
    rows: list[list[str]]
    reasons: list[tuple[int, str]]
    pairs: Floats
    whole: Flags
    paths: list[tuple[str, tuple[str, ...], list[tuple[int, float, float]]]]
    stability: list[list[str]]
    control: list[list[str]]
    columns: list[Definition]
    spread: Floats
    marks: list[tuple[str, str, float]]
    growth: dict[str, Floats]
    dates: pd.DatetimeIndex
    seams: list[int]
    of_time: WindowsView
    studied: Studied

    @property
    def texts(self) -> list[str]:
        """All that may hold names."""
        cells = [text for row in (*self.rows, *self.stability, *self.control) for text in row]
        values = [text for _, labels, _ in self.paths for text in labels]
        return [self.title, self.sentence, *self.axes, *cells, *values, *(text for _, text in self.facts)]


def walkforward_content(found: WalkedForward, verdict: Verdict) -> WalkForwardContent:
    """The content of a report.

    Parameters
    ----------
    found : WalkForwardResult
    verdict : Verdict
        Of the run's returns.
    """
    about, windows = found.about, found.windows
    own = pd.Series(summary(found.run))
    short = is_short(own)
    known = shown_definitions(short=short)
    metric, of_all = definitions()[found.metric], known[found.metric]  # of a window, and of the run
    columns = [known[name] for name in dict.fromkeys((*COLUMNS, found.metric))]
    names = [it.name for it in columns]
    fixed, controls, run = (_shown(table, own, names, short=short) for table in (found.fixed, found.controls, own))
    spread = np.sort(fixed[found.metric].dropna().to_numpy(np.float64))
    lasts = windows["test_sessions"].cumsum().to_numpy()
    return WalkForwardContent(
        title=f"Walk-forward: {about['name']}",
        sentence=about["sentence"],
        told=(*verdict.sentences[:1], *_told(found, metric, of_all, float(run[found.metric].iloc[0]))),
        beside=(*verdict.sentences[1:], ONE_TRIAL),
        facts=_facts(about, windows),
        metric=metric,
        of_all=of_all,
        axes=found.axes,
        rows=_rows(found, metric),
        reasons=[(k, text) for k, text in zip(windows.index.tolist(), windows["reason"], strict=True) if text],
        pairs=windows[["in_sample", "out_of_sample", "median"]].to_numpy(np.float64),
        whole=np.asarray(2 * windows["test_sessions"] >= windows["test_sessions"].max()),
        paths=_paths(found),
        stability=_stability(found.stability),
        control=_control(found, columns, fixed, controls, run),
        columns=columns,
        spread=spread,
        marks=_marks(controls[found.metric], float(run[found.metric].iloc[0]), spread),
        growth=_growth(found),
        dates=points(found.run),
        seams=[int(row) for row in lasts[:-1]],
        of_time=windows_of_runs({"Strategy": found.run}),
        studied=Studied(**about["panel"]),
    )


# --- in words ---------------------------------------------------------------------------------------------------------


def _told(found: WalkedForward, metric: Definition, of_all: Definition, value: float) -> tuple[str, ...]:
    loss, standing, unit = found.loss, found.standing, metric.unit
    told = [f"Out of sample the {of_all.label} is {by_unit(value, unit)}."]
    if loss.windows:
        told.append(
            f"What was chosen showed {by_unit(loss.in_sample, unit)} in training and "
            f"{by_unit(loss.out_of_sample, unit)} in the test, on average over {_windows(loss.windows)}."
        )
    if math.isfinite(standing):
        told.append(
            f"With parameters fixed in advance, {percent(standing, 0)} of {len(found.fixed):,} variants did worse."
        )
    if math.isfinite(loss.correlation):
        told.append(
            f"The rank of a variant in training and in the test correlate by {decimal(loss.correlation)}, on average."
        )
    return tuple(told)


def _windows(count: int) -> str:
    return "1 window" if count == 1 else f"{count:,} windows"


def _facts(about: Mapping[str, Any], windows: pd.DataFrame) -> list[tuple[str, str]]:
    asked = about["windows"]
    kind = "anchored" if asked["anchored"] else "rolling"
    gaps = [f"{asked[name]} sessions of {name}" for name in ("purge", "embargo") if asked[name]]
    train, test = (_length(asked[name]) for name in ("train", "test"))
    rule = RULES.get(about["choose"], about["choose"])
    first, last = windows["test_from"].iloc[0], windows["test_to"].iloc[-1]
    return [
        *panel_facts(Studied(**about["panel"])),
        ("Windows", "; ".join([f"{kind}, {train} of training, {test} of test", *gaps])),
        ("Out of sample", f"{first:%F} to {last:%F}, one account: positions are carried from window to window"),
        ("Chosen", f"{rule}, by {definitions()[about['metric']].label} in training"),
        ("Costs", about["market"]["text"]),
        ("Orders", about["words"]),
        *((axis["name"], ", ".join(map(text_of, axis["labels"]))) for axis in about["axes"]),
        ("Variants", about["search"] + f", where {about['where']}" * bool(about.get("where"))),
        ("Audit", audit_badge([about.get("audited", "")])),
    ]


def _length(length: int | str) -> str:
    return f"{length:,} sessions" if isinstance(length, int) else length


# --- tables -----------------------------------------------------------------------------------------------------------


def _rows(found: WalkedForward, metric: Definition) -> list[list[str]]:
    by_window: dict[Any, pd.DataFrame] = dict(tuple(found.chosen.groupby("window")))
    out = []
    for row in found.windows.reset_index().to_dict(orient="records"):
        number = int(row["window"])
        own = by_window.get(number)
        out.append([
            str(number),
            f"{row['train_from']:%F} – {row['train_to']:%F}",
            f"{row['test_from']:%F} – {row['test_to']:%F}",
            *(_values(own, name) for name in found.axes),
            by_unit(row["in_sample"], metric.unit),
            by_unit(row["out_of_sample"], metric.unit),
            percent(row["efficiency"], 0),
            _rank(float(row["rank"]), int(row["ranked"])),
            decimal(row["correlation"]),
        ])  # fmt: skip
    return out


def _rank(rank: float, count: int) -> str:
    """A rank; the mean of several with a decimal."""
    if not math.isfinite(rank):
        return BLANK
    return f"{rank:.0f} of {count:,}" if rank == round(rank) else f"{rank:.1f} of {count:,}"


def _values(own: pd.DataFrame | None, name: str) -> str:
    """The value that was chosen; of several their range, or how many."""
    if own is None:
        return IN_CASH
    values = own[name].drop_duplicates()
    if len(values) == 1:
        return text_of(values.iloc[0])
    if pd.api.types.is_numeric_dtype(values) and not values.isna().any():
        return f"{text_of(values.min())} – {text_of(values.max())}"
    return f"{len(values)} values"


def _stability(found: Stability) -> list[list[str]]:
    return [
        [
            str(name), str(row["usual"]), percent(row["share"], 0), f"{row['values']} of {row['offered']}",
            f"{row['lowest']:g} – {row['highest']:g}" if math.isfinite(row["lowest"]) else "",
        ]
        for name, row in found.table.iterrows()
    ]  # fmt: skip


def _shown(table: pd.DataFrame | pd.Series, run: pd.Series, names: list[str], *, short: bool) -> pd.DataFrame:
    """Metrics by line, not annualised where the run is short; the other lines are over its sessions."""
    frame = table.to_frame().T if isinstance(table, pd.Series) else table
    if not short:
        return frame
    spans = {name: run[name] for name in ("years", "sessions", "periods_per_year")}
    whole = frame.assign(**spans)
    assert set(NEEDED) <= set(whole)
    return frame.assign(**{name: not_annualised(name, whole) for name in names})


def _control(
    found: WalkedForward, columns: list[Definition], fixed: pd.DataFrame, controls: pd.DataFrame, run: pd.DataFrame
) -> list[list[str]]:
    """The run, and what stands beside it."""
    out = [["Walk-forward", "", *_cells(run.iloc[0], columns)]]
    lowest = found.metric in ("volatility", "tracking_error")
    ranked = fixed.dropna(subset=[found.metric]).sort_values(found.metric, ascending=lowest, kind="stable")
    if len(ranked):
        places = {"Best in hindsight, fixed": 0, "Median, fixed": len(ranked) // 2, "Worst, fixed": len(ranked) - 1}
        for name, place in places.items():
            row = ranked.iloc[place]
            values = ", ".join(f"{axis.rpartition('.')[2]} {text_of(row[axis])}" for axis in found.axes)
            out.append([name, values, *_cells(row, columns)])
    for line in controls.index:
        out.append([NAMES[str(line)], "", *_cells(controls.loc[line], columns)])
    return out


def _cells(values: Mapping[str, Any] | pd.Series, columns: list[Definition]) -> list[str]:
    return [by_unit(float(values[it.name]), it.unit) for it in columns]


# --- lines ------------------------------------------------------------------------------------------------------------


def _paths(found: WalkedForward) -> list[tuple[str, tuple[str, ...], list[tuple[int, float, float]]]]:
    out = []
    for axis, column in zip(found.about["axes"], found.axes, strict=True):
        labels = tuple(map(text_of, axis["labels"]))
        if len(labels) < 2:
            continue
        places = {text: k for k, text in enumerate(labels)}
        texts = found.chosen[column].map(text_of)
        rows = zip(found.chosen["window"].tolist(), texts.tolist(), found.chosen["weight"].tolist(), strict=True)
        shares: dict[tuple[int, int], float] = {}
        for window, text, weight in rows:
            key = window, places[text]
            shares[key] = shares.get(key, 0.0) + weight
        marks = [(window, float(place), share) for (window, place), share in sorted(shares.items())]
        out.append((column, labels, marks))
    return out


def _marks(controls: pd.Series, value: float, spread: Floats) -> list[tuple[str, str, float]]:
    marks = [("walk-forward", "strategy", value)]
    if AS_GIVEN in controls.index:
        marks.append(("as given", "benchmark", float(controls[AS_GIVEN])))
    if len(spread):
        marks.append(("median", "benchmark", float(np.median(spread))))
    return [mark for mark in marks if math.isfinite(mark[2])]


def _growth(found: WalkedForward) -> dict[str, Floats]:
    out = {"Walk-forward": _levels(found.returns["walk_forward"])}
    out |= {NAMES[name]: _levels(found.returns[name]) for name in NAMES if name in found.returns}
    out |= {str(name): np.concatenate(([1.0], found.band[name])) for name in found.band}
    return out


def _levels(returns: pd.Series) -> Floats:
    return np.concatenate(([1.0], np.cumprod(1.0 + returns.to_numpy(np.float64))))
