"""The file that says that a folder is still being written."""

from __future__ import annotations

MARK = "INCOMPLETE"
"""A file of this name stands in a folder from the first write to the last."""
