"""A run in a notebook: headline numbers, growth and rotation as a fragment of HTML, without a script.

A fragment, not a page in a frame: it takes the notebook's own font and colours, grows with what it holds, and is
printed and copied with it, where a frame would need a fixed height, and a trusted notebook. What a fragment must not do
is to change the rest of the notebook, so each of its CSS rules begins with its own class.
"""

from __future__ import annotations

from markupsafe import Markup

from ...engine.record import Record
from ..charts.palette import COLOURS, NOTEBOOK_DARK, NOTEBOOK_LIGHT, declarations, line_classes, series_role
from ..charts.picture import FONT, Frame, picture
from ..charts.spec import fullest
from ..sections.content import report_content
from ..sections.facts import ONE_VARIANT, verification
from ..significance.words import headline
from . import fonts
from .i18n import ENGLISH, Locale, find_locale
from .jinja import environment

WIDTH, LEFT, NAMES, RIGHT, ROW = 760, 44, 134, 150, 15
"""Pixels: the picture, room for the labels on either side of its plot, that for names of rows, a row."""
MOST_ROWS = 20
"""Series in the timeline: those held longest."""

_TOLD = ("Warning", "Data quality", "Note")
"""The facts that a notebook shows too."""
_ROLES = ("strategy", "benchmark", "reference", "band", "rule", "warn", *map(series_role, range(COLOURS)))
_LIGHT, _DARK = declarations(NOTEBOOK_LIGHT, _ROLES), declarations(NOTEBOOK_DARK, _ROLES)
_OWN = ".sectorlead-run"
_FAMILIES = "var(--jp-ui-font-family,var(--vscode-font-family,system-ui,sans-serif))"
"""A notebook's own fonts; they come after the embedded one, which has Chinese and nothing else."""
STYLE = f"""
{_OWN}{{{_LIGHT}max-width:{WIDTH}px;font-size:13px;line-height:1.45}}
@media (prefers-color-scheme:dark){{{_OWN}{{{_DARK}}}}}
[data-jp-theme-light="true"] {_OWN},.vscode-light {_OWN}{{{_LIGHT}}}
[data-jp-theme-light="false"] {_OWN},.vscode-dark {_OWN}{{{_DARK}}}
{_OWN} p{{margin:4px 0}}
{_OWN} .sl-title{{font-size:15px}}
{_OWN} .sl-title span,{_OWN} .sl-note{{font-size:12px;opacity:.75}}
{_OWN} .sl-warn{{font-weight:600;color:var(--warn)}}
{_OWN} table{{border-collapse:collapse;margin:6px 0;color:inherit;font-size:13px;font-variant-numeric:tabular-nums}}
{_OWN} th,{_OWN} td{{padding:2px 12px 2px 0;text-align:right;background:none;border:0}}
{_OWN} th:first-child{{text-align:left;font-weight:400}}
{_OWN} .sl-pair{{white-space:nowrap}}
{line_classes(f"{_OWN} ")}
{_OWN} .sl-key{{display:inline-block;width:12px;height:3px;margin-right:5px;vertical-align:middle}}
{_OWN} .sl-key{{background:var(--line)}}
{_OWN} svg path{{fill:none}}
{_OWN} .line{{stroke:var(--line);stroke-width:1.2;stroke-linejoin:round}}
{_OWN} .line.strategy{{stroke-width:1.7}}
{_OWN} .grid{{stroke:var(--rule);stroke-width:.7}}
{_OWN} svg .band{{fill:var(--band)}}
{_OWN} .bars path{{fill:var(--line)}}
{_OWN} .lighter path{{fill-opacity:.5}}
{_OWN} svg{{display:block;width:100%;height:auto;font-variant-numeric:tabular-nums}}
{_OWN} text{{font-size:{FONT}px;fill:currentColor}}
{_OWN} .end{{fill:var(--line)}}
{_OWN} .tick,{_OWN} .value{{opacity:.7}}
"""


def fragment(shown: str) -> str:
    """A fragment that begins with its element and its style, with a font for the Chinese in it.

    Each fragment's font has a family of its own: those of other cells have other characters.

    Parameters
    ----------
    shown : str
        HTML in an element of class ``sectorlead-run``.
    """
    found = fonts.subset([fonts.cjk_of(shown)]) if fonts.needs_cjk(shown) else None
    if found is None:
        return shown
    own = f"sl-{found.path.stem}"
    rule = f'.sectorlead-run.{own}{{font-family:"{found.own_family}",{_FAMILIES}}}'
    named = shown.replace('class="sectorlead-run"', f'class="sectorlead-run {own}"', 1)
    return named.replace("<style>", f"<style>{found.css(found.own_family)}{rule}", 1)


def notebook(record: Record, *, locale: str | Locale = ENGLISH) -> str:
    """What a notebook shows of a run, for ``_repr_html_``; self-contained, light or dark with the notebook.

    Parameters
    ----------
    record : Record
    locale : str or Locale
        See ``locale.LOCALES``.
    """
    language, content = find_locale(locale), report_content(record)
    roles = ("strategy", "benchmark", "reference") if len(content.columns) == 3 else ("strategy", "reference")
    rows, shown = content.timeline.rows, fullest(content.timeline, MOST_ROWS)
    template = environment().get_template("notebook.html")
    page = template.render(
        locale=language,
        style=Markup(STYLE),
        title=content.title,
        period=f"{record.sessions[0]:%F} to {record.sessions[-1]:%F}, {len(record.sessions):,} sessions",
        ribbon=record.panel.ribbon,
        columns=content.columns,
        roles=roles,
        rows=content.headline,
        growth=picture(content.growth, Frame(WIDTH - LEFT - RIGHT, 170, LEFT, RIGHT, above=6, below=26)),
        bars=picture(shown, Frame(WIDTH - NAMES - RIGHT, ROW * len(shown.rows), NAMES, RIGHT, 0, 22)) if rows else "",
        cut=f"{MOST_ROWS} of {len(rows)}: the longest held" if len(rows) > MOST_ROWS else "",
        told=[(label, text) for label, text in content.facts if label in _TOLD],
        verification=verification(record),
        outcome=headline(content.verdict),
        remark=ONE_VARIANT,
    )
    return fragment(language.page(page))
