"""The server as a process: where it listens, what it prints, how it stops."""

from __future__ import annotations

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from sectorlead.cli.serve import serve
from sectorlead.data.errors import InputError

from .folders import write_run
from .process import started


@pytest.fixture
def root(tmp_path: Path) -> Path:
    write_run(tmp_path / "runs" / "one")
    write_run(tmp_path / "outside")
    return tmp_path / "runs"


def test_it_serves_this_machine_only_and_stops_quietly(root: Path) -> None:
    with started(root) as (process, url):
        found = re.fullmatch(r"http://127\.0\.0\.1:(\d+)/", url)
        assert found
        port = int(found[1])
        for path, status in (
            ("/", 200),
            ("/../outside", 404),
            ("/run/../../outside", 404),
            ("/run/%2e%2e/outside", 404),
        ):
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
            connection.putrequest("GET", path, skip_host=True)  # as it is: nothing tidied
            connection.putheader("Host", f"127.0.0.1:{port}")
            connection.endheaders()
            assert connection.getresponse().status == status
            connection.close()
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=20)
        assert process.returncode == 0
        assert err == "stopped\n"
        assert out == ""


def test_a_port_in_use_is_one_line(root: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(
            InputError, match=f"^port {port} is in use; name another, or --port 0 for any that is free$"
        ):
            serve(root, port=port)


@pytest.mark.parametrize(
    ("host", "port", "told"),
    [
        ("203.0.113.7", 0, "--host 203.0.113.7 is not an address of this machine"),
        ("not a host", 0, "--host not a host is not an address of this machine"),
        ("127.0.0.1", 70_000, "can't listen on 127.0.0.1 port 70000"),
    ],
)
def test_an_address_that_cannot_be_had(
    root: Path, host: str, port: int, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def known(name: str, *_: object, **__: object) -> list[object]:
        if " " in name:
            raise socket.gaierror("not known")
        return [(socket.AF_INET, socket.SOCK_STREAM, 0, "", (name, port))]

    monkeypatch.setattr(socket, "getaddrinfo", known)
    with pytest.raises(InputError, match=f"^{re.escape(told)}"):
        serve(root, host=host, port=port)


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"there is no folder .*nowhere; make a run first"):
        serve(tmp_path / "nowhere")


def test_another_host_is_warned_about(root: Path) -> None:
    with started(root, host="0.0.0.0") as (process, url):
        assert url.startswith("http://127.0.0.1:")
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=20)
        assert err.startswith(
            "sectorlead: warning: --host 0.0.0.0 lets everybody who can reach this machine read every run"
        )


def test_the_command_line_does_not_load_it_before_it_is_asked_for() -> None:
    code = "import sectorlead.cli.main, sys; print(*{'starlette', 'uvicorn', 'jinja2'} & set(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=os.environ.copy()
    )
    assert done.stdout.strip() == ""
