"""What the in-page script answers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import msgspec

from webagent_envs.cdp import ProtocolError, decoded
from webagent_envs.page.gestures import Point
from webagent_envs.spaces import Action, Element, Observation

__all__ = ["Ask", "Hole", "Prepared", "View", "decode_prepared", "decode_view", "observation_of"]

ACTIONS_KEPT = 32


class Hole(msgspec.Struct, frozen=True):
    """Where a frame apart stands, of which the document around it sees nothing.

    Attributes:
        ref: the frame's element.
        at: how many elements of the document come before what it shows.
        x, y: its upper left corner.
        clip: left, top, right, bottom of what is to be seen of it.
        visible: a person could see it.
        focused: the keyboard focus is within.
    """

    ref: int
    at: int
    x: float
    y: float
    clip: tuple[float, float, float, float]
    visible: bool = True
    focused: bool = False


class Ask(NamedTuple):
    """One question to all documents of a page.

    Attributes:
        page: what the page itself evaluates.
        apart: what each frame apart evaluates.
        number, special: the frame apart number ``number``, when it is not 0, evaluates ``special`` instead.
    """

    page: str
    apart: str
    number: int = 0
    special: str = ""

    def to(self, number: int) -> str:
        """What the frame apart of this number evaluates."""
        return self.special if number == self.number else self.apart


class View(msgspec.Struct, frozen=True):
    """What the in-page script says of a document.

    Attributes:
        points: where to click the elements whose middle is not their own, by ref.
        holes: its frames apart, in document order.
        copied: what was copied since the last look, or ``None``.
    """

    url: str
    title: str
    viewport: tuple[float, float]
    scroll: tuple[float, float]
    elements: tuple[Element, ...]
    points: dict[int, Point] = {}
    holes: tuple[Hole, ...] = ()
    copied: str | None = None
    probe: Any = None
    error: str = ""


class Prepared(msgspec.Struct, frozen=True):
    """What is left of an action for real mouse and keys."""

    error: str = ""
    point: Point | None = None
    keys: bool = False


_decode = msgspec.json.Decoder(View).decode


def decode_view(text: Any) -> View:
    """A view out of its JSON text.

    Raises:
        ProtocolError: it is none, because the page has changed what the script is made of.
    """
    try:
        return decoded(_decode, text)
    except (msgspec.DecodeError, TypeError) as error:
        raise _disturbed(error) from None


def decode_prepared(found: Any) -> Prepared:
    """What is left to do, out of plain data. Raises as `decode_view` does."""
    try:
        return msgspec.convert(found, Prepared)
    except msgspec.ValidationError as error:
        raise _disturbed(error) from None


def _disturbed(error: Exception) -> ProtocolError:
    return ProtocolError(f"the page disturbs the script that looks at it ({error}): load it again")


def observation_of(view: View, instruction: str, actions: Sequence[Action]) -> Observation:
    """The observation that a view makes with a command and the actions so far, oldest first."""
    kept = tuple(actions)[-ACTIONS_KEPT:]
    page = {name: getattr(view, name) for name in ("url", "title", "viewport", "scroll", "elements")}
    return Observation(instruction=instruction, actions=kept, **page)
