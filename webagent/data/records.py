"""What a demonstration is, in memory: an ``Episode`` is a list of ``Step``; a step is (observation, action)."""

from __future__ import annotations

import msgspec

from webagent.data.ways import Target
from webagent_envs.spaces import Action, Answered, Observation

__all__ = ["Episode", "Step"]


class Step(msgspec.Struct, frozen=True):
    """What was seen, and what was done about it.

    Attributes:
        observation: the page just before.
        action: what was done.
        targets: the elements that it was done to, as they can be found on a page that has changed.
        secret: what was typed was not written down: the action's text only stands for it.
        seconds: when, since the episode began.
        picture: the page as a PNG or JPEG picture; empty when none was taken.
        dialogs: the JavaScript dialogs that came of it, oldest first, and what was answered.
    """

    observation: Observation
    action: Action
    targets: tuple[Target, ...] = ()
    secret: bool = False
    seconds: float = 0.0
    picture: bytes = b""
    dialogs: tuple[Answered, ...] = ()


class Episode(msgspec.Struct, frozen=True, kw_only=True):
    """One demonstration of one command.

    Attributes:
        id: unique in its dataset.
        task: MiniWoB++ task name such as ``"click-test"``, or ``""`` for a page that is none.
        command: what was asked for (``observation.instruction`` of every step).
        steps: T steps, oldest first; the last action is the one that finished the command.
        success: it did what was asked: of a task, raw reward == 1.
        source: where it comes from, e.g. ``"human"``, ``"practice"`` or ``"pages"``.
    """

    id: str
    task: str
    command: str
    steps: tuple[Step, ...]
    success: bool
    source: str

    @property
    def origin(self) -> str:
        """What episodes must share to be kept together when data is split.

        Of those made from a page the page (their id up to the ``#``), of all others their task and command.
        """
        return self.id.rpartition("#")[0] if self.source == "pages" else f"{self.task} {self.command}"
