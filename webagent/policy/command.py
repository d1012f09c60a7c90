"""What the network is told about the command and about what was done so far."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from webagent.policy.figures import FIGURE, figure
from webagent.policy.words import number_of, split
from webagent_envs.spaces import Observation, Type

__all__ = ["DIGITS", "STEP_FEATURES", "TOKEN_FEATURES", "step_features", "token_features"]

DIGITS = tuple("0123456789")
"""Extra tokens behind the command's, so that a number can be written that the command does not hold."""
TOKEN_FEATURES = 10 + FIGURE
STEP_FEATURES = 8


def token_features(observation: Observation, words: Sequence[str], counted: int | None = None) -> NDArray[np.float32]:
    """What is known of each token: [L, TOKEN_FEATURES].

    Capital, number, punctuation, quoted, place in the command, typed already, extra digit; of a number, whether it is
    that of the actions so far, and whether it is greater; of an extra digit, whether so many things look as the command
    says (``counted``, see `webagent.policy.looks.how_many`); then the number that it stands for, as `figure` tells it.
    """
    typed = {word.lower() for action in observation.actions if isinstance(action, Type) for word in split(action.text)}
    rows = []
    quoted = False
    done = len(observation.actions)
    for place, word in enumerate(words):
        if word == '"':
            quoted = not quoted
        rows.append(
            (
                word[0].isupper(),
                word.isdecimal(),
                not word[0].isalnum(),
                quoted,
                place / max(1, len(words)),
                word.lower() in typed,
                False,
                word.isdecimal() and int(word[:4]) == done,
                word.isdecimal() and int(word[:4]) > done,
                False,
                *figure(number_of(word.lower())[0]),
            )
        )
    rows += [
        (
            False,
            True,
            False,
            False,
            0.0,
            digit in typed,
            True,
            False,
            False,
            digit == str(counted),
            *figure(float(digit)),
        )
        for digit in DIGITS
    ]
    return np.array(rows, np.float32)


_STEP_KINDS = ("click", "type", "press", "select", "hover")


def step_features(observation: Observation) -> NDArray[np.float32]:
    """[STEP_FEATURES]: how many actions so far, the kind of the last one, whether anything new appeared."""
    actions = observation.actions
    last = actions[-1].kind if actions else ""
    new = any(element.new for element in observation.elements)
    return np.array([min(len(actions), 20) / 10, not actions, *(last == kind for kind in _STEP_KINDS), new], np.float32)
