"""The same monthly rotation in this project and in four others, each written as its documents have it.

Every peer gets the same prices and ranks by the same momentum; fills are the next session's, at the open or the close
as each can. 90% is invested, so that no order is ever short of cash: what an engine does then differs most.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

import sectorlead as sl
from sectorlead.research.sweep.evaluate import evaluate
from sectorlead.strategies.variants import variant_table

CASH = 1_000_000.0
INVESTED = 0.9
LOOKBACK, TOP = 60, 5
Variant = tuple[int, int]
"""Look-back and how many are held."""


class Outcome(NamedTuple):
    """What a run came to."""

    equity: pd.Series
    """By session."""
    weights: pd.Series
    """Of the last session, by symbol."""


@dataclass(frozen=True)
class Prices:
    """Random walks with a market in common.

    Parameters
    ----------
    series, sessions : int
    """

    series: int
    sessions: int

    @cached_property
    def panel(self) -> sl.Panel:
        rng = np.random.default_rng(7)
        shape = (self.sessions, self.series)
        market = rng.normal(0.0002, 0.01, self.sessions)
        moves = market[:, None] * rng.uniform(0.6, 1.4, self.series) + rng.normal(0, 0.012, shape)
        close = np.exp(np.cumsum(moves, axis=0)) + 0.5
        before = np.vstack([close[:1], close[:-1]])
        opened = before * np.exp(rng.normal(0, 0.004, shape))
        high, low = np.maximum(opened, close), np.minimum(opened, close)
        days = pd.bdate_range(end="2024-12-31", periods=self.sessions)
        codes = tuple(f"51{i:04d}" for i in range(self.series))
        volume = np.round(rng.lognormal(18, 0.5, shape))
        return sl.Panel(days, codes, close, opened, high, low, volume, kinds=["etf"] * self.series)

    @cached_property
    def close(self) -> pd.DataFrame:
        return self.panel.frame("close")

    @cached_property
    def open(self) -> pd.DataFrame:
        return self.panel.frame("open")

    @cached_property
    def month_ends(self) -> np.ndarray[Any, np.dtype[np.bool_]]:
        return np.asarray(sl.Monthly().decision_sessions(self.panel.sessions, 0), bool)

    @cached_property
    def long(self) -> Any:
        """A row per session and symbol, in polars."""
        import polars as pl

        days, names = self.close.index.to_numpy(), np.array(self.close.columns, dtype=str)
        return pl.DataFrame(
            {
                "date": np.repeat(days, len(names)), "symbol": np.tile(names, len(days)),
                "open": self.open.to_numpy().ravel(), "close": self.close.to_numpy().ravel(),
            }
        ).with_columns(pl.col("date").cast(pl.Date))  # fmt: skip

    def targets(self, lookback: int, top: int) -> pd.DataFrame:
        """Weights by decision session and symbol, as a user of pandas finds them."""
        momentum = (self.close / self.close.shift(lookback) - 1)[self.month_ends].dropna(how="all")
        best = momentum.rank(axis=1, ascending=False, method="first") <= top
        return best * (INVESTED / top)


def sectorlead_run(prices: Prices, variant: Variant, rate: float | str, fill: str, size: str) -> Outcome:
    run = sl.run(rotation(variant), prices.panel, market_of(rate), fill=fill, size=size, cash=CASH, accept=CALENDAR)
    held = run.outcome.shares[-1] * prices.close.iloc[-1]
    return Outcome(run.equity, held / run.equity.iloc[-1])


CALENDAR = ("padded-holidays", "closed-day-rows")
"""The random bars know no holidays."""


def rotation(variant: Variant) -> sl.Rotation:
    lookback, top = variant
    return sl.Rotation(sl.Momentum(lookback), sl.TopN(top), sl.Equal(total=INVESTED), schedule=sl.Monthly())


def market_of(rate: float | str) -> sl.Market:
    """A market that takes a proportional commission and has no other rule; or one by its name."""
    return sl.market(rate) if isinstance(rate, str) else sl.Market(name="proportional", commission_rate=rate)


def sectorlead_sweep(
    prices: Prices, variants: Sequence[Variant], rate: float | str, fill: str, size: str
) -> Sequence[float]:
    config = sl.RunConfig(fill=fill, size=size, cash=CASH, accept=CALENDAR)
    columns = dict(zip(("score.lookback", "pick.n"), np.array(variants).T, strict=True))
    table = variant_table(rotation((LOOKBACK, TOP)), columns, lambda name: None)
    done = evaluate(table, prices.panel, market_of(rate), config, measured_row=None, returns=False)
    return done.metrics["final_equity"].tolist()


def vectorbt_portfolio(prices: Prices, variants: Sequence[Variant], rate: float, fill: str, engine: str) -> Any:
    """Portfolios of vectorbt, one per variant, in one call; orders are sized at the prices that they fill at."""
    import vectorbt as vbt

    sizes = pd.concat({v: prices.targets(*v) for v in variants}, axis=1, names=["lookback", "top"])
    sizes = sizes.reindex(prices.close.index).shift(1)
    close = np.tile(prices.close.to_numpy(), (1, len(variants)))
    price = np.tile(prices.open.to_numpy(), (1, len(variants))) if fill == "open" else close
    return vbt.Portfolio.from_orders(
        pd.DataFrame(close, sizes.index, sizes.columns), sizes, size_type="targetpercent", price=price,
        val_price=price, fees=rate, init_cash=CASH, cash_sharing=True, group_by=["lookback", "top"], call_seq="auto",
        freq="1D", engine=engine,
    )  # fmt: skip


def vectorbt_run(engine: str) -> Callable[..., Outcome]:
    def run(prices: Prices, variant: Variant, rate: float, fill: str, size: str) -> Outcome:
        portfolio = vectorbt_portfolio(prices, [variant], rate, fill, engine)
        equity = pd.DataFrame(portfolio.value()).iloc[:, 0]
        held = portfolio.assets().iloc[-1].to_numpy() * prices.close.iloc[-1]
        return Outcome(equity, held / equity.iloc[-1])

    return run


def vectorbt_sweep(engine: str) -> Callable[..., Sequence[float]]:
    def sweep(prices: Prices, variants: Sequence[Variant], rate: float, fill: str, size: str) -> Sequence[float]:
        portfolio = vectorbt_portfolio(prices, variants, rate, fill, engine)
        return pd.DataFrame(portfolio.value()).iloc[-1].tolist()

    return sweep


def bt_run(prices: Prices, variant: Variant, rate: float, fill: str, size: str) -> Outcome:
    """bt trades at the closes that it is given, in the session of its weights: these come a session late."""
    import bt

    weights = prices.targets(*variant).reindex(prices.close.index).shift(1).dropna(how="all")
    algos = [bt.algos.WeighTarget(weights), bt.algos.Rebalance()]
    test = bt.Backtest(
        bt.Strategy("momentum", algos), prices.close, initial_capital=CASH, integer_positions=False,
        commissions=(lambda q, p: abs(q) * p * rate) if rate else None, progress_bar=False,
    )  # fmt: skip
    test.run()
    equity = test.strategy.values  # noqa: PD011 - a property of bt's
    return Outcome(equity.reindex(prices.close.index), test.security_weights.iloc[-1])


def polars_run(prices: Prices, variant: Variant, rate: float, fill: str, size: str) -> Outcome:
    """polars-backtest trades the weights of month ends in the next session; it does not tell what it holds when."""
    import polars as pl
    import polars_backtest  # noqa: F401 - registers .bt

    lookback, top = variant
    ratio = pl.col("close") / pl.col("close").shift(lookback).over("symbol")
    chosen = pl.col("momentum").rank("ordinal", descending=True).over("date") <= top
    frame = prices.long.with_columns(momentum=ratio).with_columns(weight=chosen.cast(pl.Float64) * (INVESTED / top))
    found = frame.bt.backtest(
        trade_at_price=fill, position="weight", resample="M", fee_ratio=rate, tax_ratio=0.0
    )  # fmt: skip
    line = pd.Series(found["creturn"].to_numpy() * CASH, pd.DatetimeIndex(found["date"].to_numpy()))
    return Outcome(line.reindex(prices.close.index).fillna(CASH), pd.Series(dtype=float))


def backtrader_run(prices: Prices, variant: Variant, rate: float, fill: str, size: str) -> Outcome:
    """backtrader fixes shares at the decision's close; fractional ones, by a commission scheme as its forum has it."""
    import backtrader as bt

    lookback, top = variant
    ends = {day.date() for day in prices.close.index[prices.month_ends]}
    values: list[float] = []
    last: dict[str, float] = {}

    class Fractional(bt.CommInfoBase):
        params = (("commission", rate), ("stocklike", True), ("commtype", bt.CommInfoBase.COMM_PERC), ("percabs", True))

        def getsize(self, price: float, cash: float) -> float:
            return cash / price

    class Rotation(bt.Strategy):
        def next(self) -> None:
            values.append(self.broker.getvalue())
            if self.datas[0].datetime.date(0) not in ends or len(self) <= lookback:
                return
            best = sorted(self.datas, key=lambda d: -(d.close[0] / d.close[-lookback]))[:top]
            chosen = {d._name for d in best}
            for d in self.datas:
                if d._name not in chosen and self.getposition(d).size:
                    self.order_target_percent(d, 0.0)
            for d in best:
                self.order_target_percent(d, INVESTED / top)

        def stop(self) -> None:
            last.update({d._name: self.broker.getvalue([d]) / values[-1] for d in self.datas})

    cerebro = bt.Cerebro(stdstats=False)
    for symbol in prices.close:
        frame = pd.DataFrame({"open": prices.open[symbol], "close": prices.close[symbol], "volume": 1.0})
        frame["high"], frame["low"] = frame[["open", "close"]].max(axis=1), frame[["open", "close"]].min(axis=1)
        cerebro.adddata(bt.feeds.PandasData(dataname=frame), name=symbol)
    cerebro.addstrategy(Rotation)
    cerebro.broker.setcash(CASH)
    cerebro.broker.addcommissioninfo(Fractional())
    cerebro.run()
    return Outcome(pd.Series(values, prices.close.index), pd.Series(last))


@dataclass(frozen=True)
class Peer:
    """Another backtester, and the terms that both it and this project can do."""

    name: str
    modules: tuple[str, ...]
    install: str
    run: Callable[..., Outcome]
    fill: str = "close"
    size: str = "fill"
    """When shares are fixed: at the price of the fill, or at the close of the decision."""
    sweep: Callable[..., Sequence[float]] | None = None
    """Many variants in one call; None where it has no such call: then they run in a loop."""
    batch: int = 1
    """Variants to time."""

    @property
    def missing(self) -> bool:
        return any(importlib.util.find_spec(module) is None for module in self.modules)


OURS = Peer("sectorlead", (), "", sectorlead_run, "open", "fill", sectorlead_sweep, batch=1_000)
PEERS = (
    Peer("vectorbt, rust", ("vectorbt", "vectorbt_rust"), "'vectorbt[rust]'", vectorbt_run("rust"), "open", "fill",
         vectorbt_sweep("rust"), batch=20),
    Peer("vectorbt, numba", ("vectorbt",), "vectorbt", vectorbt_run("numba"), "open", "fill", vectorbt_sweep("numba"),
         batch=20),
    Peer("polars-backtest", ("polars_backtest",), "polars-backtest", polars_run, batch=10),
    Peer("bt", ("bt",), "bt", bt_run, batch=3),
    Peer("backtrader", ("backtrader",), "backtrader", backtrader_run, "open", "decision"),
)  # fmt: skip
