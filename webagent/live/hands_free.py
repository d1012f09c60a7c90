"""Where utterances come from: files, standard input, the page, a microphone."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np

from webagent.live.agent import Agent
from webagent.live.ear import Ear, page_microphone
from webagent.voice.hearing import Sound
from webagent.voice.sources import microphone, raw, wav_file

__all__ = ["Source"]


class Source(NamedTuple):
    """Where utterances come from.

    Attributes:
        audio_files: WAV files, or ``-`` for raw sound on standard input.
        page_mic: the microphone of the page's browser.
        device: a microphone of this machine.
        continuous: listen all the time.
    """

    audio_files: tuple[str, ...] = ()
    page_mic: bool = False
    device: str | None = None
    continuous: bool = False

    def ear(self, agent: Agent, tell: Callable[[str], None], heard: Callable[[], None]) -> Ear:
        """An ear for it.

        Args:
            agent: has the page.
            tell: is told what to do.
            heard: called when an utterance has ended.
        """
        files = self.audio_files and self.audio_files != ("-",)
        return Ear(_each(self._utterances(agent, tell), heard), live=not (files or self.page_mic))

    def _utterances(self, agent: Agent, tell: Callable[[str], None]) -> Iterator[Sound]:
        """One after the other."""
        from webagent.voice.endpoint import utterances

        if self.audio_files:
            for name in self.audio_files:
                if name == "-":
                    yield from utterances(raw(sys.stdin.buffer))
                else:
                    sound = wav_file(Path(name))
                    yield from list(utterances([sound])) or [sound]  # of a silent file it is said that it is
        elif self.page_mic and agent.page is not None:
            tell("Listening through the page; Ctrl+C ends.")
            yield from utterances(page_microphone(agent.page))
        elif self.continuous:
            tell("Listening; say “go to sleep” for a rest. Ctrl+C ends.")
            yield from utterances(microphone(self.device))
        else:
            yield from _push_to_talk(self.device, tell)


def _each(sounds: Iterable[Sound], heard: Callable[[], None]) -> Iterator[Sound]:
    for sound in sounds:
        heard()
        yield sound


def _push_to_talk(device: str | None, tell: Callable[[str], None]) -> Iterator[Sound]:
    """What is said between two presses of Enter; the end of standard input ends it all."""
    while True:
        tell("Press Enter and speak; press Enter again to end. Ctrl+D leaves.")
        if not sys.stdin.readline():
            return
        ended = threading.Event()
        threading.Thread(target=_after_enter, args=(ended,), daemon=True).start()
        blocks = list(microphone(device, ended))
        if blocks:
            yield np.concatenate(blocks)


def _after_enter(ended: threading.Event) -> None:
    sys.stdin.readline()
    ended.set()
