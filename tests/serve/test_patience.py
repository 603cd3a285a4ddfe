"""Clients that never say what they want lose their connection; those that do keep it."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
import uvicorn

from sectorlead.serve.patience import ImpatientProtocol


class Quick(ImpatientProtocol):
    patience = 0.5


async def answer(scope: Any, receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
    await send({"type": "http.response.body", "body": b"ok"})


@pytest.fixture
def address() -> Iterator[tuple[str, int]]:
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(answer, http=Quick, log_level="error", lifespan="off"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield listener.getsockname()[:2]
    server.should_exit = True
    thread.join(30)


@pytest.mark.parametrize("sent", [b"", b"GET / HTTP/1.1\r\nHost: a\r\n"])
def test_a_client_that_does_not_finish_its_request_is_let_go(address: tuple[str, int], sent: bytes) -> None:
    with socket.create_connection(address, timeout=30) as client:
        client.sendall(sent)
        assert client.recv(100) == b"", "the connection is closed"


def test_one_byte_now_and_then_is_no_request_either(address: tuple[str, int]) -> None:
    with socket.create_connection(address, timeout=30) as client:
        for sign in b"GET / HTTP/1.1\r\nHost: a\r\n" * 20:
            try:
                client.sendall(bytes([sign]))
            except OSError:
                return
            time.sleep(0.05)
        pytest.fail("the connection was still open after 25 seconds")


def test_whole_requests_are_answered_one_after_another(address: tuple[str, int]) -> None:
    with socket.create_connection(address, timeout=30) as client:
        for _ in range(3):
            client.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            time.sleep(0.3)
            assert client.recv(1_000).endswith(b"ok")
