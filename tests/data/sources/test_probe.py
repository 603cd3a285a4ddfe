"""A small question to each source: what came of it, whichever way it went."""

from __future__ import annotations

import pandas as pd
import pytest

from sectorlead.data.errors import BlockedError, NoDataError, SchemaChangedError
from sectorlead.data.sources import MAKERS, find_source
from sectorlead.data.sources.probe import QUESTIONS, probe, probed
from sectorlead.data.sources.source import Fetched, SeriesInfo

from .loopback import Vendors

TODAY = pd.Timestamp("2024-02-12")


class Source:
    """Answers one question as a test decides."""

    name, host = "made-up", "made-up.test"

    def __init__(self, outcome: Exception | pd.DataFrame) -> None:
        self.outcome, self.asked = outcome, []

    def bars(self, series: SeriesInfo, start: pd.Timestamp | None = None) -> Fetched:
        self.asked.append((series.symbol, start))
        if isinstance(self.outcome, Exception):
            raise self.outcome
        return Fetched(self.outcome, "vendor", "history", {}, "1")


@pytest.mark.parametrize(
    ("outcome", "kind", "said"),
    [
        (pd.DataFrame({"date": [TODAY], "close": [1.0]}), "answers", "A to 2024-02-12 (date, close)"),
        (pd.DataFrame({"date": [], "close": []}), "nothing", "no row of A"),
        (NoDataError("no bar since"), "nothing", "no bar since"),
        (BlockedError("HTTP 403"), "refuses", "BlockedError: HTTP 403"),
        (ConnectionResetError("reset"), "refuses", "ConnectionResetError: reset"),
        (SchemaChangedError("no column '收盘'", column="收盘"), "changed", "column '收盘': no column '收盘'"),
    ],
)
def test_what_came_of_a_question_is_told(outcome: Exception | pd.DataFrame, kind: str, said: str) -> None:
    source = Source(outcome)
    answer = probe(source, SeriesInfo("A", "a"), TODAY)  # type: ignore[arg-type]
    assert (answer.source, answer.host, answer.outcome, answer.text) == ("made-up", "made-up.test", kind, said)
    assert source.asked == [("A", TODAY - pd.Timedelta(days=30))]


def test_a_defect_of_ours_is_no_answer() -> None:
    with pytest.raises(ZeroDivisionError):
        probe(Source(ZeroDivisionError()), SeriesInfo("A", "a"), TODAY)  # type: ignore[arg-type]


def test_every_source_that_asks_somebody_has_a_question() -> None:
    kinds = {name.partition(":")[0] for name in MAKERS if not name.endswith(":PATH")}
    assert {name.partition(":")[0] for name in QUESTIONS} == kinds
    for name in QUESTIONS:
        assert find_source(name).host


def test_a_vendor_in_its_known_form_answers(vendors: Vendors) -> None:
    (answer,) = probed(["etf"], find_source, pd.Timestamp("2024-01-10"))
    assert answer.outcome == "answers"
    assert "adj_factor" in answer.text
    vendors.rewrite = lambda address, text: text.replace("klines", "lines")
    (changed,) = probed(["etf"], find_source, pd.Timestamp("2024-01-10"))
    assert changed.outcome in ("changed", "nothing", "refuses")
