"""Where a conversation hears from: utterances as they come, and the microphone that the page has."""

from __future__ import annotations

import base64
import queue
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from importlib.resources import files

import numpy as np

from webagent.errors import UsageError
from webagent.voice.hearing import Sound
from webagent_envs.page import Page

__all__ = ["Ear", "page_microphone"]

_EVERY = 0.1  # seconds between two looks for new sound
_PATIENCE = 10.0  # seconds for the person to allow the microphone


class Ear:
    """Utterances, one after the other.

    Args:
        sounds: where they come from.
        live: it hears on, in a thread of its own, while a command is carried out, so that "stop" is heard then, too.
            Else the next one is waited for only when it is wanted.

    Attributes:
        ended: there will be no more.
    """

    def __init__(self, sounds: Iterable[Sound], *, live: bool) -> None:
        self.ended = False
        self._kept: deque[Sound | BaseException | None] = deque()
        self._queue: queue.SimpleQueue[Sound | BaseException | None] = queue.SimpleQueue()
        self._sounds = None if live else iter(sounds)
        if live:
            threading.Thread(target=self._hear, args=(sounds,), daemon=True, name="webagent-ear").start()

    def poll(self) -> Sound | None:
        """The next utterance; of a live one ``None`` when there is none yet.

        Raises:
            UsageError: there is no such file, or no microphone.
        """
        if self._sounds is not None:
            sound: Sound | BaseException | None = next(self._sounds, None)
        elif self._kept:
            sound = self._kept.popleft()
        else:
            try:
                sound = self._queue.get_nowait()
            except queue.Empty:
                return None
        if isinstance(sound, BaseException):
            raise sound
        self.ended = sound is None
        return sound

    def take(self, wanted: Callable[[Sound], bool]) -> bool:
        """Whether one that came meanwhile is wanted; it is not heard again, the others are."""
        while not self._queue.empty():
            sound = self._queue.get()
            if isinstance(sound, np.ndarray) and wanted(sound):
                return True
            self._kept.append(sound)
        return False

    def _hear(self, sounds: Iterable[Sound]) -> None:
        try:
            for sound in sounds:
                self._queue.put(sound)
        except UsageError as error:
            self._queue.put(error)
        self._queue.put(None)


def page_microphone(page: Page) -> Iterator[Sound]:
    """What the microphone of the browser hears, for one on another machine; begun anew on every new page.

    Args:
        page: one with a secure address (``https``, ``localhost`` or a file).

    Raises:
        UsageError: the page may not, or cannot, use a microphone.
    """
    script = files("webagent.live").joinpath("ear.js").read_text(encoding="utf-8")
    waited = 0.0
    while True:
        state = page.evaluate(f"({script})()")
        if state["error"]:
            raise UsageError(
                f"the page cannot use a microphone ({state['error']}); allow it, or listen without --page-mic"
            )
        waited = waited + _EVERY if state["waiting"] else 0.0
        if waited > _PATIENCE:
            raise UsageError("the browser waits for leave to use the microphone: allow it there, then try again")
        yield np.frombuffer(base64.b64decode(state["sound"]), "<i2").astype(np.int16)
        time.sleep(_EVERY)
