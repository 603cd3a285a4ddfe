"""Data in every shape that is read: the same panel from each, and whatever is open refused in words."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sectorlead.data.errors import InputError, UnknownNameError
from sectorlead.data.load import load, reading
from sectorlead.data.panel import Panel

from .shapes import ALL, SHAPES, bars, each, text

NAMES = ["000001", "000300", "159928", "512480", "sh.600000", "沪深300", "A-B"]
SYMBOLS = ["000300", "512480", "159928"]


def same(panel: Panel, frame: pd.DataFrame, fields: tuple[str, ...]) -> None:
    """Whether a panel is what the frame says, to the rounding of a product."""
    close = frame.pivot_table("close", "date", "symbol")
    assert panel.symbols == tuple(close.columns)
    assert list(panel.sessions) == list(close.index)
    for key in ALL:
        expected = frame.pivot_table(key, "date", "symbol").to_numpy()
        if key in fields:
            np.testing.assert_allclose(getattr(panel, key), expected, rtol=1e-12, err_msg=key)
        else:
            assert np.isnan(getattr(panel, key)).all(), key


@pytest.mark.parametrize("name", SHAPES)
def test_every_shape_is_read_to_the_same_panel(tmp_path: Path, name: str) -> None:
    frame = bars(1, 40, SYMBOLS)
    shape = SHAPES[name](tmp_path, frame)
    same(load(shape.data, **shape.told), frame, shape.fields)


def test_there_are_forty_shapes() -> None:
    assert len(SHAPES) >= 40


@settings(max_examples=60, deadline=None)
@given(
    name=st.sampled_from(sorted(SHAPES)),
    seed=st.integers(0, 2**31),
    sessions=st.integers(25, 40),
    symbols=st.lists(st.sampled_from(NAMES), min_size=2, max_size=4, unique=True),
    gaps=st.sampled_from([0.0, 0.1, 0.5]),
)  # fmt: skip
def test_any_panel_survives_any_shape(
    tmp_path_factory: pytest.TempPathFactory, name: str, seed: int, sessions: int, symbols: list[str], gaps: float
) -> None:
    frame = bars(seed, sessions, symbols, gaps)
    shape = SHAPES[name](tmp_path_factory.mktemp("shape"), frame)
    same(load(shape.data, **shape.told), frame, shape.fields)


# --- what is refused --------------------------------------------------------------------------------------------------

TWO = "2024-01-02,{0}\n2024-01-03,{1}\n"
OPEN: dict[str, tuple[str, str]] = {
    "day and month": ("date,symbol,close\n1/2/2024,A,1\n3/2/2024,A,2\n", 'dates="DMY" or dates="MDY"'),
    "unit that nothing tells": ("日期,代码,收盘,成交量\n" + TWO.format("A,1,5", "A,2,6"), "units={'volume': UNIT}"),
    "unknown unit": ("date,symbol,close,vol(bushels)\n" + TWO.format("A,1,5", "A,2,6"), "no unit is called 'bushels'"),
    "adjusted by a word": ("date,symbol,close,复权\n" + TWO.format("A,1,前", "A,2,前"), 'prices="adjusted"'),
    "adjusted by a name": ("date,symbol,前复权收盘价\n" + TWO.format("A,1", "A,2"), 'prices="raw"'),
    "a factor that prices half follow": (
        "date,symbol,close,factor\n2024-01-02,A,10,1\n2024-01-03,A,10,2\n2024-01-04,A,5,4\n",
        "whether prices are adjusted by factor can't be told",
    ),
    "prices that do not step with their factor": (
        "date,symbol,close,factor\n2024-01-02,A,10,1\n2024-01-03,A,10.1,2\n", "do not step where factor does"
    ),
    "dividends subtracted": (
        "date,symbol,close,adj close\n" + "".join(f"2024-01-{i:02d},A,{i},{i - 1.51:.2f}\n" for i in range(2, 30)),
        'columns={"adj close": ""}',
    ),
    "no close": ("date,symbol,open,high,low\n" + TWO.format("A,1,2,1", "A,1,2,1"), 'columns={"NAME": "close"}'),
    "two closes": ("date,symbol,收盘,收盘价\n" + TWO.format("A,1,2", "A,1,2"), "both mean close"),
    "no dates": ("code,name,close\nA,B,1\nC,D,2\n", "no row holds a date"),
    "several bars a day": (
        "time,symbol,close\n2024-01-02 09:31,A,1\n2024-01-02 09:32,A,2\n2024-01-03 09:31,A,2\n", "one of several a day"
    ),
    "days in UTC": ("date,symbol,close\n2024-01-01T16:00:00Z,A,1\n2024-01-02T16:00:00Z,A,2\n", 'dates="Asia/Shanghai"'),
    "no header, and another order": ("2024-01-02,10,9,8,11\n2024-01-03,10,9,8,12\n", 'columns=["date", "open"'),
    "a wide table of something else": ("date,pe,pb\n2024-01-02,10,1\n2024-01-03,11,1\n", "no column of closes"),
    "two series of one name": ("date,A,A\n2024-01-02,10,1\n2024-01-03,11,1\n", "two columns are called 'A'"),
    "a remark in place of a price": ("date,symbol,close\n" + TWO.format("A,1", "A,ex"), "close must be a number"),
    "no symbol in a row": ("date,symbol,close\n" + TWO.format("A,1", ",2"), "every row must have a symbol"),
}  # fmt: skip


@pytest.mark.parametrize("name", OPEN)
def test_what_is_open_is_refused_with_what_decides_it(tmp_path: Path, name: str) -> None:
    body, said = OPEN[name]
    path = tmp_path / "bars.csv"
    path.write_text(body, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        load(path)
    message = str(caught.value)
    assert said in message
    assert "bars.csv" in message
    assert "\n" not in message


def test_an_option_decides_what_was_open(tmp_path: Path) -> None:
    path = tmp_path / "bars.csv"
    path.write_text(OPEN["day and month"][0])
    assert load(path, dates="DMY").sessions.strftime("%F").tolist() == ["2024-02-01", "2024-02-03"]
    assert load(path, dates="MDY").sessions.strftime("%F").tolist() == ["2024-01-02", "2024-03-02"]
    path.write_text(OPEN["a factor that prices half follow"][0])
    raw, adjusted = load(path, prices="raw"), load(path, prices="adjusted")
    assert raw.close[:, 0].tolist() == [10.0, 10.0, 5.0]
    assert adjusted.close[:, 0].tolist() == [10.0, 5.0, 1.25]  # price / factor
    assert adjusted.adjusted_close[:, 0].tolist() == [10.0, 10.0, 5.0]
    path.write_text(OPEN["no header, and another order"][0])
    told = load(path, columns=["date", "open", "close", "low", "high"])
    assert (told.close[0, 0], told.high[0, 0]) == (9.0, 11.0)
    path.write_text("date,open,high,low,收盘,成交量\n2024-01-02,2,2,2,2,7\n")
    assert load(path, units={"成交量": "手"}).volume.tolist() == [[700.0]]


def test_amount_over_volume_tells_a_wrong_unit(tmp_path: Path) -> None:
    frame = bars(3, 40, ["512480", "159928"])
    lots = frame.assign(volume=frame["volume"] / 100)
    with pytest.raises(
        InputError, match=r'100 times the price of 159928. If that is what they are: units={"volume": "lots"}'
    ):
        load(text(lots, tmp_path / "bars.csv"))
    same(load(tmp_path / "bars.csv", units={"volume": "lots"}), frame, ALL)
    believed = load(tmp_path / "bars.csv", units={"volume": "shares", "amount": "CNY"})  # whatever the prices say
    same(believed, lots, ALL)
    thousand = lots.assign(amount=frame["amount"] / 1e3)
    with pytest.raises(InputError, match=r'units={"volume": "lots", "amount": "thousand"}'):
        load(text(thousand, tmp_path / "bars.csv"))
    wrong = frame.rename(columns={"volume": "成交量(手)"})  # it is in shares
    with pytest.raises(
        InputError, match=r"\(volume 手\) do not agree with the prices: amount over volume is 0.01 times"
    ):
        load(text(wrong, tmp_path / "bars.csv"))


def test_a_second_close_gives_the_factor(tmp_path: Path) -> None:
    frame = bars(4, 40, ["512480"], gaps=0.0)
    split = np.where(np.arange(40) < 20, 0.5, 1.0)
    made = frame.assign(**{"Adj Close": frame["close"] * split})
    panel = load(text(made, tmp_path / "bars.csv"))
    assert panel.adj_factor[:, 0] == pytest.approx(np.where(np.arange(40) < 20, 1.0, 2.0))
    only = frame.rename(columns={"close": "Adj Close"})
    assert load(text(only, tmp_path / "b.csv"), prices="adjusted").close[:, 0].tolist() == frame["close"].tolist()


def test_series_are_chosen_and_named(tmp_path: Path) -> None:
    path = text(bars(5, 30, SYMBOLS), tmp_path / "bars.csv")
    assert load(path, symbols=["512480=chips", "000300"]).symbols == ("000300", "chips")
    assert load(path, symbols={"512480": "chips"}).symbols == ("000300", "159928", "chips")
    assert load(path, symbols="512480").symbols == ("512480",)
    with pytest.raises(UnknownNameError, match="Did you mean '512480'"):
        load(path, symbols=["512840"])
    with pytest.raises(InputError, match="two series would be called '000300'"):
        load(path, symbols={"512480": "000300"})
    one = text(bars(5, 30, ["512480"]).drop(columns="symbol"), tmp_path / "白酒.csv")
    assert (load(one).symbols, load(one, symbols="liquor").symbols) == (("白酒",), ("liquor",))


@pytest.mark.parametrize(
    ("stem", "symbol"),
    [("000001", "000001"), ("SH#510050", "510050.SH"), ("daily_000001.SZ_2020", "000001.SZ"), ("sh512480", "sh512480"),
     ("sector_白酒", "sector_白酒"), ("XLK", "XLK"), ("510050 and 510300", "510050 and 510300")],
)  # fmt: skip
def test_the_name_of_a_file_names_its_series(tmp_path: Path, stem: str, symbol: str) -> None:
    frame = bars(6, 30, ["A"]).drop(columns="symbol")
    assert load(text(frame, tmp_path / f"{stem}.csv")).symbols == (symbol,)


def test_two_files_with_the_same_bars_are_named(tmp_path: Path) -> None:
    for name in ("a", "b"):
        for symbol, part in each(bars(7, 30, ["512480", "159928"])):
            text(part.assign(symbol=symbol), tmp_path / f"{name}_{symbol}.csv")
    with pytest.raises(InputError, match=r"b_159928\.csv and .*a_159928\.csv: \d+ bars are in both, first 159928"):
        load(tmp_path)
    bad = bars(7, 30, ["512480"]).assign(close=-1.0)
    text(bad, tmp_path / "c.csv")
    with pytest.raises(InputError, match=r"c\.csv: close must be > 0; \d+ rows break this, first: line 2 "):
        load([tmp_path / "a_159928.csv", tmp_path / "c.csv"])


def test_what_can_be_no_data_is_said(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="a folder without a file that is read"):
        load(tmp_path)
    with pytest.raises(InputError, match="no file of such a name"):
        load(str(tmp_path / "*.csv"))
    with pytest.raises(InputError, match="an empty list"):
        load([])
    with pytest.raises(InputError, match="was a int"):
        load(3)  # type: ignore[arg-type]
    with pytest.raises(InputError, match="unknown meaning of a column 'closing'"):
        load(tmp_path, columns={"a": "closing"})
    with pytest.raises(InputError, match="unit of volume must be a number above 0"):
        load(tmp_path, units={"volume": "crates"})
    with pytest.raises(InputError, match="dates must be"):
        load(tmp_path, dates="YMD")
    with pytest.raises(InputError, match="prices"):
        load(tmp_path, prices="net")  # type: ignore[arg-type]
    path = text(bars(1, 30, ["A"]), tmp_path / "bars.csv")
    with pytest.raises(InputError, match=r"unknown column of .*bars\.csv 'clos'. Did you mean 'close'"):
        load(path, columns={"clos": "close"})
    with pytest.raises(InputError, match="unknown column with a unit 'vol'"):
        load(path, units={"vol": "lots"})


def test_a_line_that_describes_columns_names_no_series(tmp_path: Path) -> None:
    path = tmp_path / "bars.csv"
    path.write_text("日期,代码,收盘\n频率,日,日\n单位,,元\n2024-01-02,000300,3300\n2024-01-03,000300,3310\n")
    panel = load(path)
    assert (panel.symbols, panel.close[:, 0].tolist()) == (("000300",), [3300.0, 3310.0])


def test_what_was_understood_is_a_table(tmp_path: Path) -> None:
    frame = bars(8, 30, SYMBOLS, gaps=0.0)
    names = ["日期", "代码", "开盘", "最高", "最低", "收盘价(元)", "成交量(手)", "成交额(千元)"]
    made = frame.assign(volume=frame["volume"] / 100, amount=frame["amount"] / 1e3).set_axis(names, axis=1)
    table = reading(text(made.assign(换手率=1.0, 备注="无"), tmp_path / "bars.csv", "gbk", below="数据来源：Wind"))
    assert table.to_dict("list") == {
        "column": [*names, "换手率", "备注"],
        "meaning": ["date", "symbol", *ALL, "field", ""],
        "unit": ["", "", "", "", "", "元", "手: x 100", "千元: x 1,000", "", ""],
        "rows": [90] * 9 + [0],
        "symbols": [3] * 9 + [0],
    }
    place = f"{tmp_path.name}/bars.csv"
    assert table.attrs == {
        "notes": [f"{place}: text in gb18030", f"{place}: below the table: 数据来源：Wind"],
        "problems": [],
    }
    assert f"{place}: below the table: 数据来源：Wind" in load(tmp_path / "bars.csv").notes


def test_the_cases_of_the_field(shared_data: Path) -> None:
    """Files that other readers took for something else; what they are stands beside each."""
    cases = shared_data.parent / "cases" / "data"
    if not cases.is_dir():
        pytest.skip("the cases are not here")
    wide = load(cases / "02_wide_late_listings.csv")
    assert (wide.symbols, wide.first_bar.tolist()[:3]) == (
        ("159869", "512010", "512480", "512660", "512800", "515790"),
        [0] * 3,
    )
    assert min(wide.first_bar[3:]) > 0
    export = load(cases / "08_investing_com.csv")
    assert (export.symbols, export.close[-1, 0], export.volume[-1, 0]) == (("08_investing_com",), 1126.0, 40_040_000.0)
    wind = load(cases / "09_wind_units_in_names.csv")
    assert (len(wind.symbols), wind.amount[0, 0], wind.volume[0, wind.symbols.index("512010.OF")]) == (
        6, pytest.approx(wind.close[0, 0] * wind.volume[0, 0], rel=0.02), 28_828_600.0,
    )  # fmt: skip
    with pytest.raises(InputError, match=r'units={"volume": "lots", "amount": "thousand"}'):
        load(cases / "01b_split_tushare_units.csv")
    told = load(cases / "01b_split_tushare_units.csv", units={"volume": "lots", "amount": "thousand"})
    np.testing.assert_allclose(told.volume, load(cases / "01a_split_yuan.csv").volume)
