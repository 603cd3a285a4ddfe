"""``SweepResult``: every variant of a sweep with its numbers, on disk, and what to make of them."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sectorlead.data.errors import InputError, RunFolderError, UnknownNameError
from sectorlead.data.panel import Origin, Panel
from sectorlead.engine.config import RunConfig
from sectorlead.reports.analysis.windows import in_windows
from sectorlead.reports.metrics.under_a_year import blank_if_short
from sectorlead.reports.run_folder.json_file import read_object
from sectorlead.reports.run_folder.names import MANIFEST, PANEL, PRINT, REPORT, SWEEP
from sectorlead.reports.run_folder.output import output
from sectorlead.reports.run_folder.panel_file import read_panel, write_panel
from sectorlead.reports.signals.result import Studied
from sectorlead.reports.sweep.content import SweepContent, sweep_content, text_of
from sectorlead.research.references import equal_weight
from sectorlead.research.sweep.about import FORMAT, job_of, write_about
from sectorlead.research.sweep.axes import full_name
from sectorlead.research.sweep.evaluated import NAMES
from sectorlead.research.sweep.files import RETURNS, TABLE, VARIANT, column_of
from sectorlead.research.sweep.job import Job

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from sectorlead.api import Run
    from sectorlead.data.types import Floats
    from sectorlead.engine.market.market import Market
    from sectorlead.reports.significance.findings import Verdict

KIND = "sweep"
_WINDOWS = (
    "window", "first", "last", "part", "sessions", "variant", "total_return", "max_drawdown", "benchmark_total_return",
    "benchmark_max_drawdown",
)  # fmt: skip


def opened(folder: Path, job: Job) -> SweepResult | None:
    """The result in a folder of the store; None where it is not complete.

    Parameters
    ----------
    folder : Path
    job : Job
        Whose result it is.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        about = read_object(folder / SWEEP)
        whole = pq.ParquetFile(folder / TABLE).metadata.num_rows == about["variants"]
        if about["returns"] != "none":
            whole &= pq.ParquetFile(folder / RETURNS).metadata.num_rows == about["variants"]
    except (RunFolderError, OSError, pa.ArrowInvalid, KeyError):
        return None
    return SweepResult(folder, about, job.panel, job) if whole else None


def open_sweep(folder: str | Path, panel: Panel | None = None) -> SweepResult:
    """A sweep that was saved.

    Parameters
    ----------
    folder : path
        As ``SweepResult.save`` or ``sectorlead sweep`` wrote it.
    panel : Panel, optional
        Where it was saved without: the very panel, by its ``content_hash``.

    Raises
    ------
    RunFolderError
        Not a sweep, or not complete; another panel.
    """
    path = Path(folder)
    about = read_object(path / SWEEP)
    if about.get("format") != FORMAT:
        raise RunFolderError(f"{path} is a sweep of form {about.get('format')}, this version reads {FORMAT}")
    content_hash, sessions, last = about["origin"]
    if panel is not None and panel.content_hash != content_hash:
        raise RunFolderError(f"{path} is a sweep of the panel {content_hash}, was given {panel.content_hash}")
    if panel is None and (path / PANEL).exists():
        panel = read_panel(path / PANEL, about["panel_file"], Origin(content_hash, sessions, pd.Timestamp(last)))
    return SweepResult(path, about, panel, None)


class SweepResult:
    """V variants of a strategy, measured over the same sessions.

    Its files stay where they are: ``folder / "table.parquet"`` has a row per variant, ``folder / "returns.parquet"`` a
    list of daily returns per variant, for pandas, DuckDB and others. ``save`` copies them to a folder of one's own.

    Attributes
    ----------
    folder : Path
    about : mapping
        What was swept: axes with their values, market, terms, panel, versions.
    panel : Panel or None
        None where it was opened without.
    """

    def __init__(self, folder: Path, about: Mapping[str, Any], panel: Panel | None, job: Job | None) -> None:
        self.folder, self.about, self.panel, self._job = folder, about, panel, job

    def __len__(self) -> int:
        return int(self.about["variants"])

    def __repr__(self) -> str:
        axes = ", ".join(f"{axis['name']} x {len(axis['labels'])}" for axis in self.about["axes"])
        return f"SweepResult({len(self):,} variants of {self.about['name']}: {axes}; from {self.measured_from})"

    @property
    def axes(self) -> tuple[str, ...]:
        """What was varied, by the names of the table's columns."""
        return tuple(column_of(axis["name"]) for axis in self.about["axes"])

    @property
    def measured_from(self) -> str:
        """The first session that all are measured in, as an ISO date."""
        return str(self.about["first_session"])

    @cached_property
    def table(self) -> pd.DataFrame:
        """A row per variant, by its number: parameters, ``measured_from``, ``first_decision``, ``reason``, ``how``,
        and the metrics by the names of ``Run.summary``; NaN for a variant that never decided."""
        return self.read()

    def read(self, columns: Sequence[str] | None = None, variants: Sequence[int] | None = None) -> pd.DataFrame:
        """Some of the table, without the rest being read.

        Parameters
        ----------
        columns : sequence of str, optional
        variants : sequence of int, optional

        Raises
        ------
        InputError
            There is no such column, or no such variant.
        """
        import pyarrow.parquet as pq

        filters = None if variants is None else [(VARIANT, "in", self._numbers(variants))]
        if columns is not None:
            known = pq.read_schema(self.folder / TABLE).names
            for name in columns:
                if name not in known:
                    raise UnknownNameError("column", name, known)
        chosen = None if columns is None else [VARIANT, *columns]
        frame = pd.read_parquet(self.folder / TABLE, columns=chosen, filters=filters).set_index(VARIANT)
        return frame if variants is None else frame.loc[list(variants)]

    def returns(self, variants: Sequence[int] | None = None) -> pd.DataFrame:
        """Daily returns, sessions down and variants across, as fractions.

        Parameters
        ----------
        variants : sequence of int, optional
            Default: all, which takes 8 bytes per session and variant.

        Raises
        ------
        InputError
            They were not kept.
        """
        if self.about["returns"] == "none":
            raise InputError("daily returns were not kept; sweep with returns='float64', or 'float32'")
        filters = None if variants is None else [(VARIANT, "in", self._numbers(variants))]
        frame = pd.read_parquet(self.folder / RETURNS, filters=filters).set_index(VARIANT)
        chosen = frame if variants is None else frame.loc[list(variants)]
        values = np.stack(chosen["returns"].tolist()) if len(chosen) else np.zeros((0, 0))
        return pd.DataFrame(values.T, index=self._sessions(values.shape[1]), columns=chosen.index)

    def windows(self, variants: Sequence[int] | None = None) -> pd.DataFrame:
        """What variants made in the windows that the terms name (``periods=``), beside the benchmark.

        Parameters
        ----------
        variants : sequence of int, optional
            Default: all.

        Returns
        -------
        DataFrame
            A row for each window and variant: ``window``, ``first``, ``last``, ``part``, ``sessions``, ``variant``,
            ``total_return``, ``max_drawdown``, the same of the benchmark, and ``excess``. Windows outside of the
            measured sessions are in ``attrs["missed"]``, a sentence.

        Raises
        ------
        InputError
            Daily returns were not kept.
        """
        told = self.about.get("windows") or {"found": [], "missed": ""}
        lines = self.returns(variants) if told["found"] else pd.DataFrame()
        spans = [(each["start"], each["start"] + each["sessions"]) for each in told["found"]]
        total, deepest = in_windows(lines.to_numpy(np.float64).T, spans)
        rows = [
            {
                **{name: each[name] for name in ("window", "first", "last", "part", "sessions")}, "variant": variant,
                "total_return": total[v, w], "max_drawdown": deepest[v, w],
                **{name: each[name] for name in ("benchmark_total_return", "benchmark_max_drawdown")},
            }
            for w, each in enumerate(told["found"])
            for v, variant in enumerate(lines.columns)
        ]  # fmt: skip
        table = pd.DataFrame(rows, columns=_WINDOWS)
        for name in ("first", "last"):
            table[name] = pd.to_datetime(table[name])
        numbers = [name for name in _WINDOWS if name.endswith(("return", "drawdown"))]
        table[numbers] = table[numbers].astype(np.float64)
        table["excess"] = table["total_return"] - table["benchmark_total_return"]
        table.attrs["missed"] = told["missed"]
        return table

    def top(self, n: int = 10, by: str = "sharpe", *, ascending: bool = False) -> pd.DataFrame:
        """The first variants by a metric; those that never decided are last.

        Uncorrected: the best of many looks good by chance alone.

        Parameters
        ----------
        n : int
        by : str
            A column of the table.
        ascending : bool
            Whether the lowest come first.
        """
        column = self.read([self._metric(by)])[by].to_numpy(np.float64)
        order = np.argsort(column if ascending else -column, kind="stable")[: max(0, n)]
        return self.read(variants=order.tolist())

    def medians(self, x: str, y: str, metric: str = "sharpe") -> pd.DataFrame:
        """A metric by two parameters: its median over all others, ``y`` down and ``x`` across.

        Parameters
        ----------
        x, y : str
            Names of axes, full or short.
        metric : str
        """
        across, down = (full_name(name, self.axes) for name in (x, y))
        frame = self.read([*dict.fromkeys((across, down)), self._metric(metric)])
        made: pd.DataFrame = frame.pivot_table(metric, index=down, columns=across, aggfunc="median", dropna=False)
        return made

    def plot(
        self,
        kind: str = "returns",
        ax: Axes | None = None,
        *,
        metric: str = "sharpe",
        x: str = "",
        y: str = "",
        locale: str = "en",
        moves: str | None = None,
    ) -> Axes:
        """Draw a chart on matplotlib's axes; returns them.

        Parameters
        ----------
        kind : str
            "returns": growth of the best by the metric, the one in the middle and the last, where daily returns are
            kept. "spread": how many variants have which value of the metric. "heatmap": ``medians`` over two
            parameters. "parallel": a line per variant through its parameters to the metric, the best tenth strong; of
            many variants a sample, evenly over the ranking.
        ax : matplotlib.axes.Axes, optional
            Default: those of a new figure of pyplot.
        metric : str
        x, y : str
            Of a heat map, the parameters across and down; default: the first two with several values.
        locale : {"en", "zh"}
            Language of its words.
        moves : {"blue-orange", "red-up", "green-up"}, optional
            Colours of rises and falls.

        Raises
        ------
        UnknownNameError
            For another kind, or one that the sweep has not: of a single parameter there is no heat map.
        """
        from sectorlead.reports.render.figures import draw
        from sectorlead.research.sweep.charts import sweep_chart

        return draw(sweep_chart(self, kind, metric, x, y), ax, locale=locale, moves=moves)

    def strategy(self, variant: int) -> Any:
        """A variant as the strategy that it is.

        Parameters
        ----------
        variant : int
            Its number in the table.
        """
        job = self._made_job()
        values = self._values(variant)
        return job.base.made({axis.name: values[axis.name] for axis in job.axes if axis.kind == "parameter"})

    def run(self, variant: int) -> Run:
        """A variant as a full run, equal to its row: the same summary, to the last bit.

        Parameters
        ----------
        variant : int
            Its number in the table.

        Raises
        ------
        InputError
            There is no such variant; the panel is not there, or the strategy can't be made again.
        """
        setting = self._made_job().setting(self._values(variant))
        config = replace(setting.config, measured_from=self.about["measured_from"], name=self.label(variant))
        return _run(self.strategy(variant), setting.panel, setting.market, config)

    def audit(self, variant: int | None = None, *, metric: str = "sharpe", **how: Any) -> SweepResult:
        """The same sweep with what an audit of one of its variants finds (``sectorlead.audit``), told in its reports.

        Parameters
        ----------
        variant : int, optional
            Default: the first by ``metric``.
        metric : str
        **how
            Other arguments of ``sectorlead.audit``: ``cuts``, ``sessions``, ``fresh_process``.

        Raises
        ------
        InputError
            As ``run``.
        """
        from sectorlead.research.audit.audit import audit

        variant = int(self.top(1, metric).index[0]) if variant is None else variant
        setting = self._made_job().setting(self._values(variant))
        found = audit(self.strategy(variant), setting.panel, setting.market, config=setting.config, **how)
        about = {**self.about, "audited": f"variant {variant}, {found.badge}"}
        return SweepResult(self.folder, about, self.panel, self._job)

    def label(self, variant: int) -> str:
        """A variant's number and parameters, as it is called on reports.

        Parameters
        ----------
        variant : int
        """
        row = self._row(variant)
        return f"{variant}: " + ", ".join(f"{name.rpartition('.')[2]} {text_of(row[name])}" for name in self.axes)

    def verdict(
        self, controls: Mapping[str, Floats] | None = None, *, trials: int | None = None, **how: Any
    ) -> Verdict:
        """What the variants show beyond chance, corrected for all that were tried: ``sectorlead.verdict``.

        Parameters
        ----------
        controls : mapping of str to array of shape (S,), optional
            What should be beaten: returns of the same sessions. Default: equal weight in all series, under the same
            rules and terms.
        trials : int, optional
            How many were tried on these data in all. Default: what the trial ledger has, at least the variants of the
            sweep.
        **how
            Other arguments of ``sectorlead.verdict``.

        Raises
        ------
        InputError
            Daily returns were not kept.
        """
        from sectorlead.ledger.deflation import tried_on
        from sectorlead.reports.growth import periods_per_year
        from sectorlead.reports.significance.verdict import verdict

        returns = self.returns()
        if controls is None:
            setting = self._made_job().setting({})
            config = replace(setting.config, measured_from=self.about["measured_from"])
            controls = {"equal weight": equal_weight(setting.panel, setting.market, config)}
        periods = periods_per_year(pd.DatetimeIndex(returns.index))
        names = [str(variant) for variant in returns.columns]
        values = returns.to_numpy(np.float64)
        if trials is None:
            trials = len(self) if self.panel is None else tried_on(self.panel).at_least(len(self))
        return verdict(values, controls, names=names, trials=trials, **{"periods": periods} | how)

    def content(self, metric: str = "sharpe", verdict: Verdict | None = None) -> SweepContent:
        """What its report shows.

        Parameters
        ----------
        metric : str
            That the variants are ranked by.
        verdict : Verdict, optional
            Told beside what came out.
        """
        self._metric(metric)
        windows = self.windows if self.about["returns"] != "none" else None
        return sweep_content(self.read, self.axes, self.about, metric, verdict.sentences if verdict else (), windows)

    def report(
        self,
        path: str | Path,
        *,
        metric: str = "sharpe",
        verdict: Verdict | None = None,
        locale: str = "en",
        moves: str | None = None,
    ) -> Path:
        """Write the report: a page, a PDF, a picture of page one, a workbook or Markdown, by the path's ending.

        Parameters
        ----------
        path : path
            ``.html``, ``.pdf``, ``.png``, ``.xlsx`` or ``.md``.
        metric : str
            That the variants are ranked by.
        verdict : Verdict, optional
            Of ``verdict``: what is left after correction. Without it the ranking says that it is not corrected.
        locale : str
            "en" or "zh".
        moves : str, optional
            Colours of gains and losses.

        Raises
        ------
        InputError
            Another ending.
        """
        from sectorlead.reports.render.report_page import write_report
        from sectorlead.reports.sweep.sections import sweep_paper

        return write_report(sweep_paper(self.content(metric, verdict)), path, locale=locale, moves=moves)

    def save(
        self,
        folder: str | Path,
        *,
        metric: str = "sharpe",
        verdict: Verdict | None = None,
        locale: str = "en",
        moves: str | None = None,
        panel: bool = True,
    ) -> Path:
        """Write everything into a folder that ``sectorlead.open`` opens; returns its path.

        report.html and report.pdf for people; table.parquet, returns.parquet, ranking.csv for programs; sweep.json and
        panel.parquet to make runs again.

        Parameters
        ----------
        folder : path
            Written over where it holds an earlier sweep.
        metric, verdict, locale, moves
            Those of ``report``.
        panel : bool
            Whether to keep the panel.

        Raises
        ------
        InputError
            The folder holds something else, or can't be written.
        """
        with output(folder, KIND) as target:
            self.write(target, metric=metric, verdict=verdict, locale=locale, moves=moves, panel=panel)
        return Path(folder)

    def write(
        self, target: Path, *, metric: str, verdict: Verdict | None, locale: str, moves: str | None, panel: bool
    ) -> None:
        """Write the files of ``save`` into an empty folder.

        Parameters
        ----------
        target : Path
        metric, verdict, locale, moves, panel
            Those of ``save``.
        """
        from sectorlead.reports.run_folder.files import write_frame, write_json

        for name in (TABLE, RETURNS):
            if (self.folder / name).exists():
                shutil.copyfile(self.folder / name, target / name)
        about = dict(self.about)
        if panel and self.panel is not None:
            about["panel_file"] = write_panel(target / PANEL, self.panel)
        write_about(target, about)
        write_json(target / MANIFEST, self.manifest)
        write_frame(target / "ranking.csv", blank_if_short(self.top(1_000, metric).reset_index()))
        self.report(target / REPORT, metric=metric, verdict=verdict, locale=locale, moves=moves)
        self.report(target / PRINT, metric=metric, verdict=verdict, locale=locale)

    def _repr_html_(self) -> str:
        """What a notebook shows."""
        from sectorlead.reports.sweep.notebook import sweep_notebook

        return sweep_notebook(len(self), self.top(), self.axes, ribbon=self.studied.ribbon)

    @property
    def manifest(self) -> dict[str, Any]:
        """What reproduces it: axes, market, terms, panel, versions, code revision."""
        return {name: value for name, value in self.about.items() if name != "panel_file"}

    @property
    def studied(self) -> Studied:
        """The panel, as reports tell of it."""
        return Studied(**self.about["panel"])

    def _numbers(self, variants: Sequence[int]) -> list[int]:
        for variant in variants:
            whole = isinstance(variant, int | np.integer) and not isinstance(variant, bool)
            if not whole or not 0 <= variant < len(self):
                raise InputError(f"variant must be a number from 0 to {len(self) - 1}, was {variant!r}")
        return [int(variant) for variant in variants]

    def _row(self, variant: int) -> pd.Series:
        return self.read(self.axes, [variant]).iloc[0]

    def _values(self, variant: int) -> dict[str, Any]:
        row, job = self._row(variant), self._made_job()
        return {
            axis.name: next(
                value for value, label in zip(axis.choices, axis.labels, strict=True)
                if same_label(label, row[column_of(axis.name)])
            )
            for axis in job.axes
        }  # fmt: skip

    def _metric(self, name: str) -> str:
        return full_name(name, NAMES)

    def _sessions(self, count: int) -> pd.DatetimeIndex | None:
        if self.panel is None:
            return None
        first = int(self.panel.sessions.searchsorted(pd.Timestamp(self.measured_from)))
        return pd.DatetimeIndex(self.panel.sessions[first : first + count].to_numpy(), name="session")

    def _made_job(self) -> Job:
        if self._job is None:
            self._job = job_of(self.about, self.panel)
        return self._job


def _run(strategy: Any, panel: Panel, market: Market, config: RunConfig) -> Run:
    from sectorlead.api import run

    return run(strategy, panel, market, config=config)


def same_label(label: Any, cell: Any) -> bool:
    """Whether a cell of the table is this label; missing is None.

    Parameters
    ----------
    label, cell : object
    """
    if label is None:
        return bool(pd.isna(cell))
    return bool(not pd.isna(cell) and label == cell)
