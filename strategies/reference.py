"""What a comparison has beside the strategies that are tried: no opinion, and chance."""

from __future__ import annotations

from typing import Any

from .exposure.guards import AlwaysIn
from .picks.pick import All
from .rotation import Rotation
from .scores.score import Everything, RandomScore
from .weights.weigh import Equal
from .wrappers.delayed import Delayed
from .wrappers.tranches import Tranches


def is_reference(strategy: Any) -> bool:
    """Whether a strategy has no opinion: everything that can be held, equally weighted, always; or random picks.

    Such a run is what others are measured with, not something that was tried in the hope that it would be good.
    """
    return holds_everything(strategy) or picks_at_random(strategy)


def holds_everything(strategy: Any) -> bool:
    """Whether a strategy holds all that can be ranked, equally weighted, whatever happens."""
    rule = _rotation(strategy)
    return (
        rule is not None
        and isinstance(rule.score, Everything)
        and isinstance(rule.pick, All)
        and isinstance(rule.weigh, Equal)
        and isinstance(rule.guard, AlwaysIn)
        and not rule.watchful
    )


def picks_at_random(strategy: Any) -> bool:
    """Whether a strategy ranks by random numbers; one that learns with a seed does not."""
    rule = _rotation(strategy)
    return rule is not None and isinstance(rule.score, RandomScore)


def _rotation(strategy: Any) -> Rotation | None:
    """The rotation in a strategy, None where it is no such thing."""
    if isinstance(strategy, Tranches):
        return strategy.rotation
    if isinstance(strategy, Delayed):
        return _rotation(strategy.strategy)
    return strategy if isinstance(strategy, Rotation) else None
