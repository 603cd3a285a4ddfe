"""Charts on matplotlib's axes, with what their places stand for: dates, values, names. For notebooks and papers.

The same charts as those of pages and print, in the same colours. Axes are matplotlib's own, so that whoever gets them
can add lines at dates and values, set limits, and save the figure as PDF or SVG.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from ..charts.palette import LIGHT, with_moves
from ..charts.spec import LIGHTER, Chart, Reach
from . import fonts
from .i18n import ENGLISH, Locale, find_locale

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SIZE = (7.0, 3.5)
"""Inches of a new figure: the width of two columns of a journal."""
_ROW = 0.19  # inches of a row of bars in a new figure
_WIDTHS = {"series": 1.2, "level": 0.8, "axis": 0.8, "trail": 0.6, "trail-strong": 1.1, "trail-far": 0.6,
           "leader": 0.5, "reach": 1.4, "ticks": 0.5}  # fmt: skip
_ALPHA = {"ticks": 0.35, "trail": 0.45, "trail-strong": 0.85, "trail-far": 0.13}
_SMALL = "small"
_ABREAST = 4  # entries of a legend in a row


def draw(chart: Chart, ax: Axes | None = None, *, locale: str | Locale = ENGLISH, moves: str | None = None) -> Axes:
    """Paint a chart on axes of matplotlib; returns them.

    Parameters
    ----------
    chart : Chart
    ax : matplotlib.axes.Axes, optional
        Default: those of a new figure of pyplot, which notebooks show.
    locale : str or Locale
        Language of its words; see ``i18n.LOCALES``. Chinese is drawn from the font that pages embed.
    moves : str, optional
        Colours of gains and losses; see ``palette.SCHEMES``.

    Raises
    ------
    UnknownNameError
        For a language or colours that are not known.
    """
    language, tones = find_locale(locale), with_moves(LIGHT, moves)
    shown = language.chart(chart)._replace(
        x_ticks=tuple(tick._replace(text=language.text(tick.text)) for tick in chart.x_ticks),
        key=tuple((role, language.text(name)) for role, name in chart.key),
    )
    if ax is None:
        from matplotlib import pyplot

        _, ax = pyplot.subplots(figsize=(SIZE[0], max(SIZE[1], 0.8 + _ROW * len(chart.rows))), layout="constrained")
    places = _Places(shown)
    _shade(shown, ax, tones, places)
    _bars(shown, ax, tones, places)
    _lines(shown, ax, tones, places)
    _axes(shown, ax, places)
    _words(shown, ax, tones, places)
    _legend(shown, ax, tones)
    _in_chinese(ax)
    return ax


class _Places:
    """From the unit box of a chart to what its places stand for."""

    def __init__(self, chart: Chart) -> None:
        self.dates = chart.dates
        self._x, self._y = chart.x_reach or Reach(0.0, 1.0), chart.y_reach or Reach(0.0, 1.0)
        self.rows = len(chart.rows)

    def x(self, at: Any) -> Any:
        """Numbers across; days since 1970, as matplotlib counts them, on an axis of time."""
        if self.dates is None or len(self.dates) < 2:
            return self._x.real(at)
        days = self.dates.to_numpy().astype("M8[s]").astype(np.float64) / 86_400.0
        return np.interp(np.asarray(at, np.float64) * (len(days) - 1), np.arange(len(days)), days)

    def y(self, at: Any) -> Any:
        """Numbers up; on rows of bars their numbers from the top, the first is 0."""
        if self.rows and not self.reaches_up:
            return (1.0 - np.asarray(at, np.float64)) * self.rows - 0.5
        return self._y.real(at)

    @property
    def reaches_up(self) -> bool:
        """Whether the axis up stands for values."""
        return self._y != Reach(0.0, 1.0)


def _shade(chart: Chart, ax: Axes, tones: Mapping[str, str], places: _Places) -> None:
    for band in chart.bands:
        ax.axvspan(float(places.x(band.start)), float(places.x(band.stop)), color=tones[band.role], lw=0, zorder=0)


def _bars(chart: Chart, ax: Axes, tones: Mapping[str, str], places: _Places) -> None:
    for k, row in enumerate(chart.rows):
        ends = [(float(places.x(bar.start)), float(places.x(bar.stop))) for bar in row.bars]
        spans = [(start, stop - start) for start, stop in ends]
        if spans:
            ax.broken_barh(spans, (k - 0.35, 0.7), color=tones[row.role], alpha=LIGHTER if row.lighter else 1.0, lw=0)
    for tile in chart.tiles:
        left, right = places.x(np.array([tile.left, tile.right]))
        low, high = places.y(np.array([tile.low, tile.high]))
        ax.fill([left, right, right, left], [low, low, high, high], color=tones[tile.role], alpha=tile.strength, lw=0)
        if tile.text:
            ax.text((left + right) / 2, (low + high) / 2, tile.text, ha="center", va="center", fontsize="x-small")


def _lines(chart: Chart, ax: Axes, tones: Mapping[str, str], places: _Places) -> None:
    for k, line in reversed(list(enumerate(chart.lines))):
        x: Any = places.x(line.x)
        if chart.dates is not None and line.style == "series" and len(line.x) == len(chart.dates):
            x = chart.dates.to_numpy()
        ax.plot(
            x, places.y(line.y), color=tones.get(line.role, tones["faint"]), alpha=_ALPHA.get(line.style, 1.0),
            lw=_WIDTHS[line.style] + 0.4 * (k == 0 and line.style == "series"),
            ls="--" if line.style == "level" else "-", label=line.label or "_",
        )  # fmt: skip
    for dot in reversed(chart.dots):
        edge = tones["ink" if dot.strong else dot.role]
        x, y = float(places.x(dot.x)), float(places.y(dot.y))
        ax.plot([x], [y], "o", color=tones[dot.role], mec=edge, ms=6 if dot.strong else 4)


def _axes(chart: Chart, ax: Axes, places: _Places) -> None:
    from matplotlib.ticker import FixedLocator, PercentFormatter, ScalarFormatter

    ax.set_title(chart.title)
    ax.set(xlabel=chart.x_name.removesuffix(" →"), ylabel=chart.y_name.removesuffix(" ↑"))
    ax.set_xlim(*places.x(np.array([0.0, 1.0])).tolist())
    if chart.dates is not None:
        from matplotlib.dates import AutoDateLocator, ConciseDateFormatter

        found = AutoDateLocator()  # type: ignore[no-untyped-call]
        ax.xaxis.set_major_locator(found)
        ax.xaxis.set_major_formatter(ConciseDateFormatter(found))  # type: ignore[no-untyped-call]
    elif chart.x_reach is None:
        ax.set_xticks([float(places.x(tick.at)) for tick in chart.x_ticks], [tick.text for tick in chart.x_ticks])
    elif chart.x_reach.percent:
        ax.xaxis.set_major_formatter(PercentFormatter(1.0))
    if chart.rows and not places.reaches_up:
        names = [row.name for row in chart.rows]
        if any(names):
            ax.set_yticks([k for k, name in enumerate(names) if name], [name for name in names if name])
            tall = 72.0 * ax.figure.get_figheight() * ax.get_position().height  # type: ignore[union-attr]
            ax.tick_params(axis="y", labelsize=min(8.5, max(3.5, 0.85 * tall / len(names))))
        else:
            ax.set_yticks([float(places.y(tick.at)) for tick in chart.y_ticks], [tick.text for tick in chart.y_ticks])
        ax.set_ylim(len(chart.rows) - 0.5, -0.5)
        return
    ax.set_ylim(*places.y(np.array([0.0, 1.0])).tolist())
    if chart.y_reach is None:
        ax.set_yticks([float(places.y(tick.at)) for tick in chart.y_ticks], [tick.text for tick in chart.y_ticks])
    elif chart.y_reach.log:
        ax.set_yscale("log")
        ax.set_ylim(chart.y_reach.low, chart.y_reach.high)
        ax.yaxis.set_major_locator(FixedLocator([float(places.y(tick.at)) for tick in chart.y_ticks]))
        ax.yaxis.set_major_formatter(ScalarFormatter())
        ax.yaxis.set_minor_locator(FixedLocator([]))
    elif chart.y_reach.percent:
        ax.yaxis.set_major_formatter(PercentFormatter(1.0))


def _words(chart: Chart, ax: Axes, tones: Mapping[str, str], places: _Places) -> None:
    """Names of points and corners, a few points away from them."""
    aligned = {"right": (5, "left"), "left": (-5, "right"), "middle": (0, "center"), "beyond": (5, "left")}
    for label in chart.labels:
        away, align = aligned[label.side]
        ax.annotate(
            f"{label.text} {label.note}".rstrip(), (float(places.x(label.x)), float(places.y(label.y + label.rise))),
            (away, 0), textcoords="offset points", ha=align, va="center", fontsize=_SMALL,
            color=tones["faint"] if label.style == "corner" else tones["ink"] if label.strong else tones["soft"],
        )  # fmt: skip


def _legend(chart: Chart, ax: Axes, tones: Mapping[str, str]) -> None:
    from matplotlib.patches import Patch

    handles, names = ax.get_legend_handles_labels()  # the first line was drawn last
    handles, names = list(reversed(handles)), list(reversed(names))
    for role, name in chart.key:
        handles.append(Patch(facecolor=tones[role], edgecolor=tones["rule"]))
        names.append(name)
    if handles:
        ax.legend(
            handles, names, frameon=False, fontsize=_SMALL, ncols=min(len(handles), _ABREAST), borderaxespad=0.0,
            loc="upper center", bbox_to_anchor=(0.5, -0.16 if chart.x_name else -0.11),
        )  # fmt: skip


def _in_chinese(ax: Axes) -> None:
    """Give every text that has Chinese the font for it, behind the figure's own."""
    from matplotlib.text import Text

    texts = [text for text in ax.findobj(Text) if isinstance(text, Text) and fonts.needs_cjk(text.get_text())]
    family = chinese_family() if texts else None
    for text in texts if family else ():
        text.set_fontfamily([*_listed(text.get_fontfamily()), str(family)])


def chinese_family() -> str | None:
    """The family of the font for Chinese, known to matplotlib from now on; None where there is none."""
    source = fonts.find_font()
    if source is None:
        return None
    from matplotlib.font_manager import FontProperties, fontManager

    if str(source) not in {entry.fname for entry in fontManager.ttflist}:
        fontManager.addfont(str(source))
    return str(FontProperties(fname=source).get_name())


def _listed(family: str | Iterable[str]) -> list[str]:
    return [family] if isinstance(family, str) else list(family)
