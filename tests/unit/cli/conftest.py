from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest


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

    def call(*words: object) -> Done:
        monkeypatch.setattr(sys, "argv", ["sectorlead", *map(str, words)])
        with pytest.raises(SystemExit) as end:
            main()
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
