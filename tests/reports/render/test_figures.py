"""Charts on matplotlib's axes: what is on them are the dates and values of the run, and Chinese has its glyphs."""

from __future__ import annotations

from collections.abc import Iterator

import matplotlib
import numpy as np
import pytest
from matplotlib import dates as mdates
from matplotlib import pyplot as plt
from matplotlib.colors import to_hex
from matplotlib.font_manager import FontProperties, findfont

from sectorlead.data.errors import InputError
from sectorlead.market_context import market_context
from sectorlead.reports.analysis.execution import rotations
from sectorlead.reports.charts.palette import LIGHT, SCHEMES
from sectorlead.reports.growth import benchmark_growth, by_month, drawdowns, points, strategy_growth
from sectorlead.reports.history import history_of
from sectorlead.reports.holdings import holding_spells
from sectorlead.reports.render import fonts
from sectorlead.reports.render.figures import draw
from sectorlead.reports.sections.run_charts import RUN_CHARTS, run_chart


@pytest.fixture(autouse=True)
def _no_window() -> Iterator[None]:
    with matplotlib.rc_context({"backend": "agg"}):
        yield
    plt.close("all")


@pytest.fixture
def shown(market_run):
    """A kind of figure of the run, on new axes."""
    return lambda kind, **how: draw(run_chart(market_run, kind, lambda: market_context(market_run)), **how)


def lines(ax):
    return {line.get_label(): line for line in ax.lines if not line.get_label().startswith("_")}


def test_growth_has_every_date_and_level(shown, market_run):
    ax = shown("growth")
    own = lines(ax)["Strategy"]
    np.testing.assert_array_equal(own.get_xdata(), points(market_run).to_numpy())
    np.testing.assert_allclose(own.get_ydata(), strategy_growth(market_run).levels, rtol=1e-12)
    market = benchmark_growth(market_run)
    np.testing.assert_allclose(lines(ax)[market.label].get_ydata(), market.levels, rtol=1e-12)
    assert ax.get_yscale() == "log"
    first, last = (mdates.num2date(at).date() for at in ax.get_xlim())
    assert (first, last) == (points(market_run)[0].date(), points(market_run)[-1].date())
    assert to_hex(own.get_color()) == LIGHT["strategy"]
    assert {"Pullback", "Strategy"} <= {text.get_text() for text in ax.get_legend().get_texts()}


def test_drawdown_is_in_fractions(shown, market_run):
    own = lines(shown("drawdown"))["Strategy"]
    np.testing.assert_allclose(own.get_ydata(), drawdowns(strategy_growth(market_run).levels), atol=1e-12)


def test_rotation_has_a_row_per_series_and_the_days_of_each_spell(shown, market_run):
    ax = shown("rotation")
    spells = holding_spells(history_of(market_run))
    names = [text.get_text() for text in ax.get_yticklabels()]
    column = market_run.panel.names.index(names[0])
    dates = points(market_run)
    own = spells.column == column
    bars = ax.collections[0].get_paths()
    assert len(bars) == own.sum()
    for path, start, count in zip(bars, spells.start[own], spells.sessions[own], strict=True):
        box = path.get_extents()
        assert mdates.num2date(box.x0).date() == dates[start].date()
        assert mdates.num2date(box.x1).date() == dates[start + count].date()
        assert box.y0 < 0 < box.y1


def test_months_and_years_say_the_returns(shown, market_run):
    texts = {text.get_position(): text.get_text() for text in shown("months").texts}
    months = by_month(strategy_growth(market_run), points(market_run))
    years = np.unique(months.year)
    assert len(texts) == np.isfinite(months.returns).sum()
    for year, month, value in zip(months.year, months.month, months.returns, strict=True):
        at = ((month - 0.5) / 12, 1 - (year - years[0] + 0.5) / len(years))
        found = next(text for place, text in texts.items() if np.allclose(place, at))
        assert float(found.replace("\u2212", "-")) == pytest.approx(100 * value, abs=0.051)
    ax = shown("years")
    tops = [patch.get_xy()[:, 1] for patch in ax.patches]
    first = np.prod(1 + months.returns[months.year == years[0]]) - 1
    assert tops[0][np.abs(tops[0]).argmax()] == pytest.approx(first)


def test_why_has_the_rank_of_every_move_at_its_date(shown, market_run):
    ax = shown("why")
    dots = {(mdates.num2date(x).date(), round(y)) for line in ax.lines if line.get_marker() == "o"
            for x, y in zip(line.get_xdata(), line.get_ydata(), strict=True)}  # fmt: skip
    moves = [(row.session.date(), move.rank) for row in rotations(market_run) for move in (*row.came, *row.left)]
    told = {(day, rank) for day, rank in moves if rank}
    assert dots == told
    low, high = ax.get_ylim()
    assert low > high  # the first rank is on top


def test_contribution_and_map_are_in_their_units(shown, market_run):
    ax = shown("contribution", moves="red-up")
    first = ax.patches[0]
    assert to_hex(first.get_facecolor()) == SCHEMES["red-up"].light[0]
    made = holding_spells(history_of(market_run))
    totals = np.bincount(made.column, made.contribution) / market_run.terms.opening
    assert first.get_xy()[:, 0].max() == pytest.approx(totals.max())
    context = market_context(market_run)
    ratio = context.ratio[market_run.terms.last]
    places = np.array([line.get_xdata()[-1] for line in shown("rrg").lines if line.get_marker() == "o"])
    np.testing.assert_allclose(np.sort(places), np.sort(ratio[np.isfinite(ratio)]), rtol=1e-9)


def test_axes_of_ones_own_are_used_and_can_be_gone_on_with(shown, market_run):
    figure, ax = plt.subplots(figsize=(3.4, 2.4))
    assert shown("growth", ax=ax) is ax
    day = market_run.sessions[100]
    (mark,) = ax.plot([day], [1.0], "s")
    at = ax.transData.transform((mdates.date2num(day), 1.0))
    assert ax.transData.inverted().transform(at)[0] == pytest.approx(mdates.date2num(mark.get_xdata()[0]))
    assert figure.axes == [ax]


@pytest.mark.skipif(fonts.find_font() is None, reason=f"no CJK font here; pip install {fonts.PACKAGE}")
def test_chinese_has_the_glyphs_of_the_embedded_font_in_a_vector_file(shown, tmp_path):
    ax = shown("rotation", locale="zh")
    assert ax.get_title() == "轮动：何时持有什么"
    family = ax.title.get_fontfamily()
    assert findfont(FontProperties(family=family[-1])) == str(fonts.find_font())
    ax.figure.savefig(tmp_path / "a.pdf")  # a glyph that is missing is a warning, which is an error here
    assert b"NotoSans" in (tmp_path / "a.pdf").read_bytes() or fonts.find_font().suffix != ".otf"


def test_every_kind_is_drawn_and_another_is_refused(shown, make):
    for kind in RUN_CHARTS:
        assert shown(kind).get_title()
    with pytest.raises(InputError, match=r"unknown kind 'grwth'. Did you mean 'growth'\? Known: growth, drawdown"):
        shown("grwth")
    bare = make([100.0, 101.0, 99.0])
    with pytest.raises(InputError, match="unknown kind 'rrg'"):
        run_chart(bare, "rrg", lambda: None)
    for kind in ("growth", "rotation", "months", "contribution", "why"):  # of a run that traded nothing
        assert draw(run_chart(bare, kind, lambda: None)) is not None
