"""Faults of the environment end in a sentence and status 2; only defects show a traceback."""

from __future__ import annotations

import errno
import io
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from sectorlead.cli.failures import sentence, use_safe_output


def test_faults_around_a_command_are_sentences() -> None:
    import pyarrow as pa

    assert "disk is full" in str(sentence(OSError(errno.ENOSPC, "No space left", "out/a.csv")))
    assert str(sentence(OSError(errno.ENOSPC, "No space left", "out/a.csv"))).startswith("out/a.csv: ")
    assert "not enough memory" in str(sentence(MemoryError()))
    assert "pyarrow: broken" in str(sentence(pa.ArrowInvalid("broken\nfile")))
    assert sentence(OSError(errno.ELOOP, "Too many links", "a")) == "a: Too many links"
    for defect in (ZeroDivisionError("1/0"), KeyError("a"), OSError("no number")):
        assert sentence(defect) is None


@pytest.mark.parametrize(
    ("encoding", "shown"),
    [("cp1252", "-3% × …\\u5f3a"), ("ascii", "-3% x ...\\u5f3a"), ("gbk", "-3% × …强"), ("utf-8", "−3% × …强")],
)
def test_output_that_lacks_signs_gets_others(encoding: str, shown: str, monkeypatch: pytest.MonkeyPatch) -> None:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding=encoding)
    monkeypatch.setattr(sys, "stdout", stream)
    use_safe_output()
    print("−3% × …强")
    stream.flush()
    assert raw.getvalue().decode(encoding).strip() == shown


def test_a_full_disk_and_a_defect(command: Any, bars: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from sectorlead.reports.run_folder import save as saving

    words = ("run", "--data", bars, "--strategy", "equal-weight", "--no-verify", "--out", "o")
    full = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "o/report.html")
    monkeypatch.setattr(saving, "tearsheet", _raise(full))
    done = command(*words)
    assert (done.status, "o/report.html: the disk is full" in done.err) == (2, True)
    assert not Path("o").exists()
    monkeypatch.setattr(saving, "tearsheet", _raise(ZeroDivisionError("ours")))
    with pytest.raises(ZeroDivisionError):
        command(*words)


def _raise(error: Exception) -> Any:
    def fail(*_: object, **__: object) -> None:
        raise error

    return fail


def test_debug_shows_the_traceback(tmp_path: Path) -> None:
    def call(*words: str) -> subprocess.CompletedProcess[str]:
        asked = [sys.executable, "-m", "sectorlead", *words, "run", "--strategy", "momentun"]
        return subprocess.run(asked, cwd=tmp_path, capture_output=True, text=True, check=False)

    assert "Traceback" not in call().stderr
    assert "Traceback" in call("--debug").stderr


def test_extras_are_asked_for_before_the_work(command: Any, bars: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "xlsxwriter", None)
    done = command("run", "--data", bars, "--strategy", "no_such_rule:X", "--also", "excel", "--out", "o")
    assert "no module 'no_such_rule'" in done.err, "the strategy is built first"
    done = command("run", "--data", bars, "--strategy", "equal-weight", "--also", "excel", "--out", "o")
    assert (done.status, "pip install 'sectorlead[excel]'" in done.err) == (2, True)
    assert "compiling" not in done.err
    assert not Path("o").exists()


def test_labels_are_neither_markup_nor_control(command: Any, bars: Path) -> None:
    text = bars.read_text(encoding="utf-8")
    Path("odd.csv").write_text(text.replace(",A,", ",[cap]\x1b[31m,").replace(",B,", ",[/],"), encoding="utf-8")
    Path("s.toml").write_text(
        '[data]\npath = "odd.csv"\n[[strategies]]\nname = "equal-weight"\nlabel = "[red]x[/]"\n'
        '[[strategies]]\nname = "momentum"\nlabel = "[/]"\n',
        encoding="utf-8",
    )
    done = command("compare", "s.toml", "--seeds", "0", "--bootstrap", "100", "--out", "o")
    assert done.status == 0, done.err
    assert "[red]x[/]" in done.out
    assert "\n [/]" in done.out
    done = command("run", "--data", "odd.csv", "--strategy", "equal-weight", "--benchmark", "no\x1b[31m", "--out", "r")
    assert "\x1b" not in done.out + done.err
    assert done.status == 2


def test_what_a_file_calls_its_series_steers_no_terminal(command: Any, bars: Path) -> None:
    text = bars.read_text(encoding="utf-8")
    Path("odd.csv").write_text(text.replace(",A,", ",\x1b[31mA\u202e,").replace("2020-01-02", "2020-01-32"), "utf-8")
    for words in (("check", "odd.csv"), ("check", "odd.csv", "--json"), ("convert", "odd.csv", "o.csv")):
        done = command(*words)
        assert not {"\x1b", "\u202e"} & set(done.out + done.err), words
