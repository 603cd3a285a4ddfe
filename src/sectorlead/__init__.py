"""Event-driven backtests of sector-rotation rules: leaders in pullbacks, measured against their opposites.

    >>> import sectorlead as sl
    >>> panel = sl.simulate(seed=1, sessions=500)
    >>> rule = sl.Rotation(score=sl.Momentum(60), pick=sl.TopN(3), schedule=sl.Monthly())
    >>> run = sl.run(rule, panel, market="cn-etf", cash=1_000_000)
    >>> run.equity.shape
    (439,)

Names load what they need when they are first used, so the import itself costs next to nothing. The public names are
listed once, in ``__init__.pyi``: a type checker reads that file, and so does the loader.
"""

from __future__ import annotations

from typing import Any

import lazy_loader

__version__ = "0.2.0"

_load, _, __all__ = lazy_loader.attach_stub(__name__, __file__)


def __getattr__(name: str) -> Any:
    if name in __all__:
        return _load(name)
    import difflib

    near = difflib.get_close_matches(name, __all__, n=1, cutoff=0.5)
    hint = f"Did you mean {near[0]!r}?" if near else f"It has {', '.join(__all__)}."
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}. {hint}", name=name)


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
