"""Files as sources: plain, packed, and what can't be read."""

from __future__ import annotations

import pytest

from sectorlead.data.errors import DataError
from sectorlead.data.sources import find_source


def test_a_file_that_is_not_there() -> None:
    with pytest.raises(DataError, match="can't be read"):
        find_source("yahoo:nowhere.csv").listing()
