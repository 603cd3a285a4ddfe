"""Whether two engines gave the same run."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..data.errors import EngineMismatchError
from ..data.panel import Panel
from .record import REASONS, SIDES, DecisionLog, FillLog, Outcome, RejectionLog, Terms

CENT = 0.005  # half a cent: the same once rounded
_RELATIVE = 1e-9
_SHARES = 1e-6
_PLACES = np.array([1, 3, 0, 0, 4, 2])
"""Of closings, buys, (none), dividends, write-offs and sales: positions by side, negative ones from the end."""


def compare_outcomes(compiled: Outcome, other: Outcome, panel: Panel, terms: Terms) -> str:
    """Compares two runs decision by decision, fill by fill and session by session.

    Fills and rejections must agree in session, symbol, side and reason, in shares to 1e-6, in money to half a cent;
    equity and cash likewise in every session. Large numbers agree to one part in 1e9: what sums in another order, and
    the 1e-12 that a fully invested fractional account keeps back at each rebalance, can come to.

    Parameters
    ----------
    compiled, other : Outcome
    panel : Panel
    terms : Terms

    Returns
    -------
    str
        What was compared, for the record's stamp.

    Raises
    ------
    EngineMismatchError
        Naming the first difference.
    """
    _compare_decisions(compiled.decisions, other.decisions, panel)
    _compare_logs("fill", compiled.fills, other.fills, panel)
    _compare_logs("rejection", compiled.rejections, other.rejections, panel)
    for key in ("equity", "cash", "flows"):
        ours, theirs = getattr(compiled, key), getattr(other, key)
        apart = ~np.isclose(ours, theirs, rtol=_RELATIVE, atol=CENT, equal_nan=False)
        if apart.any():
            s = int(apart.argmax())
            raise EngineMismatchError(
                f"{key} after {panel.sessions[terms.first + s]:%F}: compiled {ours[s]:.6f}, backtrader {theirs[s]:.6f}"
            )
    return (
        f"{len(compiled.fills.row):,} fills, {len(compiled.rejections.row):,} rejections and the equity of "
        f"{len(compiled.equity):,} sessions agree with backtrader, share for share and cent for cent"
    )


def _compare_decisions(whole: DecisionLog, cut: DecisionLog, panel: Panel) -> None:
    """Sessions and scores of decisions, which do not depend on what was filled, and targets from the same holdings.

    The compiled engine takes them from the whole panel, backtrader from panels that end at the decision.
    """
    reason = "the strategy uses later rows than the decision's (look-ahead), or does not answer the same twice"
    rows = np.setxor1d(whole.row, cut.row)
    if rows.size:
        who = "whole panel" if rows[0] in whole.row else "panel that ends there"
        raise EngineMismatchError(f"{panel.sessions[rows[0]]:%F} is a decision only on the {who}: {reason}")
    apart = np.isfinite(whole.score) & (whole.score != cut.score)
    if apart.any():
        d, i = np.argwhere(apart)[0]
        here = f"{whole.score[d, i]:.10g} on the whole panel"
        there = f"{cut.score[d, i]:.10g} on the one that ends there"
        raise EngineMismatchError(
            f"decision of {panel.sessions[whole.row[d]]:%F}: {panel.symbols[i]} scores {here}, {there}: {reason}"
        )
    held = np.isclose(whole.held, cut.held, rtol=_RELATIVE, atol=_RELATIVE).all(axis=1)
    same = np.isclose(whole.target, cut.target, rtol=_RELATIVE, atol=_RELATIVE, equal_nan=True)
    apart = np.logical_and(np.logical_not(same), np.asarray(held)[:, None])
    if apart.any():
        d, i = np.argwhere(apart)[0]
        here = f"{whole.target[d, i]:.10g} on the whole panel"
        there = f"{cut.target[d, i]:.10g} on the one that ends there"
        raise EngineMismatchError(
            f"decision of {panel.sessions[whole.row[d]]:%F}: from the same holdings {panel.symbols[i]} gets weight "
            f"{here}, {there}: {reason} (random numbers without a seed, or memory outside of the object)"
        )


def _compare_logs(kind: str, ours: FillLog | RejectionLog, theirs: FillLog | RejectionLog, panel: Panel) -> None:
    mine, yours = _ordered(ours), _ordered(theirs)
    lengths = len(ours.row), len(theirs.row)
    n = min(lengths)
    for key in mine:
        a, b = mine[key][:n], yours[key][:n]
        tolerance = _SHARES if key in ("shares", "wanted", "filled") else CENT
        apart = ~np.isclose(a, b, rtol=_RELATIVE, atol=tolerance) if a.dtype == np.float64 else a != b
        if apart.any():
            k = int(apart.argmax())
            raise EngineMismatchError(
                f"{kind} {k + 1} differs in {key}: compiled {_row(mine, k, panel)}, backtrader {_row(yours, k, panel)}"
            )
    if lengths[0] != lengths[1]:
        longer, who = (mine, "compiled") if lengths[0] > n else (yours, "backtrader")
        raise EngineMismatchError(f"{kind} {n + 1} exists only in {who}: {_row(longer, n, panel)}")


def _ordered(log: FillLog | RejectionLog) -> dict[str, NDArray[Any]]:
    """By session, side (dividends, closings, sales, buys, write-offs) and symbol: in a pass order has no meaning."""
    order = np.lexsort((log.column, _PLACES[log.side], log.row))
    fields = log._asdict()
    if isinstance(log, FillLog):
        del fields["costs"]
        fields |= log.by_kind
    return {key: field[order] for key, field in fields.items()}


def _row(log: dict[str, NDArray[Any]], k: int, panel: Panel) -> str:
    shown = {key: field[k] for key, field in log.items()}
    head = f"{panel.sessions[shown.pop('row')]:%F} {panel.symbols[shown.pop('column')]} {SIDES[int(shown.pop('side'))]}"
    if "reason" in shown:
        head += f" {REASONS[int(shown.pop('reason'))]}"
    return head + "".join(f" {key}={value:.10g}" for key, value in shown.items())
