"""A sweep in a notebook: its first variants by a metric."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from ..message import say, sentence
from ..metrics.under_a_year import read_short, shown_definitions
from ..render.i18n import ENGLISH, Locale, find_locale
from ..render.section_notebook import fragment
from ..sections.base import Column, Paragraph, Table, unit_format

_METRICS = ("cagr", "sharpe", "max_drawdown", "turnover")


def sweep_notebook(
    count: int, top: pd.DataFrame, axes: Sequence[str], *, ribbon: str = "", locale: str | Locale = ENGLISH
) -> str:
    """What a notebook shows, for ``_repr_html_``; light or dark with the notebook.

    Parameters
    ----------
    count : int
        Of all variants.
    top : DataFrame
        The first of them by their Sharpe ratio, with their parameters and metrics; indexed by their numbers.
    axes : sequence of str
        Columns of ``top`` that are parameters.
    ribbon : str
        The warning of the panel; "" for none.
    locale : str or Locale
        See ``i18n.LOCALES``.
    """
    read, short = read_short(lambda names, *_: top[[*names]])
    known, shown = shown_definitions(short=short), read([*axes, *_METRICS])
    columns = (
        Column(say("Variant")),
        *(Column(name.replace("_", " ")) for name in axes),
        *(Column(sentence(known[name].label), unit_format(known[name].unit)) for name in _METRICS),
    )
    rows = [
        (str(number), *map(str, row[: len(axes)]), *row[len(axes) :])
        for number, *row in shown.itertuples(name=None)
    ]
    told = say("{count} variants, uncorrected; the first by Sharpe ratio:", count=count)
    blocks = (Paragraph(told), Table(say("Ranking"), columns, rows))
    return fragment(say("Sweep"), blocks, find_locale(locale), ribbon=sentence(ribbon) if ribbon else "")
