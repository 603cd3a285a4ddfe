"""What a fill or a shortfall comes to: fees, tax on dividends, cash and shares, and the log."""

from __future__ import annotations

from ...data.types import Floats, Ints
from ..market import arithmetic
from ..record import TERMINATED
from .limits import lots
from .state import FILLS, REJECTIONS, AccountArrays, MarketArrays, RunRules, Tracks, jitable


@jitable
def _sum_fees(rates: Floats, least: Floats, charged: Ints, value: float, step: float) -> float:
    """All fees on a fill of ``value``. Takes single arrays: a call with all rules takes longer than the fees."""
    total = 0.0
    if step == 0.0:  # asked once: a third faster than within the loop
        for kind in charged:
            total += arithmetic.fee(value, rates[kind], least[kind], 0.0)
        return total
    for kind in charged:
        total += arithmetic.fee(value, rates[kind], least[kind], step)
    return total


@jitable
def fees_of(rules: RunRules, value: float, side: int, t: int, i: int) -> float:
    """All fees on a fill.

    Parameters
    ----------
    rules : RunRules
    value : float
        Of the fill, in currency.
    side : int
        1 for a buy, -1 for a sale.
    t, i : int
        Session and column.
    """
    if rules.charged.size == 0:
        return 0.0
    s = 0 if side > 0 else 1
    return _sum_fees(rules.fees[t, rules.board[i], s], rules.least[s], rules.charged, value, rules.money_step)


@jitable
def outlay(rules: RunRules, shares: float, price: float, t: int, i: int) -> tuple[float, float]:
    """Value and fees of a buy, in currency; both 0 for no shares.

    Parameters
    ----------
    rules : RunRules
    shares, price : float
    t, i : int
        Session and column.
    """
    if shares <= 0.0:
        return 0.0, 0.0
    value = arithmetic.round_half_up(shares * price, rules.money_step)
    return value, fees_of(rules, value, 1, t, i)


@jitable
def log_fill(  # noqa: PLR0913
    rules: RunRules, account: AccountArrays, tracks: Tracks, t: int, i: int, side: int,
    shares: float, price: float, value: float, slippage: float, tax: float,
) -> None:  # fmt: skip
    """Writes one row of the fill log.

    Parameters
    ----------
    rules : RunRules
    account : AccountArrays
        Its number of fills grows by one.
    tracks : Tracks
        Written to; must be ``logged``.
    t, i : int
        Session and column.
    side : int
        A key of ``SIDES``; only a buy and a sale pay fees.
    shares, price, value, slippage, tax : float
        Price, value, slippage and tax on dividends in currency.
    """
    row, kinds, s = account.state[FILLS], rules.least.shape[1], 0 if side > 0 else 1
    tracks.fill_row[row] = t
    tracks.fill_column[row] = i
    tracks.fill_side[row] = side
    tracks.fill_money[row, 0] = shares
    tracks.fill_money[row, 1] = price
    tracks.fill_money[row, 2] = value
    for kind in range(kinds):
        rate, least = rules.fees[t, rules.board[i], s, kind], rules.least[s, kind]
        tracks.fill_costs[row, kind] = arithmetic.fee(value, rate, least, rules.money_step) if abs(side) == 1 else 0.0
    tracks.fill_costs[row, kinds] = slippage
    tracks.fill_costs[row, kinds + 1] = tax
    account.state[FILLS] = row + 1


@jitable
def reject(
    tracks: Tracks, account: AccountArrays, t: int, i: int, side: int, wanted: float, filled: float, reason: int
) -> None:
    """Writes one row of the log of shortfalls, if there is a log.

    Parameters
    ----------
    tracks : Tracks
        Written to.
    account : AccountArrays
        Its number of rejections grows by one.
    t, i : int
        Session and column.
    side : int
        1 for a buy, -1 for a sale.
    wanted, filled : float
        Shares.
    reason : int
        A position in ``REASONS``.
    """
    if not tracks.logged:
        return
    k = account.state[REJECTIONS]
    tracks.reject_row[k] = t
    tracks.reject_column[k] = i
    tracks.reject_side[k] = side
    tracks.reject_reason[k] = reason
    tracks.reject_shares[k, 0] = wanted
    tracks.reject_shares[k, 1] = filled
    account.state[REJECTIONS] = k + 1


@jitable
def reject_ended(rules: RunRules, account: AccountArrays, tracks: Tracks, t: int, i: int, goal: float) -> None:
    """A target in a series that has ended: a rejection, where it comes to a lot at least.

    Parameters
    ----------
    rules : RunRules
    account : AccountArrays
        Changed in place.
    tracks : Tracks
        Written to.
    t, i : int
        Session and column.
    goal : float
        Shares.
    """
    wanted = lots(rules, goal, t, i)
    if wanted > 0.0:
        reject(tracks, account, t, i, 1, wanted, 0.0, TERMINATED)


@jitable
def settle(  # noqa: PLR0913
    market: MarketArrays,
    rules: RunRules,
    account: AccountArrays,
    tracks: Tracks,
    t: int,
    i: int,
    side: int,
    shares: float,
    price: float,
    value: float,
    fees: float,
) -> None:
    """Books one fill: the only place where a trade changes cash and shares.

    Parameters
    ----------
    market : MarketArrays
    rules : RunRules
    account : AccountArrays
        Changed in place.
    tracks : Tracks
        Written to.
    t, i : int
        Session and column.
    side : int
        1 for a buy, -1 for a sale.
    shares, price, value, fees : float
        What is filled, at which price with slippage; its value and the fees on it, in currency.
    """
    tax = tax_of_sale(rules, account, tracks, t, i, shares, True) if side < 0 else 0.0
    paid = side * value + fees + tax
    account.cash[0] = max(0.0, arithmetic.round_half_up(max(0.0, account.cash[0] - paid), rules.money_step))
    if account.shares[i] == 0.0:
        account.since[i] = t
    account.shares[i] = max(0.0, account.shares[i] + side * shares)
    if side > 0 and account.lots.size > 0:
        account.lots[t - tracks.first, i] += shares
    if account.shares[i] == 0.0:
        account.since[i] = -1
        forget_lots(account, i)
    if tracks.logged:
        slippage = abs(price - market.price[t, i]) * shares
        log_fill(rules, account, tracks, t, i, side, shares, price, value, slippage, tax)


@jitable
def tax_of_sale(
    rules: RunRules, account: AccountArrays, tracks: Tracks, t: int, i: int, shares: float, done: bool
) -> float:
    """The tax that a sale owes on dividends, in currency; what was bought first is sold first.

    Parameters
    ----------
    rules : RunRules
    account : AccountArrays
    tracks : Tracks
    t, i : int
        Session and column.
    shares : float
    done : bool
        Whether the shares are taken from their buys.
    """
    if account.lots.size == 0:
        return 0.0
    tax, left = 0.0, shares
    for r in range(t - tracks.first):
        lot = account.lots[r, i]
        if lot <= 0.0 or left <= 0.0:
            continue
        part = min(1.0, left / lot)
        if tracks.first + r >= rules.month_from[t]:
            tax += part * account.owed[r, i, 0]
        elif tracks.first + r >= rules.year_from[t]:
            tax += part * account.owed[r, i, 1]
        left -= part * lot
        if done:
            account.lots[r, i] = (1.0 - part) * lot
            account.owed[r, i, 0] *= 1.0 - part
            account.owed[r, i, 1] *= 1.0 - part
    return arithmetic.round_half_up(tax, rules.money_step)


@jitable
def forget_lots(account: AccountArrays, i: int) -> None:
    """What was bought of a series is held no more.

    Parameters
    ----------
    account : AccountArrays
        Changed in place.
    i : int
        Column.
    """
    for r in range(account.lots.shape[0]):
        account.lots[r, i] = 0.0
        account.owed[r, i, 0] = 0.0
        account.owed[r, i, 1] = 0.0
