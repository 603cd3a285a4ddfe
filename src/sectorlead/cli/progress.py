"""What people see while a command runs, on stderr: its steps, how far it is, what it waits for."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console

from sectorlead.cli.output_mode import hushed
from sectorlead.cli.plain_text import clean, warn


@contextmanager
def steps(title: str, total: int) -> Iterator[Callable[[str], None]]:
    """A bar on a terminal, nothing in a pipe; call what it yields with the name of each step as the step begins.

    Parameters
    ----------
    title : str
    total : int
        Steps.
    """
    if hushed() or not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(clean(title), total=total)
        begun = 0

        def step(name: str) -> None:
            nonlocal begun
            bar.update(task, completed=begun, description=clean(f"{title}: {name}"))
            begun += 1

        yield step


@contextmanager
def counting(title: str) -> Iterator[Callable[[str, int, int], None]]:
    """A bar on a terminal with how many a second and the time left, nothing in a pipe.

    Parameters
    ----------
    title : str

    Yields
    ------
    callable
        Told what is being done, how many are done, and of how many.
    """
    if hushed() or not sys.stderr.isatty():
        yield lambda *_: None
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

    rate = TextColumn("{task.fields[rate]}", markup=False)
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn(), rate)
    with Progress(*columns, TimeRemainingColumn(), console=Console(stderr=True), transient=True) as bar:
        tasks: dict[str, TaskID] = {}

        def tell(what: str, done: int, total: int) -> None:
            if what not in tasks:
                tasks[what] = bar.add_task(clean(f"{title}: {what}"), total=total, completed=done, rate="")
            speed = bar.tasks[tasks[what]].speed
            bar.update(tasks[what], completed=done, rate=f"{speed:,.0f}/s" if speed else "")

        yield tell


def tell_waits(*, sweep: bool = False) -> None:
    """Say what runs have to wait for, once they do; of a sweep it is known before.

    Parameters
    ----------
    sweep : bool
    """
    if hushed():
        return
    from sectorlead.engine.compiled import lazily

    if warn not in lazily.listeners:
        lazily.listeners.append(warn)
    if sweep:
        from sectorlead.engine.compiled.batch import run

        if waits := run.waits():
            warn(waits)
