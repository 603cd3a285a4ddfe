"""What a run inside backtrader takes, and what it leaves on record."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import sectorlead as sl
from sectorlead.data.errors import InputError, ParameterError, UnknownNameError
from sectorlead.engine.on_backtrader.quiet import bt

DAYS = pd.bdate_range("2024-01-01", periods=6)
CLOSE = np.c_[[10.0, 10, 10, 12, 12, 12], [20.0, 20, 20, 20, 10, 10]]
PANEL = sl.Panel(DAYS, ("A", "B"), CLOSE, CLOSE, CLOSE, CLOSE, checked=False)
SHARES = sl.Market(lot=100)
LIMIT = bt.Order.Limit


class Acts(bt.Strategy):
    """Does what ``script`` says by session."""

    params = (("script", {}), ("scale", 1.0))

    def next(self) -> None:
        for act in self.p.script.get(len(self) - 1, ()):
            act(self)


def run(script: dict[int, Any], market: sl.Market = SHARES, **terms: Any) -> sl.Run:
    return sl.run((Acts, {"script": script}), PANEL, market, engine="backtrader", cash=10_000, **terms)


# --- parameters -------------------------------------------------------------------------------------------------------


def test_parameters_are_given_with_the_class() -> None:
    seen: list[Any] = []
    script = {0: [lambda s: seen.append(s.p.scale)]}
    sl.run((Acts, {"script": script, "scale": 3}), PANEL, SHARES, engine="backtrader")
    assert seen == [3]
    assert "scale=3" in sl.run((Acts, {"scale": 3}), PANEL, SHARES, engine="backtrader").sentence


def test_a_parameter_that_the_class_does_not_have_is_named() -> None:
    with pytest.raises(UnknownNameError, match=r"unknown parameter of Acts 'scael'\. Did you mean 'scale'"):
        sl.run((Acts, {"scael": 3}), PANEL, SHARES, engine="backtrader")
    with pytest.raises(ParameterError, match=r"parameters of Acts must be a mapping .* was 3"):
        sl.run((Acts, 3), PANEL, SHARES, engine="backtrader")


def test_arguments_of_init_are_parameters_too() -> None:
    class Own(bt.Strategy):
        def __init__(self, lots: int = 1) -> None:
            self.lots = lots

        def next(self) -> None:
            if len(self) == 1:
                self.buy(size=100 * self.lots)

    assert sl.run((Own, {"lots": 2}), PANEL, SHARES, engine="backtrader").fills["shares"].tolist() == [200]
    with pytest.raises(UnknownNameError, match="lots"):
        sl.run((Own, {"lost": 2}), PANEL, SHARES, engine="backtrader")


def test_parameters_from_a_study_and_from_the_command_line(
    command: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("crossing.py").write_text(
        "import backtrader as bt\n\n\nclass Crossing(bt.Strategy):\n    params = (('period', 3), ('share', 0.5))\n\n"
        "    def next(self):\n        if len(self) == self.p.period:\n"
        "            self.order_target_percent(self.data, self.p.share)\n"
    )
    rows = [f"{day:%F},{symbol},10,10,10,10" for day in pd.bdate_range("2024-01-01", periods=30) for symbol in "AB"]
    Path("bars.csv").write_text("\n".join(["date,symbol,open,high,low,close", *rows]))
    Path("study.toml").write_text(
        '[data]\npath = "bars.csv"\n[run]\nmarket = "frictionless"\nprices = "raw"\n'
        '[[strategies]]\nname = "crossing:Crossing"\nset = {period = 7}\n'
    )
    for more, first, share in (((), 8, 0.5), (("--set", "period=11", "--set", "share=0.25"), 12, 0.25)):
        done = command("run", "study.toml", *more, "--out", "out")
        assert done.status == 0, done.err
        opened = sl.open("out")
        assert opened.fills["session"].tolist() == [opened.panel.sessions[first - 1]]
        assert opened.fills["value"].iloc[0] == pytest.approx(1_000_000 * share)
        assert opened.terms.prices == opened.manifest["terms"]["prices"] == "raw"
    done = command("run", "study.toml", "--set", "perod=3")
    assert (done.status, "period" in done.err) == (2, True)


# --- analyzers --------------------------------------------------------------------------------------------------------


def test_analyzers_say_what_the_run_says() -> None:
    panel = sl.simulate(seed=3, sessions=310).select(["SIM04", "SIM07"])

    class Half(bt.Strategy):
        def next(self) -> None:
            self.order_target_percent(self.datas[1], 0.5 if len(self) % 40 < 20 else 0.0)

    found = [bt.analyzers.DrawDown, bt.analyzers.TimeReturn, bt.analyzers.AnnualReturn, bt.analyzers.TradeAnalyzer]
    start = panel.sessions[100]
    done = sl.run(Half, panel, "cn-etf", engine="backtrader", analyzers=found, start=start, measured_from="start")
    assert list(done.analyzers) == ["DrawDown", "TimeReturn", "AnnualReturn", "TradeAnalyzer"]
    fall = done.equity / done.equity.cummax() - 1
    assert done.analyzers["DrawDown"]["max"]["drawdown"] == pytest.approx(-100 * fall.min())
    returns = pd.Series(done.analyzers["TimeReturn"])
    assert returns.index[0] == start, "the sessions that warm up are not the analyzer's"
    np.testing.assert_allclose(returns, done.returns, atol=1e-12)
    profit = done.analyzers["TradeAnalyzer"]["pnl"]["net"]["total"]
    assert done.positions.iloc[-1].sum() == 0
    assert profit == pytest.approx(done.equity.iloc[-1] - 1_000_000)


def test_analyzers_by_name_and_with_parameters() -> None:
    class Counts(bt.Analyzer):
        params = (("step", 1),)

        def start(self) -> None:
            self.seen = 0

        def next(self) -> None:
            self.seen += self.p.step

        def get_analysis(self) -> int:
            return int(self.seen)

    done = run({}, analyzers={"one": Counts, "two": (Counts, {"step": 2})}, start=DAYS[2])
    assert done.analyzers == {"one": 4, "two": 8}
    with pytest.raises(ParameterError, match="two analyzers are called Counts"):
        run({}, analyzers=[Counts, (Counts, {"step": 2})])
    for bad in (3, "DrawDown", (Counts, 3), bt.Strategy):
        with pytest.raises(ParameterError, match=r"must be a subclass of backtrader\.Analyzer"):
            run({}, analyzers=[bad])


def test_analyzers_watch_backtrader_strategies_only() -> None:
    for engine in ("compiled", "backtrader", "both"):
        with pytest.raises(ParameterError, match=r"analyzers watch a backtrader\.Strategy"):
            sl.run("equal-weight", PANEL, "frictionless", fill="close", engine=engine, analyzers=[bt.analyzers.SQN])


# --- decisions and orders ---------------------------------------------------------------------------------------------


def decided(done: sl.Run) -> list[tuple[int, list[float], list[float]]]:
    log = done.outcome.decisions
    rows = zip(log.row, log.held, log.target, strict=True)
    return [(int(t), held.round(4).tolist(), to.round(4).tolist()) for t, held, to in rows]


def test_a_decision_is_a_session_with_orders() -> None:
    done = run({
        0: [lambda s: s.buy(s.datas[0], size=300), lambda s: s.buy(s.datas[1], size=200)],
        2: [lambda s: s.sell(s.datas[0], size=100)],
        3: [lambda s: s.order_target_percent(s.datas[0], 0.06), lambda s: s.close(s.datas[1])],
        5: [lambda s: s.close(s.datas[0])],
    })  # fmt: skip
    assert decided(done) == [
        (0, [0, 0], [0.3, 0.4]),
        (2, [0.3, 0.4], [0.2, 0.4]),
        (3, [round(2400 / 10600, 4), round(4000 / 10600, 4)], [round(1200 / 10600, 4), 0]),
    ]
    assert done.targets.index.tolist() == [DAYS[0], DAYS[2], DAYS[3]]
    assert (done.decisions["rank"] == 0).all()
    assert done.rebalances["session"].tolist() == [DAYS[0], DAYS[2], DAYS[3]]


def test_orders_that_wait_for_a_stop_or_each_other_are_no_part_of_it() -> None:
    def bracket(s: Any) -> None:
        s.buy_bracket(s.datas[0], size=300, exectype=bt.Order.Limit, price=10, stopprice=8, limitprice=13)

    done = run({0: [bracket], 2: [lambda s: s.sell(s.datas[0], size=100, exectype=bt.Order.Stop, price=9)]})
    assert decided(done) == [(0, [0, 0], [0.3, 0]), (2, [0.3, 0], [0.3, 0])]


def test_every_order_is_on_record_with_its_fills() -> None:
    volume = np.full((6, 2), 1_000.0)
    thin = sl.Panel(DAYS, ("A", "B"), CLOSE, CLOSE, CLOSE, CLOSE, volume, checked=False)
    script = {
        0: [lambda s: s.buy(s.datas[0], size=500), lambda s: s.buy(s.datas[1], size=50)],
        1: [lambda s: s.sell(s.datas[1], size=100), lambda s: s.buy(s.datas[1], size=100, exectype=LIMIT, price=9)],
        3: [lambda s: s.buy(s.datas[1], size=100, exectype=LIMIT, price=10)],
    }  # fmt: skip
    market = sl.Market(lot=100, participation=0.2)
    done = sl.run((Acts, {"script": script}), thin, market, engine="backtrader", cash=10_000)
    told = done.orders.drop(columns=["session", "last"]).to_numpy(dtype=object)
    rows = [[None if isinstance(each, float) and np.isnan(each) else each for each in row] for row in told]
    assert rows == [
        ["A", "buy", "market", 500, None, 500, 10.4, 3, "completed", ""],
        ["B", "buy", "market", 50, None, 0, None, 0, "rejected", "lot"],
        ["B", "sell", "market", 100, None, 0, None, 0, "rejected", "short"],
        ["B", "buy", "limit", 100, 9, 0, None, 0, "canceled", "end_of_run"],
        ["B", "buy", "limit", 100, 10, 100, 10, 1, "completed", ""],
    ]
    assert done.orders["session"].tolist() == [DAYS[0], DAYS[0], DAYS[1], DAYS[1], DAYS[3]]
    assert done.orders["last"].tolist() == [DAYS[3], DAYS[1], DAYS[2], DAYS[5], DAYS[4]]
    assert done.fill_orders == (0, 0, 0, 4)
    assert sorted(done.rejections["reason"]) == ["lot", "participation", "participation", "short"]


def test_a_saved_run_has_its_orders(tmp_path: Path) -> None:
    done = run({0: [lambda s: s.buy(s.datas[0], size=300)], 3: [lambda s: s.close(s.datas[0])]})
    opened = sl.open(done.save(tmp_path / "run"))
    pd.testing.assert_frame_equal(opened.orders, done.orders)
    pd.testing.assert_frame_equal(opened.decisions, done.decisions)
    assert opened.fill_orders == done.fill_orders == (0, 1)


def test_other_runs_have_no_orders() -> None:
    rule = sl.Rotation(score=sl.Everything(), schedule=sl.Every(2))
    done = sl.run(rule, PANEL, "frictionless", fill="close", engine="backtrader")
    assert len(done.fills)
    assert done.orders.empty
    assert done.orders.columns.tolist() == run({0: [lambda s: s.buy(size=100)]}).orders.columns.tolist()


def test_a_run_that_never_orders_says_so() -> None:
    assert "never sent an order" in run({}).notes
    assert run({0: [lambda s: s.buy(size=100)]}).notes == ()


def test_what_a_comparison_gives_to_whom() -> None:
    panel = sl.simulate(seed=1, sessions=200)

    class Waits(bt.Strategy):
        def next(self) -> None:
            if len(self) == 30:
                self.order_target_percent(self.datas[3], 0.9)

    entries = {"bt": sl_entry(Waits), "equal-weight": "equal-weight"}
    both = sl.compare(entries, panel, "frictionless", seeds=0, sensitivity=False, prices="raw")
    assert {label: record.terms.prices for label, record in both.records.items()} == {
        "bt": "raw", "equal-weight": "adjusted",
    }  # fmt: skip
    with pytest.raises(InputError, match=r"none of momentum, equal-weight is a backtrader\.Strategy"):
        sl.compare(["momentum", "equal-weight"], panel, seeds=0, prices="raw")


def sl_entry(kind: Any) -> Any:
    from sectorlead.research.compare import Entry

    return Entry(kind, "backtrader")


def test_orders_of_a_run_that_is_measured_later_count_fills_since_then() -> None:
    script = {0: [lambda s: s.buy(s.datas[0], size=300)], 3: [lambda s: s.close(s.datas[0])]}
    late = run(script, measured_from=DAYS[3])
    assert late.fills["side"].tolist() == ["opening", "sell"]
    assert late.fill_orders == (-1, 1)
    assert late.orders[["filled", "fills"]].to_numpy().tolist() == [[0, 0], [300, 1]]
