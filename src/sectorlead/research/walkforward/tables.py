"""The tables of a walk-forward: its windows with what was chosen, how stable the choice was, and what it lost."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from sectorlead.data.panel import Panel
from sectorlead.data.types import Floats
from sectorlead.reports.sweep.content import text_of
from sectorlead.reports.walkforward.found import Loss, Stability
from sectorlead.research.sweep.files import column_of
from sectorlead.research.walkforward.choice import METRICS
from sectorlead.research.walkforward.measured import metrics_of
from sectorlead.research.walkforward.windows import Window, table_of

IN_CASH = "no variant could be chosen: none decided in training, or none has the metric; the window holds cash"


TOLD = ("window", "variant", "weight")


def chosen_column(axis: str) -> str:
    """The column of an axis: its name, after "parameter " where another column has the same.

    Parameters
    ----------
    axis : str
    """
    return f"parameter {axis}" if axis in TOLD else column_of(axis)


def chosen_table(parameters: pd.DataFrame, weights: Floats, windows: pd.Index) -> pd.DataFrame:
    """Who was held in each window: ``window, variant, weight`` and the parameters, the heaviest first.

    Parameters
    ----------
    parameters : DataFrame
        A row for each of V variants.
    weights : float array of shape (W, V)
    windows : Index of length W
    """
    rows, columns = np.nonzero(weights)
    order = np.lexsort((columns, -weights[rows, columns], rows))
    rows, columns = rows[order], columns[order]
    told = {"window": windows.to_numpy()[rows], "variant": columns, "weight": weights[rows, columns]}
    beside = parameters.iloc[columns].reset_index(drop=True)
    return pd.concat([pd.DataFrame(told), beside], axis=1)


def windows_table(
    windows: Sequence[Window],
    panel: Panel,
    scores: tuple[pd.DataFrame, pd.DataFrame],
    weights: Floats,
    returns: Floats,
    metric: str,
) -> pd.DataFrame:
    """A row per window, by number.

    Parameters
    ----------
    windows : sequence of Window
    panel : Panel
    scores : tuple of DataFrame of shape (W, V)
        The metric of each variant, in sample and out of sample.
    weights : float array of shape (W, V)
        What was chosen.
    returns : float array of shape (S,)
        Of the run out of sample.
    metric : str

    Returns
    -------
    DataFrame
        Dates and sessions of ``table_of``; ``variant``, the one that was chosen (missing where several or none were);
        ``held``, how many; ``in_sample``, the metric of what was chosen, their mean by weight; ``out_of_sample``, that
        of the run; ``efficiency``, the second over the first, where the first is above 0 and high is good; ``rank`` of
        what was chosen among the ``ranked`` fixed variants in the test, 1 is best, the mean by weight; ``median``, that
        of those variants; ``correlation``, of the ranks of all variants in training and test (Spearman); ``reason``
        why nothing was chosen.
    """
    sign, first = METRICS[metric], windows[0].test_first
    rows = []
    for k, window in enumerate(windows):
        inside, outside = (each.iloc[k].to_numpy(np.float64) for each in scores)
        own = returns[window.test_first - first : window.test_last - first + 1]
        after = float(metrics_of(own[:, None], panel, window.test_first, window.test_last)[metric][0])
        held = np.flatnonzero(weights[k])
        before = float(weights[k][held] @ inside[held]) if len(held) else np.nan
        ranks = pd.Series(-sign * outside).rank(method="min").to_numpy(np.float64)
        rows.append({
            "variant": int(held[0]) if len(held) == 1 else pd.NA,
            "held": len(held),
            "in_sample": before,
            "out_of_sample": after,
            "efficiency": after / before if sign > 0 and before > 0 else np.nan,
            "rank": float(weights[k][held] @ ranks[held]) if len(held) else np.nan,
            "ranked": int(np.isfinite(outside).sum()),
            "median": float(np.nanmedian(outside)) if np.isfinite(outside).any() else np.nan,
            "correlation": _spearman(inside, outside),
            "reason": "" if len(held) else IN_CASH,
        })  # fmt: skip
    dates = table_of(tuple(windows), panel)
    return dates.join(pd.DataFrame(rows, index=dates.index).astype({"variant": "Int64"}))


def stability_of(chosen: pd.DataFrame, windows: Sequence[int], offered: dict[str, int]) -> Stability:
    """How stable the choice was.

    Parameters
    ----------
    chosen : DataFrame
        Of ``chosen_table``.
    windows : sequence of int
        Their numbers.
    offered : dict of str to int
        How many values each parameter's column had to choose from.
    """
    held = chosen.pivot_table("weight", "window", "variant", aggfunc="sum") if len(chosen) else pd.DataFrame()
    weights = held.reindex(pd.Index(windows)).fillna(0.0).to_numpy(np.float64)
    shared = np.minimum(weights[1:], weights[:-1]).sum(axis=1)
    empty = (weights[1:].sum(axis=1) == 0) & (weights[:-1].sum(axis=1) == 0)
    shared = np.where(empty, 1.0, shared)  # cash after cash
    rows = {}
    for name, count in offered.items():
        parts = chosen.groupby(chosen[name].map(text_of), sort=False)["weight"].sum().sort_values(
            ascending=False, kind="stable"
        )  # fmt: skip
        numbers = chosen[name].dropna() if pd.api.types.is_numeric_dtype(chosen[name]) else pd.Series(dtype=float)
        plain = len(numbers) and not pd.api.types.is_bool_dtype(chosen[name])
        rows[name] = {
            "values": len(parts),
            "offered": count,
            "usual": parts.index[0] if len(parts) else "",
            "share": float(parts.iloc[0] / parts.sum()) if len(parts) else np.nan,
            "lowest": float(numbers.min()) if plain else np.nan,
            "highest": float(numbers.max()) if plain else np.nan,
        }
    changes = int((shared < 1.0 - 1e-9).sum())
    agreement = float(shared.mean()) if len(shared) else np.nan
    return Stability(changes, len(shared), agreement, pd.DataFrame.from_dict(rows, orient="index"))


def loss_of(table: pd.DataFrame, metric: str) -> Loss:
    """What was lost from training to test.

    Parameters
    ----------
    table : DataFrame
        Of ``windows_table``.
    metric : str
    """
    sign = METRICS[metric]
    known = table[np.isfinite(table["in_sample"]) & np.isfinite(table["out_of_sample"])]
    lost = sign * (known["in_sample"] - known["out_of_sample"]).to_numpy(np.float64)
    many, length = len(lost), known["test_sessions"].to_numpy(np.float64)
    share = length / length.sum() if many else length
    mean = {name: float(share @ known[name].to_numpy(np.float64)) for name in ("in_sample", "out_of_sample")}
    total = float(share @ lost)
    above = int((sign * (known["out_of_sample"] - known["median"]) > 0).sum())
    ranks = known["correlation"].dropna()
    return Loss(
        many,
        mean["in_sample"] if many else np.nan,
        mean["out_of_sample"] if many else np.nan,
        total if many else np.nan,
        float(np.sqrt(np.square(share * (lost - total)).sum() * many / (many - 1))) if many > 1 else np.nan,
        above,
        float(ranks.mean()) if len(ranks) else np.nan,
    )


def _spearman(one: Floats, other: Floats) -> float:
    known = np.isfinite(one) & np.isfinite(other)
    ranks = [pd.Series(each[known]).rank() for each in (one, other)]
    if known.sum() < 3 or any(each.nunique() < 2 for each in ranks):
        return float("nan")
    return float(ranks[0].corr(ranks[1]))
