"""``Brief``: the numbers of a day, with ways to read and to keep them."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Any

from sectorlead.data.errors import UnknownNameError
from sectorlead.reports.brief.number import plain
from sectorlead.reports.brief.page import brief_markdown, brief_page, brief_pdf
from sectorlead.reports.brief.result import BriefResult
from sectorlead.reports.brief.words import sentences
from sectorlead.reports.manifest import environment
from sectorlead.reports.render.jinja import write
from sectorlead.reports.run_folder.files import write_json
from sectorlead.reports.run_folder.names import MANIFEST, PRINT, REPORT
from sectorlead.reports.run_folder.output import output

FORMS = ("html", "md", "json", "pdf")
"""What a brief can be written as."""
JSON, MARKDOWN = "brief.json", "brief.md"


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

    def save(
        self, folder: str | Path, *, locale: str = "en", moves: str | None = None, forms: Collection[str] = FORMS[:3]
    ) -> Path:
        """Write it into a folder: report.html, brief.md, brief.json, report.pdf where asked for; returns the folder.

        Parameters
        ----------
        folder : path
            Made with its parents; an earlier brief in it is replaced.
        locale, moves
            Those of ``html``.
        forms : collection of {"html", "md", "json", "pdf"}

        Raises
        ------
        InputError
            The folder holds something else, can't be written, or another process is writing into it.
        UnknownNameError
            A form that is none.
        """
        for form in forms:
            if form not in FORMS:
                raise UnknownNameError("form of a brief", form, FORMS)
        with output(folder, "brief") as target:
            self.write(target, locale=locale, moves=moves, forms=forms)
        return Path(folder)

    def write(
        self, target: Path, *, locale: str = "en", moves: str | None = None, forms: Collection[str] = FORMS[:3]
    ) -> None:
        """As ``save``, into a folder that is being made.

        Parameters
        ----------
        target : Path
        locale, moves, forms
            As ``save``.
        """
        if "html" in forms:
            write(target / REPORT, self.html(locale=locale, moves=moves))
        if "md" in forms:
            write(target / MARKDOWN, self.markdown(locale=locale))
        if "json" in forms:
            write_json(target / JSON, {"sentences": list(self.sentences), **self.as_dict()})
        if "pdf" in forms:
            self.pdf(target / PRINT, locale=locale, moves=moves)
        write_json(target / MANIFEST, self.manifest)

    def _repr_html_(self) -> str:
        """What a notebook shows."""
        from sectorlead.reports.brief.page import brief_notebook

        return brief_notebook(self)
