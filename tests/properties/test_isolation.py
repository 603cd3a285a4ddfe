"""The guards of conftest.py hold."""

from __future__ import annotations

import os
import socket

import pytest


@pytest.mark.parametrize("host", ["192.0.2.1", "example.org"])
def test_the_network_is_out_of_reach(host: str) -> None:
    with pytest.raises(ConnectionRefusedError, match="tests use no network"):
        socket.create_connection((host, 80), timeout=1)
    with socket.socket() as plug, pytest.raises(ConnectionRefusedError, match="tests use no network"):
        plug.connect((host, 80))


def test_this_machine_is_not() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as plug:
        plug.sendall(b"here")
        answer, _ = server.accept()
        with answer:
            assert answer.recv(4) == b"here"


def test_kernels_are_cached_apart_from_the_sources() -> None:
    import numba

    assert os.environ["NUMBA_CACHE_DIR"] == numba.config.CACHE_DIR
    assert ".pytest_cache" in numba.config.CACHE_DIR
