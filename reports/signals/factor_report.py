"""A factor view with its report: page, print, pictures and tables."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...data.errors import UnknownNameError
from ..render.figures import draw
from ..render.i18n import find_locale
from ..render.jinja import write
from ..render.pdf.paper import write_pdf
from ..render.report_page import report_page
from ..run_folder.files import write_json
from ..run_folder.names import MANIFEST, PRINT, REPORT
from ..run_folder.output import output
from .charts import decay_chart, fifths_chart
from .factor_content import line_chart, rolling_chart, shown_horizon
from .factor_notebook import factor_notebook
from .factor_result import FactorReportResult
from .factor_sections import factor_paper, factor_pictures
from .folder import manifest_of, write_summary, write_tables
from .result import Audited

if TYPE_CHECKING:
    from matplotlib.axes import Axes


class FactorReport(FactorReportResult):
    """What a score says of later returns in every session; see ``FactorReportResult``."""

    def report(self, path: str | Path, *, locale: str = "en", moves: str | None = None) -> Path:
        """Write the page: one HTML file that opens offline; returns its path.

        Parameters
        ----------
        path : path
        locale : str
            "en" or "zh".
        moves : str, optional
            Colours of gains and losses; default: blue and orange.
        """
        return write(path, report_page(factor_paper(self), locale=locale, moves=moves))

    def pdf(self, path: str | Path, *, locale: str = "en", moves: str | None = None) -> Path:
        """Write the report as A4 pages; returns its path.

        Parameters
        ----------
        path : path
        locale : str
            "en" or "zh".
        moves : str, optional
            Colours of gains and losses.
        """
        return write_pdf(factor_paper(self), path, find_locale(locale), moves)

    def plot(
        self, kind: str = "horizons", ax: Axes | None = None, *, locale: str = "en", moves: str | None = None
    ) -> Axes:
        """Draw a chart of the report on matplotlib's axes; returns them.

        Parameters
        ----------
        kind : {"horizons", "fifths", "rolling", "line"}
        ax : matplotlib.axes.Axes, optional
            Default: those of a new figure of pyplot.
        locale : {"en", "zh"}
            Language of its words.
        moves : {"blue-orange", "red-up", "green-up"}, optional
            Colours of rises and falls.

        Raises
        ------
        UnknownNameError
            For another kind, or "rolling" with too few sessions.
        """
        charts = {
            "horizons": decay_chart(self.table), "fifths": fifths_chart(self.table, shown_horizon(self)),
            "rolling": rolling_chart(self), "line": line_chart(self),
        }  # fmt: skip
        known = {name: chart for name, chart in charts.items() if chart is not None}
        if kind not in known:
            raise UnknownNameError("kind", kind, known)
        return draw(known[kind], ax, locale=locale, moves=moves)

    def _repr_html_(self) -> str:
        """What a notebook shows."""
        return factor_notebook(self)

    def save(self, folder: str | Path, *, locale: str = "en", moves: str | None = None) -> Path:
        """Write everything into a folder; returns its path.

        report.html, report.pdf and pictures for people; table.csv, ic.csv (by session), months.csv, phases.csv,
        groups.csv and line.csv with all digits; summary.json with definitions and numbers; manifest.json with what
        reproduces it.

        Parameters
        ----------
        folder : path
            Made with its parents; an earlier output of this kind in it is replaced.
        locale, moves
            Those of ``report``.

        Raises
        ------
        InputError
            The folder holds something else, can't be written, or another process is writing into it.
        """
        with output(folder, "factor view") as target:
            self._write(target, locale, moves)
        return Path(folder)

    def with_audit(self, found: Audited) -> FactorReport:
        """The same view with what an audit of its score found (``sectorlead.audit``), which its reports then tell."""
        return replace(self, audited=found.badge)

    @property
    def manifest(self) -> dict[str, Any]:
        """What reproduces it: score, hash of the panel, terms, versions, code revision."""
        return manifest_of(self.score, self.studied, self.terms)

    def _write(self, target: Path, locale: str, moves: str | None) -> None:
        months = self.months.rename_axis("month").reset_index()
        months["month"] = months["month"].astype(str)
        line = self.line.rename("after_costs").to_frame().assign(before_costs=self.gross)
        phases = self.phases.rename_axis("where").reset_index() if len(self.phases) else self.phases
        write_tables(
            target,
            {
                "table": self.table, "ic": self.ic.rename_axis("session").reset_index(), "months": months,
                "phases": phases, "groups": self.groups.rename_axis("group").reset_index(),
                "line": line.rename_axis("session").reset_index(),
            },
        )  # fmt: skip
        write_summary(
            target,
            {
                "name": self.name, "found": self.found, "verdict": list(self.verdict.sentences),
                "trials": self.verdict.trials, "rule": self.rule, "terms": self.terms, "audited": self.audited,
            },
            {"table": self.table, "phases": phases},
        )  # fmt: skip
        write_json(target / MANIFEST, self.manifest)
        self.report(target / REPORT, locale=locale, moves=moves)
        self.pdf(target / PRINT, locale=locale, moves=moves)
        factor_pictures(self, target, locale=locale)
