"""Where a page may be written."""

from __future__ import annotations

from pathlib import Path

import pytest

import sectorlead as sl
from sectorlead.data.errors import InputError


def test_a_run_s_page_has_the_name_of_a_page(tmp_path: Path) -> None:
    run = sl.run("momentum", sl.simulate(sessions=300))
    with pytest.raises(InputError, match=r"x\.pdf does not end with \.html; name it x\.html, and print"):
        run.tearsheet(tmp_path / "x.pdf")
    with pytest.raises(InputError, match=r"is a folder; name the page, such as .*report\.html"):
        run.tearsheet(tmp_path)
    assert list(tmp_path.iterdir()) == []
    assert run.tearsheet(tmp_path / "new" / "x.html").is_file()
