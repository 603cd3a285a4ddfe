"""Charts on matplotlib's axes, for notebooks and papers that have their own figures."""

from __future__ import annotations

from typing import Any

from .palette import LIGHT
from .spec import Chart

_WIDTHS = {"series": 1.6, "level": 0.8, "axis": 0.8, "trail": 0.6, "trail-strong": 1.0, "leader": 0.5, "reach": 1.4,
           "ticks": 0.5}  # fmt: skip


def draw_on_axes(chart: Chart, ax: Any = None) -> Any:
    """Paint a chart on axes of matplotlib; returns them.

    Parameters
    ----------
    chart : Chart
    ax : matplotlib.axes.Axes, optional
        Default: those of a new figure.
    """
    if ax is None:
        from matplotlib.figure import Figure

        ax = Figure(figsize=(7, 3.5), layout="constrained").add_subplot()
    for band in chart.bands:
        ax.axvspan(band.start, band.stop, color=LIGHT[band.role], lw=0)
    step = 1 / max(len(chart.rows), 1)
    for k, row in enumerate(chart.rows):
        spans = [(bar.start, bar.stop - bar.start) for bar in row.bars]
        ax.broken_barh(spans, (1 - (k + 0.85) * step, 0.7 * step), color=LIGHT[row.role] if spans else None, alpha=0.8)
    for line in reversed(chart.lines):
        tone = LIGHT.get(line.role, LIGHT["faint"])
        ax.plot(line.x, line.y, color=tone, lw=_WIDTHS[line.style], ls="--" if line.style == "level" else "-",
                alpha=0.35 if line.style == "ticks" else 1.0, label=line.label or "_")  # fmt: skip
    for dot in chart.dots:
        ax.plot([dot.x], [dot.y], "o", color=LIGHT[dot.role], ms=7 if dot.strong else 5)
    ax.set(xlim=(0, 1), ylim=(0, 1), title=chart.title, xlabel=chart.x_name, ylabel=chart.y_name)
    ax.set_xticks([tick.at for tick in chart.x_ticks], [tick.text for tick in chart.x_ticks])
    ax.set_yticks([tick.at for tick in chart.y_ticks], [tick.text for tick in chart.y_ticks])
    if chart.named_lines:
        handles, labels = ax.get_legend_handles_labels()  # the first line was drawn last
        ax.legend(handles[::-1], labels[::-1], frameon=False, fontsize="small")
    return ax
