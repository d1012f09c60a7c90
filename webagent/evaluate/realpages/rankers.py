"""What ranks the elements of a page for a command: the policy, and two baselines that know words only."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from webagent.policy import Policy
from webagent.policy.features import featurize
from webagent.policy.words import WordBook, split, word_table
from webagent_envs.spaces import Action, Click, Observation, Select, Stop

__all__ = ["Ranker", "by_overlap", "by_policy", "by_vectors"]

Ranker = Callable[[Observation], list[Action]]
"""Actions for the observation's instruction, best first."""

_MOST = 12
_DULL = frozenset(split("a an the to of in on for at it is me my i and please can you could this that with from into"))


def by_policy(policy: Policy) -> Ranker:
    """The policy's actions on elements; whether it thinks that the command is done does not matter here."""

    def rank(observation: Observation) -> list[Action]:
        return [action for action, _ in policy.act(observation, most=_MOST) if not isinstance(action, Stop)]

    return rank


def by_overlap(observation: Observation) -> list[Action]:
    """Share of common words (F1) between the command and what an element says of itself."""
    said = _words(observation.instruction)

    def score(own: set[str]) -> float:
        common = len(said & own)
        return 2 * common / (len(said) + len(own)) if common else 0.0

    return _ranked(observation, score)


def by_vectors(observation: Observation) -> list[Action]:
    """Cosine between the mean word vectors of the command and of what an element says of itself."""
    command = _mean_vector(_words(observation.instruction))
    return _ranked(observation, lambda own: float(_mean_vector(own) @ command))


def _ranked(observation: Observation, score: Callable[[set[str]], float]) -> list[Action]:
    """The best of the elements that the policy chooses from, clicked; of an option, its list and that option chosen."""
    refs = set(featurize(observation, WordBook()).refs.tolist())
    candidates = [element for element in observation.elements if element.ref in refs]
    # of two elements that say the same the one that reacts to the pointer goes first
    ranks = [score(_words(f"{e.label} {e.placeholder}")) + 1e-6 * e.clickable for e in candidates]
    best = [candidates[place] for place in np.argsort(-np.array(ranks), kind="stable")[:_MOST]]
    return [Select(e.parent, e.text or e.name) if e.tag == "option" else Click(e.ref) for e in best]


def _words(text: str) -> set[str]:
    return {word.lower() for word in split(text) if any(map(str.isalnum, word))} - _DULL


def _mean_vector(words: set[str]) -> NDArray[np.float32]:
    rows, vectors = word_table()
    known = [vectors[rows[word]] for word in sorted(words) if word in rows]
    if not known:
        return np.zeros(vectors.shape[1], np.float32)
    mean = np.mean(known, axis=0)
    unit: NDArray[np.float32] = mean / max(float(np.linalg.norm(mean)), 1e-6)
    return unit
