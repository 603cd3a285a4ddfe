"""``orders``: what a strategy wants done at the next open, from the newest panel and what is really held."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from sectorlead.data.calendar import find_calendar
from sectorlead.data.dates import as_date
from sectorlead.data.errors import ParameterError
from sectorlead.data.forms import Date
from sectorlead.data.next_session import Coming, sessions_after, with_next_session
from sectorlead.data.panel import Panel
from sectorlead.engine.backtest import resolved_terms, seeded
from sectorlead.engine.canonical import sentence, to_data
from sectorlead.engine.class_names import backtrader_class
from sectorlead.engine.compiled.one_session import Owned, size_one_session
from sectorlead.engine.config import RunConfig, merged, takes_terms
from sectorlead.engine.fresh import fresh
from sectorlead.engine.market.default import market_or_default
from sectorlead.engine.market.market import Market
from sectorlead.engine.market.rule_tables import rules_in_force
from sectorlead.engine.record import Terms
from sectorlead.engine.strategy import Strategy, as_strategy
from sectorlead.reports.orders.content import KEEP, Order
from sectorlead.reports.orders.result import Orders
from sectorlead.research.orders.holdings import Holdings, owned_by
from sectorlead.research.orders.journal import OrderJournal
from sectorlead.research.orders.lines import decision_before, lines_of
from sectorlead.research.session_over import check_over

SESSIONS = 20
"""Whose mean volume is the usual one."""


@takes_terms("cash", "cash_flows", "measured_from", "periods", "engine", "prices")
def orders(  # noqa: PLR0913  # what is owned, and what a run takes
    strategy: Any,
    panel: Panel,
    holdings: Holdings,
    cash: float,
    market: str | Market | None = None,
    *,
    next_session: Date | None = None,
    today: Date | None = None,
    journal: OrderJournal | str | Path | None = None,
    config: RunConfig | None = None,
    **terms: Any,
) -> Orders:
    """What to send in the session after the panel's last one, sized by the engine that sizes a backtest.

    Over history this gives the orders of a run: with a run's holdings and cash after a session, those that it sends in
    the next (``docs/orders.md``). Prices of the next session are not known: an order is sized at the decision's close,
    and whether it is blocked at the open shows then.

    Parameters
    ----------
    strategy : Rotation, Score, object with ``decide(view, portfolio)``, or str
        As ``sectorlead.run``; not a ``backtrader.Strategy``, which sends orders of its own.
    panel : Panel
        Ends with the newest session. Its rows before warm up, and are what a schedule and a memory count from.
    holdings : path, DataFrame, Series or mapping of symbol to shares, or None
        What is held after the last close, see ``docs/orders.md`` for the columns of a table. None holds nothing.
    cash : float
        What can be spent at the next open, in currency, >= 0.
    market : str or Market, optional
        As ``sectorlead.run``.
    next_session : date, optional
        The session in which the orders are sent. Default: by the calendar that the panel's sessions keep.
    today : date, optional
        By which a panel is told to be out of date. Default: the day of this computer.
    journal : OrderJournal or path, optional
        File of what was asked (``OrderJournal``): what the evening before left open is carried on, unless holdings say
        it, and these orders are added. Default: none.
    config : RunConfig, optional
        The terms of the run whose orders these are.
    **terms
        Terms in place of those of ``config``. ``start`` counts: a schedule such as ``Every(20)`` runs from there.

    Returns
    -------
    Orders

    Raises
    ------
    InputError
        For holdings, cash, terms or data that can't be used, such as a last session that is not over; says what is
        allowed.
    LookAheadError, StrategyError, QualityError
        As ``sectorlead.run``.

    Examples
    --------
    >>> import sectorlead as sl
    >>> panel = sl.simulate(seed=1, sessions=300)
    >>> rule = sl.Rotation(sl.Momentum(60), sl.TopN(2), schedule=sl.Every(1))
    >>> todo = sl.orders(rule, panel, {"SIM01": 1000}, 50_000, "cn-etf", today=panel.session)
    >>> todo.decided, [(order.side, order.symbol) for order in todo.to_send]  # doctest: +SKIP
    """
    config = merged(config, terms)
    given, named, notes = _strategy(strategy, config)
    _check_fill(config)
    market, chosen = market_or_default(market, panel)
    panel = _admitted(panel, market, config)
    resolved = resolved_terms(replace(config, cash_flows=None, measured_from=None), panel, market)
    now = panel if resolved.last == len(panel.sessions) - 1 else panel.until(resolved.last)
    check_over("orders", now.sessions, len(now.sessions) - 1)
    coming = _coming(now, next_session)
    day = coming.days[0]
    known = owned_by(holdings, cash, now, market, day)
    kept = OrderJournal(journal) if isinstance(journal, str | Path) else journal
    carried = () if kept is None else _carry(kept, known.owned, now, resolved)
    told = sentence(to_data(given))
    asked = as_strategy(given)
    ahead = with_next_session(now, day)
    sized = size_one_session(asked, ahead, market, resolved, known.owned)
    before = decision_before(sized.asked, len(now.sessions) - 1)
    odd = _odd_lots(known.owned, ahead, market)
    lines, costs = lines_of(sized, ahead, known.owned, asked, before)
    latest = sized.asked[-1] if len(sized.asked) else None
    made = Orders(
        name=config.name or named or type(given).__name__,
        strategy=told,
        session=now.session,
        next_session=day,
        fill=config.in_words(),
        decided=sized.decided,
        decision=None if latest is None else now.sessions[latest],
        next_decision=_next_decision(asked, now, coming, resolved),
        equity=sized.equity,
        cash=known.owned.cash,
        cash_after=float(sized.outcome.cash[-1]),
        lines=lines,
        costs=costs,
        market=market.name,
        source=now.source,
        panel_hash=now.content_hash,
        notes=(
            *_stale(now, coming, today), *_no_session(now, next_session), *_other_rule(kept, now, told),
            *carried, *notes, *known.notes, *odd, *_large(lines, now, market),
            *_estimated(config, coming), *filter(None, [chosen]),
        ),
    )  # fmt: skip
    if kept is not None:
        kept.add(made)
    return made


def _strategy(strategy: Any, config: RunConfig) -> tuple[Any, str, tuple[str, ...]]:
    """A strategy of this call's own, its name in the library, and what is to be said of it."""
    from sectorlead.strategies.rotation import rotation_of

    named = strategy if isinstance(strategy, str) else ""
    if named:
        from sectorlead.strategies.library.registry import build

        strategy = build(named)
    strategy, notes = rotation_of(strategy)
    if backtrader_class(strategy) is not None:
        raise ParameterError(
            "a backtrader.Strategy sends orders of its own, which only its run knows; orders are for strategies that "
            "decide target weights: decide(view, portfolio)"
        )
    made = fresh(strategy)
    return (made if config.seed is None else seeded(made, config.seed)), named, notes


def _carry(journal: OrderJournal, owned: Owned, now: Panel, terms: Terms) -> tuple[str, ...]:
    """Sets the targets that the evening before left open, where holdings say nothing of targets."""
    if terms.unfilled != "carry" or np.isfinite(owned.open_target).any():
        return ()
    held = dict(zip(now.symbols, owned.shares.tolist(), strict=True))
    found = {symbol: target for symbol, target in journal.still_open(now.session, held).items() if symbol in held}
    for symbol, target in found.items():
        owned.open_target[now.column(symbol)] = target
    return (f"open from the evening before, by the journal: {', '.join(found)}",) if found else ()


def _odd_lots(owned: Owned, ahead: Panel, market: Market) -> tuple[str, ...]:
    """Holdings that are no whole lots, which keep a remainder until all is sold."""
    row = len(ahead.sessions) - 1
    ruled = rules_in_force(market, ahead, row - 1, row)
    step = ruled.step[row][ruled.board]
    with np.errstate(invalid="ignore", divide="ignore"):
        found = np.flatnonzero((step > 0) & (owned.shares % step != 0) & (owned.shares % 1.0 == 0))
    if not len(found):
        return ()
    named = ", ".join(f"{ahead.symbols[i]} {owned.shares[i]:,.0f}" for i in found[:5])
    return (f"holdings with an odd lot, which can be sold with all of it only: {named}",)


def _large(lines: tuple[Order, ...], now: Panel, market: Market) -> tuple[str, ...]:
    """Orders above the share of the usual volume that the market lets one have."""
    if not market.participation:
        return ()
    volume = now.volume[-SESSIONS:]
    found = []
    for each in lines:
        own = volume[:, now.column(each.symbol)]
        usual = float(own[np.isfinite(own)].mean()) if np.isfinite(own).any() else 0.0
        if each.side != KEEP and usual and each.shares > market.participation * usual:
            found.append(f"{each.symbol} {each.shares / usual:.0%}")
    if not found:
        return ()
    allowed = f"{market.participation:.0%} of a session's volume is the most that one order may take"
    return (f"{allowed}, and of the mean of {len(volume)} sessions these are more: {', '.join(found)}",)


def _check_fill(config: RunConfig) -> None:
    if config.same_session:
        how = f"decide_at={config.decide_at!r}" if config.decide_at else f"fill={config.fill!r}"
        raise ParameterError(
            f"{how} fills in the session that decides, which is over once the panel has its close; orders are for the "
            'session after it: use fill="open", "close", "vwap", or price_at="10:00"'
        )


def _admitted(panel: Panel, market: Market, config: RunConfig) -> Panel:
    from sectorlead.data.quality.gate import admitted

    return admitted(panel, config.accept or (), market.trades)


def _coming(now: Panel, given: Date | None) -> Coming:
    if given is None:
        return sessions_after(now)
    day = as_date("next_session", given)
    found = sessions_after(now)
    return Coming(found.days[found.days > day].insert(0, day), found.calendar)


def _next_decision(strategy: Strategy, now: Panel, coming: Coming, terms: Terms) -> pd.Timestamp | None:
    """The next session in which a schedule asks, by the calendar ahead; None where none does, or its end hides it."""
    if strategy.schedule is None:
        return coming.days[0]
    days = pd.DatetimeIndex(now.sessions.append(coming.days))
    asked = np.flatnonzero(strategy.schedule.decision_sessions(days, terms.first))
    later = asked[(asked >= len(now.sessions)) & (asked < len(days) - 1)]
    return days[later[0]] if len(later) else None


def _stale(now: Panel, coming: Coming, today: Date | None) -> tuple[str, ...]:
    """That the exchange has had sessions since the panel's last one."""
    if now.simulated and today is None:
        return ()
    day = pd.Timestamp(dt.date.today()) if today is None else as_date("today", today)
    days = coming.days if coming.calendar == "" else find_calendar(coming.calendar).days
    missed = days[(days > now.session) & (days < day)]
    if day < now.session:
        return (f"the panel's last session, {now.session:%F}, is after today, {day:%F}: its close can't be known yet",)
    if day == coming.days[0]:
        return (f"these are the orders of today, {day:%F}; after its close the next are made from bars that have it",)
    if not len(missed):
        return ()
    return (
        f"the panel ends on {now.session:%F}, and the exchange has traded {len(missed)} sessions since, up to "
        f"{missed[-1]:%F}: these are the orders of {coming.days[0]:%F}; bring newer bars for those of the next open",
    )


def _no_session(now: Panel, given: Date | None) -> tuple[str, ...]:
    """That the date which was given is no session of the exchange, or not its next one."""
    if given is None:
        return ()
    day, known = as_date("next_session", given), sessions_after(now)
    if not known.calendar or day == known.days[0] or day > known.days[-1]:
        return ()
    given_as, opens = f"{day:%F} was given as the next session", f"{known.days[0]:%F}"
    if day not in known.days:
        return (f"{given_as}, and the exchange is closed on it: it opens on {opens}",)
    return (f"{given_as}, and the exchange opens on {opens} before that",)


def _other_rule(journal: OrderJournal | None, now: Panel, told: str) -> tuple[str, ...]:
    """That the latest entry of the journal was asked by another rule, whose account this may not be."""
    latest = None if journal is None else journal.asked_before(now.session)
    if latest is None or latest["strategy"] == told:
        return ()
    return (
        f"the journal's orders of {latest['session']} are those of another rule, {latest['name']}; give each account a "
        "journal of its own: --journal FILE",
    )


def _estimated(config: RunConfig, coming: Coming) -> list[str]:
    notes = []
    if config.size == "fill":
        notes.append("the run sizes its orders at the fill price: these are sized at the close, as an estimate")
    if config.dividends != "reinvested":
        notes.append("tax on dividends, which a sale may owe, is not in the expected costs")
    if not coming.calendar:
        notes.append(
            f"no exchange's calendar fits the panel's sessions or reaches as far: {coming.days[0]:%F} is the next "
            "weekday; give next_session where that is a holiday"
        )
    return notes
