"""What the HTTP layer saw while a vendor's library ran: evidence for telling refusals from changes."""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

REFUSALS = frozenset({401, 403, 407, 408, 418, 425, 429, 430, 451, 456})  # and everything from 500 on
GONE = frozenset({404, 410})


@dataclass(frozen=True, eq=False)
class Exchange:
    """One request and what came back.

    Attributes
    ----------
    url : str
        What was asked for, before any redirection.
    status : int or None
        HTTP status; None if no answer arrived.
    body : bytes
        Decoded content; empty if it never arrived.
    failure : str
        Why there is no (complete) answer: "ConnectTimeout: ...", or nothing.
    """

    url: str
    status: int | None = None
    body: bytes = b""
    failure: str = ""

    @property
    def host(self) -> str:
        """Name of the host."""
        return urlsplit(self.url).hostname or ""

    @property
    def request(self) -> str:
        """What was asked for, whoever was asked: path and query."""
        parts = urlsplit(self.url)
        return f"{parts.path}?{parts.query}"

    @property
    def refused(self) -> bool:
        """No answer, half an answer, or a status that means "not you" or "not now"."""
        return bool(self.failure) or self.status in REFUSALS or (self.status or 0) >= 500

    @cached_property
    def text(self) -> str:
        """The body as text; Chinese vendors write UTF-8 or GBK."""
        try:
            return self.body.decode("utf-8-sig")
        except UnicodeDecodeError:
            return self.body.decode("gb18030", errors="replace")

    @property
    def form(self) -> str:
        """What the body looks like: "empty", "page" (HTML), "workbook" (Excel), "json" or "script"."""
        head = self.body.lstrip(b"\xef\xbb\xbf \t\r\n")[:4]
        if not head:
            return "empty"
        if head.startswith(b"<"):
            return "page"
        if head in (b"PK\x03\x04", b"\xd0\xcf\x11\xe0"):
            return "workbook"
        return "json" if head[:1] in b"{[" else "script"

    @property
    def cut(self) -> bool:
        """Whether the body ends before its end."""
        if self.form == "workbook":  # its directory stands at the end
            return self.body.startswith(b"PK") and b"PK\x05\x06" not in self.body[-70_000:]
        text = self.text.rstrip()
        if self.form == "page":
            return not text.endswith(">")
        if self.form == "json" or re.match(r"[\w.$]+[=(]\{", text):
            return isinstance(self.data, Broken) and self.data.at_end
        return self.form == "script" and text.count('"') % 2 == 1

    @cached_property
    def data(self) -> Any:
        """The JSON value in the body, also where a script wraps it; ``Broken`` if it does not parse, None if none."""
        if self.form not in ("json", "script"):
            return None
        wrapped = re.match(r"\s*(?:var\s+)?[\w.$]*\s*[=(]?\s*(?=[{\[])", self.text)
        if wrapped is None:
            return None
        try:
            return json.JSONDecoder().raw_decode(self.text, wrapped.end())[0]
        except json.JSONDecodeError as error:
            return Broken(self.text, error)


class Broken:
    """JSON that does not parse: whether its end is missing, and else after which key it breaks."""

    def __init__(self, text: str, error: json.JSONDecodeError) -> None:
        text = text.rstrip()
        self.at_end = error.pos >= len(text) - 1 or error.msg.startswith("Unterminated string")
        keys = re.findall(r'"([^"\\]{1,60})"\s*:', text[: error.pos])
        self.key: str = keys[-1] if keys else "body"


@dataclass(frozen=True, slots=True)
class Limits:
    """How patient and how polite requests are.

    Attributes
    ----------
    connect, read : float
        Seconds until a connection must stand, and until the next bytes must arrive. akshare sets neither, as a rule.
    pause : float
        Least seconds between two requests to the same host.
    """

    connect: float = 10.0
    read: float = 30.0
    pause: float = 0.3


_USUAL = Limits()
_limits: ContextVar[Limits] = ContextVar("limits", default=_USUAL)
_log: ContextVar[list[Exchange] | None] = ContextVar("log", default=None)
_one_at_a_time = threading.RLock()
_asked: dict[str, float] = {}


@contextmanager
def limits(**changes: float) -> Iterator[None]:
    """Other limits for the calls made inside: ``with limits(read=5, pause=1): ...``."""
    token = _limits.set(replace(_limits.get(), **changes))
    try:
        yield
    finally:
        _limits.reset(token)


@contextmanager
def recorded() -> Iterator[list[Exchange]]:
    """Requests made inside, in this thread, get a timeout and are noted.

    ``requests.adapters.HTTPAdapter.send`` is replaced for the time being: libraries open sessions of their own, so
    nothing narrower reaches them. Other threads' requests pass through it unchanged. One thread at a time.
    """
    from requests import adapters

    log: list[Exchange] = []
    adapter: Any = adapters.HTTPAdapter
    with _one_at_a_time:
        original = adapter.send

        def send(self: Any, request: Any, *args: Any, **options: Any) -> Any:
            if _log.get() is not log:
                return original(self, request, *args, **options)
            return _noted(log, lambda: original(self, request, *args, **options), request.url, options)

        token = _log.set(log)
        adapter.send = send
        try:
            yield log
        finally:
            if adapter.send is send:
                adapter.send = original
            _log.reset(token)


def _noted(log: list[Exchange], send: Any, url: str, options: dict[str, Any]) -> Any:
    now = _limits.get()
    asked = options.get("timeout")  # akshare gives none, or one number
    longest = float(asked) if isinstance(asked, int | float) else float("inf")
    options["timeout"] = (min(now.connect, longest), min(now.read, longest))
    host = urlsplit(url).hostname or ""
    time.sleep(max(0.0, _asked.get(host, -now.pause) + now.pause - time.monotonic()))
    status, body = None, b""
    try:
        response = send()
        status, body = response.status_code, response.content
    except Exception as error:
        log.append(Exchange(url, status, failure=f"{type(error).__name__}: {error}"))
        raise
    finally:
        _asked[host] = time.monotonic()
    log.append(Exchange(url, status, body))
    return response
