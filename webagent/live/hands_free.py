"""Where utterances come from: files, standard input, the page, a microphone."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np

from webagent.live.agent import Agent
from webagent.live.ear import Ear, PageMicrophone
from webagent.live.talk import Talk
from webagent.voice.hearing import Sound
from webagent.voice.sources import check_microphone, microphone, raw, wav_file

__all__ = ["Source", "read_enter"]


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

    def talk(self, opened: Callable[[], None]) -> Talk | None:
        """The switch of the microphone; files have none.

        Args:
            opened: called whenever a microphone begins to listen.
        """
        return None if self.audio_files else Talk(always=self.continuous, opened=opened)

    def ear(self, agent: Agent, talk: Talk | None, heard: Callable[[], None]) -> Ear:
        """An ear for it.

        Args:
            agent: has the page.
            talk: the switch.
            heard: called when an utterance has ended.

        Raises:
            UsageError: there is no microphone.
        """
        if talk is None:
            return Ear(_each(self._recorded(), heard), live=self.audio_files == ("-",))
        if self.page_mic:
            page = PageMicrophone(agent, talk)
            sounds = _cut(page.sounds()) if self.continuous else map(_trimmed, page.sounds())
            return Ear(_each(sounds, heard), live=True, look=page.look, leave=page.close)
        check_microphone(self.device)
        sounds = _cut(_open_microphone(self.device, talk)) if self.continuous else _between(self.device, talk)
        return Ear(_each(sounds, heard), live=True)

    def _recorded(self) -> Iterator[Sound]:
        """What files hold."""
        for name in self.audio_files:
            if name == "-":
                yield from _cut(raw(sys.stdin.buffer))
            else:
                sound = wav_file(Path(name))
                yield from list(_cut([sound])) or [sound]  # of a silent file it is said that it is


def read_enter(talk: Talk, tell: Callable[[str], None]) -> None:
    """Have Enter open and shut the microphone, in a thread of its own; the end of standard input ends it all."""

    def read() -> None:
        while sys.stdin.readline():
            talk.toggle()
            tell("Listening; press Enter when you have said it." if talk.is_open else "…")
        talk.end()

    threading.Thread(target=read, daemon=True, name="webagent-enter").start()


def _cut(blocks: Iterable[Sound]) -> Iterator[Sound]:
    """A stream, cut into utterances."""
    from webagent.voice.endpoint import utterances

    return utterances(blocks)


def _trimmed(sound: Sound) -> Sound:
    """The speech in a sound that is one utterance; where there is none, all of it."""
    spoken = list(_cut([sound]))
    return np.concatenate(spoken) if spoken else sound


def _each(sounds: Iterable[Sound], heard: Callable[[], None]) -> Iterator[Sound]:
    for sound in sounds:
        heard()
        yield sound


def _open_microphone(device: str | None, talk: Talk) -> Iterator[Sound]:
    """A stream without end; silence while the switch is shut."""
    for block in microphone(device):
        yield block if talk.is_open else np.zeros_like(block)


def _between(device: str | None, talk: Talk) -> Iterator[Sound]:
    """What is said between opening and shutting the switch."""
    while talk.wait():
        blocks = []
        for block in microphone(device, talk.shut):
            talk.hears = True
            blocks.append(block)
        talk.hears = False
        if blocks and not talk.dropped:
            yield _trimmed(np.concatenate(blocks))
