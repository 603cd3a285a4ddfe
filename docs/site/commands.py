"""The page of commands, made from the command line itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import typer
from typer.main import get_command

from sectorlead.cli.main import app

HEAD = """# Commands

Made from the command line when the site is built: what `sectorlead COMMAND --help` says.

Exit status: 0 done; 1 a finding, or what could not be fetched; 2 unusable input, with a line on stderr that says what
was wrong, what is allowed and what to do next; 130 stopped by Ctrl-C. Results are on stdout, everything else on stderr.

**For programs.** With `--json` stdout is one object and nothing else. `sectorlead schema COMMAND` prints its JSON
Schema, `sectorlead schema study` that of studies, which editors complete and check TOML with. What is not a finite
number is null. An error is no object but a line on stderr, and the exit status.

**Quietly.** `--quiet` shows no progress, and of what is written into a folder only its path:
`folder=$(sectorlead run study.toml --quiet)`. `NO_COLOR=1` switches colours off; in a pipe there are none.

**Completion.** `sectorlead --install-completion` for bash, zsh, fish or PowerShell, once; it completes commands,
options, and names of strategies, markets, sources and measures.
"""


def commands_page() -> str:
    """One section per command."""
    root: Any = get_command(app)
    context = typer.Context(root, info_name="sectorlead")
    sections = [HEAD, _section(root, context, 2)]
    sections += [_section(command, inner, 2) for command, inner in _below(root, context)]
    return "\n".join(sections)


def _below(group: Any, context: Any) -> Iterator[tuple[Any, Any]]:
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        inner = typer.Context(command, info_name=name, parent=context)
        yield command, inner
        if hasattr(command, "list_commands"):
            yield from _below(command, inner)


def _section(command: Any, context: Any, level: int) -> str:
    lines = [f"{'#' * level} {context.command_path}", ""]
    lines += [(command.help or "").replace("\b\n", "").strip(), ""]
    lines += ["```text", " ".join([context.command_path, *command.collect_usage_pieces(context)]), "```", ""]
    if command.epilog:
        lines += ["```sh", *_shown(command.epilog), "```", ""]
    rows = [record for each in command.get_params(context) if (record := each.get_help_record(context))]
    if rows:
        lines += ["| option | meaning |", "|---|---|"]
        lines += [f"| `{_cell(name)}` | {_cell(says)} |" for name, says in rows]
    return "\n".join([*lines, ""])


def _shown(epilog: str) -> list[str]:
    return [line.strip() for line in epilog.replace("\b", "").splitlines() if line.strip() not in ("", "Examples:")]


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ").replace("<", "&lt;")
