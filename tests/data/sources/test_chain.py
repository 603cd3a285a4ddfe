"""The same series from the next host when one refuses."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest

from sectorlead.data.errors import BlockedError, NoDataError, SchemaChangedError
from sectorlead.data.sources.chain import first_of
from sectorlead.data.sources.source import Fetched

ANSWER = Fetched(pd.DataFrame({"close": [1.0]}), "vendor", "history", {"symbol": "A"}, "1")


def fails(error: Exception) -> Callable[[], Fetched]:
    def attempt() -> Fetched:
        raise error

    return attempt


def test_the_first_answer_is_taken_and_nobody_is_asked_after_it() -> None:
    assert first_of([lambda: ANSWER, fails(AssertionError("asked"))]) is ANSWER


def test_an_answer_says_what_it_stands_in_for() -> None:
    found = first_of([fails(BlockedError("403")), fails(NoDataError("nothing")), lambda: ANSWER])
    assert found.frame is ANSWER.frame
    assert found.parameters == {"symbol": "A", "instead of": "BlockedError: 403; NoDataError: nothing"}
    assert (found.vendor, found.function, found.version) == ("vendor", "history", "1")
    assert ANSWER.parameters == {"symbol": "A"}


def test_if_all_fail_the_first_says_so_with_a_note_for_each_other() -> None:
    first = SchemaChangedError("no column", column="close")
    with pytest.raises(SchemaChangedError) as caught:
        first_of([fails(first), fails(BlockedError("403")), fails(NoDataError("nothing"))])
    assert caught.value is first
    assert caught.value.__notes__ == ["then BlockedError: 403", "then NoDataError: nothing"]


def test_any_other_error_is_a_defect_and_passes_through() -> None:
    with pytest.raises(ZeroDivisionError):
        first_of([fails(ZeroDivisionError()), lambda: ANSWER])
