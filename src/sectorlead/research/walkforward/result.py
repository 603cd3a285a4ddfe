"""``WalkForwardResult``: the run out of sample, what was chosen in each window, and the same fixed in advance."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sectorlead.data.errors import RunFolderError, UnknownNameError
from sectorlead.reports.growth import periods_per_year
from sectorlead.reports.run_folder.json_file import read_object
from sectorlead.reports.run_folder.names import MANIFEST, PRINT, REPORT, WALK
from sectorlead.reports.run_folder.output import output
from sectorlead.reports.walkforward.content import WalkForwardContent, walkforward_content
from sectorlead.reports.walkforward.found import Loss, Stability
from sectorlead.research.walkforward.choice import METRICS
from sectorlead.research.walkforward.fixed import EQUAL_WEIGHT
from sectorlead.research.walkforward.tables import chosen_column, loss_of, stability_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from sectorlead.api import Run
    from sectorlead.data.types import Floats
    from sectorlead.reports.significance.findings import Verdict

KIND, FORMAT = "walk-forward", 1
OUT_OF_SAMPLE = "walk_forward"
"""Column of ``returns``: the run."""
RUN = "run"
_TABLES = ("windows", "chosen", "in_sample", "out_of_sample", "fixed", "controls", "returns", "band")


@dataclass(frozen=True, eq=False, repr=False)
class WalkForwardResult:
    """W windows, V variants, S sessions out of sample.

    Attributes
    ----------
    about : mapping
        What was done: rule, axes, windows, choice, metric, market, terms, panel, versions.
    windows : DataFrame
        A row per window: dates, what was chosen, the metric in sample and out of sample, efficiency, rank, correlation
        (``sectorlead.research.walkforward.tables.windows_table``).
    chosen : DataFrame
        Who was held in each window: ``window, variant, weight`` and the parameters.
    in_sample, out_of_sample : DataFrame of shape (W, V)
        The metric of every variant in each training, and fixed in advance in each test.
    fixed : DataFrame
        A row per variant, fixed in advance: parameters and metrics over all S sessions.
    controls : DataFrame
        The same metrics of ``as_given``, the rule with the parameters that it came with, and of ``equal_weight``.
    returns : DataFrame of shape (S, K)
        Daily returns: ``walk_forward``, and the two controls.
    band : DataFrame of shape (S, 3)
        The 10%, 50% and 90% quantiles of what 1 became in the fixed variants.
    run : Run
        Out of sample, one account from start to end, with its own tearsheet.
    """

    about: Mapping[str, Any]
    windows: pd.DataFrame
    chosen: pd.DataFrame
    in_sample: pd.DataFrame
    out_of_sample: pd.DataFrame
    fixed: pd.DataFrame
    controls: pd.DataFrame
    returns: pd.DataFrame
    band: pd.DataFrame
    run: Run

    def __repr__(self) -> str:
        span = f"{self.run.sessions[0]:%F} to {self.run.sessions[-1]:%F}"
        return (
            f"WalkForwardResult({len(self.windows)} windows, {len(self.fixed):,} variants of {self.about['name']}, "
            f"{self.about['choose']} by {self.metric}; out of sample {span})"
        )

    @property
    def metric(self) -> str:
        """What was chosen by."""
        return str(self.about["metric"])

    @property
    def axes(self) -> tuple[str, ...]:
        """What was chosen, by the names of the tables' columns."""
        return tuple(chosen_column(axis["name"]) for axis in self.about["axes"])

    @property
    def stability(self) -> Stability:
        """How stable the choice was: changes, agreement of choices in a row, and a row per parameter."""
        offered = {chosen_column(axis["name"]): len(axis["labels"]) for axis in self.about["axes"]}
        return stability_of(self.chosen, self.windows.index.tolist(), offered)

    @property
    def loss(self) -> Loss:
        """What was left out of sample of what was seen in sample."""
        return loss_of(self.windows, self.metric)

    @property
    def value(self) -> float:
        """The metric of the run over all sessions out of sample."""
        return float(self.run.summary()[self.metric])

    @property
    def standing(self) -> float:
        """The share of fixed variants that the run is better than, ties half, from 0 to 1; NaN where there are none."""
        known = METRICS[self.metric] * self.fixed[self.metric].dropna().to_numpy(np.float64)
        own = METRICS[self.metric] * self.value
        return float(((known < own) + 0.5 * (known == own)).mean()) if len(known) else float("nan")

    def verdict(
        self, controls: Mapping[str, Floats] | None = None, *, trials: int | None = None, **how: Any
    ) -> Verdict:
        """What the run shows beyond chance: ``sectorlead.verdict`` of its daily returns.

        Parameters
        ----------
        controls : mapping of str to array of shape (S,), optional
            What should be beaten. Default: equal weight in all series, under the same rules and terms.
        trials : int, optional
            How many were tried on these data in all. Default: what the trial ledger has, this one among them, without
            the variants that walk-forwards were shown beside; at least 1. The variants of the grid are none, as
            nothing was chosen by what came out of sample.
        **how
            Other arguments of ``sectorlead.verdict``.
        """
        from sectorlead.ledger.counting import CONTROL
        from sectorlead.ledger.deflation import tried_on
        from sectorlead.reports.significance.verdict import verdict

        if trials is None:
            trials = tried_on(self.run.panel, without=(CONTROL,)).at_least(1)
        if controls is None:
            controls = {"equal weight": self.returns[EQUAL_WEIGHT].to_numpy(np.float64)}
        own = self.returns[[OUT_OF_SAMPLE]].to_numpy(np.float64)
        periods = periods_per_year(pd.DatetimeIndex(self.returns.index))
        return verdict(own, controls, names=["walk-forward"], trials=trials, **{"periods": periods} | how)

    def audit(self, **how: Any) -> WalkForwardResult:
        """The same with what an audit of the run out of sample finds, with its choices as they were made.

        What chose them is not audited: training windows end before their tests by construction.

        Parameters
        ----------
        **how
            Arguments of ``sectorlead.audit``: ``cuts``, ``sessions``, ``fresh_process``.

        Raises
        ------
        InputError
            The run's strategy can't be made again.
        """
        from sectorlead.research.audit.audit import audit
        from sectorlead.research.luck.again import Again

        again = Again(self.run)
        found = audit(again.strategy, self.run.panel, self.run.market, config=again.config, **how)
        return replace(self, about={**self.about, "audited": found.badge}, run=self.run.with_audit(found))

    def content(self, verdict: Verdict | None = None) -> WalkForwardContent:
        """What its report shows.

        Parameters
        ----------
        verdict : Verdict, optional
            Default: ``verdict()``.
        """
        return walkforward_content(self, verdict or self.verdict())

    def plot(
        self, kind: str = "growth", ax: Axes | None = None, *, locale: str = "en", moves: str | None = None
    ) -> Axes:
        """Draw a chart of the report on matplotlib's axes, with dates and values on them; returns them.

        Parameters
        ----------
        kind : str
            "growth", the run out of sample beside the fixed variants; "windows", training against test; "spread", the
            run among all fixed variants; or a parameter, whose choices are shown.
        ax : matplotlib.axes.Axes, optional
            Default: those of a new figure of pyplot.
        locale : {"en", "zh"}
            Language of its words.
        moves : {"blue-orange", "red-up", "green-up"}, optional
            Colours of rises and falls.

        Raises
        ------
        UnknownNameError
            For another kind, or one that takes more windows or variants than there are.
        """
        from sectorlead.reports.render.figures import draw
        from sectorlead.reports.walkforward.charts import charts_by_name

        charts = charts_by_name(self.content())
        if kind not in charts:
            raise UnknownNameError("kind", kind, charts)
        return draw(charts[kind], ax, locale=locale, moves=moves)

    def describe(self) -> str:
        """What came out, in plain sentences, one to a line."""
        content = self.content()
        return "\n".join((*content.told, *content.beside))

    def report(
        self, path: str | Path, *, verdict: Verdict | None = None, locale: str = "en", moves: str | None = None
    ) -> Path:
        """Write the report: a page, a PDF, a picture of page one, a workbook or Markdown, by the path's ending.

        Parameters
        ----------
        path : path
            ``.html``, ``.pdf``, ``.png``, ``.xlsx`` or ``.md``.
        verdict : Verdict, optional
            Default: ``verdict()``.
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
        from sectorlead.reports.walkforward.sections import walkforward_paper

        return write_report(walkforward_paper(self.content(verdict)), path, locale=locale, moves=moves)

    def save(
        self,
        folder: str | Path,
        *,
        verdict: Verdict | None = None,
        locale: str = "en",
        moves: str | None = None,
        panel: bool = True,
    ) -> Path:
        """Write everything into a folder that ``sectorlead.open`` opens; returns its path.

        report.html and report.pdf for people; windows.csv for people and programs; a Parquet file for each table; the
        folder of the run out of sample in ``run``.

        Parameters
        ----------
        folder : path
            Written over where it holds an earlier walk-forward.
        verdict, locale, moves
            Those of ``report``.
        panel : bool
            Whether to keep the panel, in the folder of the run.

        Raises
        ------
        InputError
            The folder holds something else, or can't be written.
        """
        with output(folder, KIND) as target:
            self.write(target, verdict=verdict, locale=locale, moves=moves, panel=panel)
        return Path(folder)

    def write(
        self, target: Path, *, verdict: Verdict | None, locale: str, moves: str | None, panel: bool
    ) -> None:
        """Write the files of ``save`` into an empty folder.

        Parameters
        ----------
        target : Path
        verdict, locale, moves, panel
            Those of ``save``.
        """
        from sectorlead.reports.run_folder.files import write_frame, write_json

        told = verdict or self.verdict()
        for name in _TABLES:
            frame = getattr(self, name)
            frame.set_axis(frame.columns.astype(str), axis=1).to_parquet(target / f"{name}.parquet")
        write_frame(target / "windows.csv", self.windows.reset_index())
        write_json(target / WALK, {**self.about, "form": FORMAT})
        write_json(target / MANIFEST, dict(self.about))
        self.run.save(target / RUN, locale=locale, moves=moves, panel=panel)
        self.report(target / REPORT, verdict=told, locale=locale, moves=moves)
        self.report(target / PRINT, verdict=told, locale=locale)

    def _repr_html_(self) -> str:
        """What a notebook shows."""
        from sectorlead.reports.walkforward.notebook import walkforward_notebook

        return walkforward_notebook(self.content())

    @property
    def manifest(self) -> dict[str, Any]:
        """What reproduces it: rule, axes, windows, choice, market, terms, panel, versions, code revision."""
        return dict(self.about)


def open_walkforward(folder: str | Path, run: Run) -> WalkForwardResult:
    """A walk-forward that was saved.

    Parameters
    ----------
    folder : path
        As ``WalkForwardResult.save`` or ``sectorlead walkforward`` wrote it.
    run : Run
        That of its folder ``RUN``.

    Raises
    ------
    RunFolderError
        Not a walk-forward, or not complete.
    """
    path = Path(folder)
    about = read_object(path / WALK)
    if about.pop("form", None) != FORMAT:
        raise RunFolderError(f"{path} is a walk-forward of another form than this version reads, {FORMAT}")
    frames: dict[str, Any] = {}
    for name in _TABLES:
        try:
            frames[name] = pd.read_parquet(path / f"{name}.parquet")
        except (OSError, ValueError) as error:
            raise RunFolderError(f"{path / name}.parquet can't be read ({error}); run the walk-forward again") from None
    for name in ("in_sample", "out_of_sample"):
        frames[name].columns = pd.RangeIndex(frames[name].shape[1], name="variant")
    return WalkForwardResult(about=about, run=run, **frames)
