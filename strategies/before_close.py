"""What the parts of rotations say before the close of each session that decides: a panel of its own for every one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from ..data.panel import Panel
from ..data.timed_prices import seen_at
from ..data.types import Flags, Ints


class BeforeClose(NamedTuple):
    """What parts say in U sessions, at a time of day of each.

    Attributes
    ----------
    there : bool array of shape (U, N)
        Which series can be held by a decision then.
    said : mapping of str to sequence of arrays
        By the name of a part: what each of them says, (U, N) of a score or weights, (U,) of a guard, (2, U) of a pick.
    """

    there: Flags
    said: Mapping[str, Sequence[Any]]

    def of(self, name: str, k: int, places: Ints) -> Any:
        """What ``at`` of one of the parts gives in some of the sessions.

        Parameters
        ----------
        name : str
            "score", "weigh", "guard" or "pick", the parts that look at the panel.
        k : int
            Which of the parts of that name.
        places : int64 array
            Positions among the sessions.
        """
        said = self.said[name][k]
        return said[:, places] if name == "pick" else said[places]


def usable_rows(panel: Panel, rows: Ints) -> Flags:
    """Which series can be held by a decision in some rows, shape (U, N).

    Parameters
    ----------
    panel : Panel
    rows : int64 array of shape (U,)
    """
    there: Flags = panel.tradable[rows] & panel.published[rows]
    return there


def before_close(parts: Mapping[str, Sequence[Any]], panel: Panel, rows: Ints, time: str) -> BeforeClose:
    """Ask every part in each session; a session's panel is made once for all of them, and dropped.

    Parameters
    ----------
    parts : mapping of str to sequence of parts
        By name.
    panel : Panel
    rows : int64 array of shape (U,)
        Of the sessions that decide.
    time : str
        ``HH:MM``, before the close.
    """
    count, columns = len(rows), len(panel.symbols)
    shapes = {"score": (count, columns), "weigh": (count, columns), "guard": (count,), "pick": (2, count)}
    said = {name: [np.full(shape, np.nan) for _ in range(len(parts[name]))] for name, shape in shapes.items()}
    there = np.zeros((count, columns), np.bool_)
    for u, row in enumerate(rows.tolist()):
        view, last = seen_at(panel, row, time), np.array([row])
        there[u] = usable_rows(view, last)[0]
        for name, arrays in said.items():
            for k, own in enumerate(arrays):
                given = parts[name][k].at(view, last)
                if name == "pick":
                    own[:, u] = np.ravel(given)
                else:
                    own[u] = given[0]
    return BeforeClose(there, said)
