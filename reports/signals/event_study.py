"""An event study with its report: page, print, pictures and tables."""

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
from .charts import correlation_charts, fan_charts, placebo_charts
from .event_notebook import event_notebook
from .event_sections import event_paper, event_pictures
from .folder import manifest_of, write_summary, write_tables
from .result import Audited, EventStudyResult

if TYPE_CHECKING:
    from matplotlib.axes import Axes


class EventStudy(EventStudyResult):
    """What a score, read at the anchors of episodes, says of the returns after them; see ``EventStudyResult``."""

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
        return write(path, report_page(event_paper(self), locale=locale, moves=moves))

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
        return write_pdf(event_paper(self), path, find_locale(locale), moves)

    def plot(
        self,
        kind: str = "correlations",
        ax: Axes | None = None,
        *,
        anchor: str | None = None,
        locale: str = "en",
        moves: str | None = None,
    ) -> Axes:
        """Draw a chart of the report on matplotlib's axes; returns them.

        Parameters
        ----------
        kind : {"correlations", "fan", "placebo"}
        ax : matplotlib.axes.Axes, optional
            Default: those of a new figure of pyplot.
        anchor : str, optional
            Default: the first that is tested.
        locale : {"en", "zh"}
            Language of its words.
        moves : {"blue-orange", "red-up", "green-up"}, optional
            Colours of rises and falls.

        Raises
        ------
        UnknownNameError
            For another kind, or an anchor that no episode has reached or that has no such chart.
        """
        charts = {"correlations": correlation_charts, "fan": fan_charts, "placebo": placebo_charts}
        if kind not in charts:
            raise UnknownNameError("kind", kind, charts)
        found = dict(charts[kind](self))
        name = anchor or next((each for each in found if each != "trough"), "")
        if name not in found:
            raise UnknownNameError(f"anchor of the {kind} chart", name, found)
        return draw(found[name], ax, locale=locale, moves=moves)

    def _repr_html_(self) -> str:
        """What a notebook shows."""
        return event_notebook(self)

    def save(self, folder: str | Path, *, locale: str = "en", moves: str | None = None) -> Path:
        """Write everything into a folder; returns its path.

        report.html, report.pdf and pictures for people; table.csv, episodes.csv, paths.csv, readings.csv, placebo.csv,
        regimes.csv and persistence.csv with all digits; summary.json with verdict, definitions and numbers;
        manifest.json with what reproduces it. The same study gives the same bytes.

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
        with output(folder, "event study") as target:
            self._write(target, locale, moves)
        return Path(folder)

    def with_audit(self, found: Audited) -> EventStudy:
        """The same study with what an audit of its score found (``sectorlead.audit``), which its reports then tell."""
        return replace(self, audited=found.badge)

    @property
    def manifest(self) -> dict[str, Any]:
        """What reproduces it: score, hash of the panel, terms, versions, code revision."""
        return manifest_of(self.score, self.studied, self.terms)

    def _write(self, target: Path, locale: str, moves: str | None) -> None:
        write_tables(
            target,
            {
                "table": self.table, "episodes": self.episodes, "paths": self.paths, "readings": self.readings,
                "placebo": self.placebo, "regimes": self.regimes, "persistence": self.persistence,
            },
        )  # fmt: skip
        words: dict[str, Any] = {name: getattr(self, name) for name in ("name", "found", "power", "rule", "terms")}
        words |= {"verdict": list(self.verdict.sentences), "trials": self.verdict.trials, "audited": self.audited}
        write_summary(target, words, {"table": self.table, "persistence": self.persistence})
        write_json(target / MANIFEST, self.manifest)
        self.report(target / REPORT, locale=locale, moves=moves)
        self.pdf(target / PRINT, locale=locale, moves=moves)
        event_pictures(self, target, locale=locale)
