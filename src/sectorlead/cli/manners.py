"""What every command has: ``--json``, ``--quiet``, examples in its help, and completion of names.

``add_manners`` gives them to all commands of an application at once. A command that writes a folder (``written``) needs
nothing for it; any other says with ``answer`` what came out. With ``--json`` that is all that is printed on stdout.
"""

from __future__ import annotations

import functools
import inspect
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, Any, get_args, get_type_hints

import typer
from typer.models import OptionInfo

from sectorlead.cli.examples import EXAMPLES
from sectorlead.cli.output_mode import OutputMode, in_mode, output_mode
from sectorlead.cli.plain_text import clean

JSON = Annotated[bool, typer.Option("--json", help="Only the result, as JSON (sectorlead schema COMMAND).")]
QUIET = Annotated[
    bool, typer.Option("--quiet", "-q", help="No progress; of what is written into a folder only its path.")
]


def answer(make: Callable[[], Mapping[str, Any]]) -> None:
    """What came out of a command, for a program: printed with ``--json`` only.

    Parameters
    ----------
    make : callable
        Gives the content; called only where it is printed. Its shape is in ``shapes``.
    """
    now = output_mode()
    if now.as_json:
        from sectorlead import __version__
        from sectorlead.reports.run_folder.files import plain

        told = plain({"command": now.command, "version": __version__, **make()})
        print(clean(json.dumps(told, ensure_ascii=False, indent=1, allow_nan=False)))


def _end(mode: OutputMode) -> None:
    """Says which folder was written: its path, or as JSON what is in it and what its ``summary.json`` says."""
    if mode.written and mode.as_json:
        answer(lambda: _of_folder(mode.written[-1]))
    elif mode.written and mode.quiet:
        print(clean(str(mode.written[-1])))


def _of_folder(folder: Path) -> dict[str, Any]:
    summary = folder / "summary.json"
    return {
        "folder": str(folder),
        "files": sorted(
            path.relative_to(folder).as_posix()
            for path in folder.rglob("*")
            if path.is_file() and not path.name.startswith(".")
        ),
        "summary": json.loads(summary.read_text(encoding="utf-8")) if summary.is_file() else None,
    }


def add_manners(app: typer.Typer, above: str = "") -> None:
    """Gives every command of an application, and of those below it, its options, examples and completions.

    Parameters
    ----------
    app : Typer
    above : str
        Words before its commands: "data " for those of ``sectorlead data``.
    """
    for info in app.registered_commands:
        assert info.callback is not None
        name = above + (info.name or info.callback.__name__.replace("_", "-"))
        info.callback, info.epilog = _mannered(info.callback, name), _epilog(name)
    for group in app.registered_groups:
        below, name = group.typer_instance, above + (group.name or "")
        assert below is not None
        if below.registered_callback and below.registered_callback.callback:
            below.registered_callback.callback = _mannered(below.registered_callback.callback, name)
        group.epilog = _epilog(name)
        add_manners(below, f"{name} ")


def _mannered(command: Callable[..., None], name: str) -> Callable[..., None]:
    own, hints = inspect.signature(command), get_type_hints(command, include_extras=True)

    @functools.wraps(command)
    def told(*args: Any, as_json: bool = False, quiet: bool = False, **given: Any) -> None:
        with in_mode(OutputMode(name, as_json, quiet, "out" in own.parameters)):
            command(*args, **given)
            _end(output_mode())

    place = inspect.Parameter.KEYWORD_ONLY
    shown = [
        item.replace(annotation=_completed(item.name, hints.get(item.name, item.annotation)))
        for item in own.parameters.values()
    ]
    for key, hint in (("as_json", JSON), ("quiet", QUIET)):
        shown.append(inspect.Parameter(key, place, default=False, annotation=hint))
    told.__signature__ = own.replace(parameters=shown)  # type: ignore[attr-defined]
    told.__annotations__ = {item.name: item.annotation for item in shown}
    return told


def _epilog(name: str) -> str | None:
    shown = EXAMPLES.get(name)
    return "\b\nExamples:\n" + "\n".join(f"  {line}" for line in shown) if shown else None


# --- completion -------------------------------------------------------------------------------------------------------


def _strategies() -> list[str]:
    from sectorlead.strategies.library.registry import LIBRARY

    return list(LIBRARY)


def _markets() -> list[str]:
    from sectorlead.engine.market.market import MARKETS

    return list(MARKETS)


def _sources() -> list[str]:
    from sectorlead.data.sources.source import SOURCES

    return [*SOURCES, "simulated"]


def _measures() -> list[str]:
    from sectorlead.strategies.scores.registry import MEASURES

    return list(MEASURES)


NAMES: dict[str, Callable[[], list[str]]] = {
    "strategy": _strategies, "market": _markets, "data": _sources, "source": _sources, "score": _measures,
}  # fmt: skip
"""Names that a shell completes, by the parameter that takes them; files it completes by itself."""


def _completed(parameter: str, hint: Any) -> Any:
    names = NAMES.get(parameter)
    for info in get_args(hint)[1:]:
        if names is not None and isinstance(info, OptionInfo) and info.autocompletion is None:
            info.autocompletion = lambda incomplete: [name for name in names() if name.startswith(incomplete)]
    return hint
