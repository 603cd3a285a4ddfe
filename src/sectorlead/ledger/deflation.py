"""How many trials there are on the data of a panel, which is what a verdict has to allow for."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

import numpy as np

from sectorlead.data.errors import LedgerError
from sectorlead.data.panel import Panel
from sectorlead.ledger.buffer import commit, refusal
from sectorlead.ledger.counting import REFERENCE
from sectorlead.ledger.database import Database, database
from sectorlead.ledger.place import usual_place
from sectorlead.ledger.sketch import same_data, sketch


class Tried(NamedTuple):
    """Trials on some data.

    Attributes
    ----------
    number : int or None
        Different specifications that were evaluated on panels of the same data; None where no ledger is kept.
    panels : int
        On how many panels.
    sentence : str
        For a report: how many, or why that is not known.
    """

    number: int | None
    panels: int
    sentence: str

    def at_least(self, shown: int) -> int:
        """The count for a verdict that shows so many variants.

        Parameters
        ----------
        shown : int
        """
        return max(shown, self.number or 0)


def tried_on(panel: Panel, without: Collection[str] = ()) -> Tried:
    """The trials on a panel and on all that hold the same data: a tenth of the returns of the smaller of the two.

    What is waiting is committed first. The same strategy under the same rules, terms, universe and first session is one
    trial, however often it ran and however far its data went; references are none.

    Parameters
    ----------
    panel : Panel
    without : collection of str
        Purposes that are not counted, besides references.
    """
    commit()
    if why := refusal():
        return Tried(None, 0, f"Trials are not counted: {why}.")
    try:
        where = database(usual_place())
        panels = panels_like(where, panel)
        count = distinct(where, panels, without)
    except LedgerError as error:
        return Tried(None, 0, f"Trials are not counted: {error}.")
    many = "1 trial" if count == 1 else f"{count:,} trials"
    on = "" if len(panels) < 2 else f", on {len(panels)} panels that share them"
    return Tried(count, len(panels), f"{many} on these data so far{on}.")


def panels_like(where: Database, panel: Panel) -> list[str]:
    """Content hashes of the panels in a ledger that hold the same data as a panel, itself included.

    Parameters
    ----------
    where : Database
    panel : Panel
    """
    own = panel.origin.content_hash
    ids = [str(key) for (key,) in where.rows("panels", ("id",))]
    alike = _alike.setdefault((own, 0 if own in ids else len(panel.sessions)), {})
    if fresh := [key for key in ids if key not in alike]:
        told = {str(key): bytes(sketched) for key, sketched in where.rows("panels", ("id", "sketch"), {"id": fresh})}
        found = set(same_data(told.pop(own, b"") or sketch(panel), told))
        alike |= {key: key in found for key in fresh}
    return [own, *(key for key in ids if key != own and alike[key])]


_alike: dict[tuple[str, int], dict[str, bool]] = {}
"""Whether panels hold the same data, by content hashes: what is written of a panel never changes.

One that is not in the ledger yet may be the beginning of another, and goes by its sessions, too."""


def distinct(where: Database, panels: list[str], without: Collection[str] = ()) -> int:
    """How many different specifications were evaluated on panels.

    Parameters
    ----------
    where : Database
    panels : list of str
    without : collection of str
        Purposes that are not counted, besides references.
    """
    found = where.rows("trials", ("purpose", "specs"), {"panel": panels})
    told = b"".join(bytes(specs) for purpose, specs in found if purpose not in (REFERENCE, *without))
    return len(np.unique(np.frombuffer(told, "<u8")))
