"""What keeps the pages to this machine, this root, and what they are for."""

from __future__ import annotations

import ipaddress
import os
import socket
from collections.abc import Iterable
from pathlib import Path

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""Content-Security-Policy of our own pages: nothing inline, nothing from elsewhere."""

REPORT_POLICY = (
    "sandbox allow-scripts allow-popups allow-modals; default-src 'none'; script-src 'unsafe-inline'; "
    "style-src 'unsafe-inline'; img-src data: blob:; font-src data:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
"""For a report, whose styles and scripts are inside it: an origin of its own, and no way to send or fetch anything."""

_ALWAYS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-resource-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "x-frame-options": "DENY",
}


class Guard:
    """ASGI middleware: refuses strange hosts and methods, and gives every answer its security headers.

    Parameters
    ----------
    app : ASGIApp
    names : iterable of str
        Names of this server beside "localhost". A literal IP address needs no listing: only a name can be made to
        point elsewhere (DNS rebinding).
    """

    def __init__(self, app: ASGIApp, names: Iterable[str] = ()) -> None:
        self._app = app
        self._names = {"localhost", *(name.lower() for name in names)}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers, or passes on with the headers added."""
        if scope["type"] != "http":
            return

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _ALWAYS.items():
                    headers[name] = value
                headers.setdefault("content-security-policy", POLICY)
                headers.setdefault("cache-control", "no-cache")
            await send(message)

        if not self._knows(Headers(scope=scope).get("host", "")):
            refused = PlainTextResponse("Host not served here; use the address that was printed.\n", 421)
            await refused(scope, receive, guarded)
        elif scope["method"] not in ("GET", "HEAD"):
            await PlainTextResponse("Only GET: nothing here can be changed.\n", 405)(scope, receive, guarded)
        else:
            await self._app(scope, receive, guarded)

    def _knows(self, host: str) -> bool:
        name = host.rsplit("]", 1)[0].removeprefix("[") if host.startswith("[") else host.rsplit(":", 1)[0]
        return name.lower() in self._names or is_address(name)


def is_address(name: str) -> bool:
    """Whether a host is an IP address as such."""
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach a server there."""
    return host == "localhost" or (is_address(host) and ipaddress.ip_address(host).is_loopback)


def own_names(host: str) -> tuple[str, ...]:
    """Names by which a server on ``host`` may be called."""
    return () if is_loopback(host) else (host, socket.gethostname())


def confined(root: Path, *parts: str) -> Path | None:
    """A path below ``root`` if it is there and no link leads out of it, else None.

    Parameters
    ----------
    root : Path
        Already resolved.
    parts : str
        Relative, as a URL gave them.
    """
    joined = "/".join(part for part in parts if part)
    steps = joined.split("/") if joined else []
    if any(step in ("", ".", "..") or (os.name == "nt" and set(step) & set(r"\:")) for step in steps):
        return None
    try:
        path = root.joinpath(*steps).resolve(strict=True)
    except (OSError, RuntimeError, ValueError):
        return None
    return path if path.is_relative_to(root) else None
