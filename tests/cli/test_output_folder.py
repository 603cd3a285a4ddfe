from __future__ import annotations

from pathlib import Path

import pytest

from sectorlead.cli.output_folder import check_folder, incomplete
from sectorlead.data.errors import InputError
from sectorlead.reports.run_folder.names import INCOMPLETE

PROOF = "manifest.json"


def test_the_mark_is_there_while_the_block_runs_and_gone_after(tmp_path: Path) -> None:
    with incomplete(tmp_path / "a" / "b", PROOF) as folder:
        assert (folder / INCOMPLETE).is_file()
        (folder / PROOF).touch()
    assert [path.name for path in folder.iterdir()] == [PROOF]


@pytest.mark.parametrize("end", [KeyboardInterrupt, RuntimeError])
def test_the_mark_stays_when_the_block_is_stopped(tmp_path: Path, end: type[BaseException]) -> None:
    with pytest.raises(end), incomplete(tmp_path / "a", PROOF):
        raise end
    assert (tmp_path / "a" / INCOMPLETE).is_file()
    check_folder(tmp_path / "a", PROOF)  # so it can be run again


def test_a_run_that_cannot_start_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no"), incomplete(tmp_path / "a" / "b", PROOF):
        raise InputError("no")
    assert not list(tmp_path.iterdir())


def test_a_run_that_cannot_start_leaves_an_earlier_one_as_it_was(tmp_path: Path) -> None:
    (tmp_path / PROOF).write_text("{}")
    with pytest.raises(InputError, match="no"), incomplete(tmp_path, PROOF):
        raise InputError("no")
    assert [path.name for path in tmp_path.iterdir()] == [PROOF]


def test_other_peoples_folders_and_files_are_refused(tmp_path: Path) -> None:
    (tmp_path / "thesis.tex").touch()
    with pytest.raises(InputError, match="holds files of something else"):
        check_folder(tmp_path, PROOF)
    with pytest.raises(InputError, match="is a file"):
        check_folder(tmp_path / "thesis.tex", PROOF)
    with pytest.raises(InputError, match="can't be written"), incomplete(tmp_path / "thesis.tex" / "out", PROOF):
        pass
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.tex"]
