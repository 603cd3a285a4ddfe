"""Sentences and a table in a notebook: for results that are a list of things found."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from ..message import Text, sentence, sentences
from ..sections.base import Block, Column, Paragraph, Table
from .i18n import ENGLISH, Locale, find_locale
from .section_notebook import fragment


def table_notebook(
    title: str, told: Sequence[str], table: pd.DataFrame, *, warning: str = "", locale: str | Locale = ENGLISH
) -> str:
    """What a notebook shows, for ``_repr_html_``; light or dark with the notebook.

    Parameters
    ----------
    title : str
    told : sequence of str
        Sentences above the table.
    table : DataFrame
        Its first rows, and how many more there are; nothing of an empty one.
    warning : str
        What is bad, in the colour of warnings.
    locale : str or Locale
        See ``i18n.LOCALES``.
    """
    blocks: list[Block] = [Paragraph(text) for text in sentences(told)]
    if len(table):
        blocks.append(found_table(sentence(title), table))
    return fragment(
        sentence(title), blocks, find_locale(locale), ribbon=sentence(warning) if warning else ""
    )


def found_table(label: Text, frame: pd.DataFrame) -> Table:
    """A frame as a table: numbers with six digits, heads as they are, empty where nothing is known.

    Parameters
    ----------
    label : Message or str
    frame : DataFrame
    """
    columns = [Column(str(name)) for name in frame.columns]
    return Table(label, columns, [[_written(value) for value in row] for row in frame.itertuples(index=False)])


def _written(value: object) -> str:
    if isinstance(value, float):
        return "" if value != value else f"{value:.6g}"
    return "" if value is None or value is pd.NaT else str(value)
