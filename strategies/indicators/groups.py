"""Groups of series against each other: their lines, relative strength, and where the turnover goes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ...data.errors import DataError, UnknownNameError
from ...data.panel import Panel
from ...data.types import Floats
from ..domain import parameter
from .breadth import Crowd, across
from .indicator import Indicator


class Groups(NamedTuple):
    """What was known after the close of each session; shape (T, G).

    Attributes
    ----------
    groups : tuple of str, G of them
        The names, ascending.
    line : float ndarray
        The group's equal-weighted line, 1 before its first return; NaN before that return.
    strength : float ndarray
        The relative strength line: growth of the group's line over that of what it is measured against since both are
        known; NaN before.
    trend : float ndarray
        1 where the relative strength line is above the mean of its last ``trend`` values, -1 where it is below, 0
        where it is neither; NaN where it isn't known.
    share : float ndarray
        Share of the amount of all groups over the last ``flow`` sessions; NaN where it isn't known.
    flow : float ndarray
        ``share`` less what it was ``flow`` sessions before: in sum over the groups 0.
    """

    groups: tuple[str, ...]
    line: Floats
    strength: Floats
    trend: Floats
    share: Floats
    flow: Floats


@dataclass(frozen=True)
class GroupStrength(Indicator):
    """Relative strength of groups of series, and the flow of turnover between them: growth against value, say.

    A group's return is the mean of the simple returns of its members that have one (see ``Breadth`` for who counts),
    rebalanced every session; unknown where fewer than ``present`` of its members that have begun have one, and its
    line stays where it is then. A group's amount is the sum over its members with a bar; unknown where one of theirs
    is, 0 where none has a bar. Market practice.

    Parameters
    ----------
    groups : mapping of symbol to group, optional
        Default: the panel's own groups. Series without a group (or with the group "") are left out.
    against : str, optional
        The group that the others are measured against; default: the equal-weighted line of all series in groups.
    trend : int
        Sessions of the mean of the relative strength line.
    flow : int
        Sessions of a share of turnover.
    present : float
        Least share of a group's members.

    Raises
    ------
    DataError
        When no series of the panel has a group.
    UnknownNameError
        When ``against`` is none of the groups.
    """

    groups: Mapping[str, str] | tuple[tuple[str, str], ...] | None = None
    against: str | None = parameter(None, kind=str)
    trend: int = parameter(60, low=2, high=2520, grid=(20, 60, 120))
    flow: int = parameter(20, low=1, high=2520, grid=(5, 20, 60))
    present: float = parameter(0.5, low=0.0, high=1.0)

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.groups is not None:  # a mapping has no hash, and a part is a value
            object.__setattr__(self, "groups", tuple(sorted(dict(self.groups).items())))

    def __call__(self, panel: Panel) -> Groups:
        """Lines, strength and flows of the groups."""
        members = self._members(panel)
        everyone = np.sort(np.concatenate(list(members.values())))
        crowd = Crowd.of(panel, self.present)
        returns = np.column_stack([self._mean(panel, crowd, columns) for columns in members.values()])
        base = self._mean(panel, crowd, everyone if self.against is None else members[self.against])
        strength = _grown((1 + returns) / (1 + base)[:, None] - 1)
        mean = pd.DataFrame(strength).rolling(self.trend).mean().to_numpy()
        trend = np.sign(strength - mean)
        share = self._shares(panel, crowd, members)
        flow = np.full(share.shape, np.nan)
        flow[self.flow :] = share[self.flow :] - share[: max(len(share) - self.flow, 0)]
        return Groups(tuple(members), _grown(returns), strength, trend, share, flow)

    def _members(self, panel: Panel) -> dict[str, NDArray[np.int64]]:
        """Columns of each group, in the order of their names."""
        own = dict(zip(panel.symbols, panel.groups, strict=True))
        given = own if self.groups is None else dict(self.groups)
        of = np.array([given.get(symbol, "") for symbol in panel.symbols])
        names = sorted(set(of.tolist()) - {""})
        if not names:
            raise DataError(
                "GroupStrength found no group: give the file a column 'group', or say groups={symbol: group} for "
                f"symbols like {panel.symbols[0]!r}"
            )
        if self.against is not None and self.against not in names:
            raise UnknownNameError("group", self.against, names)
        return {name: np.flatnonzero(of == name) for name in names}

    def _mean(self, panel: Panel, crowd: Crowd, columns: NDArray[np.int64]) -> Floats:
        """Mean return of these columns, shape (T,)."""
        moves = crowd.moves[:, columns]
        known = np.isfinite(moves)
        begun = (np.isfinite(panel.last_close) & panel.published)[:, columns].sum(axis=1)
        number = known.sum(axis=1)
        mean: Floats = across(np.where(known, moves, 0.0)) / np.maximum(number, 1)
        mean[(number == 0) | (number < self.present * begun)] = np.nan
        return mean

    def _shares(self, panel: Panel, crowd: Crowd, members: dict[str, NDArray[np.int64]]) -> Floats:
        amount = np.where(crowd.alive, panel.amount, 0.0)
        traded = np.column_stack([across(amount[:, columns]) for columns in members.values()])
        recent = pd.DataFrame(traded).rolling(self.flow).sum().to_numpy()
        total = across(recent)[:, None]
        return np.where(total > 0, recent / np.where(total > 0, total, 1.0), np.nan)


def _grown(returns: Floats) -> Floats:
    """Growth of 1 by each column's returns; NaN before the first that is known, unchanged where one isn't."""
    known = np.isfinite(returns)
    grown: Floats = np.multiply.accumulate(np.where(known, 1 + returns, 1.0), axis=0)
    grown[~np.logical_or.accumulate(known, axis=0)] = np.nan
    return grown
