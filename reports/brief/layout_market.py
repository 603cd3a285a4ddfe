"""The market in sections: the benchmark's day, trend support, breadth, and the regime."""

from __future__ import annotations

import numpy as np

from ..charts.spec import Chart
from ..formatting import decimal
from ..message import Message, Text, say
from ..sections.base import COUNT, PERCENT, TEXT, Block, Column, Facts, Figure, Paragraph, Section, Table
from .candles import candle_chart
from .market import BenchmarkDay, Beside, Level, RegimeDay, Run, StockBreadthDay, StockDay
from .number import meaning
from .result import BriefResult
from .words import ENDS, NUMBER, REGIMES, SIGNS, column, date, listed, move, size

FEW = 20  # runs of limit-ups that are listed


def benchmark(result: BriefResult) -> Section:
    """The benchmark's session.

    Parameters
    ----------
    result : BriefResult
    """
    day = result.benchmark
    blocks: list[Block] = []
    chart = candle_chart(day)
    if chart is not None:
        blocks.append(Figure((chart,), (chart.height,), _key(chart)))
    columns = (Column(""), Column(say("Value"), look="wrap"), *HOW)
    blocks.append(Table(say("Benchmark"), columns, [_fact(BenchmarkDay, name, *row) for name, *row in _facts(day)]))
    if day.beside:
        heads = (
            Column(say("Index")), column(Beside, "close", say("Close"), NUMBER), column(Beside, "change", say("Today")),
        )  # fmt: skip
        blocks.append(Table(say("Other indices"), heads, [(each.name, each.close, each.change) for each in day.beside]))
    return Section("benchmark", say("The benchmark"), blocks, say("Benchmark"))


def _key(chart: Chart) -> tuple[tuple[str, Text], ...]:
    means = [(line.role, say("mean of {span} closes", span=line.label)) for line in chart.lines if line.label.isdigit()]
    return (*means, ("up", say("closed above its open")), ("down", say("closed below its open")))


HOW = (
    Column(say("How it is computed"), look="definition", wide=True),
    Column(say("Which reading is wrong"), look="definition", wide=True),
)


def _meaning(kind: type, name: str) -> tuple[Message, Message]:
    found = meaning(kind, name)
    return Message(found.how), Message(found.caution)


def _fact(kind: type, name: str, label: Text, value: Text) -> tuple[Text, ...]:
    return label, value, *_meaning(kind, name)


def _facts(day: BenchmarkDay) -> list[tuple[str, Text, Text]]:
    candle = listed([SIGNS[sign.name, sign.sign] for sign in day.candle if (sign.name, sign.sign) in SIGNS])
    unknown = say("not known: open, high and low are missing")
    rows: list[tuple[str, Text, Text]] = [
        ("close", say("Close"), decimal(day.close)),
        ("change", say("Change"), move(day.change)),
        ("largest_since", say("Largest move of its direction since"), date(day.largest_since)),
        ("streak", say("Sessions in a row"), decimal(day.streak, 0)),
        ("candle_known", say("Candle"), (candle or say("no pattern")) if day.candle_known else unknown),
    ]
    if day.regained is not None:
        text = say(
            "{close} of {date}, before the fall", close=decimal(day.regained.close), date=date(day.regained.date)
        )
        rows.append(("regained", say("Takes back"), text))
    crossed, label = (
        (day.reclaimed, say("Closes of the last ten sessions it regained"))
        if day.change >= 0
        else (day.lost, say("Closes of the last ten sessions it lost"))
    )
    told = listed([f"{each.date:%m-%d} ({decimal(each.close, 0)})" for each in crossed])
    rows.append(("reclaimed" if day.change >= 0 else "lost", label, told or say("none")))
    if day.top is not None:
        words = {"close": decimal(day.top.close), "date": date(day.top.date)}
        high = (
            say("{close} on {date}, the session before", **words)
            if day.since_top == 1
            else say("{close} on {date}, {count} sessions before", count=day.since_top, **words)
        )
        rows.append(("top", say("Closing high"), high))
        rows.append(("from_top", say("From that high"), move(day.from_top)))
    rows.append(("volume_change", say("Volume against the session before"), move(day.volume_change)))
    follow = say("not known") if day.follow_through is None else say("yes") if day.follow_through else say("no")
    rows.append(("follow_through", say("Follow-through day"), follow))
    return rows


def trend(result: BriefResult) -> Section:
    """The benchmark's means, and whether pullbacks held them.

    Parameters
    ----------
    result : BriefResult
    """
    told, fall = result.trend, result.trend.fall
    blocks: list[Block] = []
    if fall is not None and told.low is not None:
        blocks.append(
            Paragraph(
                (
                    say(
                        "Pullback from {peak} ({close}): known on {entered}, lowest close {low} ({depth}) on {day}; "
                        "{end}.",
                        peak=date(fall.peak.date), close=decimal(fall.peak.close), entered=date(fall.entered),
                        low=decimal(fall.bottom.close), depth=move(fall.depth), day=date(fall.bottom.date),
                        end=ENDS[fall.end],
                    ),
                    say("Its lowest price was {low} on {day}.", low=decimal(told.low.close), day=date(told.low.date)),
                ),
                "lead",
            )
        )  # fmt: skip
    columns = (
        Column(say("Mean of"), COUNT), column(Level, "value", say("Value"), NUMBER),
        column(Level, "distance", say("Close from it")),
        column(Level, "low_margin", say("Low of the pullback from it")),
        column(Level, "undercut", say("Pullbacks that undercut it"), TEXT),
        column(Level, "recent_undercut", say("Of late"), TEXT, look="strong"),
    )  # fmt: skip
    rows = [
        (
            level.sessions, level.value, level.distance, level.low_margin,
            say("{some} of {all}", some=level.undercut, all=level.pullbacks),
            say("{some} of {all}", some=level.recent_undercut, all=level.recent),
        )
        for level in told.levels
    ]  # fmt: skip
    caption = say(
        "Pullbacks since {first}, this one included; of late: since {recent}. A base rate is no forecast.",
        first=date(told.first), recent=date(told.recent_first),
    )  # fmt: skip
    rule = result.terms.pullback
    meant = say(
        "A pullback begins {enter} below the high of {window} sessions and is over within {leave} of it.",
        enter=size(rule.enter), leave=size(rule.leave), window=rule.window,
    )  # fmt: skip
    blocks += [Table(say("Trend support"), columns, rows, caption, "tight"), Paragraph(meant, "note")]
    return Section("trend", say("Trend support"), blocks, say("Trend"))


def breadth(result: BriefResult) -> Section:
    """Who took part: series, then stocks.

    Parameters
    ----------
    result : BriefResult
    """
    series, stocks, pool = result.breadth.series, result.breadth.stocks, result.breadth.pool
    rows: list[tuple[Text, Text]] = [
        (say("Up"), say("{some} of {all}", some=series.up, all=series.known)),
        (
            say("Above their mean of {span}", span=result.terms.breadth_mean),
            say("{some} of {all}", some=series.above_mean, all=series.known),
        ),
        (say("At a high of {span} sessions", span=result.terms.high), listed(series.at_high) or say("none")),
        (say("At a low of {span} sessions", span=result.terms.high), listed(series.at_low) or say("none")),
        (say("Best"), listed([f"{each.name} {move(each.today)}" for each in series.best])),
        (say("Worst"), listed([f"{each.name} {move(each.today)}" for each in series.worst])),
    ]
    blocks: list[Block] = [Facts(rows)]
    if stocks is not None:
        days = [stocks.today, *([stocks.before] if stocks.before else [])]
        columns = (Column(say("Stocks")), *(Column(date(day.date), NUMBER) for day in days), *HOW)
        table = [
            row
            for name, head in STOCK_ROWS
            for row in (_boards(days) if name == "surges_by_board" else [_stock_row(days, name, head)])
        ]
        blocks.append(Table(say("Stocks"), columns, table, _stock_source(stocks)))
        if stocks.runs:
            heads = (
                Column(say("In a row at the limit")),
                Column(say("Symbol")),
                column(Run, "sessions", say("Sessions"), COUNT),
            )
            listed_runs = [(run.name, run.symbol, run.sessions) for run in stocks.runs[:FEW]]
            blocks.append(Table(say("Runs of limit-ups"), heads, listed_runs))
    elif pool is not None:
        counts = [(name, decimal(value, 0)) for name, value in pool.counts.items()]
        blocks += [
            Facts([*counts, (say("Seal rate"), move(pool.seal_rate))]),
            Paragraph(say("Counts of the vendor's pools, not checked by bars of stocks."), "note"),
        ]
    else:
        blocks.append(
            Paragraph(
                say("Stocks over 9%, limit-ups and their runs are not known: no bars of stocks were given."), "note"
            )
        )
    return Section("breadth", say("Breadth"), blocks, say("Breadth"))


STOCK_ROWS: tuple[tuple[str, Text], ...] = (
    ("stocks", say("Stocks with a bar")), ("up", say("Up")), ("down", say("Down")), ("flat", say("Flat")),
    ("surges", say("Up by 9% or more")), ("surges_by_board", ""),
    ("slumps", say("Down by 9% or more")), ("limit_up", say("Closed at the upper limit")),
    ("touched", say("Touched it")), ("seal_rate", say("Seal rate")),
    ("consecutive", say("At it twice in a row or more")), ("limit_down", say("Closed at the lower limit")),
)  # fmt: skip
BOARDS = {"main": say("main board"), "chinext": say("ChiNext"), "star": say("STAR"), "bse": say("Beijing")}


def _boards(days: list[StockDay]) -> list[tuple[Text, ...]]:
    """A row for each board that has one that rose by so much."""
    boards = sorted({board for day in days for board in day.surges_by_board})
    return [
        (
            say("of these {board}", board=BOARDS.get(board, board)),
            *(f"{day.surges_by_board.get(board, 0):,}" for day in days),
            *_meaning(StockDay, "surges_by_board"),
        )
        for board in boards
    ]


def _stock_row(days: list[StockDay], name: str, head: Text) -> tuple[Text, ...]:
    return head, *(_stock_cell(day, name) for day in days), *_meaning(StockDay, name)


def _stock_cell(day: StockDay, name: str) -> Text:
    value = getattr(day, name)
    if name == "seal_rate":
        return PERCENT.text(value)
    return "–" if value < 0 else f"{value:,}"


def _stock_source(stocks: StockBreadthDay) -> Message:
    if not stocks.tolerance:
        return say("Counted from bars of {count} stocks, at the prices that were traded.", count=stocks.known)
    return say(
        "Counted from bars of {count} stocks; prices are adjusted, so limits are found within {points} points.",
        count=stocks.known, points=f"{stocks.tolerance * 100:g}",
    )  # fmt: skip


def regime(result: BriefResult) -> Section:
    """Rising tide, selective, neither, or not known, with the numbers it is told from.

    Parameters
    ----------
    result : BriefResult
    """
    told = result.regime
    blocks: list[Block] = [
        Paragraph(_regime_words(told), "lead"),
    ]
    columns = (Column(""), Column(say("Value"), NUMBER), *HOW)
    rows = [
        ("participation", say("Share up over 20 sessions"), PERCENT.text(told.participation)),
        ("correlation", say("Mean correlation"), decimal(told.correlation)),
        (
            "dispersion",
            say("Dispersion of 20-session returns"),
            size(told.dispersion) if np.isfinite(told.dispersion) else "–",
        ),
        ("dispersion_rank", say("Its rank among 250 sessions"), PERCENT.text(told.dispersion_rank)),
        ("rotation", say("Rotation speed"), decimal(told.rotation)),
    ]
    blocks.append(Table(say("Regime"), columns, [_fact(RegimeDay, *row) for row in rows]))
    return Section("regime", say("Regime"), blocks, say("Regime"))


def _regime_words(told: RegimeDay) -> Message:
    if told.name != "unknown" and told.sessions == 1:
        return say("The regime is {regime}, for one session.", regime=REGIMES[told.name])
    if told.name != "unknown":
        return say("The regime is {regime}, for {count} sessions.", regime=REGIMES[told.name], count=told.sessions)
    if told.history < told.needed:
        return say(
            "The regime is not known: whether dispersion is high takes {needed} sessions of it, and {known} are known.",
            needed=told.needed, known=told.history,
        )  # fmt: skip
    return say("The regime is not known: too few series have a value.")
