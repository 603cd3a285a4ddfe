"""What all tests share: no network, a cache of kernels, hypothesis profiles, real data."""

from __future__ import annotations

import gc
import importlib.util
import os
import socket
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

ROOT = Path(__file__).parents[1]


def pytest_configure(config: pytest.Config) -> None:
    for name in ("sectorlead", "hypothesis"):
        if importlib.util.find_spec(name) is None:
            pytest.exit(f"{name} is not installed here; run: make test   (or: pip install -e '.[dev]')", returncode=2)
    os.environ.setdefault("SECTORLEAD_KERNELS", "here")  # no process that compiles outlives a test
    _use_kernel_cache(Path(config.cache.mkdir("numba")) if getattr(config, "cache", None) else None)
    from hypothesis import HealthCheck, settings

    common = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow, HealthCheck.data_too_large]}
    settings.register_profile("default", derandomize=True, max_examples=100, print_blob=False, **common)
    settings.register_profile("slow", max_examples=3_000, print_blob=True, **common)
    settings.load_profile("default")  # another one: pytest --hypothesis-profile=slow


def _use_kernel_cache(folder: Path | None) -> None:
    """Compiled kernels stay from one run of the tests to the next; they know themselves when they are out of date."""
    if folder is not None and "numba" not in sys.modules:
        os.environ["NUMBA_CACHE_DIR"] = str(folder)


@pytest.fixture(autouse=True, scope="session")
def no_network() -> Iterator[None]:
    """Whatever would leave the machine, a look-up of a name included, fails."""
    real = {name: getattr(socket.socket, name) for name in ("connect", "connect_ex")}
    look_up = socket.getaddrinfo

    def check(host: Any) -> None:
        name = host.decode() if isinstance(host, bytes) else host
        if name not in (None, "", "localhost", "::1") and not name.startswith("127."):
            raise ConnectionRefusedError(f"tests use no network, but {name!r} was asked for")

    def guarded(name: str) -> Any:
        def connect(self: socket.socket, address: Any) -> Any:
            if isinstance(address, tuple):  # anything else is a local socket's path
                check(address[0])
            return real[name](self, address)

        return connect

    def known(host: Any, *args: Any, **kwargs: Any) -> Any:
        check(host)
        return look_up(host, *args, **kwargs)

    with pytest.MonkeyPatch.context() as patch:
        for name in real:
            patch.setattr(socket.socket, name, guarded(name))
        patch.setattr(socket, "getaddrinfo", known)
        yield


@pytest.fixture(autouse=True, scope="session")
def own_sweeps(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Sweeps are kept where no earlier run of the tests left any."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SECTORLEAD_SWEEPS", str(tmp_path_factory.mktemp("sweeps")))
        yield


@pytest.fixture(autouse=True, scope="session")
def no_ledger() -> Iterator[None]:
    """No trial of a test is kept, unless the test names a ledger of its own (``ledger``)."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SECTORLEAD_TRIALS", "off")
        yield


@pytest.fixture
def ledger(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A trial ledger of the test's own; it is not there before something is counted."""
    path = tmp_path / "ledger" / "trials.sqlite"
    monkeypatch.setenv("SECTORLEAD_TRIALS", str(path))
    return path


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real data next to the checkout; a test that asks for it is skipped where it is absent."""
    folder = ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip(f"real data not found: {folder}")
    return folder


class Done(NamedTuple):
    status: int
    out: str
    err: str


Command = Callable[..., Done]


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Command:
    """The command line in this process, in an empty current folder."""
    from sectorlead.cli.main import main

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))

    often = gc.get_threshold()

    def call(*words: object) -> Done:
        monkeypatch.setattr(sys, "argv", ["sectorlead", *map(str, words)])
        with pytest.raises(SystemExit) as end:
            main()
        gc.set_threshold(*often)  # which a command raises for its own process
        printed = capsys.readouterr()
        return Done(int(end.value.code or 0), printed.out, printed.err)

    return call


@pytest.fixture
def bars(tmp_path: Path) -> Path:
    """Four series and a benchmark in a tidy file."""
    import numpy as np
    import pandas as pd

    sessions = pd.bdate_range("2020-01-01", periods=300)
    rng = np.random.default_rng(1)
    rows = []
    for symbol in ("A", "B", "C", "D", "IX"):
        close = 10 * np.exp(np.cumsum(rng.normal(0, 0.01, len(sessions))))
        close = close.round(3)
        columns = {"date": sessions, "symbol": symbol} | dict.fromkeys(("open", "high", "low", "close"), close)
        rows.append(pd.DataFrame(columns))
    path = tmp_path / "bars.csv"
    pd.concat(rows).to_csv(path, index=False)
    return path
