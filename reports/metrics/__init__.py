"""Metrics of a run by name, and the growth lines they are computed from."""

# ruff: noqa: F403  # every function of the package by one name, as docs/metrics.md has them
from .run_metrics import *
from .run_metrics import __all__ as __all__
