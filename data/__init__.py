"""What was known, and when: panels, loading, the simulated market."""

from .errors import (
    DataError,
    EngineMismatchError,
    InputError,
    LookAheadError,
    ParameterError,
    SectorLeadError,
    UnknownNameError,
)
from .load import load
from .panel import Benchmark, Panel
from .simulate import simulate
from .tidy.columns import to_tidy

__all__ = [
    "Benchmark",
    "DataError",
    "EngineMismatchError",
    "InputError",
    "LookAheadError",
    "Panel",
    "ParameterError",
    "SectorLeadError",
    "UnknownNameError",
    "load",
    "simulate",
    "to_tidy",
]
