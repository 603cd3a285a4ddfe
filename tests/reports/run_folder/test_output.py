"""The folder of an output: whole or as it was, one writer, and nothing of somebody else's removed."""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from sectorlead.data.errors import InputError
from sectorlead.reports.run_folder import output as module
from sectorlead.reports.run_folder.names import FILES, INCOMPLETE
from sectorlead.reports.run_folder.output import LOCK, STAGING, check_output, output


def write(folder: Path, *names: str, kind: str = "run", text: str = "new") -> None:
    with output(folder, kind) as target:
        for name in names:
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            (target / name).write_text(text)


def there(folder: Path) -> set[str]:
    found = (path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    return {name for name in found if not name.endswith(LOCK)}


def stopped(folder: Path, end: type[BaseException]) -> None:
    with output(folder, "run") as target:
        (target / "manifest.json").write_text("half")
        raise end


def filled(folder: Path) -> None:
    with output(folder, "run") as target:
        (target / "manifest.json").symlink_to("/dev/full")
        (target / "manifest.json").write_text("x" * 1_000_000)


def test_files_of_the_output_before_go_and_those_of_others_stay(tmp_path: Path) -> None:
    write(tmp_path / "a" / "b", "manifest.json", "run.xlsx", "below/deep/page.html", text="old")
    folder = tmp_path / "a" / "b"
    (folder / "notes.md").write_text("mine")
    (folder / "below" / "mine.md").write_text("mine")
    write(folder, "manifest.json", "report.pdf")
    assert there(folder) == {"manifest.json", "report.pdf", FILES, "notes.md", "below/mine.md"}
    assert not (folder / "below" / "deep").exists()
    assert (folder / "manifest.json").read_text() == "new"
    assert json.loads((folder / FILES).read_text()) == {"kind": "run", "files": ["manifest.json", "report.pdf"]}


@pytest.mark.parametrize("end", [KeyboardInterrupt, RuntimeError, OSError])
def test_a_stopped_one_leaves_what_was_there(tmp_path: Path, end: type[BaseException]) -> None:
    write(tmp_path / "old", "manifest.json", text="old")
    for folder in (tmp_path / "old", tmp_path / "new" / "one"):
        with pytest.raises(end):
            stopped(folder, end)
    assert there(tmp_path) == {"old/manifest.json", f"old/{FILES}"}
    assert (tmp_path / "old" / "manifest.json").read_text() == "old"
    assert not (tmp_path / "new").exists()
    assert not (tmp_path / "old" / STAGING).exists()


def test_an_output_in_an_output(tmp_path: Path) -> None:
    with output(tmp_path / "demo", "demo") as target:
        (target / "page.html").touch()
        write(target / "leaders", "manifest.json")
    assert there(tmp_path / "demo") == {"page.html", "leaders/manifest.json", f"leaders/{FILES}", FILES}
    write(tmp_path / "demo" / "leaders", "manifest.json", text="again")
    assert there(tmp_path / "demo") == {"page.html", "leaders/manifest.json", f"leaders/{FILES}", FILES}


def test_it_is_written_over_by_its_own_kind_only(tmp_path: Path) -> None:
    write(tmp_path / "tournament", "manifest.json", kind="comparison")
    with pytest.raises(InputError, match="holds a comparison, and this is a run"):
        check_output(tmp_path / "tournament", "run")
    earlier = tmp_path / "earlier"
    earlier.mkdir()
    for name in ("tournament.html", "manifest.json", "equity.csv"):
        (earlier / name).touch()
    with pytest.raises(InputError, match="holds a comparison"):
        check_output(earlier, "run")
    check_output(earlier, "comparison")
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / "manifest.json").write_text("{}")  # everybody has one of those
    with pytest.raises(InputError, match="holds files of something else"):
        check_output(tmp_path / "thesis", "run")
    with pytest.raises(InputError, match="is a file"), output(tmp_path / "thesis" / "manifest.json", "run"):
        pass
    with pytest.raises(InputError, match="can't be written"):
        write(tmp_path / "thesis" / "manifest.json" / "out", "a")


def test_a_list_that_points_elsewhere_removes_nothing_there(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "precious").touch()
    folder = tmp_path / "folder"
    write(folder, "a")
    (folder / "link").symlink_to(outside)
    names = ["../outside/precious", str(outside / "precious"), "link/precious", "", 5, "\0"]
    (folder / FILES).write_text(json.dumps({"kind": "run", "files": names}))
    write(folder, "b")
    assert (outside / "precious").exists()
    assert there(folder) >= {"b", FILES}


def test_a_second_writer_is_told(tmp_path: Path) -> None:
    with output(tmp_path / "a", "run") as target:
        (target / "manifest.json").write_text("first")
        with pytest.raises(InputError, match="being written by another process"):
            write(tmp_path / "a", "manifest.json")
    assert (tmp_path / "a" / "manifest.json").read_text() == "first"
    assert there(tmp_path / "a") == {"manifest.json", FILES}


def test_many_writers_leave_one_whole_output(tmp_path: Path) -> None:
    def writer(text: str) -> None:
        for _ in range(6):
            try:
                write(tmp_path / "a", "x", "y", f"own-{text}", text=text)
            except InputError as error:
                assert "another process" in str(error)  # noqa: PT017  # others may write; nothing else goes wrong

    threads = [threading.Thread(target=writer, args=(str(k),)) for k in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    text = (tmp_path / "a" / "x").read_text()
    assert (tmp_path / "a" / "y").read_text() == text
    assert there(tmp_path / "a") == {"x", "y", f"own-{text}", FILES}


def hold(folder: str, ready: Any) -> None:
    with output(folder, "run") as target:
        (Path(target) / "manifest.json").write_text("half")
        ready.set()
        time.sleep(60)


def test_a_killed_writer_is_in_nobodys_way(tmp_path: Path) -> None:
    write(tmp_path / "a", "manifest.json", text="old")
    context = multiprocessing.get_context("spawn")
    ready = context.Event()
    process = context.Process(target=hold, args=(str(tmp_path / "a"), ready))
    process.start()
    assert ready.wait(60)
    os.kill(process.pid or 0, signal.SIGKILL)
    process.join(60)
    assert (tmp_path / "a" / "manifest.json").read_text() == "old"
    assert not (tmp_path / "a" / INCOMPLETE).exists()
    write(tmp_path / "a", "report.html")
    assert there(tmp_path / "a") == {"report.html", FILES}


def test_stopped_while_moving_the_folder_says_so_and_can_be_written_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path / "a", "x", "y", text="old")
    real, moved = os.replace, list[Any]()

    def stop(source: Any, target: Any) -> None:
        if moved:
            raise KeyboardInterrupt
        moved.append(target)
        real(source, target)

    monkeypatch.setattr(module.os, "replace", stop)
    with pytest.raises(KeyboardInterrupt):
        write(tmp_path / "a", "x", "y", "z")
    monkeypatch.undo()
    assert (tmp_path / "a" / INCOMPLETE).exists()
    write(tmp_path / "a", "x", "z")
    assert there(tmp_path / "a") >= {"x", "z", FILES}
    assert not (tmp_path / "a" / INCOMPLETE).exists()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
def test_a_full_disk_leaves_the_output_before(tmp_path: Path) -> None:
    write(tmp_path / "a", "manifest.json", text="old")
    with pytest.raises(OSError, match="No space left"):
        filled(tmp_path / "a")
    assert (tmp_path / "a" / "manifest.json").read_text() == "old"
