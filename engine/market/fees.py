"""The fees of a fill: one table, from which engines, records and reports take the kinds.

A fill of ``value`` pays of each kind ``max(rate * value, minimum)``, rounded half up to the market's ``money_step``;
kinds are added in the order of the table. Slippage is a cost too, but no fee: it is inside the fill price already.
"""

from __future__ import annotations

from dataclasses import dataclass

BUY, SELL = 1, -1
HIGHEST_RATE = 0.1  # of the value; more is a mistake of unit


@dataclass(frozen=True, slots=True, kw_only=True)
class Fee:
    """One kind of fee.

    Attributes
    ----------
    kind : str
        Column of ``Record.fills`` and key of ``Record.costs``.
    label : str
        For people.
    sides : tuple of int
        On which a market's own rate and minimum are charged: ``BUY``, ``SELL``, or both.
    items : dict of int to str
        The item of the rule book with the rate, by side; a side without one has no rate in a book.
    rate : str
        Field of ``Market`` with a rate of its own; None in it leaves the rate to the book. "" is no such field.
    minimum : str
        Field of ``Market`` with the least that a fill pays, in currency; "" is no such field.
    included : str
        Field of ``Market`` that is True where another fee is quoted with this one, which then is 0; "" is none.
    """

    kind: str
    label: str
    sides: tuple[int, ...] = (BUY, SELL)
    items: dict[int, str]
    rate: str = ""
    minimum: str = ""
    included: str = ""

    def own_rate(self, market: object, side: int) -> float | None:
        """The rate that a market itself gives for a side, a fraction of the value; None where its rule book has it.

        Parameters
        ----------
        market : Market
        side : int
            1 for a buy, -1 for a sale.
        """
        if self.included and getattr(market, self.included):
            return 0.0
        given = getattr(market, self.rate) if self.rate else None
        if given is None:
            return None if side in self.items else 0.0
        return float(given) if side in self.sides else 0.0

    def least(self, market: object, side: int) -> float:
        """The least that a fill of a side pays in a market, in currency.

        Parameters
        ----------
        market : Market
        side : int
            1 for a buy, -1 for a sale.
        """
        return float(getattr(market, self.minimum)) if self.minimum and side in self.sides else 0.0

    @property
    def instead(self) -> str:
        """What a ``Market`` can say in place of the book."""
        return f"{self.rate}=..." if self.rate else f"{self.included}=True"


FEES: tuple[Fee, ...] = (
    Fee(kind="commission", label="Commission", items={}, rate="commission_rate", minimum="commission_min"),
    Fee(
        kind="stamp_duty", label="Stamp duty", items={BUY: "stamp_duty_buy", SELL: "stamp_duty_sell"},
        rate="stamp_duty_rate", sides=(SELL,),
    ),
    Fee(
        kind="transfer_fee", label="Transfer fee", items={BUY: "transfer_fee", SELL: "transfer_fee"},
        rate="transfer_fee_rate",
    ),
    Fee(
        kind="handling_fee", label="Handling fee", items={BUY: "handling_fee", SELL: "handling_fee"},
        included="commission_includes_levies",
    ),
    Fee(kind="levy", label="Levy", items={BUY: "levy", SELL: "levy"}, included="commission_includes_levies"),
)  # fmt: skip
"""All kinds of fees, in the order in which they are added up."""

DIVIDEND_TAX = "dividend_tax"
SLIPPAGE = "slippage"

COSTS: dict[str, str] = {fee.kind: fee.label for fee in FEES} | {SLIPPAGE: "Slippage", DIVIDEND_TAX: "Dividend tax"}
"""All kinds of cost with their labels: the fees, which are paid beside a fill's value, slippage, inside of it, and the
tax on dividends, paid beside it too."""


def book_items() -> dict[str, tuple[Fee, str]]:
    """Every rule-book item that a fee reads, with the fee and a label for people."""
    found: dict[str, tuple[Fee, str]] = {}
    for fee in FEES:
        by_side = len(set(fee.items.values())) > 1
        for side, item in fee.items.items():
            suffix = {BUY: " on buys", SELL: " on sales"}[side] if by_side or len(fee.items) == 1 else ""
            found.setdefault(item, (fee, fee.label.lower() + suffix))
    return found
