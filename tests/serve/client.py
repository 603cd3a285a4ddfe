"""A client that speaks ASGI: requests reach the application as they are, without what a browser tidies up."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, unquote, urlencode


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back; header names in lower case."""

    status_code: int
    headers: Mapping[str, str]
    content: bytes

    @property
    def text(self) -> str:
        return self.content.decode("utf-8")


class Client:
    """Asks ``app``; an error in it is raised here."""

    def __init__(self, app: Any) -> None:
        self._app = app

    def get(self, target: str, params: Iterable[tuple[str, str]] = (), host: str = "127.0.0.1:8765") -> Answer:
        return self.ask("GET", target + ("?" + urlencode(list(params)) if params else ""), host)

    def ask(self, method: str, target: str, host: str = "127.0.0.1:8765") -> Answer:
        """``target`` is path and query; "%" in it is taken for an escape, other characters are escaped."""
        path, _, query = quote(target, safe="/?&=%+#@:\\;").partition("?")
        scope = {
            "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": method, "scheme": "http",
            "path": unquote(path), "raw_path": path.encode(), "query_string": query.encode(), "root_path": "",
            "headers": [(b"host", host.encode())], "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 8765),
        }  # fmt: skip
        return asyncio.run(self._ask(scope))

    async def _ask(self, scope: dict[str, Any]) -> Answer:
        sent: list[Any] = []

        async def receive() -> dict[str, Any]:
            return await asyncio.get_running_loop().create_future()  # the client stays

        async def send(message: Any) -> None:
            sent.append(message)

        await self._app(scope, receive, send)
        start = next(message for message in sent if message["type"] == "http.response.start")
        body = b"".join(message.get("body", b"") for message in sent if message["type"] == "http.response.body")
        return Answer(start["status"], {k.decode().lower(): v.decode() for k, v in start["headers"]}, body)
