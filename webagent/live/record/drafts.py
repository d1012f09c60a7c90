"""From what was heard of a person to the actions that they meant; the rules, a method each.

They are those of the import of older recordings (docs/demonstrations.md): one click for each press, all typing in one
field is one action whose page is the one before the click that gave the focus, a choice is a choice however it was
made, keys and clicks that did nothing are left out, and so is scrolling that nothing came of.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from webagent.live.record.pages import changed, has_value, is_field, is_ground, listed, unpointed, usable
from webagent.live.result import HIDDEN
from webagent_envs.page import Heard
from webagent_envs.spaces import (
    Action,
    Answered,
    Back,
    Click,
    DoubleClick,
    Drag,
    Element,
    Forward,
    Goto,
    Hover,
    Observation,
    Press,
    Reload,
    Scroll,
    Select,
    TabClose,
    TabSwitch,
    Type,
)

__all__ = ["Draft", "Drafts"]

_MOVES: dict[str, Callable[[str], Action]] = {
    "goto": Goto,
    "back": lambda url: Back(),
    "forward": lambda url: Forward(),
    "reload": lambda url: Reload(),
}
_AWAY = 3  # drafts back that a field may still report what was written into it


class Draft(msgspec.Struct):
    """An action that may still become another one.

    Attributes:
        seen: the page just before.
        action: what was done, as far as it is known.
        at: when, in seconds of `time.time`.
        secret: what was typed is withheld.
        said: from where to where the command says it.
        weak: it counts only if the page changes.
        dialogs: those that came of it, and what was answered.
    """

    seen: Observation
    action: Action
    at: float
    secret: bool = False
    said: tuple[int, int] | None = None
    weak: bool = False
    dialogs: tuple[Answered, ...] = ()

    @property
    def ref(self) -> int:
        """The element that it is about; 0 for none."""
        return getattr(self.action, "ref", 0)


class Drafts:
    """Turns what is heard into drafts, in order.

    Attributes:
        steps: the drafts so far; the last ones may still change.
    """

    def __init__(self) -> None:
        self.steps: list[Draft] = []
        self._rest: Observation | None = None
        self._latest: Observation | None = None
        self._list: tuple[Observation, int] | None = None
        self._wheel: Observation | None = None

    def rest(self, seen: Observation) -> None:
        """The page has come to rest and looks like this."""
        self._settle(seen)
        self._rest = self._latest = seen

    def take(self, heard: Heard, before: Observation | None) -> None:
        """Something was heard; ``before`` is the page just before it, where that was told."""
        if before is not None:
            before = unpointed(before, self._rest, {*heard.path, *heard.trail})
            self._settle(before)
        seen = self._latest = before or self._latest
        rule: Callable[[Drafts, Heard, Observation], None] | None = _RULES.get(heard.kind)
        if rule is not None and seen is not None:
            rule(self, heard, seen)

    # -- the pointer

    def _down(self, heard: Heard, seen: Observation) -> None:
        ref = usable(seen, heard.path, heard.control)
        element = seen.element(ref)
        self._list = None
        if element is None:
            return None
        if heard.button == "right":  # the browser's own menu is no step
            return self._add(Draft(seen, Click(ref, heard.held, "right"), heard.at, weak=True))
        if element.tag in ("select", "option", "optgroup"):
            self._list = seen, ref
            return None
        self._needed_scroll(seen, ref, heard.at)
        self._needed_hover(heard, seen, ref)
        # Focus alone is no step, for typing brings its own; neither is a click on the ground behind other things.
        weak = is_field(element) or is_ground(element)
        return self._add(Draft(seen, Click(ref, heard.held), heard.at, weak=weak))

    def _up(self, heard: Heard, seen: Observation) -> None:
        last = self._last(Click)
        if last is None:
            return
        source = last.seen.element(last.ref)
        over = usable(last.seen, heard.path, 0)
        inside = over == last.ref or over in _around(last.seen, last.ref) or last.ref in _around(last.seen, over)
        if source is None or source.editable:
            return
        x, y = source.center
        aim = {} if inside or not over else {"to": over}
        last.action = Drag(last.ref, **aim) if aim else Drag(last.ref, dx=heard.x - x, dy=heard.y - y)
        last.weak = True

    def _double(self, heard: Heard, seen: Observation) -> None:
        last = self._last(Click)
        if last is None:
            return
        if len(self.steps) > 1 and self.steps[-2].action == last.action:
            last = self.steps[-2]
            del self.steps[-1]
        last.action = DoubleClick(last.ref)
        last.weak = False

    def _turned(self, heard: Heard, seen: Observation) -> None:
        self._wheel = self._wheel or seen

    def _needed_scroll(self, seen: Observation, ref: int, at: float) -> None:
        """Scrolling is a step when what was used next came only by it."""
        before, self._wheel = self._wheel, None
        if before is None or before.url != seen.url or before.element(ref) is not None:
            return
        dx, dy = seen.scroll[0] - before.scroll[0], seen.scroll[1] - before.scroll[1]
        if dx or dy:
            self._add(Draft(before, Scroll(0, dx, dy), at))
        for element in before.elements:
            now = seen.element(element.ref)
            if element.scroll and now and now.scroll and now.scroll[:2] != element.scroll[:2]:
                dx, dy = now.scroll[0] - element.scroll[0], now.scroll[1] - element.scroll[1]
                self._add(Draft(before, Scroll(element.ref, dx, dy), at))

    def _needed_hover(self, heard: Heard, seen: Observation, ref: int) -> None:
        """What was not there before the pointer stood on something around it, or that opens something, came by that."""
        before = self._rest
        if before is None or before.url != seen.url or _shown(before, ref):
            return None
        came = ref  # the outermost of what came with it
        for outer in _around(seen, ref):
            if _shown(before, outer):
                break
            came = outer
        holder = seen.element(came)
        for passed in reversed(heard.trail):
            element = before.element(passed)
            if element is None or not element.visible or holder is None:
                continue
            beside = holder.parent in (passed, *_around(before, passed)) and holder.parent != before.elements[0].ref
            if beside or "aria-haspopup" in element.attributes:
                return self._add(Draft(before, Hover(passed), heard.at))
        return None

    # -- the keyboard

    def _key(self, heard: Heard, seen: Observation) -> None:
        ref = listed(seen, heard.path)
        element = seen.element(ref)
        if element is not None and element.tag == "select":
            self._list = self._list or (seen, ref)
        plain = not heard.held and heard.keys in ("Enter", "Space")
        if plain and element is not None and element.clickable and not is_field(element):
            return self._add(Draft(seen, Click(ref), heard.at))
        keys = "+".join([*heard.held, heard.keys.upper() if len(heard.keys) == 1 and heard.held else heard.keys])
        field = element is not None and (is_field(element) or element.tag == "select")
        sure = heard.keys == "Enter" and field
        return self._add(Draft(seen, Press(keys, ref if field else 0), heard.at, weak=not sure))

    def _line(self, heard: Heard, seen: Observation) -> None:
        """The key made a new line: it is part of what is written."""
        last = self._last(Press)
        if last is not None and last.action.keys == "Enter" and last.ref in (0, *heard.path):  # type: ignore[union-attr]
            del self.steps[-1]

    def _typing(self, heard: Heard, seen: Observation) -> None:
        if heard.line:
            self._line(heard, seen)
        ref = listed(seen, heard.path)
        last = self.steps[-1] if self.steps else None
        if last is not None and last.ref == ref and isinstance(last.action, (Type, Click)):
            return
        element = seen.element(ref)
        if element is not None:
            self._add(Draft(seen, Type(ref, element.value), heard.at, weak=True))

    def _value(self, heard: Heard, seen: Observation) -> None:
        written = heard.path[0] if heard.path else 0
        asked = self._last(Click)
        if heard.files and asked is not None and asked.seen.element(written) is None:  # the field itself is not shown
            asked.weak = False
            return self._add(Draft(asked.seen, Type(asked.ref, heard.value), heard.at, secret=True))
        draft = self._writing(written)
        if draft is None:
            element = seen.element(written)
            if element is None or has_value(element, heard.value):
                return None
            draft = Draft(seen, Type(written, ""), heard.at)
            self._add(draft)
        draft.action = Type(written, heard.value)
        draft.secret, draft.said = heard.secret, heard.said
        element = draft.seen.element(written)
        draft.weak = element is not None and not heard.secret and has_value(element, heard.value)
        return None

    def _writing(self, ref: int) -> Draft | None:
        """The draft that this field was written, or is about to be written by."""
        for at, draft in enumerate(reversed(self.steps[-_AWAY:])):
            if draft.ref == ref and (
                isinstance(draft.action, Type) or (at == 0 and isinstance(draft.action, (Click, Drag)))
            ):
                return draft
        return None

    def _choice(self, heard: Heard, seen: Observation) -> None:
        ref = heard.path[0] if heard.path else 0
        if self._list is not None:
            seen = self._list[0]
        while self.steps and self.steps[-1].ref == ref and isinstance(self.steps[-1].action, (Press, Click)):
            del self.steps[-1]
        self._list = None
        if seen.element(ref) is None:
            return
        last = self._last(Select)
        if last is not None and last.ref == ref and len(heard.chosen) == 1:  # on the way to it with the arrow keys
            last.action = Select(ref, heard.chosen[0])
            return
        before = {one.label for one in seen.elements if one.parent == ref and one.selected}
        several = "multiple" in getattr(seen.element(ref), "attributes", {})
        for option in heard.chosen:
            if not several or option not in before:
                self._add(Draft(seen, Select(ref, option), heard.at))

    # -- the browser

    def _moved(self, heard: Heard, seen: Observation) -> None:
        self._add(Draft(seen, _MOVES[heard.how](heard.url), heard.at))

    def _tab(self, heard: Heard, seen: Observation) -> None:
        self._add(Draft(seen, TabSwitch(heard.tab), heard.at))

    def _closed(self, heard: Heard, seen: Observation) -> None:
        self._add(Draft(seen, TabClose(), heard.at))

    def _answered(self, heard: Heard, seen: Observation) -> None:
        """A dialog came of the last act, and so that did something; what it says after a secret may repeat that."""
        answered = heard.answered
        if answered is None or not self.steps:
            return
        if any(getattr(draft.action, "text", "") == HIDDEN for draft in self.steps):
            hidden = {"message": HIDDEN, "text": HIDDEN if answered.text else ""}
            answered = msgspec.structs.replace(answered, **hidden)
        last = self.steps[-1]
        last.dialogs = (*last.dialogs, answered)
        last.weak = False

    # -- keeping and dropping

    def _add(self, draft: Draft) -> None:
        self.steps.append(draft)

    def _last(self, kind: type[Any]) -> Draft | None:
        return self.steps[-1] if self.steps and isinstance(self.steps[-1].action, kind) else None

    def _settle(self, seen: Observation) -> None:
        """What counts only if the page changes is kept or dropped, now that it is seen whether it did."""
        last = self.steps[-1] if self.steps else None
        if last is None or not last.weak or isinstance(last.action, Type):
            return
        if changed(last.seen, seen):
            last.weak = False
        elif not self._focuses(last):
            del self.steps[-1]

    @staticmethod
    def _focuses(draft: Draft) -> bool:
        element = draft.seen.element(draft.ref)
        return isinstance(draft.action, Click) and element is not None and is_field(element)

    def finish(self) -> list[Draft]:
        """The drafts that count in the end."""
        return [draft for draft in self.steps if not draft.weak]


def _around(seen: Observation, ref: int) -> list[int]:
    """What an element lies in, inmost first."""
    parents = {element.ref: element.parent for element in seen.elements}
    found: list[int] = []
    while ref := parents.get(ref, 0):
        found.append(ref)
    return found


def _shown(seen: Observation, ref: int) -> bool:
    element: Element | None = seen.element(ref)
    return element is not None and element.visible


_RULES: dict[str, Callable[[Drafts, Heard, Observation], None]] = {
    "down": Drafts._down,
    "up": Drafts._up,
    "double": Drafts._double,
    "wheel": Drafts._turned,
    "key": Drafts._key,
    "line": Drafts._line,
    "typing": Drafts._typing,
    "value": Drafts._value,
    "choice": Drafts._choice,
    "moved": Drafts._moved,
    "tab": Drafts._tab,
    "closed": Drafts._closed,
    "dialog": Drafts._answered,
}
