"""The options of ``sweep`` and ``walkforward``: which variants there are, and where they run."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from sectorlead.cli.option_group import OptionGroup, option


class Where(StrEnum):
    """What variants run on, on this machine."""

    threads = "threads"
    processes = "processes"


@dataclass(frozen=True, slots=True, kw_only=True)
class Variants:
    """Which variants are asked for; None and () are not given.

    Attributes
    ----------
    grid, where : tuple of str
    draws, seed : int or None
    """

    grid: tuple[str, ...]
    where: tuple[str, ...]
    draws: int | None
    seed: int | None


def variant_options() -> OptionGroup:
    """Which variants there are, as ``Variants``."""
    values = "Values to take, e.g. pick.n=3,5,8 or lookback=20:260:5; repeatable."
    keep = 'Combinations to keep, e.g. "short < long"; repeatable.'

    def make(grid: list[str] | None, where: list[str] | None, **drawn: int | None) -> Variants:
        return Variants(grid=tuple(grid or ()), where=tuple(where or ()), **drawn)

    options = (
        option("grid", list[str] | None, values, "[sweep.grid], or what the parameters declare"),
        option("where", list[str] | None, keep),
        option("draws", int | None, "Draw so many combinations at random.", "all"),
        option("seed", int | None, "Of what is drawn.", "0"),
    )
    return OptionGroup(options, make)


def worker_options() -> OptionGroup:
    """Where variants run, as arguments of ``sectorlead.sweep``."""

    def make(executor: Where | None, **where: Any) -> dict[str, Any]:
        return {"executor": executor and executor.value, **where}

    options = (
        option("executor", Where | None, "Where to run.", "threads"),
        option("workers", int | None, "Tasks at a time.", "cores"),
        option("dask", str | None, "Address of a Dask scheduler, tcp://HOST:8786."),
        option("store", Path | None, "Where what is found is kept as it is found.", "the user's cache"),
    )
    return OptionGroup(options, make)
