"""``Brief``: the numbers of a day, with ways to read and to keep them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sectorlead.reports.brief.number import plain
from sectorlead.reports.brief.page import brief_markdown, brief_page, brief_pdf
from sectorlead.reports.brief.result import BriefResult
from sectorlead.reports.brief.words import sentences
from sectorlead.reports.manifest import environment
from sectorlead.reports.render.jinja import write
from sectorlead.reports.run_folder.files import write_json
from sectorlead.reports.run_folder.names import MANIFEST, PRINT, REPORT, SUMMARY
from sectorlead.reports.run_folder.output import output

MARKDOWN = "brief.md"


class Brief(BriefResult):
    """A day as a market letter would tell it; see ``BriefResult``."""

    def __str__(self) -> str:
        return "\n".join(self.sentences)

    @property
    def sentences(self) -> tuple[str, ...]:
        """The day in three sentences: the benchmark, the pullback, and who took part."""
        return tuple(map(str, sentences(self)))

    @property
    def manifest(self) -> dict[str, Any]:
        """What reproduces it: the data up to the day by hash, the terms, versions, code revision."""
        return {
            "brief": f"{self.date:%F}", "rules": [each.rule for each in self.rules], "sources": plain(self.provenance),
            "terms": plain(self.terms), **environment(),
        }  # fmt: skip

    def html(self, *, locale: str = "en", moves: str | None = None) -> str:
        """The brief as a page that opens offline.

        Parameters
        ----------
        locale : {"en", "zh"}
        moves : str, optional
            Colours of gains and losses: "blue-orange", "red-up" or "green-up".
        """
        return brief_page(self, locale=locale, moves=moves)

    def markdown(self, *, locale: str = "en") -> str:
        """The brief as Markdown.

        Parameters
        ----------
        locale : {"en", "zh"}
        """
        return brief_markdown(self, locale=locale)

    def pdf(self, path: str | Path, *, locale: str = "en", moves: str | None = None) -> Path:
        """Write the brief on A4 pages; returns the path.

        Parameters
        ----------
        path : path
        locale, moves
            Those of ``html``.

        Raises
        ------
        InputError
            typst is not installed: ``pip install 'sectorlead[pdf]'``.
        """
        return brief_pdf(self, path, locale=locale, moves=moves)

    def save(self, folder: str | Path, *, locale: str = "en", moves: str | None = None, printed: bool = False) -> Path:
        """Write it into a folder; returns the folder.

        report.html and brief.md for people, report.pdf where it is asked for; summary.json with every number and
        what it is; manifest.json with what reproduces it.

        Parameters
        ----------
        folder : path
            Made with its parents; an earlier brief in it is replaced.
        locale, moves
            Those of ``html``.
        printed : bool
            Whether there is a report.pdf.

        Raises
        ------
        InputError
            The folder holds something else, can't be written, or another process is writing into it.
        """
        with output(folder, "brief") as target:
            self.write(target, locale=locale, moves=moves, printed=printed)
        return Path(folder)

    def write(self, target: Path, *, locale: str = "en", moves: str | None = None, printed: bool = False) -> None:
        """As ``save``, into a folder that is being made.

        Parameters
        ----------
        target : Path
        locale, moves, printed
            As ``save``.
        """
        write(target / REPORT, self.html(locale=locale, moves=moves))
        (target / MARKDOWN).write_text(self.markdown(locale=locale), encoding="utf-8", newline="\n")
        write_json(target / SUMMARY, {"sentences": list(self.sentences), **self.as_dict()})
        if printed:
            self.pdf(target / PRINT, locale=locale, moves=moves)
        write_json(target / MANIFEST, self.manifest)

    def _repr_html_(self) -> str:
        """What a notebook shows."""
        from sectorlead.reports.brief.page import brief_notebook

        return brief_notebook(self)
