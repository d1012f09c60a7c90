"""Between a policy and the loop: what plainly cannot be meant is left out, what plainly is missing comes first."""

from __future__ import annotations

from collections.abc import Sequence

from webagent.live.following import following
from webagent.live.spoken import spoken_of
from webagent.live.unfinished import Deed, unused
from webagent.live.whole import whole
from webagent_envs.spaces import Action, Click, Observation, Stop

__all__ = ["sensible"]

_FOLLOWS = 0.9  # confidence in what a page itself asks for

Ranked = tuple[tuple[Action, float], ...]


def sensible(ranked: Sequence[tuple[Action, float]], deeds: Sequence[Deed], seen: Observation) -> Ranked:
    """What a policy wants to do, held against the words of the command and what the page asks for.

    Args:
        ranked: actions with a confidence in [0, 1] each, best first.
        deeds: what was done for the command, oldest first.
        seen: the page, with the command.
    """
    kept = tuple((whole(action, seen), confidence) for action, confidence in spoken_of(ranked, seen))
    next_ = following(seen.instruction, deeds, seen)
    if next_ is None and deeds and kept and isinstance(kept[0][0], Stop):
        left = unused(seen.instruction, deeds, seen)
        next_ = Click(left.ref) if left is not None else None
    if next_ is None:
        return kept
    return ((next_, _FOLLOWS), *((action, (1 - _FOLLOWS) * share) for action, share in kept if action != next_))
