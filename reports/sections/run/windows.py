"""Named windows of time."""

from __future__ import annotations

from ..base import Section
from ..content import ReportContent
from ..windows_section import windows_section


def windows(content: ReportContent) -> Section | None:
    """The section; None where the run's terms name no windows."""
    return windows_section(content.windows)
