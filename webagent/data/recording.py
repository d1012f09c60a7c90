"""The recordings of 2017 as they are: one JSON file per episode, a list of (event, page) states.

The recorder of MiniWoB++ listened to every mouse and key event twice, before the page handled it (``timing`` 1) and
after (``timing`` 3), and wrote down the whole page each time. Text nodes have the tag ``t`` and negative refs.
"""

from __future__ import annotations

import gzip
import zlib
from typing import Any, TypeVar

import msgspec

__all__ = ["BEFORE", "BrokenFileError", "Event", "Node", "Recording", "RecordingError", "State", "decode"]

BEFORE = 1
"""``timing`` of an event that the page has not handled yet."""


class RecordingError(ValueError):
    """This recording gives no demonstration; the message is the reason, the same words for all of its kind."""


class BrokenFileError(RecordingError):
    """The file is damaged, or no recording at all."""


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
    """The page at one event; the first state has no event.

    The page stays in JSON until it is asked for: a long recording has hundreds, and most are never looked at.
    """

    dom: msgspec.Raw
    action: Event | None = None

    @property
    def root_ref(self) -> int:
        """Ref of the root of the page."""
        return _decoded(_ROOT, self.dom).ref

    @property
    def page(self) -> Node:
        """The root of the page."""
        return _decoded(_PAGE, self.dom)


class _Root(msgspec.Struct, gc=False):
    ref: int


class Recording(msgspec.Struct, gc=False):
    """One episode. The ``fields`` of the file (the answer's slots) are not read."""

    utterance: str
    states: list[State]
    rawReward: float | None = None  # noqa: N815


_RECORDING = msgspec.json.Decoder(Recording)
_PAGE = msgspec.json.Decoder(Node)
_ROOT = msgspec.json.Decoder(_Root)
_GZIP_MAGIC = b"\x1f\x8b"
_Decoded = TypeVar("_Decoded")


def decode(data: bytes) -> Recording:
    """Read one file, plain or gzipped.

    Raises:
        BrokenFileError: the file is empty, cut short, or no recording.
    """
    if not data.strip():
        raise BrokenFileError("the file is empty")
    try:
        plain = gzip.decompress(data) if data.startswith(_GZIP_MAGIC) else data
    except (EOFError, OSError, zlib.error):
        raise BrokenFileError("the file is cut short or damaged (gzip)") from None
    return _decoded(_RECORDING, plain)


def _decoded(decoder: msgspec.json.Decoder[_Decoded], plain: bytes | msgspec.Raw) -> _Decoded:
    try:
        return decoder.decode(plain)
    except (msgspec.ValidationError, RecursionError):
        raise BrokenFileError("the file is JSON, but no recording") from None
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise BrokenFileError("the file is cut short or is no JSON") from None
