"""Recorded events grouped into gestures: one mouse press, or one run of keys in the same field."""

from __future__ import annotations

from itertools import pairwise
from typing import Literal

import msgspec

from webagent.data.dom import Key, Snapshot
from webagent.data.recording import BEFORE, Event, Recording

__all__ = ["Gesture", "Pages", "gestures_of"]

ENTER, TAB, SPACE = 13, 9, 32
_CONTROL_KEYS = frozenset({17, 91, 93, 224})
_SILENT_KEYS = _CONTROL_KEYS | {16, 18, 20, 144, 225}
"""Shift, Alt and the lock keys: they change nothing by themselves."""

GestureKind = Literal["mouse", "keys", "enter", "space"]


class Gesture(msgspec.Struct):
    """Something a person did.

    Attributes:
        kind: a mouse press, a run of keys in one field, or one of the keys that operate controls.
        start: index of the state that shows the page before it.
        end: index of the state that shows the page after it.
        target: the node that the recorded event hit; ``None`` when it is nowhere to be found.
        point: x, y of a mouse press, in CSS pixels of the page.
        control: Control or Command was held.
        keys: key codes of a run of keys.
        final: it ended the episode.
    """

    kind: GestureKind
    start: int
    end: int
    target: Key | None
    point: tuple[float, float] | None = None
    control: bool = False
    keys: list[int] = []
    final: bool = False


class Pages:
    """The states of a recording, flattened when they are asked for."""

    def __init__(self, recording: Recording) -> None:
        self.states = recording.states
        self._pages: dict[int, Snapshot] = {}
        root = self.states[0].root_ref
        self.over = next((i for i, state in enumerate(self.states) if state.root_ref != root), len(self.states))
        """Index of the first state after the episode's end, when all nodes are numbered anew; else number of states."""

    def __getitem__(self, index: int) -> Snapshot:
        page = self._pages.get(index)
        if page is None:
            page = self._pages[index] = Snapshot(self.states[index].page)
        return page

    @property
    def last(self) -> int:
        """Index of the last recorded state."""
        return len(self.states) - 1

    def renumbered(self, start: int, end: int) -> bool:
        """The episode ended between two states: the page looks the same, but most of its nodes are new ones."""
        if end >= self.over:
            return True
        old, new = self[start], self[end]
        if len(old.items) != len(new.items):
            return False
        same = sum(item.key in new.index for item in old.items)
        alike = all(a.tag == b.tag and a.text == b.text for a, b in zip(old.items, new.items, strict=True))
        return alike and same <= len(old.items) / 2 + 2 and same < len(old.items)


def gestures_of(pages: Pages) -> list[Gesture]:
    """All gestures of a recording, in order; the one that ended the episode is marked and stands last."""
    reader = _Reader(pages)
    for index, state in enumerate(pages.states[: pages.over]):
        if state.action is not None and state.action.timing == BEFORE:
            reader.read(index, state.action)
    found = reader.found
    for gesture, following in pairwise(found):
        gesture.end = following.start
    return _until_end(found, pages)


def _until_end(found: list[Gesture], pages: Pages) -> list[Gesture]:
    for position, gesture in enumerate(found):
        if pages.renumbered(gesture.start, gesture.end):
            found = found[: position + 1]
            break
    if found:
        last_event = pages.states[min(pages.over, len(pages.states)) - 1].action
        by_keys = last_event is not None and last_event.type.startswith("key")
        # Keys that are held down go on while a click ends the episode.
        while len(found) > 1 and not by_keys and found[-1].kind == "keys":
            found.pop()
        found[-1].final = True
        found[-1].end = pages.last
    return found


class _Reader:
    """Collects gestures event by event."""

    def __init__(self, pages: Pages) -> None:
        self.found: list[Gesture] = []
        self._pages = pages
        self._control = False
        self._pressed = False

    def read(self, index: int, event: Event) -> None:
        if event.type in {"keydown", "keyup"} and event.keyCode in _CONTROL_KEYS:
            self._control = event.type == "keydown"
        elif event.type in {"mouseup", "click"}:
            self._pressed = False
        elif event.type == "mousedown":
            self._pressed = True
            self._press(index, event)
        elif event.type == "keydown" and event.keyCode not in _SILENT_KEYS and not self._pressed:
            self._key(index, event.keyCode)

    def _press(self, index: int, event: Event) -> None:
        point = (event.x or 0.0, event.y or 0.0)
        start, target = _target(self._pages, index)
        if target is None:
            page = self._pages[index]
            hit = page.hit(*point)
            target = page.items[hit].key if hit >= 0 else None
        gesture = Gesture("mouse", start, self._pages.last, target, point=point, control=self._control)
        self.found.append(gesture)

    def _key(self, index: int, code: int) -> None:
        page = self._pages[index]
        item = page.items[page.target] if page.target >= 0 else None
        kind: GestureKind = "keys"
        if code == ENTER or (code == SPACE and not (item is not None and item.editable)):
            kind = "enter" if code == ENTER else "space"
        key = None if item is None else item.key
        previous = self.found[-1] if self.found else None
        together = item is not None and (item.editable or item.tag == "select") and code != TAB
        if previous is not None and kind == previous.kind == "keys" and together and previous.target == key:
            previous.keys.append(code)
            return
        self.found.append(Gesture(kind, index, self._pages.last, key, control=self._control, keys=[code]))


def _target(pages: Pages, index: int) -> tuple[int, Key | None]:
    """The state that shows the page before a mouse press, and the node that was hit.

    An icon that changes its picture under the pointer has no box until the new picture is there, so it may be missing
    at the very moment it is pressed. Then the events that follow name it and the state before shows it.
    """
    page = pages[index]
    if page.target >= 0:
        return index, page.items[page.target].key
    for later in range(index + 1, min(index + 6, pages.over)):
        event = pages.states[later].action
        if event is None or event.type not in {"mousedown", "mouseup", "click"}:
            break
        after = pages[later]
        if after.target >= 0:
            key = after.items[after.target].key
            if index > 0 and key in pages[index - 1].index:
                return index - 1, key
            break
    return index, None
