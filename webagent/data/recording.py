"""The recordings of 2017 as they are: one JSON file per episode, a list of (event, page) states.

The recorder of MiniWoB++ listened to every mouse and key event twice, before the page handled it (``timing`` 1) and
after (``timing`` 3), and wrote down the whole page each time. Text nodes have the tag ``t`` and negative refs.
"""

from __future__ import annotations

import gzip
import zlib
from typing import Any

import msgspec

__all__ = ["BEFORE", "Event", "Node", "Recording", "RecordingError", "State", "decode"]

BEFORE = 1
"""``timing`` of an event that the page has not handled yet."""


class RecordingError(ValueError):
    """This recording gives no demonstration; the message is the reason, the same words for all of its kind."""


class Node(msgspec.Struct, gc=False):
    """One node of a recorded page, boxes in CSS pixels relative to the viewport."""

    tag: str
    ref: int
    left: float
    top: float
    width: float
    height: float
    children: list[Node] = []
    id: Any = ""
    classes: Any = ""
    text: str = ""
    value: Any = None
    bgColor: str = ""  # noqa: N815 - the recorder's spelling
    fgColor: str = ""  # noqa: N815
    focused: bool = False
    recordingTarget: bool = False  # noqa: N815


class Event(msgspec.Struct, gc=False):
    """A mouse or key event; ``x, y`` in CSS pixels of the page."""

    type: str
    timing: int = BEFORE
    x: float | None = None
    y: float | None = None
    keyCode: int = 0  # noqa: N815


class State(msgspec.Struct, gc=False):
    """The page at one event; the first state has no event."""

    dom: Node
    action: Event | None = None


class Recording(msgspec.Struct, gc=False):
    """One episode. The ``fields`` of the file (the answer's slots) are not read."""

    utterance: str
    states: list[State]
    rawReward: float | None = None  # noqa: N815


_DECODER = msgspec.json.Decoder(Recording)
_GZIP_MAGIC = b"\x1f\x8b"


def decode(data: bytes) -> Recording:
    """Read one file, plain or gzipped.

    Raises:
        RecordingError: the file is empty, cut short, or no recording.
    """
    if not data.strip():
        raise RecordingError("the file is empty")
    try:
        plain = gzip.decompress(data) if data.startswith(_GZIP_MAGIC) else data
    except (EOFError, OSError, zlib.error):
        raise RecordingError("the file is cut short or damaged (gzip)") from None
    try:
        return _DECODER.decode(plain)
    except msgspec.ValidationError:
        raise RecordingError("the file is JSON, but no recording") from None
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise RecordingError("the file is cut short or is no JSON") from None
    except RecursionError:
        raise RecordingError("the file is JSON, but no recording") from None
