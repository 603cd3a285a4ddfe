"""An event study with its report: page, print, pictures and tables."""

from __future__ import annotations

from pathlib import Path

from ..render.jinja import write
from ..run_folder.names import REPORT
from .event_page import event_page
from .folder import write_manifest, write_summary, write_tables
from .result import EventStudyResult


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
        return write(path, event_page(self, locale=locale, moves=moves))

    def save(self, folder: str | Path, *, locale: str = "en", moves: str | None = None) -> Path:
        """Write everything into a folder; returns its path.

        report.html for people; table.csv, episodes.csv, paths.csv, readings.csv, placebo.csv, regimes.csv and
        persistence.csv with all digits; summary.json with verdict, definitions and numbers; manifest.json with what
        reproduces it. The same study gives the same bytes.

        Parameters
        ----------
        folder : path
            Made with its parents; files of these names in it are replaced.
        locale, moves
            Those of ``report``.
        """
        target = Path(folder)
        target.mkdir(parents=True, exist_ok=True)
        write_tables(
            target,
            {
                "table": self.table, "episodes": self.episodes, "paths": self.paths, "readings": self.readings,
                "placebo": self.placebo, "regimes": self.regimes, "persistence": self.persistence,
            },
        )  # fmt: skip
        words = {name: getattr(self, name) for name in ("name", "verdict", "found", "power", "rule", "terms")}
        write_summary(target, words, {"table": self.table, "persistence": self.persistence})
        write_manifest(target, self.score, self.studied, self.terms)
        self.report(target / REPORT, locale=locale, moves=moves)
        return target
