from __future__ import annotations

from pathlib import Path

import pytest

from sectorlead.cli.output_folder import ROOT, check_out, named_after, written
from sectorlead.data.errors import InputError
from sectorlead.reports.run_folder.files import write_json


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def save(name: str, manifest: dict[str, object]) -> Path:
    folder = named_after(name, manifest)
    with written(folder, "run") as target:
        write_json(target / "manifest.json", {**manifest, "format": 1})
    return folder


def test_a_folder_nobody_named_overwrites_no_other_run() -> None:
    assert save("leaders", {"top": (3,)}) == ROOT / "leaders"
    assert save("leaders", {"top": (5,)}) == ROOT / "leaders-2"
    assert save("leaders", {"top": (3,)}) == ROOT / "leaders"  # the same run
    assert save("leaders", {"top": (5,)}) == ROOT / "leaders-2"
    assert save("../强者 of a/b", {}) == ROOT / "强者-of-a-b"
    assert save("...", {}) == ROOT / "run"


def test_a_folder_that_cannot_be_is_refused_before_the_work() -> None:
    check_out(None, "run")
    Path("out").touch()
    with pytest.raises(InputError, match="out is a file"):
        check_out(None, "run")
    with pytest.raises(InputError, match="is a file"):
        check_out(Path("out"), "run")


def test_ctrl_c_says_what_is_in_the_folder(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(KeyboardInterrupt), written(Path("a"), "run"):
        raise KeyboardInterrupt
    assert "stopped; nothing was written" in capsys.readouterr().err
    assert not Path("a").exists()
    with written(Path("a"), "run"):
        pass
    with pytest.raises(KeyboardInterrupt), written(Path("a"), "run"):
        raise KeyboardInterrupt
    assert "stopped; a is as it was" in capsys.readouterr().err
