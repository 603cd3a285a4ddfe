"""``load``: files as people have them, and what it says of those it can't use."""

from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sectorlead.data.bars import BARS
from sectorlead.data.errors import DataError, InputError, ParameterError, UnknownNameError
from sectorlead.data.load import load
from sectorlead.data.panel import Benchmark, Panel
from sectorlead.data.simulate import simulate
from sectorlead.data.tidy.columns import to_tidy

NAN = float("nan")
SMALL = """\
date,symbol,name,group,open,high,low,close,volume,amount,adj_factor,known_from
2024-01-03,000300,沪深300,,3300,3320,3290,3310,1000,3300000,1,
2024-01-02,512010,医药,消费,0.40,0.42,0.39,0.41,100,41,2,2024-01-03
2024-01-02,000300,沪深300,,3290,3310,3280,3300,1000,3300000,1,
2024-01-03,159934,黄金,,2.38,2.40,2.37,2.39,200,478,1,
2024-01-04,159934,黄金,,,,,,0,0,1,
2024-01-04,512010,医药,消费,0.41,0.43,0.40,0.42,50,21,2,2024-01-03
2024-01-04,000300,沪深300,,3310,3330,3300,3320,1000,3300000,1,
"""


@pytest.fixture
def small(tmp_path: Path) -> Path:
    path = tmp_path / "bars.csv"
    path.write_text(SMALL, encoding="utf-8")
    return path


def write(folder: Path, text: str, name: str = "bars.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def refused(path: Path, benchmark: str | None = None) -> str:
    with pytest.raises(InputError) as caught:
        load(path, benchmark)
    text = str(caught.value)
    assert "\n" not in text
    return text


# --- what comes out ---------------------------------------------------------------------------------------------------


def test_a_small_file_by_hand(small: Path) -> None:
    p = load(small, "000300")
    assert p.symbols == ("159934", "512010")
    assert list(p.sessions.strftime("%F")) == ["2024-01-02", "2024-01-03", "2024-01-04"]
    np.testing.assert_array_equal(p.close, [[NAN, 0.41], [2.39, NAN], [NAN, 0.42]])
    np.testing.assert_array_equal(p.volume, [[NAN, 100], [200, NAN], [0, 50]])
    np.testing.assert_array_equal(p.adjusted_close[:, 1], [0.82, NAN, 0.84])
    np.testing.assert_array_equal(p.adj_factor, [[1, 2], [1, 1], [1, 2]])
    assert (p.names, p.groups, p.kinds) == (("黄金", "医药"), ("", "消费"), ("index", "index"))
    assert np.isnat(p.known_from[0])
    assert p.known_from[1] == np.datetime64("2024-01-03")
    assert p.benchmark is not None
    assert (p.benchmark.symbol, p.benchmark.name) == ("000300", "沪深300")
    assert p.benchmark.close.tolist() == [3300, 3310, 3320]
    assert (p.source, p.notes) == (f"{small.parent.name}/bars.csv, benchmark 000300", ())
    assert load(small).symbols == ("000300", "159934", "512010")


@settings(max_examples=10)
@given(seed=st.integers(0, 10_000))
def test_row_order_and_format_carry_no_meaning(tmp_path_factory: pytest.TempPathFactory, seed: int) -> None:
    folder = tmp_path_factory.mktemp("order")
    frame = pd.read_csv(write(folder, SMALL), dtype={"symbol": str, "known_from": str})
    mixed = frame.sample(frac=1, random_state=seed)
    mixed.to_csv(folder / "a.csv.gz", index=False)
    mixed.assign(date=pd.to_datetime(mixed["date"])).to_parquet(folder / "b.parquet")
    mixed.set_index(["symbol", "date"]).to_parquet(folder / "c.parquet")
    (folder / "d.csv").write_bytes(b"\xef\xbb\xbf" + SMALL.replace("\n", "\r\n").replace("-", "").encode() + b"\r\n")
    expected = load(folder / "bars.csv", "000300").content_hash
    assert [load(path, "000300").content_hash for path in sorted(folder.glob("?.*"))] == [expected] * 4


@st.composite
def panels(draw: st.DrawFn) -> Panel:
    """Any panel in which every session and every series has a bar."""
    count, width = draw(st.integers(1, 12)), draw(st.integers(1, 5))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    shape = (count, width + 1)
    close = np.exp(rng.normal(0, 2, shape))
    high, low = close * (1 + rng.exponential(0.02, shape)), close / (1 + rng.exponential(0.02, shape))
    bars = {"open": rng.uniform(low, high), "high": high, "low": low, "close": close}
    bars |= {"volume": np.floor(rng.exponential(1e6, shape)), "amount": rng.exponential(1e6, shape)}
    gone = rng.random(shape) < draw(st.sampled_from([0.0, 0.3, 0.9]))
    gone[np.arange(count), rng.integers(0, width, count)] = False
    gone[rng.integers(0, count, width + 1), np.arange(width + 1)] = False
    gone[[0, -1], -1] = False  # else sessions are left out
    bars = {key: np.where(gone, NAN, values) for key, values in bars.items()}
    if draw(st.booleans()):
        bars |= dict.fromkeys(("open", "high", "low"), np.full(shape, NAN))
    bench = Benchmark("bench", "标杆", *(bars[key][:, -1] for key in BARS)) if draw(st.booleans()) else None
    words = st.sampled_from(["000300", "NA", "null", "1e5", "nan", "a:b", 'say "x, y"', "沪", "TRUE", "00", "None"])
    return Panel(
        pd.bdate_range("2019-12-30", periods=count),
        tuple(draw(st.lists(words, min_size=width, max_size=width, unique=True))),
        **{key: values[:, :-1] for key, values in bars.items()},
        adj_factor=np.exp(rng.normal(0, 1, (count, width))),
        names=tuple(draw(st.lists(words, min_size=width, max_size=width))),
        groups=tuple(draw(st.lists(words | st.just(""), min_size=width, max_size=width))),
        kinds=tuple(draw(st.lists(st.sampled_from(["index", "etf", "stock"]), min_size=width, max_size=width))),
        boards=tuple(draw(st.lists(st.sampled_from(["", "star", "1"]), min_size=width, max_size=width))),
        known_from=draw(st.lists(st.sampled_from([None, "2020-01-02", "1990-12-19"]), min_size=width, max_size=width)),
        special=rng.random((count, width)) < draw(st.sampled_from([0.0, 0.1, 0.6])),
        benchmark=bench,
    )


@given(panel=panels(), suffix=st.sampled_from(["csv", "csv.gz", "parquet"]))
def test_a_panel_survives_the_file(tmp_path_factory: pytest.TempPathFactory, panel: Panel, suffix: str) -> None:
    path = tmp_path_factory.mktemp("trip") / f"panel.{suffix}"
    frame = to_tidy(panel)
    frame.to_parquet(path) if suffix == "parquet" else frame.to_csv(path, index=False)
    again = load(path, panel.benchmark and panel.benchmark.symbol)
    assert again.content_hash == panel.content_hash
    assert (again.symbols, again.names, again.boards) == (panel.symbols, panel.names, panel.boards)
    assert again.special.tolist() == panel.special.tolist()


def test_the_simulated_market_survives_the_file(tmp_path: Path) -> None:
    market = simulate(5, 300)
    to_tidy(market).to_csv(tmp_path / "sim.csv.gz", index=False)
    assert load(tmp_path / "sim.csv.gz", "SIMGEM").content_hash == market.content_hash


ST = """\
date,symbol,close,st,board
2024-01-02,A,5,false,
2024-01-02,B,5,,star
2024-01-03,B,,1,
2024-01-04,A,5,,
2024-01-05,A,,TRUE,
2024-01-08,A,5,,
2024-01-08,B,5,0.0,star
2024-01-09,A,5,0,
"""


def test_special_treatment_is_what_was_said_last_whether_or_not_there_was_a_bar(tmp_path: Path) -> None:
    path = write(tmp_path, ST)
    p = load(path)
    assert p.boards == ("", "star")
    assert list(p.sessions.strftime("%d")) == ["02", "04", "08", "09"]  # on the 3rd and the 5th nothing traded
    assert p.special.tolist() == [[False, False], [False, True], [True, False], [False, False]]
    assert load(path, start="2024-01-08", end="2024-01-08").special.tolist() == [[True, False]]
    assert load(path, "A").special.tolist() == [[False], [False]]
    frame = pd.read_csv(path)
    frame["st"] = frame["st"].map({"false": False, "1": True, "TRUE": True, "0.0": False, "0": False})
    frame.to_parquet(tmp_path / "st.parquet")
    assert load(tmp_path / "st.parquet").content_hash == p.content_hash


def test_without_boards_and_special_treatment_no_column_tells_of_them() -> None:
    assert not {"board", "st"} & set(to_tidy(simulate(1, 60)))


def test_start_and_end_cut_rows(small: Path) -> None:
    p = load(small, "000300", start="2024-01-03", end=pd.Timestamp("2024-01-03"))
    assert list(p.sessions.strftime("%F")) == ["2024-01-03"]
    assert p.symbols == ("159934",)
    assert p.notes == ("1 series without a bar in these sessions left out: 512010",)
    for start in ("03.01.2024", "2024-01-03 10:00", 20240103, "2024-13-01", float("nan")):
        with pytest.raises(ParameterError, match="start must be a date"):
            load(small, start=start)
    with pytest.raises(ParameterError, match="start 2024-02-01 lies after end 2024-01-01"):
        load(small, start="2024-02-01", end="2024-01-01")
    with pytest.raises(DataError, match="bars from 2024-01-02 to 2024-01-04"):
        load(small, start="2025-01-01")


# --- the benchmark ----------------------------------------------------------------------------------------------------


def test_sessions_the_benchmark_does_not_cover_are_left_out_and_told(tmp_path: Path) -> None:
    days = pd.bdate_range("2024-01-01", periods=8).strftime("%F")
    series = "".join(f"{day},A,{i + 1}\n" for i, day in enumerate(days) if i != 4)
    bench = "".join(f"{days[i]},399006.SZ,{i + 10}\n" for i in (1, 2, 4, 5))
    path = write(tmp_path, "date,symbol,close\n" + series)
    other = write(tmp_path, "date,symbol,close\n" + bench, "in:dex.csv")
    p = load(path, f"{other}:399006")
    np.testing.assert_array_equal(p.close[:, 0], [2, 3, 4, 6])
    np.testing.assert_array_equal(p.benchmark.close, [11, 12, NAN, 15])
    assert p.notes == (
        "benchmark 399006.SZ begins 2024-01-02: 1 earlier sessions left out",
        "benchmark 399006.SZ ends 2024-01-08: 2 later sessions left out",
        "benchmark 399006.SZ has no bar in 1 of 4 sessions: 2024-01-04",
        "benchmark 399006.SZ alone has a bar on 1 days, no sessions here: 2024-01-05",
    )
    assert p.source == f"{tmp_path.name}/bars.csv, benchmark {tmp_path.name}/in:dex.csv:399006.SZ"
    with pytest.raises(DataError, match="no session in common"):
        load(path, f"{other}:399006", start=days[6])


def test_a_benchmark_with_a_split_is_adjusted(tmp_path: Path) -> None:
    rows = "2024-01-02,A,5,1\n2024-01-03,A,5,1\n2024-01-02,ETF,4,1\n2024-01-03,ETF,2.1,2\n"
    p = load(write(tmp_path, "date,symbol,close,adj_factor\n" + rows), "ETF")
    assert p.benchmark.close.tolist() == [4, 4.2]
    assert p.notes == ("benchmark ETF: prices multiplied by its adj_factor",)


def test_a_path_to_the_same_file_is_the_same_benchmark(small: Path) -> None:
    assert load(small, f"{small}:000300").symbols == load(small, "000300").symbols


def test_a_close_only_benchmark_beside_full_bars(tmp_path: Path) -> None:
    rows = "2024-01-02,A,5,6,4,5\n2024-01-02,X,,,,3300\n"
    path = write(tmp_path, "date,symbol,open,high,low,close\n" + rows)
    assert load(path, "X").benchmark.close.tolist() == [3300]
    assert "open must be given exactly where there is a close; 1 row breaks this, first: line 3" in refused(path)


@pytest.mark.parametrize(
    ("benchmark", "says"),
    [
        ("00300", "unknown benchmark '00300'. Did you mean '000300'?"),
        ("nowhere/x.csv:000300", "nowhere/x.csv: no such file"),
        ("{path}", "PATH:SYMBOL"),
        ("{path}:00030", "Did you mean '000300'?"),
    ],
)
def test_unknown_benchmarks(small: Path, benchmark: str, says: str) -> None:
    assert says in refused(small, benchmark.format(path=small))


def test_an_ambiguous_code_is_not_completed(tmp_path: Path) -> None:
    path = write(tmp_path, "date,symbol,close\n2024-01-02,000001.SZ,9\n2024-01-02,000001.SH,3000\n2024-01-02,A,1\n")
    with pytest.raises(UnknownNameError, match=r"Known: 000001.SH, 000001.SZ\."):
        load(path, "000001")


def test_nothing_left_to_trade(tmp_path: Path) -> None:
    assert "leaves nothing to trade" in refused(write(tmp_path, "date,symbol,close\n2024-01-02,A,5\n"), "A")


# --- bad input --------------------------------------------------------------------------------------------------------

HEAD = "date,symbol,open,high,low,close,volume,adj_factor\n"
GOOD = "2024-01-02,000300,5,6,4,5,100,1\n"


@pytest.mark.parametrize(
    ("row", "says"),
    [
        (
            "2024-01-02,000300,5,6,4,5,100,1",
            "a date and symbol must come only once; 2 rows break this, "
            "first: line 2 (2024-01-02 000300 close 5); line 4 (2024-01-02 000300 close 5). Keep one row of each.",
        ),
        (
            "02/01/2024,000300,5,6,4,5,100,1",
            "dates must be ISO dates without time or time zone, such as 2020-01-31; 1 row breaks this, "
            "first: line 4 (date '02/01/2024' symbol '000300'). Rewrite them in that form.",
        ),
        ("2024-01-32,000300,5,6,4,5,100,1", "first: line 4 (date '2024-01-32'"),
        ("2024-01-03 15:00,000300,5,6,4,5,100,1", "first: line 4 (date '2024-01-03 15:00'"),
        ("2024-01-03T00:00:00+08:00,000300,5,6,4,5,100,1", "dates must be ISO"),
        ("0204-01-03,000300,5,6,4,5,100,1", "dates must be ISO"),
        (",000300,5,6,4,5,100,1", "first: line 4 (date empty symbol '000300')"),
        ("2024-01-03,,5,6,4,5,100,1", "first: line 4 (date '2024-01-03' symbol empty)"),
        ("2024-01-03, 000300,5,6,4,5,100,1", "symbol ' 000300'"),
        ('2024-01-03,000300,5,6,4,"3,975",100,1', "close must be a number; 1 row breaks this, first: line 4 (date"),
        ("2024-01-03,000300,5,6,4,--,100,1", "close '--'"),
        ("2024-01-03,000300,5,6,4,True,100,1", "close must be a number"),
        ("2024-01-03,000300,5,6,4,-5,100,1", "close must be > 0; 1 row breaks this, first: line 4 (2024-01"),
        ("2024-01-03,000300,0,6,4,5,100,1", "open must be > 0"),
        ("2024-01-03,000300,5,6,4,inf,100,1", "close must be finite"),
        ("2024-01-03,000300,5,1e999,4,5,100,1", "high must be finite"),
        ("2024-01-03,000300,5,3,4,5,100,1", "first: line 4 (2024-01-03 000300 open 5 high 3 low 4 close 5)"),
        ("2024-01-03,000300,5,4.9,4,4.5,100,1", "high must not lie below open or close"),
        ("2024-01-03,000300,5,6,4.6,4.5,100,1", "low must not lie above open or close"),
        ("2024-01-03,000300,5,6,4,,100,1", "open must be given exactly where there is a close"),
        ("2024-01-03,000300,5,6,,5,100,1", "low must be given exactly where there is a close"),
        ("2024-01-03,000300,5,6,4,5,-1,1", "volume must be finite and >= 0"),
        ("2024-01-03,000300,5,6,4,5,100,", "adj_factor must be finite and > 0 on every bar; 1 row breaks this"),
        (
            "2024-01-03,000300,5,6",
            "a line must have as many fields as the header, 8; 1 row breaks this, first: line 4 (4 fields). Complete",
        ),
        ('2024-01-03,"000300",5,6', "first: line 4 (4 fields)"),
        ('"2024-01-03,000300,5,6,4,5,100,1"', "first: line 4 (1 field)"),
        (",,,,,,", "first: line 4 (7 fields)"),
        ("2024-01-03,000300,5,6,4,5,100,1,9", "can't be read: Error tokenizing data. C error: Expected 8 fields"),
    ],
)  # fmt: skip
def test_rows_that_are_refused(tmp_path: Path, row: str, says: str) -> None:
    path = write(tmp_path, f"{HEAD}{GOOD}\n{row}\n")
    text = refused(path)
    assert text.startswith(f"{tmp_path.name}/bars.csv: ")
    assert says in text
    path.write_text(HEAD + GOOD, encoding="utf-8")
    assert load(path).shape == (1, 1)


def test_a_file_that_was_cut_off_is_refused(tmp_path: Path) -> None:
    whole = HEAD + GOOD + "\n2024-01-03,000300,5,6,4,5,100,1"
    assert load(write(tmp_path, whole)).shape == (2, 1)
    last = whole.rindex("\n") + 1
    for end in range(last + 1, whole.rindex(",") + 1):
        for text in (whole[:end], whole[:end].replace("000300", '"000300"')):
            assert "1 row breaks this, first: line 4 (" in refused(write(tmp_path, text.replace("\n", "\r\n")))
    assert load(write(tmp_path, whole[:last])).shape == (1, 1)


def test_two_files_of_one_name_are_told_apart(tmp_path: Path) -> None:
    for folder in ("funds", "index"):
        (tmp_path / folder).mkdir()
    good, bad = write(tmp_path / "funds", HEAD + GOOD), write(tmp_path / "index", HEAD + GOOD + GOOD)
    assert refused(good, f"{bad}:000300").startswith("index/bars.csv: a date and symbol must come only once")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "no column date, symbol, close; found: nothing"),
        (
            "Date,Open,Close\n",
            "no column date, symbol, close; found: Date, Open, Close. Needed, in a row per date and symbol: "
            "date, symbol, close; optional: open, high, low, volume, amount, adj_factor, st, name, group, kind, "
            "known_from, board",
        ),
        ("date,symbol,close\n", "no row below the header"),
        ("date,symbol,close\n\n\n", "no row below the header"),
        ("date,symbol,close,close\n2024-01-02,A,1,2\n", "column close comes twice"),
        ("date,symbol,open,close\n2024-01-02,A,1,2\n", "of open, high, low only open"),
        ("date,symbol,close\n2024-01-02,A,\n", "no row has a close"),
        ("date,symbol,close\n2024-01-02,A,1,\n2024-01-03,A,1,\n", "can't be read: Length of header"),
        ("date,symbol,close,kind\n2024-01-02,A,1,fund\n", "unknown kind of series 'fund'"),
        ("date,symbol,close,known_from\n2024-01-02,A,1,soon\n", "known_from of A is 'soon'. Write an ISO date"),
        (
            "date,symbol,close,known_from\n2024-01-02,A,1,20150105\n2024-01-03,A,1,2015-01-05 00:00:00\n"
            "2024-01-04,A,1,2015-01-06 00:00:00\n",
            "first: line 2 (A known_from 2015-01-05); line 4 (A known_from 2015-01-06)",
        ),
        (
            "date,symbol,close,group\n2024-01-02,A,1,g\n2024-01-03,A,1,g\n2024-01-04,A,1,h\n",
            "group must be the same in all rows of a symbol; 2 rows break this, "
            "first: line 2 (A group g); line 4 (A group h)",
        ),
        (
            "date,symbol,close,board\n2024-01-02,A,1,star\n2024-01-03,A,1,\n2024-01-04,A,1,main\n",
            "board must be the same in all rows of a symbol; 2 rows break this, "
            "first: line 2 (A board star); line 4 (A board main)",
        ),
        (
            "date,symbol,close,st\n2024-01-02,A,1,1\n2024-01-03,A,1,ST\n2024-01-04,A,1,2\n",
            "st must be 0 or 1, or true or false; 2 rows break this, "
            "first: line 3 (date '2024-01-03' symbol 'A' st 'ST'); line 4",
        ),
    ],
)  # fmt: skip
def test_files_that_are_refused(tmp_path: Path, text: str, says: str) -> None:
    assert says in refused(write(tmp_path, text))


def test_files_that_are_none(tmp_path: Path) -> None:
    assert "absent.csv: no such file. Check the path" in refused(tmp_path / "absent.csv")
    assert f"{tmp_path}: a directory, not a file. Give one file in it" in refused(tmp_path)
    assert "unknown format. Give one of .csv, .csv.gz, .parquet" in refused(write(tmp_path, SMALL, "bars.xlsx"))
    (tmp_path / "gbk.csv").write_bytes(SMALL.encode("gbk"))
    assert "iconv -f GBK -t UTF-8" in refused(tmp_path / "gbk.csv")
    whole = gzip.compress(SMALL.encode() * 50)
    for name, content in (("cut.csv.gz", whole[: len(whole) // 2]), ("no.csv.gz", b"plain"), ("no.parquet", b"PAR1")):
        (tmp_path / name).write_bytes(content)
        assert f"{name}: can't be read" in refused(tmp_path / name)


def test_parquet_that_lost_its_leading_zeros(tmp_path: Path) -> None:
    frame = pd.DataFrame({"date": ["2024-01-02"], "symbol": [300], "close": [1.0]})
    frame.to_parquet(tmp_path / "bars.parquet")
    assert "symbols must be text" in refused(tmp_path / "bars.parquet")
    frame.assign(symbol="000300", close=[-1.0]).to_parquet(tmp_path / "bars.parquet")
    assert "first: row 1 (2024-01-02 000300 close -1)" in refused(tmp_path / "bars.parquet")
    frame.assign(symbol="000300", date=pd.Timestamp("2024-01-02", tz="UTC")).to_parquet(tmp_path / "bars.parquet")
    assert "dates must be ISO dates" in refused(tmp_path / "bars.parquet")


def test_a_later_name_counts_and_unknown_columns_are_told(tmp_path: Path) -> None:
    rows = "2024-01-03,A,1,new,7\n2024-01-02,A,1,old,8\n2024-01-04,A,1,,9\n"
    p = load(write(tmp_path, "date,symbol,close,name,adj_facter\n" + rows))
    assert p.names == ("new",)
    assert p.notes == (f"columns of {tmp_path.name}/bars.csv not used: adj_facter",)


# --- real data --------------------------------------------------------------------------------------------------------


def test_sector_funds(shared_data: Path) -> None:
    p = load(shared_data / "cn_sector_etf" / "bars.csv.gz", f"{shared_data}/cn_index/bars.csv.gz:399006")
    assert p.shape == (2721, 35)
    assert p.notes == ("benchmark 399006 ends 2026-03-18: 25 later sessions left out",)
    i, t = p.column("512200.SH"), p.sessions.get_loc("2024-08-12")
    assert p.close[t, i] / p.close[t - 1, i] > 2.5
    assert abs(p.adjusted_close[t, i] / p.adjusted_close[t - 1, i] - 1) < 0.10
    assert p.benchmark.name == "创业板指"


@pytest.mark.parametrize(("folder", "shape"), [("cn_sw2021_l1", (1249, 31)), ("cn_sw2014_l1", (2160, 28))])
def test_sector_indices(shared_data: Path, folder: str, shape: tuple[int, int]) -> None:
    p = load(shared_data / folder / "bars.csv.gz", f"{shared_data}/cn_index/bars.csv.gz:399006")
    assert p.shape == shape
    assert any("benchmark 399006 alone has a bar on" in note for note in p.notes)
    assert "801010" in p.symbols


def test_parquet_with_its_own_benchmark(shared_data: Path) -> None:
    p = load(shared_data / "bench" / "sectors31.parquet", "BENCH")
    assert (p.shape, p.symbols[0], p.benchmark.symbol) == ((2500, 31), "S000", "BENCH")
    assert np.isnan(p.amount).all()


def test_files_as_their_publishers_left_them(shared_data: Path) -> None:
    paths = sorted((shared_data / "dirty").rglob("*.gz"))
    assert len(paths) > 10
    for path in paths:
        assert f"{path.name}: no column " in refused(path)


def test_forward_adjusted_prices_below_zero(shared_data: Path, tmp_path: Path) -> None:
    source = shared_data / "dirty" / "etf_qfq" / "510880.csv.gz"
    text = gzip.decompress(source.read_bytes()).decode().replace(",code\n", ",symbol\n", 1)
    assert "must be > 0" in refused(write(tmp_path, text))
