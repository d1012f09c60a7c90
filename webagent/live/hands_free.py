"""Everything that listening needs, put together: an agent, an engine, and where utterances come from."""

from __future__ import annotations

import queue
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import numpy as np

from webagent.errors import UsageError
from webagent.live.agent import Agent
from webagent.live.ear import page_microphone
from webagent.live.listen import Directed, Listener
from webagent.voice.agreement import Limits
from webagent.voice.engines import Engine, make
from webagent.voice.hearing import Sound
from webagent.voice.sources import microphone, raw, wav_file

__all__ = ["Source", "begin"]


@contextmanager
def begin(
    *,
    url: str | None,
    cdp: str | None,
    headed: bool = False,
    engine: Engine = "auto",
    model: str | None = None,
    policy: Path | None = None,
) -> Iterator[tuple[Agent, Listener]]:
    """An agent on a page, and a listener that knows the page's words.

    Raises:
        UsageError: the engine is not there.
        BrowserError: the page is not.
    """
    recognizer = make(engine, model)
    from webagent.policy import Policy  # torch: only once everything cheaper is there

    directed = Directed(Policy.load(policy), Limits())
    with Agent.attach(cdp, directed) if cdp else Agent(directed, headed=headed) as agent:
        if url is not None:
            agent.open(url)
        listener = Listener(agent, directed, recognizer)
        listener.ready()
        yield agent, listener


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

    def utterances(self, agent: Agent, listener: Listener, tell: Callable[[str], None]) -> Iterator[Sound]:
        """One after the other; ``tell`` is called with what to do.

        Raises:
            UsageError: there is no such file, or no microphone.
        """
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
            ear = _Ear(utterances(microphone(self.device)))
            listener.stopped = lambda: any(listener.is_stop(sound) for sound in ear.waiting())
            yield from ear
        else:
            yield from _push_to_talk(self.device, tell)


class _Ear:
    """Hears on while a command is carried out, so that "stop" is heard, too."""

    def __init__(self, sounds: Iterable[Sound]) -> None:
        self._queue: queue.SimpleQueue[Sound | BaseException | None] = queue.SimpleQueue()
        threading.Thread(target=self._listen, args=(sounds,), daemon=True).start()

    def __iter__(self) -> Iterator[Sound]:
        while (sound := self._queue.get()) is not None:
            if isinstance(sound, BaseException):
                raise sound
            yield sound

    def waiting(self) -> Iterator[Sound]:
        """What was said meanwhile; it is not heard again."""
        while not self._queue.empty():
            sound = self._queue.get()
            if not isinstance(sound, np.ndarray):
                self._queue.put(sound)  # the end, which whoever iterates has to learn
                return
            yield sound

    def _listen(self, sounds: Iterable[Sound]) -> None:
        try:
            for sound in sounds:
                self._queue.put(sound)
        except UsageError as error:
            self._queue.put(error)
        self._queue.put(None)


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
