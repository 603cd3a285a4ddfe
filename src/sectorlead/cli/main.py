"""The command line: one file per command, put together here.

Exit status: 0 done; 1 a finding; 2 unusable input, with one line on stderr that says what was wrong, what is allowed
and what to do next; 130 stopped by Ctrl-C. What is heavy is imported by the command that needs it.
"""

from __future__ import annotations

import atexit
import gc
import sys
from typing import Annotated

import typer

from sectorlead.cli.audit import audit
from sectorlead.cli.brief import brief
from sectorlead.cli.check import check
from sectorlead.cli.compare import compare
from sectorlead.cli.convert import convert
from sectorlead.cli.data import app as data
from sectorlead.cli.demo import demo
from sectorlead.cli.events import events
from sectorlead.cli.factor import factor
from sectorlead.cli.fetch import fetch
from sectorlead.cli.language import hush
from sectorlead.cli.list import list_names
from sectorlead.cli.manners import add_manners
from sectorlead.cli.orders import orders
from sectorlead.cli.reconcile import reconcile
from sectorlead.cli.run import run
from sectorlead.cli.schema import schema
from sectorlead.cli.selftest import selftest
from sectorlead.cli.serve import serve
from sectorlead.cli.sweep import sweep
from sectorlead.cli.tearsheet import tearsheet
from sectorlead.cli.trials import app as trials
from sectorlead.cli.walkforward import walkforward

DEBUG = "--debug"
SELDOM = 100_000, 5, 10
"""When garbage is looked for: what is imported is none, and to look through it takes a tenth of a run's time."""

app = typer.Typer(
    name="sectorlead",
    help="Backtests of sector rotation: leaders in pullbacks, measured against their opposites.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def main() -> None:
    """Run the command line; ends the process with the exit status."""
    from sectorlead.cli.failures import sentence, tell_warnings, use_safe_output

    gc.set_threshold(*SELDOM)
    atexit.register(gc.freeze)  # nothing is looked through once more at the end
    use_safe_output()
    tell_warnings()
    try:
        app(prog_name="sectorlead")
    except KeyboardInterrupt:
        sys.exit(130)
    except Exception as error:
        from sectorlead.data.errors import InputError, SectorLeadError

        if DEBUG in sys.argv:
            raise
        if isinstance(error, SectorLeadError):
            status = 2 if isinstance(error, InputError) else 1
            told = "\n".join((str(error), *getattr(error, "__notes__", ())))
        elif outside := sentence(error):
            status, told = 2, outside
        else:
            raise  # a defect, ours or in a strategy from elsewhere: its traceback is what helps
        from sectorlead.cli.plain_text import warn

        warn(f"sectorlead: {told}")
        sys.exit(status)


def _tell_version(asked: bool) -> None:
    if asked:
        from sectorlead import __version__

        print(f"sectorlead {__version__}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", help="Print the version and stop.", is_eager=True, callback=_tell_version)
    ] = False,
    debug: Annotated[bool, typer.Option(DEBUG, help="Show the traceback of whatever goes wrong.")] = False,
) -> None:
    """Backtests of sector rotation: leaders in pullbacks, measured against their opposites."""
    hush()


for command in (
    demo, run, brief, orders, compare, sweep, walkforward, events, factor, audit, selftest, tearsheet, serve,
):  # fmt: skip
    app.command()(command)
app.command("list")(list_names)
app.command()(fetch)
app.add_typer(data, name="data")
app.add_typer(trials, name="trials")
for command in (check, convert, reconcile):
    app.command()(command)
app.command()(schema)
add_manners(app)
