"""From gestures to drafts of actions: the rules, a method each."""

from __future__ import annotations

import re
from typing import Literal

from webagent.data.corrections import Draft, Write
from webagent.data.dom import Key, Snapshot
from webagent.data.gestures import Gesture, Pages, gestures_of
from webagent.data.keys import key_name
from webagent.data.listbox import Choices, option_by_keys
from webagent.data.recording import RecordingError

__all__ = ["NATIVE", "Drafting", "canonical"]

_POINTED = re.compile(r"hover|active")
NATIVE = "the choice in a native drop-down was not recorded"
_NOWHERE = "an event hit something that is not on the recorded page"
_UNSEEN_END = "the action that ended the episode was not recorded"
"""The recorder left out presses below 210 px: a button under a long list of check boxes, say."""
_FIELDS = frozenset({"input", "textarea", "select"})


class Drafting:
    """Turns the gestures of one recording into drafts, in order."""

    def __init__(self, pages: Pages) -> None:
        self._pages = pages
        self._drafts: list[Draft] = []
        self._choices = Choices()
        self._focusing: Gesture | None = None

    def run(self) -> list[Draft]:
        """All drafts.

        Raises:
            RecordingError: an action that counted cannot be told.
        """
        for gesture in gestures_of(self._pages):
            if gesture.final and self._only_filled(gesture):
                raise RecordingError(_UNSEEN_END)
            if gesture.target is None:
                if gesture.kind == "mouse" and (gesture.final or self._restructured(gesture)):
                    raise RecordingError(_NOWHERE)
            elif gesture.kind == "mouse":
                self._mouse(gesture, gesture.target)
            elif gesture.kind == "keys":
                self._keys(gesture, gesture.target)
            else:
                self._operate(gesture, gesture.target)
        return self._drafts

    # -- rules -----------------------------------------------------------------------------------------------------

    def _mouse(self, gesture: Gesture, target: Key) -> None:
        page = self._pages[gesture.start]
        index = page.index[target]
        item = page.items[index]
        control = canonical(page, index)
        if item.tag == "option":
            self._choose(gesture, index)
        elif item.tag == "select":
            _refuse_closed(page, index)
        elif gesture.final:
            self._click(gesture, control)
        elif toggled := self._toggled(gesture, index):
            self._toggle(gesture, toggled)
        elif item.editable and self._changed_value(gesture, target) and not self._restructured(gesture):
            self._type(gesture, target)
        elif self._changed(gesture):
            if not _is_ground(page, control):
                self._click(gesture, control)
        else:
            self._click_without_effect(gesture, control)

    def _click(self, gesture: Gesture, index: int) -> None:
        page = self._pages[gesture.start]
        key = page.items[index].key
        if self._was_idle(key):
            self._drafts.pop()
        hovers = self._hovers(gesture, index)
        click = self._draft("click", gesture, key)
        click.hovered = frozenset(hover.key for hover in hovers)
        for draft in [*hovers, click]:
            self._add(draft)

    def _click_without_effect(self, gesture: Gesture, index: int) -> None:
        """Focus alone is no step, for typing brings its own; a button may count in secret, but once."""
        item = self._pages[gesture.start].items[index]
        if item.editable:
            self._focusing = gesture
        elif item.button and not self._was_idle(item.key):
            draft = self._draft("click", gesture, item.key)
            draft.effect = False
            self._add(draft)

    def _was_idle(self, key: Key) -> bool:
        """The last draft is a click on this node that did nothing."""
        return bool(self._drafts) and not self._drafts[-1].effect and self._drafts[-1].key == key

    def _toggle(self, gesture: Gesture, changed: dict[Key, bool]) -> None:
        key, *others = changed
        draft = self._draft("click", gesture, key)
        if not self._restructured(gesture):
            also: dict[Key, str | bool] = {other: changed[other] for other in others}
            draft.write = Write(key, not changed[key], changed[key], also)
        self._add(draft)

    def _keys(self, gesture: Gesture, target: Key) -> None:
        page = self._pages[gesture.start]
        index = page.index[target]
        item = page.items[index]
        if item.tag == "select":
            _refuse_closed(page, index)
            self._choose(gesture, option_by_keys(page, index, self._choices.current(target), gesture.keys))
        elif item.editable:
            if self._changed_value(gesture, target):
                self._type(gesture, target)
        elif toggled := self._toggled(gesture, index):
            self._toggle(gesture, toggled)
        elif self._restructured(gesture) and not _is_ground(page, index):
            name = key_name(gesture.keys[0], control=gesture.control)
            if name:
                self._add(self._draft("press", gesture, target, text=name))

    def _type(self, gesture: Gesture, target: Key) -> None:
        """All typing in one field is one action; the page before it is the one that got the focusing click."""
        old, new = self._values(gesture, target)
        alone = not self._restructured(gesture)
        previous = self._drafts[-1] if self._drafts else None
        if previous is not None and previous.kind == "type" and previous.key == target:
            previous.text = new
            previous.until = gesture.end
            write = previous.write
            previous.write = Write(target, write.old, new) if alone and write is not None else None
            return
        focusing = self._focusing
        start = focusing if focusing is not None and focusing.target == target else gesture
        draft = self._draft("type", start, target, text=new)
        draft.until = gesture.end
        draft.write = Write(target, old, new) if alone else None
        self._add(draft)

    def _operate(self, gesture: Gesture, target: Key) -> None:
        """Enter or Space: a key press in a field, a click on everything else."""
        page = self._pages[gesture.start]
        index = page.index[target]
        changed = gesture.final or self._restructured(gesture)
        if page.items[index].editable:
            if changed:
                self._add(self._draft("press", gesture, target, text="Enter"))
        elif toggled := self._toggled(gesture, index):
            self._toggle(gesture, toggled)
        elif _is_ground(page, index):
            return
        elif changed:
            self._click(gesture, canonical(page, index))
        else:
            self._click_without_effect(gesture, canonical(page, index))

    def _choose(self, gesture: Gesture, index: int) -> None:
        page = self._pages[gesture.start]
        box = next(i for i in page.chain(index) if page.items[i].tag == "select")
        option = page.items[index]
        draft = self._draft("select", gesture, page.items[box].key, text=option.text)
        draft.effect = False
        undone = self._choices.choose(draft.key, option.key, draft, add=gesture.control)
        draft.chosen = self._choices.shown(draft.key, page)
        self._add(draft)
        self._drafts = [kept for kept in self._drafts if not any(kept is other for other in undone)]

    def _hovers(self, gesture: Gesture, index: int) -> list[Draft]:
        """A submenu that appeared without an event: the pointer stood on the item beside it."""
        if gesture.start == 0:
            return []
        before, page = self._pages[gesture.start - 1], self._pages[gesture.start]
        hovers: list[Draft] = []
        appeared = [i for i in page.chain(index) if page.items[i].key not in before.index]
        for container in reversed(appeared):
            owner = _pointed_sibling(page, container)
            if owner is not None:
                hover = self._draft("hover", gesture, page.items[owner].key)
                hover.hidden = frozenset([container, *page.subtree(container)])
                hover.hovered = frozenset(earlier.key for earlier in hovers)
                hover.state = (*hover.state, container)
                hovers.append(hover)
        return hovers

    # -- what a gesture did ----------------------------------------------------------------------------------------

    def _restructured(self, gesture: Gesture) -> bool:
        return self._pages[gesture.start].structure != self._pages[gesture.end].structure

    def _changed(self, gesture: Gesture) -> bool:
        return self._restructured(gesture) or self._pages[gesture.start].values != self._pages[gesture.end].values

    def _only_filled(self, gesture: Gesture) -> bool:
        """It changed the value of a field, and the episode went on."""
        before, after = self._pages[gesture.start], self._pages[gesture.end]
        return before.values != after.values and not self._pages.renumbered(gesture.start, gesture.end)

    def _toggled(self, gesture: Gesture, index: int) -> dict[Key, bool]:
        """The check boxes and radio buttons that changed; the one that was meant stands first.

        That is the one that was hit, or else the one that was switched on.
        """
        if self._pages.renumbered(gesture.start, gesture.end):
            return {}
        page, after = self._pages[gesture.start], self._pages[gesture.end]
        changed = {}
        for item in page.items:
            if item.toggle and (new := after.get(item.key)) is not None and new.node.value != item.node.value:
                changed[item.key] = bool(new.node.value)
        hit = page.items[index].key
        return {key: changed[key] for key in sorted(changed, key=lambda key: (key != hit, not changed[key]))}

    def _values(self, gesture: Gesture, key: Key) -> tuple[str, str]:
        """Value of a field before a gesture and at its end, while the episode lasted."""
        pages = self._pages
        end = min(gesture.end, pages.over - 1)
        if gesture.final and pages.renumbered(gesture.start, gesture.end):
            end = min(end, gesture.end - 1)
        old = pages[gesture.start].get(key)
        new = next((item for i in range(end, gesture.start - 1, -1) if (item := pages[i].get(key))), None)
        return str(old.node.value or "") if old else "", str(new.node.value or "") if new else ""

    def _changed_value(self, gesture: Gesture, key: Key) -> bool:
        old, new = self._values(gesture, key)
        return old != new

    # -- drafts ----------------------------------------------------------------------------------------------------

    def _draft(
        self, kind: Literal["click", "hover", "press", "select", "type"], gesture: Gesture, key: Key, *, text: str = ""
    ) -> Draft:
        page = self._pages[gesture.start]
        state = (page.structure, page.values, self._choices.state)
        return Draft(kind, gesture.start, gesture.end, key, state, point=gesture.point, text=text)

    def _add(self, draft: Draft) -> None:
        self._focusing = None
        self._drafts.append(draft)


def canonical(page: Snapshot, index: int) -> int:
    """The control that a hit node belongs to: its link or button, or the field of its label."""
    for i in page.chain(index):
        item = page.items[i]
        if item.tag in {"a", "button"} or item.editable or item.toggle:
            return i
        if item.tag == "label":
            fields = [j for j in page.subtree(i) if page.items[j].tag in _FIELDS]
            return fields[0] if len(fields) == 1 else i
    return page.items[index].parent if page.items[index].tag == "tspan" else index


def _refuse_closed(page: Snapshot, index: int) -> None:
    if not page.items[index].children:
        raise RecordingError(NATIVE)


def _is_ground(page: Snapshot, index: int) -> bool:
    """What lies behind other things: a click there lets go of something, but it is no thing to click."""
    inside = [page.items[i] for i in page.subtree(index)]
    controls = sum(item.button or item.editable or item.toggle or item.tag == "a" for item in inside)
    return controls > 1 or len(inside) > len(page.items) / 2


def _pointed_sibling(page: Snapshot, index: int) -> int | None:
    """The node just before this one under the same parent, if its class says that the pointer is on it."""
    siblings = [i for i in page.items[page.items[index].parent].children if i < index]
    if siblings and _POINTED.search(page.items[siblings[-1]].classes):
        return siblings[-1]
    return None
