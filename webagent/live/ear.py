"""Where a conversation hears from: utterances as they come, and the microphone that the page has."""

from __future__ import annotations

import base64
import json
import math
import queue
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from importlib.resources import files
from typing import Any

import numpy as np

from webagent.errors import UsageError
from webagent.live.agent import Agent
from webagent.live.talk import Talk
from webagent.live.world import World
from webagent.voice.hearing import RATE, Sound
from webagent_envs.cdp import within
from webagent_envs.errors import BrowserError

__all__ = ["Ear", "PageMicrophone", "Speech"]

_WORLD = "webagent-ear"
_PATIENCE = 10.0  # seconds for the person to allow the microphone
_GLANCE = 0.001  # seconds to look for what the page has told
_TURNING = 1.0  # seconds for a page to take note; one that is busy is told again
_STOP = 2.0  # seconds that "stop" takes to say, with the silence after it


class Speech:
    """Whether somebody is just saying something: the thread that hears tells it, the one that acts asks."""

    def __init__(self) -> None:
        self._until = -math.inf

    def begins(self) -> None:
        """Somebody begins to speak; what takes longer than "stop" is talk in the room, and must not hold things up."""
        self._until = time.monotonic() + _STOP

    def comes(self) -> None:
        """What was said for us to hear is on its way to the ear."""
        self._until = math.inf

    def ends(self) -> None:
        """The ear has it."""
        self._until = -math.inf

    @property
    def goes_on(self) -> bool:
        """Whether somebody is just saying what may be "stop"."""
        return time.monotonic() < self._until


class Ear:
    """Utterances, one after the other.

    Args:
        recorded: those that have no time of their own, in order: the next one is heard when it is wanted.
        live: those that come by themselves, after the recorded ones. They are heard in a thread of its own also while
            a command is carried out, so that "stop" is heard then.
        look: called before each look for a new one.
        leave: called in the end.
        speaks: whether one is just being said.

    Attributes:
        ended: there will be no more.
    """

    def __init__(
        self,
        recorded: Iterable[Sound] = (),
        live: Iterable[Sound] | None = None,
        *,
        look: Callable[[], None] = lambda: None,
        leave: Callable[[], None] = lambda: None,
        speaks: Callable[[], bool] = lambda: False,
    ) -> None:
        self.ended = False
        self._look = look
        self.close = leave
        self._speaks = speaks
        self._deaf = live is None  # nothing comes by itself, or no longer
        self._lost = False  # there is no microphone just now
        self._recorded = iter(recorded)
        self._kept: deque[Sound | BaseException | None] = deque()
        self._queue: queue.SimpleQueue[Sound | BaseException | None] = queue.SimpleQueue()
        if live is None:
            self._queue.put(None)
        else:
            threading.Thread(target=self._hear, args=(live,), daemon=True, name="webagent-ear").start()

    def poll(self) -> Sound | None:
        """The next utterance; of a live one ``None`` when there is none yet.

        Raises:
            UsageError: there is no such file, or no microphone.
        """
        self._look()
        recorded = next(self._recorded, None)
        if recorded is not None:
            return recorded
        if self._kept:
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

    @property
    def speaking(self) -> bool:
        """Whether somebody is just saying something that will be heard."""
        return not self._deaf and not self._lost and self._speaks()

    def take(self, wanted: Callable[[Sound], bool]) -> bool:
        """Whether one that came meanwhile is wanted; it is not heard again, the others are."""
        self._lost = False
        try:
            self._look()
        except UsageError:
            self._lost = True  # of which `poll` tells, when nothing else is going on
        while not self._queue.empty():
            sound = self._queue.get()
            if isinstance(sound, np.ndarray) and wanted(sound):
                return True
            self._kept.append(sound)
        return False

    def forget(self) -> int:
        """Do not hear those that came before the one that was taken; how many these are."""
        before = len(self._kept)
        self._kept = deque(sound for sound in self._kept if not isinstance(sound, np.ndarray))
        return before - len(self._kept)

    def _hear(self, sounds: Iterable[Sound]) -> None:
        try:
            for sound in sounds:
                self._queue.put(sound)
        except UsageError as error:
            self._queue.put(error)
        self._deaf = True
        self._queue.put(None)


class PageMicrophone:
    """What the microphone of the browser hears, for one on another machine; begun anew on every new page.

    Args:
        agent: has the page, which needs a secure address (``https``, ``localhost`` or a file).
        talk: says when to listen.
        speech: is told when something was said.
    """

    def __init__(self, agent: Agent, talk: Talk, speech: Speech) -> None:
        self._agent = agent
        self._talk = talk
        self._speech = speech
        script = files("webagent.live").joinpath("ear.js").read_text(encoding="utf-8")
        self._source = script.replace("__OPEN__", "true" if talk.always else "false")
        self._sounds: queue.SimpleQueue[Sound | None] = queue.SimpleQueue()
        self._world: World | None = None
        self._target = ""
        self._turned: tuple[int, bool] = (0, talk.always)  # in which document, and how
        self._pieces: list[Sound] = []
        self._error = ""
        self._asked = math.inf  # when it was opened and has not heard anything since

    def sounds(self) -> Iterator[Sound]:
        """Pieces of a stream, where the switch is always open; else all that was said while it was open, together."""
        while (sound := self._sounds.get()) is not None:
            yield sound

    def look(self) -> None:
        """Open or shut it as is wanted, in the tab that is the page now, and hear it; call it again and again.

        Raises:
            UsageError: the page may not, or cannot, use a microphone.
        """
        wanted = self._talk.is_open and not self._talk.over
        with suppress(BrowserError):  # the page is moving on
            self._turn(wanted)
        if not wanted and self._talk.hears:
            self._end()
        if self._talk.over:
            self._sounds.put(None)
        if self._error and wanted:
            raise UsageError(
                f"the page cannot use a microphone ({self._error}); allow it, or listen without --page-mic"
            )
        if wanted and time.monotonic() - self._asked > _PATIENCE:
            raise UsageError("the browser waits for leave to use the microphone: allow it there, then try again")

    def _turn(self, wanted: bool) -> None:
        page = self._agent.page
        if page is None:
            return
        if self._world is None or page.target_id != self._target:
            self.close()
            self._target = page.target_id
            self._world = World(page.browser.connection, self._target, _WORLD, self._source, self._heard)
        page.browser.connection.listen(time.monotonic() + _GLANCE)
        turned = (self._world.context, wanted)
        if not turned[0] or turned == self._turned:
            return
        self._error = ""
        self._asked = time.monotonic() if wanted else math.inf
        with within(_TURNING):
            self._world.evaluate(f"webagentEar.turn({json.dumps(wanted)})")
        self._turned = turned

    def _heard(self, message: dict[str, Any]) -> None:
        self._asked = math.inf
        self._error = str(message.get("error", ""))
        if "sound" not in message or not self._turned[1]:
            return
        self._talk.hears = True
        sound = np.frombuffer(base64.b64decode(message["sound"]), "<i2").astype(np.int16)
        if self._talk.always:
            self._sounds.put(sound)
        else:
            self._pieces.append(sound)

    def _end(self) -> None:
        """Take what was said since it was opened for an utterance."""
        pieces, self._pieces = self._pieces, []
        if self._talk.always:
            self._sounds.put(np.zeros(RATE, np.int16))  # so that what was begun ends
        elif pieces and not self._talk.dropped:
            self._speech.comes()
            self._sounds.put(np.concatenate(pieces))
        self._talk.hears = False

    def close(self) -> None:
        """Let go of the microphone."""
        if self._world is not None:
            self._world.close("webagentEar.turn(false); delete globalThis.webagentEar")
            self._world = None
        self._turned = (0, False)
