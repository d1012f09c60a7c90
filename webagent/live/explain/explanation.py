"""Everything that is said about one choice."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from webagent.data.records import Episode
from webagent.live.doubt import candidates_of
from webagent.live.explain.ahead import Expected, expected
from webagent.live.explain.weighing import Part, weigh_elements, weigh_words
from webagent.live.loop import Acts, Decision, Settings
from webagent.live.parts import InParts
from webagent.live.recall.likeness import Pair
from webagent.live.recall.recalling import Recalling
from webagent.live.result import Candidate
from webagent.live.words import describe
from webagent_envs.spaces import Action, Observation, Stop

__all__ = ["Explanation", "Shown", "explain"]

_MOST_SHOWN = 3
_LIKE = 0.3  # likeness below which a demonstration has nothing to do with a command


class Shown(msgspec.Struct, frozen=True):
    """A demonstration that is like the command.

    Attributes:
        id: of the episode.
        command: what was asked for when it was shown.
        likeness: of the two commands, in [0, 1].
        followed: it is what the choice goes by.
        steps: what was done then, in words.
    """

    id: str
    command: str
    likeness: float
    followed: bool
    steps: tuple[str, ...]


class Explanation(msgspec.Struct, frozen=True):
    """Why a policy would do what it would do next.

    Attributes:
        command: what is asked for.
        url: of the page.
        choice: what it would do; ``None`` where nothing can be done.
        runner_up: what came second; ``None`` where nothing did.
        words: those of the command, in their order, with what each did for the choice.
        elements: those whose words mattered, the heaviest first.
        shown: demonstrations that are like the command, the most like first.
        ahead: the steps that are expected, the choice first.
        done: it would do nothing, as the command seems done; ``choice`` is what it would do otherwise.
    """

    command: str
    url: str
    choice: Candidate | None
    runner_up: Candidate | None
    words: tuple[Part, ...]
    elements: tuple[Part, ...]
    shown: tuple[Shown, ...]
    ahead: tuple[Expected, ...]
    done: bool = False

    def to_dict(self) -> dict[str, Any]:
        """All of it as plain data."""
        plain: dict[str, Any] = msgspec.to_builtins(self)
        return plain


def explain(
    policy: Acts,
    observation: Observation,
    *,
    decided: Decision | None = None,
    episodes: Iterable[Episode] = (),
    threshold: float = Settings.threshold,
    ahead: bool = True,
) -> Explanation:
    """Explain what a policy would do next.

    Words and elements are weighed for the policy alone, without what was taught: of a choice that goes by a
    demonstration they say what the policy makes of it by itself.

    Args:
        policy: decides.
        observation: the page, and the command.
        decided: what it has made of that already; it is asked when not given.
        episodes: demonstrations to look among for those that are like the command.
        threshold: confidence in [0, 1] below which a person would be asked.
        ahead: also say what is expected after it.
    """
    ranked: Sequence[tuple[Action, float]] = decided.ranked if decided else policy.act(observation)
    followed, alone, onward = "", policy, policy
    if isinstance(policy, Recalling):
        followed, alone, onward = (decided or policy).recalled, policy.alone, policy.fork()
    alone, read = (alone.policy, alone.reads(observation)) if isinstance(alone, InParts) else (alone, observation)
    acts = [choice for choice in ranked if not isinstance(choice[0], Stop)]
    best, *others = (*candidates_of(acts, observation), None)
    second = next(
        (other for other in others if other and best and other.ref != best.ref), others[0] if others else None
    )
    return Explanation(
        command=observation.instruction,
        url=observation.url,
        choice=best,
        runner_up=second,
        words=weigh_words(alone, read, acts[0][0]) if acts else (),
        elements=weigh_elements(alone, read, acts[0][0]) if acts else (),
        shown=_shown(episodes, observation.instruction, followed),
        ahead=expected(onward, observation, threshold) if ahead else (),
        done=bool(ranked) and isinstance(ranked[0][0], Stop),
    )


def _shown(episodes: Iterable[Episode], command: str, followed: str) -> tuple[Shown, ...]:
    pairs = [Pair(episode, command) for episode in episodes if episode.steps]
    like = [pair for pair in pairs if pair.likeness >= _LIKE or pair.episode.id == followed]
    like.sort(key=lambda pair: (pair.episode.id != followed, -pair.likeness))
    return tuple(_as_shown(pair, followed) for pair in like[:_MOST_SHOWN])


def _as_shown(pair: Pair, followed: str) -> Shown:
    episode = pair.episode
    steps: Sequence[str] = [describe(step.action, step.observation) for step in episode.steps]
    return Shown(episode.id, episode.command, round(pair.likeness, 4), episode.id == followed, tuple(steps))
