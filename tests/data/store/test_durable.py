"""Files that survive a kill: lines, replacements, locks."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sectorlead.data.store.durable import append_line, last_line, locked, make_folder, read_lines, replace_file, sweep


def test_a_line_cut_short_is_never_read_and_hides_no_other(tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl"
    append_line(path, {"n": 1})
    with path.open("ab") as file:
        file.write('{"n": 2, "text": "板'.encode()[:-1])
    assert (read_lines(path), last_line(path)) == ([{"n": 1}], {"n": 1})
    append_line(path, {"n": 3, "text": "x" * 10_000})
    assert [line["n"] for line in read_lines(path)] == [1, 3]
    assert (last_line(path) or {})["n"] == 3


def test_a_lock_is_held_by_one(tmp_path: Path) -> None:
    with locked(tmp_path / "lock"), locked(tmp_path / "lock", wait=False) as mine:
        assert not mine
    with locked(tmp_path / "lock", wait=False) as mine:
        assert mine


def test_a_thread_that_would_wait_for_itself_is_told_and_another_waits(tmp_path: Path) -> None:
    path, order = tmp_path / "lock", list[str]()

    def other() -> None:
        with locked(path) as mine:
            order.append(f"other {mine}")

    thread = threading.Thread(target=other)
    with locked(path) as mine:
        with pytest.raises(RuntimeError, match="already held"), locked(path):
            raise AssertionError("held twice")
        thread.start()
        order.append(f"first {mine}")
        thread.join(0.2)
        assert thread.is_alive()
    thread.join(30)
    assert order == ["first True", "other True"]


def test_a_lock_is_free_again_when_its_holder_is_killed_or_fails(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    code = (
        "import sys\nfrom pathlib import Path\nfrom sectorlead.data.store.durable import locked\n"
        "with locked(Path(sys.argv[1])):\n    print('held', flush=True)\n    sys.stdin.read()"
    )
    command = [sys.executable, "-c", code, str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with locked(path, wait=False) as mine:
            assert not mine
        holder.kill()
    assert path.exists()  # what is left means nothing
    with pytest.raises(ZeroDivisionError), locked(path):
        raise ZeroDivisionError
    with locked(path, wait=False) as mine:
        assert mine


def test_a_file_is_replaced_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "bars"
    replace_file(path, lambda temporary: _write(temporary, "old"))

    def half(temporary: Path) -> None:
        temporary.write_text("ne")
        raise ValueError("half way")

    with pytest.raises(ValueError, match="half way"):
        replace_file(path, half)
    assert (path.read_text(), [each.name for each in tmp_path.iterdir()]) == ("old", ["bars"])
    replace_file(path, lambda temporary: _write(temporary, "new"))
    assert path.read_text() == "new"


def _write(path: Path, text: str) -> None:
    path.write_text(text)


def test_what_a_killed_writer_left_is_swept_and_nothing_else(tmp_path: Path) -> None:
    for name in (".0001.parquet.77.tmp", "0001.parquet", ".hidden", "x.tmp"):
        (tmp_path / name).touch()
    sweep(tmp_path)
    assert sorted(each.name for each in tmp_path.iterdir()) == [".hidden", "0001.parquet", "x.tmp"]


def test_a_folder_is_made_with_its_parents_once(tmp_path: Path) -> None:
    assert make_folder(tmp_path / "a" / "b") == make_folder(tmp_path / "a" / "b") == tmp_path / "a" / "b"
    assert (tmp_path / "a" / "b").is_dir()


@given(st.lists(st.text(max_size=8_000) | st.none(), max_size=5))
def test_the_last_line_is_the_last_of_all_lines(texts: list[str | None]) -> None:
    """None stands for a line that a kill cut short."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "log.jsonl"
        assert (read_lines(path), last_line(path)) == ([], None)
        for number, text in enumerate(texts):
            if text is None:
                with path.open("ab") as file:
                    file.write(b'{"number": ')
            else:
                append_line(path, {"number": number, "text": text})
        expected = [{"number": number, "text": text} for number, text in enumerate(texts) if text is not None]
        assert read_lines(path) == expected
        assert last_line(path) == (expected[-1] if expected else None)
