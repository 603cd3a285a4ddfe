"""What a file says of itself: adjusted prices, a last row before the close."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from sectorlead.data.quality.finding import Finding
from sectorlead.data.quality.gate import check
from sectorlead.data.tidy.days import read_dates
from sectorlead.data.tidy.headers import adjustment
from sectorlead.data.tidy.read import read

CLOSES = "date,symbol,close{head}\n2024-01-02,A,1.5{one}\n2024-01-03,A,2.5{other}\n"


def found(folder: Path, text: str, rule: str, name: str = "bars.csv") -> list[Finding]:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return [each for each in check(read(path)) if each.rule == rule]


@pytest.mark.parametrize(
    ("name", "value", "way"),
    [
        ("adjustflag", "2", "forward"), ("adjustflag", "1", "backward"), ("adjustflag", "3", ""),
        ("fqt", "1", "forward"), ("fqt", "2", "backward"), ("fqt", "0", ""), ("adj", "qfq", "forward"),
        ("adj", "None", ""), ("adjust", "hfq", "backward"), ("复权类型", "前复权", "forward"),
        ("复权", "后", "backward"), ("复权状态", "不复权", ""), ("adjusted", "True", "forward"),
    ],
)  # fmt: skip
def test_a_column_says_how_prices_were_adjusted(tmp_path: Path, name: str, value: str, way: str) -> None:
    text = CLOSES.format(head=f",{name}", one=f",{value}", other=f",{value}")
    got = found(tmp_path, text, "vendor-adjusted")
    assert [each.severity for each in got] == (["warning"] if way else [])
    assert all(f"{name} = {value}: adjusted {way}" in each.message for each in got)


def test_a_name_says_it_too(tmp_path: Path) -> None:
    assert found(tmp_path, CLOSES.format(head="", one="", other=""), "vendor-adjusted") == []
    (of_file,) = found(tmp_path, CLOSES.format(head="", one="", other=""), "vendor-adjusted", "510300_qfq.csv")
    assert "510300_qfq in its name: adjusted forward" in of_file.message
    only = CLOSES.format(head="_hfq", one="", other="")
    assert "its closes are called adjusted backward" in found(tmp_path, only, "vendor-adjusted")[0].message


def test_adjusted_prices_with_a_factor_are_adjusted_twice(tmp_path: Path) -> None:
    for factor, severity in ((1.1, "error"), (1.0, "warning")):
        text = CLOSES.format(head=",adjustflag,adj_factor", one=",2,1.0", other=f",2,{factor}")
        (hit,) = found(tmp_path, text, "vendor-adjusted")
        assert hit.severity == severity


@pytest.mark.parametrize(
    ("head", "scale", "expected"),
    [
        ("Date,Open,High,Low,Close,Volume", 0.987654321, True),
        ("Date,Open,High,Low,Close,Volume", 1.0, False),
        ("Date,Open,High,Low,Close,Volume,Adj Close", 0.987654321, False),
        ("date,open,high,low,close,volume", 0.987654321, False),  # of nobody in particular
    ],
)
def test_yfinance_without_an_adjusted_close(tmp_path: Path, head: str, scale: float, expected: bool) -> None:
    rows = []
    for day in range(2, 26):
        price = repr(float(np.float32(round(100 + day / 7, 2) * scale)))
        rows.append(",".join((f"2024-01-{day:02d}", *[price] * 4, "1000", *["1.5"] * head.count("Adj"))))
    got = found(tmp_path, "\n".join((head, *rows)) + "\n", "vendor-adjusted", "XLK.csv")
    assert len(got) == expected


@pytest.mark.parametrize(
    ("times", "expected"),
    [
        (("", "", "11:30"), True), (("15:00", "15:00", "11:30"), True), (("15:00", "15:00", "15:00"), False),
        (("00:00", "00:00", "00:00"), False), (("", "", ""), False),
        (("00:00:00-05:00", "00:00:00-05:00", "10:05:31-05:00"), True),
    ],
)  # fmt: skip
def test_a_last_row_before_the_close(tmp_path: Path, times: tuple[str, ...], expected: bool) -> None:
    of_day = zip((4, 2, 3), (times[2], *times[:2]), strict=True)
    rows = [f"2024-01-0{day} {time},A,{day}".replace(" ,", ",") for day, time in of_day]
    got = found(tmp_path, "\n".join(("date,symbol,close", *rows)) + "\n", "unfinished-last-row")
    assert [each.sessions.strftime("%F").tolist() for each in got] == ([["2024-01-04"]] if expected else [])


def test_words_for_adjustment_and_times_of_dates() -> None:
    words = ("close_qfq", "后复权收盘价", "pre", "close", "")
    assert [adjustment(each) for each in words] == ["qfq", "hfq", "qfq", "", ""]
    parsed = read_dates(["2024-01-03 14:55", "2024-01-02", "nothing"])
    assert (parsed.timed, parsed.last_time, parsed.usual_time) == (True, "14:55", "")
