"""The lines of a page of orders: what is sent, what can't be, what is kept, each with why."""

from __future__ import annotations

import math
from collections import defaultdict

import numpy as np

from sectorlead.data.panel import Panel
from sectorlead.data.types import Ints
from sectorlead.engine.compiled.one_session import DECISION, EXIT, Owned, Sized
from sectorlead.engine.market.fees import COSTS, SLIPPAGE
from sectorlead.engine.record import REASONS, RejectionLog
from sectorlead.engine.strategy import Strategy
from sectorlead.reports.orders.content import BUY, KEEP, SELL, Order


def decision_before(asked: Ints, row: int) -> int | None:
    """Row of the last decision before ``row``; None where there is none.

    Parameters
    ----------
    asked : int64 array
        Rows in which the schedule asks, ascending.
    row : int
    """
    earlier = asked[asked < row]
    return int(earlier[-1]) if len(earlier) else None


def lines_of(
    sized: Sized, ahead: Panel, owned: Owned, strategy: Strategy, before: int | None
) -> tuple[tuple[Order, ...], dict[str, float]]:
    """The lines, and the expected costs by kind.

    Parameters
    ----------
    sized : Sized
    ahead : Panel
        With the coming session as its last.
    owned : Owned
    strategy : Strategy
        Ranks the decision before.
    before : int or None
        Its row.
    """
    n, row = len(ahead.symbols), len(ahead.sessions) - 2
    ranked = sized.decided == DECISION and bool(sized.rank.any())
    earlier = strategy.ranking(ahead.until(before))[0] if ranked and before is not None else np.zeros(n, np.int64)
    fills, refused = sized.outcome.fills, sized.outcome.rejections
    filled = {int(i): k for k, i in enumerate(fills.column) if abs(fills.side[k]) == 1}
    reasons = _reasons(refused)
    lines: dict[str, list[Order]] = defaultdict(list)
    costs = dict.fromkeys(COSTS, 0.0)
    for i in range(n):
        held, wanted = float(owned.shares[i]), float(sized.wanted[i])
        reason = reasons.get(i, "")
        if sized.short[i] > 0:
            reason = "t_plus_one"
        if not (held or wanted or reason):
            continue
        k = filled.get(i)
        of_fill = {} if k is None else dict(zip(COSTS, fills.costs[k].tolist(), strict=True))
        for kind, cost in of_fill.items():
            costs[kind] += cost
        side = SELL if wanted < 0 else BUY if wanted > 0 or reason else KEEP
        told = Order(
            symbol=ahead.symbols[i],
            name=ahead.names[i],
            side=side,
            shares=0.0 if k is None else float(fills.shares[k]),
            wanted=abs(wanted),
            held=held,
            target=float(sized.target[i]),
            price=float(ahead.last_close[row, i]),
            limit_down=float(sized.low[i]),
            limit_up=float(sized.high[i]),
            value=0.0 if k is None else float(fills.value[k]),
            fees=sum(cost for kind, cost in of_fill.items() if kind != SLIPPAGE),
            slippage=of_fill.get(SLIPPAGE, 0.0),
            weight=float(sized.held[i]),
            target_weight=float(sized.target_weight[i]),
            rank=int(sized.rank[i]),
            rank_before=int(earlier[i]),
            score=float(sized.score[i]),
            why=_why(sized, i, held, int(earlier[i]), ranked),
            reason=reason,
        )
        lines[side].append(told)
    return tuple(each for side in (SELL, BUY, KEEP) for each in lines[side]), costs


def _reasons(refused: RejectionLog) -> dict[int, str]:
    return {int(i): REASONS[why] for i, why in zip(refused.column, refused.reason, strict=True)}


def _why(sized: Sized, i: int, held: float, before: int, ranked: bool) -> str:
    """What the decision has to do with a series, in words that reports translate."""
    target, weight = float(sized.target_weight[i]), float(sized.held[i])
    if math.isnan(target):
        if not math.isnan(sized.target[i]):
            return "still open from the decision before"
        return "an exit fired elsewhere; left alone" if sized.decided == EXIT else "no decision; left alone"
    if sized.decided == EXIT:
        return "an exit fired"
    rank = f"rank {sized.rank[i]} of {int((sized.rank > 0).sum())}" if sized.rank[i] else "not ranked"
    rank += f", {before} at the decision before" if before else ""
    place = f": {rank}" if ranked else ""
    if target == 0:
        return f"leaves{place}"
    if not held:
        return f"enters{place}"
    if math.isnan(sized.target[i]):
        return f"stays within the no-trade band{place}"
    if sized.wanted[i] == 0:
        return f"stays, less than a lot from its target{place}"
    change = "trimmed" if sized.wanted[i] < 0 else "topped up"
    return f"stays, {change} from {weight:.2%} to {target:.2%}{place}"
