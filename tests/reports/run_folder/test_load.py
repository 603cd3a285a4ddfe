"""A run that was saved comes back equal, bit for bit; what is not the run that was saved is refused with a sentence."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sectorlead import Momentum, Rotation, TopN, Weekly
from sectorlead.data.bars import BARS
from sectorlead.data.benchmark import BarsAlone, Benchmark, EarlierBars
from sectorlead.data.errors import ParameterError, RunFolderError
from sectorlead.data.load import load as load_file
from sectorlead.data.panel import Panel
from sectorlead.engine.backtest import backtest
from sectorlead.engine.market import rulebook as books
from sectorlead.engine.record import DecisionLog, Record
from sectorlead.engine.stored_strategy import StoredStrategy
from sectorlead.market_context import market_context
from sectorlead.reports.analysis.rebalances import rebalances
from sectorlead.reports.analysis.target_vs_actual import target_vs_actual
from sectorlead.reports.manifest import manifest
from sectorlead.reports.metrics.run_metrics import summary
from sectorlead.reports.render.html import tearsheet
from sectorlead.reports.run_folder import record_file
from sectorlead.reports.run_folder.files import write_json
from sectorlead.reports.run_folder.json_file import read_object
from sectorlead.reports.run_folder.load import load
from sectorlead.reports.run_folder.names import FORMAT, INCOMPLETE, MANIFEST, PANEL, RUN
from sectorlead.reports.run_folder.save import keep, save
from sectorlead.reports.sections.content import report_content

from ...parity.panels import TROUBLES, build_panel
from .kinds import KINDS, market_panel

FRAMES = (
    "sessions", "equity", "cash", "returns", "benchmark", "interest", "positions", "weights", "fills", "rejections",
    "decisions", "targets",
)  # fmt: skip
LABELS = ("symbols", "names", "groups", "kinds", "boards", "source", "notes")


def kept(record: Record, folder: Path, *, panel: bool = True) -> Path:
    """The files that are read back, without reports."""
    folder.mkdir(parents=True, exist_ok=True)
    write_json(folder / MANIFEST, {"format": FORMAT, "files": keep(record, folder, panel=panel)})
    return folder


def leaves(log: Any, name: str = "") -> Iterator[tuple[str, np.ndarray]]:
    """All arrays of nested tuples, by name."""
    if isinstance(log, np.ndarray):
        yield name, log
    else:
        parts = log.arrays() if isinstance(log, DecisionLog) else log._asdict()
        for key, value in parts.items():
            yield from leaves(value, f"{name}.{key}")


def assert_same_record(mine: Record, other: Record) -> None:
    """Equal to the last bit: NaN, signs of zero, types, order in memory."""
    for (name, a), (same, b) in zip(leaves(mine.outcome), leaves(other.outcome), strict=True):
        assert name == same
        assert (a.dtype, a.shape) == (b.dtype, b.shape), name
        assert a.tobytes() == b.tobytes(), name
        assert not b.flags.writeable
    for name in FRAMES:
        a, b = getattr(mine, name), getattr(other, name)
        assert a.equals(b), name
        if isinstance(a, pd.DataFrame):
            assert a.dtypes.equals(b.dtypes), name
    assert mine.costs == other.costs
    for item in fields(Record):
        if item.name not in ("panel", "strategy", "outcome", "terms", "environment"):
            assert getattr(mine, item.name) == getattr(other, item.name), item.name
    for item in fields(mine.terms):
        a, b = getattr(mine.terms, item.name), getattr(other.terms, item.name)
        if item.name in ("accrual", "flow"):
            assert a[: mine.terms.last + 1].tobytes() == b.tobytes()
        elif isinstance(a, pd.Series):
            pd.testing.assert_series_equal(a, b, check_freq=False)
        else:
            assert a == b, item.name


def assert_same_panel(mine: Panel, other: Panel, last: int) -> None:
    """Everything up to the run's end, and nothing after it."""
    assert other.sessions.equals(mine.sessions[: last + 1])
    for key in (*BARS, "adj_factor", "special"):
        assert getattr(mine, key)[: last + 1].tobytes() == getattr(other, key).tobytes(), key
    for key in LABELS:
        assert getattr(mine, key) == getattr(other, key), key
    assert np.array_equal(mine.known_from, other.known_from, equal_nan=True)
    assert other.origin == mine.origin
    for key in ("last_date", "last_bar"):
        assert getattr(mine.cut(last), key).tobytes() == getattr(other, key).tobytes(), key
    assert (mine.benchmark is None) == (other.benchmark is None)
    if mine.benchmark and other.benchmark:
        assert (mine.benchmark.symbol, mine.benchmark.name) == (other.benchmark.symbol, other.benchmark.name)
        for key in BARS:
            assert getattr(mine.benchmark, key)[: last + 1].tobytes() == getattr(other.benchmark, key).tobytes()
            early = (getattr(each.benchmark.earlier, key) for each in (mine, other))
            assert len({array.tobytes() for array in early}) == 1
        assert mine.benchmark.earlier.sessions.equals(other.benchmark.earlier.sessions)
        between = mine.cut(last).benchmark
        assert between is not None
        assert between.alone.bars.sessions.equals(other.benchmark.alone.bars.sessions)
        assert between.alone.bars.close.tobytes() == other.benchmark.alone.bars.close.tobytes()
        assert between.alone.after.tolist() == other.benchmark.alone.after.tolist()


@pytest.fixture(scope="module")
def panel() -> Panel:
    """The market, and what its benchmark did in the thirty sessions before, and on two Saturdays."""
    made = market_panel()
    old = made.benchmark
    assert old is not None
    days = pd.bdate_range(end=made.sessions[0] - pd.Timedelta(days=1), periods=30)
    early = EarlierBars(days, *(getattr(old, key)[30:60] for key in BARS))
    weekend = made.sessions[:12][made.sessions[:12].day_of_week == 4] + pd.Timedelta(days=1)
    bars = EarlierBars(weekend, *(getattr(old, key)[70 : 70 + len(weekend)] for key in BARS))
    alone = BarsAlone(bars, made.sessions.searchsorted(weekend) - 1)
    bench = Benchmark(old.symbol, old.name, *(getattr(old, key) for key in BARS), early, alone)
    return Panel(**{item.name: getattr(made, item.name) for item in fields(Panel)} | {"benchmark": bench})


@pytest.fixture(scope="module")
def short(panel: Panel) -> Record:
    """A run of a few sessions, for files to be damaged."""
    assert panel.benchmark is not None
    assert len(panel.benchmark.alone.after) == 2
    rule = Rotation(score=Momentum(10), pick=TopN(2), schedule=Weekly())
    return backtest(rule, panel, start=panel.sessions[40], end=panel.sessions[90])


@pytest.mark.parametrize("kind", KINDS)
def test_a_run_comes_back_equal_in_every_table_summary_and_report(kind: str, panel: Panel, tmp_path: Path) -> None:
    made = KINDS[kind](panel)
    folder = save(made, tmp_path / "run", market_context(made))
    back = load(folder)
    assert_same_record(made, back)
    assert_same_panel(made.panel, back.panel, made.terms.last)
    assert isinstance(back.strategy, StoredStrategy)
    told = {name: value if math.isfinite(value) else None for name, value in summary(back, equal_weight=True).items()}
    assert json.dumps(told, indent=2) + "\n" == (folder / "summary.json").read_text()
    assert tearsheet(report_content(back, market_context(back))).encode() == (folder / "report.html").read_bytes()
    assert target_vs_actual(back).equals(target_vs_actual(made))
    assert rebalances(back).equals(rebalances(made))
    stored = read_object(folder / MANIFEST)
    assert {**json.loads(json.dumps(manifest(back))), "format": FORMAT, "files": stored["files"]} == stored
    assert keep(back, tmp_path) == stored["files"], "saved again, it gives the same files"


def test_the_report_of_a_run_that_ends_early_is_that_of_the_panel_cut_there(panel: Panel, tmp_path: Path) -> None:
    """The series suspended at the run's end has not ended: equal weight still counts it, nothing is sold off."""
    made = KINDS["exits under stock rules, cut short"](panel)
    back = load(kept(made, tmp_path / "run"))
    assert back.panel.last_bar[0] == len(back.panel.sessions) == 331
    again = backtest(Rotation(score=Momentum(20), pick=TopN(4)), back.panel, start=back.sessions[0])
    whole = backtest(
        Rotation(score=Momentum(20), pick=TopN(4)), made.panel, start=made.sessions[0], end=made.sessions[-1]
    )
    assert again.outcome.equity.tobytes() == whole.outcome.equity.tobytes()
    assert again.panel.origin == made.panel.origin


def test_the_panel_of_a_run_is_a_data_file_like_any_other(panel: Panel, tmp_path: Path) -> None:
    folder = kept(backtest(Rotation(score=Momentum(10), pick=TopN(2)), panel), tmp_path / "run")
    assert panel.benchmark is not None
    read = load_file(folder / PANEL, benchmark=panel.benchmark.symbol)
    assert read.content_hash == panel.content_hash
    assert (read.names, read.groups, read.boards) == (panel.names, panel.groups, panel.boards)


names = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), min_size=1, max_size=4)


@given(
    seed=st.integers(0, 10**6), sessions=st.integers(8, 40), width=st.integers(1, 5), data=st.data(),
    trouble=st.frozensets(st.sampled_from(TROUBLES)),
)  # fmt: skip
@settings(max_examples=60)
def test_any_run_comes_back(
    seed: int, sessions: int, width: int, data: st.DataObject, trouble: frozenset[str], tmp_path_factory: Any
) -> None:
    base = build_panel(seed, sessions, width, trouble, boards=("main", "chinext"), start="2021-01-04")
    bench = data.draw(st.none() | st.just(pd.Series(np.linspace(9, 5, sessions), base.sessions, name="IX")))
    made = {key: getattr(base, key) for key in base.__dataclass_fields__}
    if bench is not None:
        line = pd.DataFrame({"x": np.ones(sessions)}, index=base.sessions)
        made["benchmark"] = Panel.from_frames(
            line, benchmark=bench.where(bench.index.day_of_week != seed % 5)
        ).benchmark
    labels = data.draw(st.lists(names, min_size=width, max_size=width, unique=True))
    panel = Panel(**made | {"symbols": tuple(labels), "names": labels[::-1], "notes": labels, "source": labels[0]})
    first = data.draw(st.integers(0, sessions - 2))
    last = data.draw(st.integers(first + 1, sessions - 1))
    rule = Rotation(score=Momentum(2), pick=TopN(2), schedule=Weekly())
    done = backtest(rule, panel, "frictionless", start=panel.sessions[first], end=panel.sessions[last])
    folder = kept(done, tmp_path_factory.mktemp("run"))
    back = load(folder)
    assert_same_record(done, back)
    assert_same_panel(panel, back.panel, last)
    assert_same_record(done, load(folder, panel))


def test_equal_runs_give_equal_bytes(short: Record, tmp_path: Path) -> None:
    one, two = kept(short, tmp_path / "a"), kept(short, tmp_path / "b")
    for name in (RUN, PANEL, MANIFEST):
        assert (one / name).read_bytes() == (two / name).read_bytes(), name


# --- without its panel ------------------------------------------------------------------------------------------------


def test_a_panel_that_was_left_out_is_asked_for_and_checked(panel: Panel, short: Record, tmp_path: Path) -> None:
    folder = kept(short, tmp_path / "run", panel=False)
    with pytest.raises(RunFolderError, match=rf"without its panel; give it: panel=.*{panel.content_hash}"):
        load(folder)
    back = load(folder, panel)
    assert_same_record(short, back)
    assert_same_panel(panel, back.panel, short.terms.last)
    assert_same_record(short, load(folder, back.panel))  # cut before: it knows what it was cut from


@pytest.mark.parametrize(("key", "row"), [("close", 0), ("volume", 50), ("adj_factor", 419), ("special", 7)])
def test_a_panel_with_one_changed_bit_is_refused(
    key: str, row: int, panel: Panel, short: Record, tmp_path: Path
) -> None:
    array = np.array(getattr(panel, key))
    column = int(np.flatnonzero(panel.has_bar[row])[0])
    array[row, column] = not array[row, column] if key == "special" else np.nextafter(array[row, column], np.inf)
    other = Panel(**{name: getattr(panel, name) for name in panel.__dataclass_fields__} | {key: array})
    assert other.content_hash != panel.content_hash
    with pytest.raises(RunFolderError, match=rf"{other.content_hash}.*{panel.content_hash}"):
        load(kept(short, tmp_path / "run"), other)


def test_a_panel_that_ends_before_the_run_is_refused(panel: Panel, short: Record, tmp_path: Path) -> None:
    with pytest.raises(RunFolderError, match=r"ends .*, before the run does"):
        load(kept(short, tmp_path / "run"), panel.cut(short.terms.last - 1))


# --- what is no such run ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [RUN, PANEL])
@pytest.mark.parametrize("share", [0.0, 0.3, 0.7, 0.999])
def test_a_flipped_bit_anywhere_is_found(name: str, share: float, short: Record, tmp_path: Path) -> None:
    path = kept(short, tmp_path / "run") / name
    content = bytearray(path.read_bytes())
    content[int(share * len(content))] ^= 1
    path.write_bytes(content)
    with pytest.raises(RunFolderError, match=rf"{name} is not the file that was saved: its digest is \w+, manifest"):
        load(path.parent)


@pytest.mark.parametrize("name", [RUN, PANEL])
def test_a_file_cut_short_or_gone_is_named(name: str, short: Record, tmp_path: Path) -> None:
    path = kept(short, tmp_path / "run") / name
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(RunFolderError, match=rf"{name} is not the file that was saved"):
        load(path.parent)
    path.unlink()
    with pytest.raises(RunFolderError, match=rf"{name} is missing from"):
        load(path.parent)


def foreign(folder: Path, name: str, content: bytes) -> Path:
    """Another file in place of one, with the manifest made to agree."""
    from sectorlead.reports.run_folder.arrays import digest

    (folder / name).write_bytes(content)
    told = read_object(folder / MANIFEST)
    write_json(folder / MANIFEST, told | {"files": told["files"] | {name: digest(content)}})
    return folder


@pytest.mark.parametrize(
    ("name", "table", "told"),
    [
        (RUN, {"about": ["{}"]}, "does not hold the arrays of a run"),
        (RUN, {"about": ['{"shapes": {"equity": [2]}}'], "equity": [[1.0, 2.0, 3.0]]}, "does not hold the arrays"),
        (RUN, {"about": ['{"shapes": {}, "terms": {}}']}, "does not hold a run: KeyError"),
        (RUN, {"x": [1]}, "does not hold the arrays of a run"),
        (PANEL, {"date": [1]}, "does not hold the panel of a run"),
    ],
)
def test_a_parquet_file_of_something_else_is_told(
    name: str, table: dict[str, Any], told: str, short: Record, tmp_path: Path
) -> None:
    pd.DataFrame(table).to_parquet(tmp_path / "other.parquet")
    with pytest.raises(RunFolderError, match=rf"{name} {told}"):
        load(foreign(kept(short, tmp_path / "run"), name, (tmp_path / "other.parquet").read_bytes()))


@pytest.mark.parametrize("name", [RUN, PANEL])
def test_a_name_that_is_no_text_is_told(name: str, short: Record, tmp_path: Path) -> None:
    pd.DataFrame({"equity": [1.0]}).to_parquet(tmp_path / "other.parquet")
    content = (tmp_path / "other.parquet").read_bytes().replace(b"equity", b"\xecquity")
    with pytest.raises(RunFolderError, match=rf"{name}"):
        load(foreign(kept(short, tmp_path / "run"), name, content))


@pytest.mark.parametrize("unit", ["fs", "D", "M", "furlongs", 5, None])
def test_sessions_in_a_unit_that_no_panel_has_are_told(unit: object, short: Record, tmp_path: Path) -> None:
    table = pq.read_table(kept(short, tmp_path / "run") / PANEL)
    (about,) = table.schema.metadata.values()
    changed = json.loads(about) | {"sessions": {"unit": unit, "name": None}}
    (key,) = table.schema.metadata
    pq.write_table(table.replace_schema_metadata({key: json.dumps(changed)}), tmp_path / "other.parquet")
    with pytest.raises(RunFolderError, match=rf"{PANEL} does not hold the panel of a run"):
        load(foreign(tmp_path / "run", PANEL, (tmp_path / "other.parquet").read_bytes()))


@pytest.mark.parametrize("name", [RUN, PANEL])
def test_a_file_that_is_no_parquet_is_told(name: str, short: Record, tmp_path: Path) -> None:
    with pytest.raises(RunFolderError, match=rf"{name} is not a Parquet file"):
        load(foreign(kept(short, tmp_path / "run"), name, b"equity"))


def test_files_of_another_run_do_not_fit(panel: Panel, short: Record, tmp_path: Path) -> None:
    longer = backtest(Rotation(score=Momentum(10), pick=TopN(2)), panel, end=panel.sessions[95])
    here, there = kept(short, tmp_path / "a"), kept(longer, tmp_path / "b")
    with pytest.raises(RunFolderError, match=r"panel.parquet is not the panel of this run: its hash is"):
        load(foreign(here, PANEL, (there / PANEL).read_bytes()))
    wide = replace(short, panel=panel.select(panel.symbols[:5]))
    with pytest.raises(
        RunFolderError, match=r"does not fit its panel: positions of shape \(51, 31\) for 51 sessions of 5"
    ):
        load(kept(wide, tmp_path / "c"))


@pytest.mark.parametrize(
    ("told", "match"),
    [
        ({"format": FORMAT + 1}, r"written by a later version: its format is 2, this version reads up to 1; pip"),
        ({"format": "1"}, r"format must be a whole number from 1, was '1'"),
        ({"files": None}, "manifest.json has no 'files'"),
        ({"files": {}}, "no digest of run.parquet"),
    ],
)
def test_a_form_that_cannot_be_read_is_refused(told: Any, match: str, short: Record, tmp_path: Path) -> None:
    folder = kept(short, tmp_path / "run")
    write_json(folder / MANIFEST, read_object(folder / MANIFEST) | told)
    with pytest.raises(RunFolderError, match=match):
        load(folder)


def test_a_folder_that_holds_no_whole_run_is_told(short: Record, tmp_path: Path) -> None:
    folder = kept(short, tmp_path / "run")
    (folder / INCOMPLETE).touch()
    with pytest.raises(RunFolderError, match=r"not complete: it is still being written"):
        load(folder)
    (folder / INCOMPLETE).unlink()
    (folder / MANIFEST).write_text("{")
    with pytest.raises(RunFolderError, match=r"manifest.json is not valid JSON"):
        load(folder)
    (folder / MANIFEST).write_text('{"name": "old"}')
    with pytest.raises(RunFolderError, match=r"has no run.parquet: it was written by version 0.2"):
        load(folder)
    (folder / MANIFEST).unlink()
    with pytest.raises(RunFolderError, match=r"is no run folder: it has no manifest.json"):
        load(folder)
    with pytest.raises(RunFolderError, match=r"gone is not there"):
        load(tmp_path / "gone")


# --- what stands for things that changed since -----------------------------------------------------------------------


def test_what_stands_for_a_strategy_says_why_it_cannot_decide(short: Record, tmp_path: Path) -> None:
    back = load(
        kept(replace(short, strategy_data={"name": "m:Own", "parameters": {}, "opaque": "lost"}), tmp_path / "a")
    )
    with pytest.raises(ParameterError, match=r"Own was read from the folder of its run and can't decide: Own: lost"):
        backtest(back.strategy, back.panel)


def test_a_shipped_rule_book_that_says_something_else_today_stays_as_it_was(
    panel: Panel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = KINDS["leaders, both engines"](panel)
    folder = kept(made, tmp_path / "run")
    book = made.market.book
    assert book is not None

    def today(name: str) -> books.RuleBook:
        return replace(book, version="9999.1", entries=book.entries[:-1])

    monkeypatch.setattr(record_file, "find_rulebook", today)
    back = load(folder)
    assert back.market.book == book
    assert back.market.book is not book


def test_costs_go_by_their_kinds(short: Record, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A version that knows another kind of cost reads the runs of before, in which it was nothing."""
    folder, costs = kept(short, tmp_path / "run"), short.outcome.fills.costs
    digest = read_object(folder / MANIFEST)["files"][RUN]
    first, *others = record_file.COSTS
    monkeypatch.setattr(record_file, "COSTS", dict.fromkeys((*reversed(others), "exchange_tax", first), ""))
    read = record_file.read_record(folder / RUN, digest).record["outcome"].fills.costs
    assert (read[:, -2] == 0).all()
    assert np.array_equal(read[:, -1], costs[:, 0])
    assert np.array_equal(read[:, :-2], costs[:, :0:-1])
    assert costs[:, 0].any()
    monkeypatch.setattr(record_file, "COSTS", dict.fromkeys(others, ""))
    with pytest.raises(RunFolderError, match=rf"run.parquet does not hold a run: costs of a kind .*: {first}"):
        record_file.read_record(folder / RUN, digest)


def test_a_run_says_with_what_it_was_made(short: Record, tmp_path: Path) -> None:
    made = replace(short, environment={"versions": {"numpy": "1.0"}, "python": "3.9", "platform": "p", "revision": "r"})
    told = manifest(load(kept(made, tmp_path / "run")))
    assert (told["versions"], told["python"], told["platform"], told["revision"]) == ({"numpy": "1.0"}, "3.9", "p", "r")
