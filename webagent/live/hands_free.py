"""Where utterances come from: files, standard input, the page, a microphone."""

from __future__ import annotations

import os
import stat
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import BinaryIO, NamedTuple

import numpy as np

from webagent.live.agent import Agent
from webagent.live.ear import Ear, PageMicrophone, Speech
from webagent.live.talk import Talk
from webagent.voice.hearing import Sound
from webagent.voice.sources import check_microphone, microphone, raw, wav_file

__all__ = ["Source", "read_enter"]


class Source(NamedTuple):
    """Where utterances come from.

    Attributes:
        audio_files: WAV files, or ``-`` for raw sound on standard input, which is heard while it comes.
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
        speech = Speech()
        if talk is None:
            place = self._comes_live()
            live = _each(_sounds(self.audio_files[place:], speech), heard, speech)
            recorded = _each(_sounds(self.audio_files[:place]), heard)
            return Ear(recorded, live if self.audio_files[place:] else None, speaks=lambda: speech.goes_on)
        speaks = partial(_speaks, talk, speech)
        if self.page_mic:
            page = PageMicrophone(agent, talk, speech)
            sounds = _cut(page.sounds(), speech) if self.continuous else map(_trimmed, page.sounds())
            return Ear((), _each(sounds, heard, speech), look=page.look, leave=page.close, speaks=speaks)
        check_microphone(self.device)
        if self.continuous:
            sounds = _cut(_open_microphone(self.device, talk), speech)
        else:
            sounds = _between(self.device, talk, speech)
        return Ear((), _each(sounds, heard, speech), speaks=speaks)

    def _comes_live(self) -> int:
        """From which file on sound comes by itself: that of standard input, unless it is a file as well."""
        if "-" in self.audio_files and not _is_file(sys.stdin.buffer):
            return self.audio_files.index("-")
        return len(self.audio_files)


def read_enter(talk: Talk, tell: Callable[[str], None]) -> None:
    """Have Enter open and shut the microphone, in a thread of its own; the end of standard input ends it all."""

    def read() -> None:
        while sys.stdin.readline():
            talk.toggle()
            tell("Listening; press Enter when you have said it." if talk.is_open else "…")
        talk.end()

    threading.Thread(target=read, daemon=True, name="webagent-enter").start()


def _sounds(names: Iterable[str], speech: Speech | None = None) -> Iterator[Sound]:
    """The utterances in files."""
    for name in names:
        if name == "-":
            yield from _cut(raw(sys.stdin.buffer), speech)
        else:
            sound = wav_file(Path(name))
            yield from list(_cut([sound])) or [sound]  # of a silent file it is said that it is


def _is_file(stream: BinaryIO) -> bool:
    """Whether a stream is a file on disk, which is all there at once."""
    with suppress(OSError, ValueError):  # it is nothing of the system's
        return stat.S_ISREG(os.fstat(stream.fileno()).st_mode)
    return False


def _speaks(talk: Talk, speech: Speech) -> bool:
    """Whether somebody is saying something; who has opened the microphone to speak is."""
    return speech.goes_on or (not talk.always and (talk.is_open or talk.hears))


def _cut(blocks: Iterable[Sound], speech: Speech | None = None) -> Iterator[Sound]:
    """A stream, cut into utterances."""
    from webagent.voice.endpoint import utterances

    return utterances(blocks, begun=speech.begins) if speech else utterances(blocks)


def _trimmed(sound: Sound) -> Sound:
    """The speech in a sound that is one utterance; where there is none, all of it."""
    spoken = list(_cut([sound]))
    return np.concatenate(spoken) if spoken else sound


def _each(sounds: Iterable[Sound], heard: Callable[[], None], speech: Speech | None = None) -> Iterator[Sound]:
    for sound in sounds:
        heard()
        yield sound
        if speech:
            speech.ends()  # the ear has it by now


def _open_microphone(device: str | None, talk: Talk) -> Iterator[Sound]:
    """A stream without end; silence while the switch is shut."""
    for block in microphone(device):
        yield block if talk.is_open else np.zeros_like(block)


def _between(device: str | None, talk: Talk, speech: Speech) -> Iterator[Sound]:
    """What is said between opening and shutting the switch."""
    while talk.wait():
        blocks = []
        for block in microphone(device, talk.shut):
            talk.hears = True
            blocks.append(block)
        said = bool(blocks) and not talk.dropped
        if said:
            speech.comes()
        talk.hears = False
        if said:
            yield _trimmed(np.concatenate(blocks))
