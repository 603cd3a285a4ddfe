"""Shapes that once were read as something else without a word."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from sectorlead.data.errors import DataError
from sectorlead.data.load import load

from .shapes import bars

SYMBOLS = ["000001", "159915", "512480"]
LONG = bars(7, 40, SYMBOLS, gaps=0.0)
CLOSE, VOLUME = (LONG.pivot_table(index="date", columns="symbol", values=key) for key in ("close", "volume"))


def same(data: Any, volume: bool = True, **told: Any) -> tuple[str, ...]:
    panel = load(data, **told)
    assert panel.symbols == tuple(SYMBOLS)
    np.testing.assert_array_equal(panel.close, CLOSE.to_numpy())
    if volume:
        np.testing.assert_allclose(panel.volume, VOLUME.to_numpy())
    return panel.notes


def workbook(path: Path, rows: list[list[Any]], merged: list[str]) -> Path:
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    for row in rows:
        sheet.append(row)
    for cells in merged:
        sheet.merge_cells(cells)
    book.save(path)
    return path


def test_merged_cells_name_what_lies_below_and_beside_them(tmp_path: Path) -> None:
    head = [["行情 2023"], ["日期", "代码", "价格(元)", None, None, None, "成交"],
            [None, None, "开盘", "最高", "最低", "收盘", "成交量(万股)"]]  # fmt: skip
    days = LONG["date"].dt.to_pydatetime()
    bars_ = LONG[["symbol", "open", "high", "low", "close"]].assign(volume=LONG["volume"] / 1e4)
    rows = [[day, *bar] for day, bar in zip(days, bars_.to_numpy().tolist(), strict=True)]
    same(workbook(tmp_path / "a.xlsx", [*head, *rows], ["A1:G1", "C2:F2", "A2:A3", "B2:B3"]))
    head = [["日期", "000001", None, "159915", None, "512480", None], [None, *["收盘价", "成交量(万股)"] * 3]]
    wide = [
        [day.to_pydatetime(), *(x for s in SYMBOLS for x in (CLOSE.loc[day, s], VOLUME.loc[day, s] / 1e4))]
        for day in CLOSE.index
    ]
    same(workbook(tmp_path / "b.xlsx", [*head, *wide], ["B1:C1", "D1:E1", "F1:G1"]))


def test_codes_below_names_are_the_symbols(tmp_path: Path) -> None:
    rows = "".join(f"{day:%Y/%m/%d},{','.join(map(str, line))}\n" for day, *line in CLOSE.itertuples())
    path = tmp_path / "wide.csv"
    path.write_bytes(f"日期,平安 银行,创业板 ETF,半导体ETF\n,{','.join(SYMBOLS)}\n{rows}".encode("gbk"))
    assert any("series go by the codes in its header: 000001 平安 银行" in note for note in same(path, volume=False))


@pytest.mark.parametrize("mark", ["_", ".", "|", " "])
@pytest.mark.parametrize("last", [True, False])
def test_names_of_two_parts_are_two_levels(tmp_path: Path, mark: str, last: bool) -> None:
    wide = LONG.pivot_table(index="date", columns="symbol", values=["close", "volume"])
    wide.columns = pd.Index([f"{s}{mark}{f}" if last else f"{f}{mark}{s}" for f, s in wide.columns])
    same(wide)
    wide.to_csv(tmp_path / "flat.csv")
    same(tmp_path / "flat.csv")
    if len(wide.columns) > 2:
        with pytest.raises(DataError, match="not every series has the same fields"):
            load(wide.iloc[:, 1:])


def test_what_is_made_of_the_others_is_no_series() -> None:
    for name in ("合计", "平均", "Average", "Total"):
        notes = same(CLOSE.assign(**{name: CLOSE.mean(axis=1)}), volume=False)
        assert f"frame: columns made of the others left out: {name}" in notes


@pytest.mark.parametrize("wrap", ['="{}"', "'{}", " {} "])
def test_what_keeps_the_zeros_of_a_code_is_no_part_of_it(tmp_path: Path, wrap: str) -> None:
    frame = LONG.assign(symbol=LONG["symbol"].map(wrap.format))
    same(frame)
    frame.to_csv(tmp_path / "bars.csv", index=False)
    same(tmp_path / "bars.csv")


@pytest.mark.parametrize("lose", [lambda s: s.astype(int), lambda s: s.astype(float)], ids=["1", "1.0"])
def test_lost_zeros_are_refused_in_a_text_too(tmp_path: Path, lose: Callable[[pd.Series], pd.Series]) -> None:
    LONG.assign(symbol=lose(LONG["symbol"])).to_csv(tmp_path / "bars.csv", index=False)
    with pytest.raises(DataError, match="leading zeros are lost"):
        load(tmp_path / "bars.csv")


def test_codes_of_other_lengths_are_no_lost_zeros(tmp_path: Path) -> None:
    for names in (["1", "22", "333"], ["000001", "159915", "X1"], ["000001", "00700", "600000"]):
        renamed = LONG.assign(symbol=LONG["symbol"].map(dict(zip(SYMBOLS, names, strict=True))))
        renamed.to_csv(tmp_path / "bars.csv", index=False)
        assert load(tmp_path / "bars.csv").symbols == tuple(names)


def test_days_in_a_column_of_floats(tmp_path: Path) -> None:
    frame = LONG.assign(date=LONG["date"].dt.strftime("%Y%m%d").astype(float))
    frame.to_csv(tmp_path / "bars.csv", index=False)
    same(frame)
    same(tmp_path / "bars.csv")


@pytest.mark.parametrize("decimal", [".", ","])
def test_points_between_thousands_are_asked_about(tmp_path: Path, decimal: str) -> None:
    """869.700 shares are 869,700 or a number with three decimals; without an amount nothing tells."""
    price = LONG["close"].map(lambda x: f"{x:.3f}".replace(".", decimal))
    volume = (LONG["volume"] % 997_000 + 1_001).map(lambda x: f"{int(x):,}".replace(",", decimal))
    frame = pd.DataFrame({"date": LONG["date"], "symbol": LONG["symbol"], "close": price, "volume": volume})
    frame.to_csv(tmp_path / "bars.csv", index=False, sep=";")
    with pytest.raises(DataError, match="volume has three decimals and never reaches 1000"):
        load(tmp_path / "bars.csv")
    panel = load(tmp_path / "bars.csv", units={"volume": 1000})
    np.testing.assert_allclose(np.sort(panel.volume.ravel()), np.sort(LONG["volume"] % 997_000 + 1_001))
