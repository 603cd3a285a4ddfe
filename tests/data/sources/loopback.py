"""A server on 127.0.0.1 that answers in the vendors' place, well or badly, to a library that knows nothing of it."""

from __future__ import annotations

import re
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socket import SO_LINGER, SOL_SOCKET
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from .bodies import ROUTES

Query = dict[str, str]
STATUS = {"403": 403, "404": 404, "429": 429, "500": 500, "502": 502}
NOTICE = "<html><head><title>访问受限</title></head><body>您的访问过于频繁，请完成验证码</body></html>"


@dataclass
class Vendors:
    """What was asked for, and how the next answers go wrong.

    Attributes
    ----------
    fault : str
        "" (none), a status ("403", ...), "page" (HTML instead of data), "cut" (half a body, declared whole), "short"
        (half a body, declared in full), "empty", "reset" or "silence".
    where : str
        Pattern of the addresses that go wrong.
    times : int
        How often, before all is well again.
    rewrite : callable
        What becomes of a body, for faults in the data: (address, text) -> text.
    """

    fault: str = ""
    where: str = ""
    times: int = 1_000_000
    rewrite: Callable[[str, str], str] = field(default=lambda _, text: text)
    asked: list[tuple[str, Query]] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)

    def answer(self, address: str, query: Query) -> tuple[int, str, bytes, int]:
        """Status, type, body and declared length."""
        self.asked.append((address, query))
        host, _, path = address.partition("/")
        found = [body for (name, start), body in ROUTES.items() if host.endswith(name) and path.startswith(start)]
        status, body = found[0](path, query) if found else (404, f"no route for {address}")
        data = body if isinstance(body, bytes) else self.rewrite(address, body).encode()
        fault = self.fault if re.search(self.where, address) and self.times > 0 else ""
        self.times -= bool(fault)
        if fault in STATUS:
            status, data = STATUS[fault], NOTICE.encode()
        elif fault == "page":
            data = NOTICE.encode()
        elif fault == "empty":
            data = b""
        elif fault == "cut":
            data = data[: len(data) // 2]
        elif fault in ("reset", "silence"):
            return 0, fault, b"", 0
        length = len(data)
        return status, "text/plain; charset=utf-8", data[: length // 2] if fault == "short" else data, length


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    vendors: Vendors

    def log_message(self, *_: Any) -> None:
        pass

    def do_GET(self) -> None:
        self.rfile.read(int(self.headers.get("content-length") or 0))
        parts = urlsplit(self.path)
        query = {key: values[-1] for key, values in parse_qs(parts.query, keep_blank_values=True).items()}
        status, kind, data, length = self.vendors.answer(unquote(parts.path).lstrip("/"), query)
        if not status:
            self.close_connection = True
            if kind == "silence":
                self.vendors.over.wait(20)
            else:  # a reset, not a polite end
                self.connection.setsockopt(SOL_SOCKET, SO_LINGER, struct.pack("ii", 1, 0))
                self.connection.shutdown(2)
            return
        self.send_response(status)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(length))
        self.end_headers()
        self.wfile.write(data)
        self.close_connection = length != len(data)

    do_POST = do_GET


@contextmanager
def serving(patch: pytest.MonkeyPatch) -> Iterator[Vendors]:
    """Every request made with ``requests`` goes to a server of this machine."""
    from requests.adapters import HTTPAdapter

    vendors = Vendors()
    handler = type("Handler", (_Handler,), {"vendors": vendors})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    send = HTTPAdapter.send

    def redirected(self: HTTPAdapter, request: Any, *args: Any, **options: Any) -> Any:
        parts = urlsplit(request.url)
        request.url = f"http://127.0.0.1:{server.server_port}/{parts.hostname}{parts.path}?{parts.query}"
        request.headers.pop("Host", None)
        return send(self, request, *args, **options | {"proxies": {}})

    patch.setattr(HTTPAdapter, "send", redirected)
    try:
        yield vendors
    finally:
        vendors.over.set()
        server.shutdown()
        server.server_close()
        thread.join()
