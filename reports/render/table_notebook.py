"""Sentences and a table in a notebook, as a fragment of HTML: for results that are a list of things found."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
from markupsafe import Markup, escape

from .notebook import STYLE, fragment

MOST_ROWS = 30


def table_notebook(title: str, told: Sequence[str], table: pd.DataFrame, *, warning: str = "") -> str:
    """What a notebook shows, for ``_repr_html_``; light or dark with the notebook.

    Parameters
    ----------
    title : str
    told : sequence of str
        Sentences above the table.
    table : DataFrame
        Its first ``MOST_ROWS`` rows, and how many more there are; nothing of an empty one.
    warning : str
        What is bad, in the colour of warnings.
    """
    heads = "".join(f'<th scope="col">{escape(name)}</th>' for name in table.columns)
    rows = "".join(
        f"<tr>{''.join(f'<td>{escape(_cell(value))}</td>' for value in row)}</tr>"
        for row in table.head(MOST_ROWS).itertuples(index=False)
    )
    shown = f"<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>" if len(table) else ""
    more = f'<p class="sl-note">{len(table) - MOST_ROWS:,} more rows in table</p>' if len(table) > MOST_ROWS else ""
    warned = f'<p class="sl-warn">{escape(warning)}</p>' if warning else ""
    sentences = "".join(f"<p>{escape(text)}</p>" for text in told)
    return fragment(
        f'<div class="sectorlead-run"><style>{Markup(STYLE)}</style><p class="sl-title"><b>{escape(title)}</b></p>'
        f"{warned}{sentences}{shown}{more}</div>"
    )


def _cell(value: object) -> str:
    if isinstance(value, float):
        return "" if value != value else f"{value:.6g}"
    return "" if value is None or value is pd.NaT else str(value)
