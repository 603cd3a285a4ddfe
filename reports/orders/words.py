"""A page of orders in sentences."""

from __future__ import annotations

from ..message import Message, say, sentence
from .content import BUY, SELL, OrderList


def heading(orders: OrderList) -> Message:
    """The title of the page.

    Parameters
    ----------
    orders : OrderList
    """
    return say("Orders for {date} · {name}", date=f"{orders.next_session:%F}", name=orders.name)


def sentences(orders: OrderList) -> tuple[Message, ...]:
    """What the session brought, when the next decision is due, how much there is to do, and when it fills.

    Parameters
    ----------
    orders : OrderList
    """
    said = [_outcome(orders)]
    if orders.next_decision is None:
        said.append(say("When the next decision is due is not known."))
    elif orders.decided != "none":
        said.append(say("The next decision is due after the close of {date}.", date=f"{orders.next_decision:%F}"))
    if sent := orders.to_send:
        sell, buy = (sum(each.side == side for each in sent) for side in (SELL, BUY))
        said.append(say("To send: {sell} to sell, {buy} to buy.", sell=sell, buy=buy))
    else:
        said.append(say("There is nothing to send."))
    if orders.impossible:
        said.append(say("Not to be done, in whole or in part: {count}.", count=len(orders.impossible)))
    return *said, sentence(orders.fill)


def _outcome(orders: OrderList) -> Message:
    day = f"{orders.session:%F}"
    if orders.decided == "decision":
        return say("Decided after the close of {date}.", date=day)
    if orders.decided == "exit":
        return say("No decision today, {date}, but an exit fired.", date=day)
    if orders.decided == "undecided":
        return say(
            "The schedule asks after the close of {date}, and the rule leaves the portfolio alone: nothing can be "
            "ranked, or its exposure is not known.",
            date=day,
        )
    if orders.next_decision is None:
        return say("No decision today, {date}.", date=day)
    return say("No decision today, {date}; next on {next}.", date=day, next=f"{orders.next_decision:%F}")
