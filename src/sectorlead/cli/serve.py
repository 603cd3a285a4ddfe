"""``sectorlead serve``: start the pages, say where they are, stop quietly."""

from __future__ import annotations

import errno
import os
import socket
import sys
import threading
import webbrowser
from pathlib import Path
from typing import Annotated

import typer

from sectorlead.cli.language import Locale, speak, told
from sectorlead.cli.manners import answer
from sectorlead.cli.output_mode import hushed
from sectorlead.cli.plain_text import put
from sectorlead.data.errors import InputError
from sectorlead.reports.message import say


def serve(
    folder: Annotated[Path, typer.Argument(help="Folder of runs; everything below it is listed.")] = Path("out"),
    host: Annotated[
        str, typer.Option(help="Address to listen on; any but 127.0.0.1 lets others read the runs.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="0 picks a free one.", min=0, max=65_535)] = 8765,
    open_browser: Annotated[bool, typer.Option("--open/--no-open", help="Show it in the browser.")] = False,
    locale: Locale = "en",
) -> None:
    """Browse stored runs: filter, compare, and see what filled every holding."""
    speak(locale)
    if not folder.is_dir():
        raise InputError(f"there is no folder {folder}; make a run first (sectorlead demo), or name the folder of runs")
    listener = _listener(host, port)
    with listener:
        from sectorlead.serve.app import build_app
        from sectorlead.serve.index import Index, cache_file
        from sectorlead.serve.security import is_loopback, own_names

        root = folder.resolve()
        index = Index(root, cache_file(root))
        try:
            index.read(_told)
            url = _url(host, listener.getsockname()[1])
            if not is_loopback(host):
                print(
                    f"sectorlead: warning: --host {host} lets everybody who can reach this machine read every run "
                    f"below {folder}; there is no password",
                    file=sys.stderr,
                )
            put(url)
            put(told(say("runs below {folder}; Ctrl-C stops", folder=str(folder))))
            answer(lambda: {"url": url, "folder": str(folder)})
            sys.stdout.flush()
            if open_browser:
                threading.Thread(target=webbrowser.open, args=(url,), daemon=True).start()
            _run(build_app(index, own_names(host), locale), listener)
        finally:
            index.close()


def _listener(host: str, port: int) -> socket.socket:
    """A bound socket, so that a taken port is told before anything else is done."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except (OSError, UnicodeError):
        raise InputError(f"--host {host} is not an address of this machine; leave it out for 127.0.0.1") from None
    listener = socket.socket(family, kind, protocol)
    try:
        if os.name == "posix":  # elsewhere it would share a port that is in use
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(64)
    except (OSError, OverflowError) as error:
        listener.close()
        number = getattr(error, "errno", None)
        if number == errno.EADDRINUSE:
            raise InputError(f"port {port} is in use; name another, or --port 0 for any that is free") from None
        if number == errno.EACCES:
            raise InputError(f"port {port} is not allowed; name one above 1023, or --port 0 for a free one") from None
        if number == errno.EADDRNOTAVAIL:
            raise InputError(f"--host {host} is not an address of this machine; leave it out for 127.0.0.1") from None
        raise InputError(f"can't listen on {host} port {port}: {error}; --port 0 picks a free one") from None
    return listener


def _run(app: object, listener: socket.socket) -> None:
    import uvicorn

    from sectorlead.serve.patience import ImpatientProtocol

    config = uvicorn.Config(
        app, http=ImpatientProtocol, log_level="warning", access_log=False, lifespan="off", ws="none",  # type: ignore[arg-type]
        server_header=False, timeout_graceful_shutdown=1,
    )  # fmt: skip
    try:
        uvicorn.Server(config).run(sockets=[listener])
    except KeyboardInterrupt:
        print("stopped", file=sys.stderr)


def _url(host: str, port: int) -> str:
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)
    return f"http://{shown}:{port}/"


def _told(seen: int) -> None:
    """How far reading has come, on a terminal."""
    if seen and sys.stderr.isatty() and not hushed():
        print(f"\rreading runs: {seen:,}", end="\r", file=sys.stderr, flush=True)
