"""What happened to orders, noted one by one and read as the record's arrays."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..market.fees import COSTS
from ..record import FillLog, RejectionLog
from .fees import Bill


class Journal:
    """Fills and rejections in the order they happen."""

    def __init__(self) -> None:
        self._fills: list[tuple[float, ...]] = []
        self.fill_orders: list[int] = []  # for each fill the number of its order, -1 for none
        self._rejections: list[tuple[float, ...]] = []

    def fill(
        self, row: int, column: int, side: int, shares: float, price: float, bill: Bill, slippage: float, order: int
    ) -> None:
        """Notes a fill.

        Parameters
        ----------
        row, column : int
            Of the panel.
        side : int
            1 for a buy, -1 for a sale.
        shares : float
        price : float
            In currency.
        bill : Bill
        slippage : float
            In currency.
        order : int
            Number of the strategy's order, -1 for none.
        """
        self.fill_orders.append(order)
        self._fills.append((row, column, side, shares, price, bill.value, *bill.by_kind, slippage, bill.tax))

    def reject(self, row: int, column: int, side: int, wanted: float, filled: float, reason: int) -> None:
        """Notes a shortfall.

        Parameters
        ----------
        row, column : int
            Of the panel.
        side : int
            1 for a buy, -1 for a sale.
        wanted, filled : float
            Shares.
        reason : int
            Code of the reason.
        """
        self._rejections.append((row, column, side, wanted, filled, reason))

    @property
    def fills(self) -> FillLog:
        """All fills so far."""
        row, column, side, shares, price, value, *costs = _columns(self._fills, "iiifff" + len(COSTS) * "f")
        return FillLog(row, column, side, shares, price, value, np.column_stack(costs))

    @property
    def rejections(self) -> RejectionLog:
        """All shortfalls so far."""
        return RejectionLog(*_columns(self._rejections, "iiiffi"))


def _columns(rows: list[tuple[float, ...]], kinds: str) -> list[np.ndarray[Any, Any]]:
    table = np.array(rows, dtype=np.float64).reshape(len(rows), len(kinds))
    return [np.ascontiguousarray(table[:, k], np.int64 if kind == "i" else np.float64) for k, kind in enumerate(kinds)]
