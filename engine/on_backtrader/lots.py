"""What was bought when, and the tax that its dividends may still owe."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field


@dataclass(slots=True)
class Lot:
    """Shares bought in one session, as those of today."""

    row: int
    shares: float
    owed: list[float] = field(default_factory=lambda: [0.0, 0.0, 0.0])  # if sold within a month, a year, or later


class Lots:
    """The buys of one series that are held, oldest first: first bought, first sold."""

    def __init__(self) -> None:
        self._lots: deque[Lot] = deque()

    def buy(self, row: int, shares: float) -> None:
        """Adds shares.

        Parameters
        ----------
        row : int
            Session.
        shares : float
        """
        self._lots.append(Lot(row, shares))

    def split(self, ratio: float) -> None:
        """Each share becomes ``ratio`` shares."""
        for lot in self._lots:
            lot.shares *= ratio

    def owe(self, dividend: float, rates: tuple[float, float, float]) -> None:
        """Notes what each share may owe on a dividend beside what was withheld.

        Parameters
        ----------
        dividend : float
            Per share, in currency.
        rates : tuple of three floats
            Fractions: held up to a month, up to a year, and longer, which is withheld.
        """
        for lot in self._lots:
            for k in (0, 1):
                lot.owed[k] += lot.shares * dividend * (rates[k] - rates[2])

    def sale(self, shares: float, held_for: dict[int, int]) -> float:
        """What a sale owes, in currency, not rounded.

        Parameters
        ----------
        shares : float
        held_for : dict of int to int
            By session of the buy, which of the rates holds.
        """
        due, left = 0.0, shares
        for lot in self._lots:
            if left <= 0:
                break
            part = min(1.0, left / lot.shares)
            due += part * lot.owed[held_for[lot.row]]
            left -= part * lot.shares
        return due

    @property
    def rows(self) -> list[int]:
        """Sessions in which something was bought that is held."""
        return [lot.row for lot in self._lots]

    def sell(self, shares: float) -> None:
        """Takes shares from the oldest buys."""
        while shares > 0 and self._lots:
            lot = self._lots[0]
            if lot.shares > shares:
                lot.owed = [owed * (1 - shares / lot.shares) for owed in lot.owed]
                lot.shares -= shares
                return
            shares -= lot.shares
            self._lots.popleft()

    def clear(self) -> None:
        """Nothing is held any more."""
        self._lots.clear()
