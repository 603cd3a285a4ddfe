"""Ledgers to write into: a file, and a PostgreSQL that runs for these tests where its programs are installed."""

from __future__ import annotations

import glob
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest


def program(name: str) -> str | None:
    return next(iter(sorted(glob.glob(f"/usr/lib/postgresql/*/bin/{name}"), reverse=True)), shutil.which(name))


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The URL of a PostgreSQL that listens on a socket in a folder of its own."""
    pytest.importorskip("psycopg", reason="psycopg is not installed: pip install 'sectorlead[team]'")
    initdb, server = program("initdb"), program("postgres")
    if not initdb or not server:
        pytest.skip("PostgreSQL is not installed: neither initdb nor postgres was found")
    user = None
    if os.geteuid() == 0:  # which PostgreSQL refuses
        known = {each.pw_name for each in pwd.getpwall()}
        user = next((name for name in ("postgres", "nobody") if name in known), None)
        if user is None:
            pytest.skip("PostgreSQL does not run as root, and there is no user postgres or nobody")
    folder = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))  # a socket's path must be short
    if user:
        shutil.chown(folder, user)
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "user": user, "cwd": folder}
    made = [initdb, "-D", folder / "data", "-U", "trials", "-A", "trust", "--no-sync", "-E", "UTF8", "--locale=C"]
    subprocess.run(made, check=True, **quiet)
    process = subprocess.Popen([server, "-D", folder / "data", "-k", folder, "-c", "listen_addresses="], **quiet)
    try:
        import psycopg

        for _ in range(200):
            try:
                psycopg.connect(f"host={folder} user=trials dbname=postgres").close()
                break
            except psycopg.OperationalError:
                time.sleep(0.05)
        else:
            pytest.fail("PostgreSQL did not start")
        yield f"postgresql://trials@/postgres?host={folder}"
    finally:
        process.terminate()
        process.wait(30)
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(params=["file", "server"])
def anywhere(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A ledger in a file, and one on a server."""
    where = str(tmp_path / "trials.sqlite") if request.param == "file" else str(request.getfixturevalue("postgres"))
    monkeypatch.setenv("SECTORLEAD_TRIALS", where)
    return where
