"""Metrics of a run by name, and the growth lines they are computed from.

A metric is a function with its row below it: label, formula, unit, what it is computed from. ``definitions`` and
``summary`` are in the order of the modules here, and within a module in that of the rows.
"""

# ruff: noqa: F403, I001
from .returns import *
from .drawdowns import *
from .tails import *
from .benchmark import *
from .over_equal_weight import *
from .trades import *
from .capacity import *
from .cash_drag import *
from .money_weighted import *
from .ledger import *
from .run_metrics import *
