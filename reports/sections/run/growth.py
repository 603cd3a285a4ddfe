"""Growth and drawdown, shaded by what the market was doing."""

from __future__ import annotations

from ...analysis.pullbacks import pullback_rule
from ...message import Text, say, sentence
from ..base import SHARED_AXIS, Figure, Paragraph, Section
from ..content import ReportContent


def growth(content: ReportContent) -> Section:
    """The section."""
    scale = say("Log scale.")
    if content.phase_key and content.context:
        told: tuple[Text, ...] = (
            scale,
            say("Shaded by what the benchmark was doing."),
            sentence(content.context.phase_rule),
        )
        key: tuple[tuple[str, Text], ...] = tuple((role, sentence(name)) for role, name in content.phase_key)
    else:
        rule = sentence(pullback_rule(content.record).sentence())
        told = (scale, rule) if content.growth.bands else (scale,)
        key = (("band", say("Pullbacks")),) if content.growth.bands else ()
    charts = Figure((content.growth, content.drawdown), (300, 120), key, look=SHARED_AXIS, printed=(110, 45))
    return Section(
        "growth", say("Growth of 1 and drawdown"), (Paragraph(told, "lead"), charts), say("Growth"), "growth"
    )
