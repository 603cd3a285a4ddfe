"""What tranches hold on paper, by the rule of ``Plan``: one loop over all decisions."""

from __future__ import annotations

import numpy as np

from ...data.types import Flags, Floats
from ...engine.compiled.lazily import chosen
from ...engine.compiled.picks import pick
from ...engine.compiled.state import HELD, AccountArrays, compiled
from ...engine.strategy import Plan


def paper_targets(plan: Plan, asked: Flags) -> Floats:
    """The mean of the tranches' latest targets after each decision of a plan.

    ``asked``, shape (D, count), tells which tranches decide. What a tranche picks it holds from the session after.

    Parameters
    ----------
    plan : Plan
        D decisions in N symbols.
    asked : bool array of shape (D, count)
        Which tranches decide.

    Returns
    -------
    float array of shape (D, N)
        Fractions of the account.
    """
    count, n = asked.shape[1], plan.base.shape[1]
    out = np.empty((len(plan.rows), n))
    line, number = np.zeros(n), np.zeros(n, np.int64)  # of what a pick does not touch
    account = AccountArrays(
        cash=line,
        due=line,
        shares=np.zeros(n),
        weight=np.zeros(n),
        goal=line,
        buys=number,
        buying=np.zeros((0, 6)),
        received=line,
        lots=np.zeros((0, 0)),
        owed=np.zeros((0, 0, 2)),
        held=np.zeros(n, np.int64),
        active=number,
        picked=np.zeros(n, np.int64),
        since=np.zeros(n, np.int64),
        peak=line,
        stopped=np.zeros(n, np.bool_),
        state=np.zeros(6, np.int64),
    )
    follow = chosen(_follow_nb, 1e-6 * len(plan.rows) * count * n)
    follow(plan, account, asked, np.zeros((count, n)), np.full((count, n), -1), out)
    return out


def _follow(plan: Plan, account: AccountArrays, asked: Flags, latest: Floats, since: np.ndarray, out: Floats) -> None:
    count, n = latest.shape
    for d in range(plan.rows.size):
        for k in range(count):
            if not asked[d, k]:
                continue
            held = 0
            for i in range(n):
                account.shares[i], account.since[i] = latest[k, i], since[k, i]
                account.held[held] = i
                held += int(latest[k, i] > 0.0)
            account.state[HELD] = held
            pick(plan, account, d)
            for i in range(n):
                latest[k, i] = account.weight[i]
                if latest[k, i] == 0.0:
                    since[k, i] = -1
                elif since[k, i] < 0:
                    since[k, i] = plan.rows[d] + 1
        for i in range(n):
            total = 0.0
            for k in range(count):
                total += latest[k, i]
            out[d, i] = total / count


_follow_nb = compiled(_follow)
