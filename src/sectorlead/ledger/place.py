"""Where the trial ledger is."""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path
from typing import Literal, NamedTuple

VARIABLE = "SECTORLEAD_TRIALS"
OFF = "off"
FILE = "trials.sqlite"


class Place(NamedTuple):
    """A ledger: a file of SQLite, a database by its URL, or none.

    Attributes
    ----------
    kind : {"file", "url", "off"}
    name : str
        Path or URL; "" for none.
    """

    kind: Literal["file", "url", "off"]
    name: str

    @property
    def shown(self) -> str:
        """As people are told it: a URL without its password."""
        if self.kind != "url" or "@" not in self.name:
            return self.name or OFF
        scheme, _, rest = self.name.partition("://")
        who, _, where = rest.rpartition("@")
        return f"{scheme}://{who.partition(':')[0]}@{where}"


def usual_place() -> Place:
    """What the environment variable ``SECTORLEAD_TRIALS`` names, else ``trials.sqlite`` in the user's data folder.

    It is a path, a URL as SQLAlchemy takes it, or "off".
    """
    return _place(os.environ.get(VARIABLE, "").strip(), os.environ.get("HOME"), os.environ.get("XDG_DATA_HOME"))


@lru_cache(maxsize=8)
def _place(named: str, home: str | None, data: str | None) -> Place:
    """By the environment variables that say where it is: asked for several times a run."""
    if named.lower() == OFF:
        return Place("off", "")
    if named.startswith("sqlite:///"):
        return Place("file", named.removeprefix("sqlite:///"))
    if "://" in named:
        return Place("url", named)
    if named:
        return Place("file", str(Path(named).expanduser()))
    from platformdirs import user_data_path

    return Place("file", str(user_data_path("sectorlead", appauthor=False) / FILE))
