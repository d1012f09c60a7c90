"""What the in-page script answers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from webagent_envs.cdp import ProtocolError, decoded
from webagent_envs.page.gestures import Point
from webagent_envs.spaces import Action, Element, Observation

__all__ = ["Prepared", "View", "decode_prepared", "decode_view", "observation_of"]

ACTIONS_KEPT = 32


class View(msgspec.Struct, frozen=True):
    """What the in-page script says of the page."""

    url: str
    title: str
    viewport: tuple[float, float]
    scroll: tuple[float, float]
    elements: tuple[Element, ...]
    points: dict[int, Point] = {}
    probe: Any = None
    error: str = ""


class Prepared(msgspec.Struct, frozen=True):
    """What is left of an action for real mouse and keys."""

    error: str = ""
    point: Point | None = None
    to: Point | None = None
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
