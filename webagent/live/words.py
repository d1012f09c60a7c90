"""Actions in words: what a person is told before and after each act."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from webagent.live.result import HIDDEN
from webagent_envs.spaces import (
    Action,
    Answered,
    Back,
    Click,
    ClickAt,
    DoubleClick,
    Drag,
    Element,
    Forward,
    Goto,
    Hover,
    Observation,
    Press,
    Reload,
    Say,
    Scroll,
    Select,
    Stop,
    TabClose,
    TabNew,
    TabSwitch,
    Type,
    Wait,
)

__all__ = ["answered", "describe", "is_secret", "name_of"]

_LONGEST_NAME = 60
_NOUNS = {
    "checkbox": "check box",
    "columnheader": "column header",
    "combobox": "drop-down list",
    "gridcell": "cell",
    "img": "picture",
    "listitem": "list item",
    "menuitem": "menu item",
    "radio": "radio button",
    "searchbox": "search field",
    "spinbutton": "number field",
    "textbox": "field",
    "treeitem": "tree item",
}


def describe(action: Action, observation: Observation) -> str:
    """One action in words, e.g. ``click the button "Refresh"``; what goes into a password field stays hidden."""

    def the(ref: int) -> str:
        return _phrase(observation.element(ref), observation)

    match action:
        case Click(ref=ref, modifiers=modifiers, button=button):
            return f"{'right-' if button == 'right' else ''}click {the(ref)}" + _holding(modifiers)
        case DoubleClick(ref=ref, modifiers=modifiers, x=x, y=y):
            return f"double-click {the(ref) if ref else _point(x, y)}" + _holding(modifiers)
        case Hover(ref=ref, x=x, y=y):
            return f"point at {the(ref) if ref else _point(x, y)}"
        case Type(ref=ref, text=text) if _takes_files(observation.element(ref)):
            return f"choose {' and '.join(text.splitlines())} for {the(ref)}"
        case Type(ref=ref, text=text):
            shown = HIDDEN if is_secret(observation.element(ref)) else f'"{text}"'
            return f"type {shown} into {the(ref)}"
        case Press(keys=keys, ref=ref):
            return f"press {keys}" + (f" in {the(ref)}" if ref else "")
        case Select(ref=ref, option=option):
            return f'choose "{option}" in {the(ref)}'
        case Drag(ref=ref, to=to, dx=dx, dy=dy, x=x, y=y):
            held = the(ref) if ref else f"from {_point(x, y)}"
            return f"drag {held} " + (f"onto {the(to)}" if to else f"by {dx:g}, {dy:g} pixels")
        case Scroll(ref=ref, dx=dx, dy=dy):
            return f"scroll {the(ref) if ref else 'the page'} {_direction(dx, dy)}"
        case _:
            return _describe_without_element(action)


def answered(dialogs: Sequence[Answered]) -> str:
    """What was answered to the dialogs of a step, to be put after it: ``, say no to "Sure?"``; ``""`` for none."""
    return "".join(f", {_answer(one)}" for one in dialogs)


def _answer(dialog: Answered) -> str:
    asked = f'"{" ".join(dialog.message.split())}"'
    if dialog.type == "alert":
        return f"close {asked}"
    if dialog.type == "prompt" and dialog.accepted:
        return f'answer "{dialog.text}" to {asked}'
    return f"say {'yes' if dialog.accepted else 'no'} to {asked}"


def _takes_files(element: Element | None) -> bool:
    """A file field, or what stands for one that is not shown: nothing is written into it."""
    if element is None or element.editable:
        return False
    return element.tag != "input" or element.attributes.get("type") in ("file", "button", "submit", "image")


def _holding(modifiers: Sequence[str]) -> str:
    return f" holding {' and '.join(modifiers)}" if modifiers else ""


def _point(x: float, y: float) -> str:
    return f"{x:g}, {y:g}"


def _describe_without_element(action: Action) -> str:
    """The kinds of action that speak of no element."""
    match action:
        case ClickAt(x=x, y=y, modifiers=modifiers):
            return f"click at {_point(x, y)}" + _holding(modifiers)
        case Goto(url=url):
            return f"open {url}"
        case TabNew(url=url):
            return "open a new tab" + (f" with {url}" if url != "about:blank" else "")
        case TabSwitch(index=index):
            return f"switch to tab {index + 1}"
        case Wait(seconds=seconds):
            return f"wait {seconds:g} s"
        case Say(text=text):
            return f'say "{text}"'
    return _FIXED[type(action)]


_FIXED: dict[type[Any], str] = {
    Back: "go back",
    Forward: "go forward",
    Reload: "load the page again",
    TabClose: "close this tab",
    Stop: "stop: the command is done",
}


def name_of(element: Element) -> str:
    """What a person would call an element, shortened; of a field never its content."""
    name = element.name or element.placeholder if element.editable else element.label
    name = " ".join(name.split())
    return name if len(name) <= _LONGEST_NAME else name[: _LONGEST_NAME - 1].rstrip() + "…"


def is_secret(element: Element | None) -> bool:
    """Whether what is typed here must not be shown or written down."""
    return element is not None and element.attributes.get("type", "").lower() == "password"


def _phrase(element: Element | None, observation: Observation) -> str:
    """An element with its article: ``the button "Refresh"``; one of several alike with what stands beside it."""
    if element is None:
        return "something that is no longer there"
    noun = _NOUNS.get(element.role, element.role) or f"<{element.tag}>"
    name = name_of(element)
    named = bool(name) and name != element.tag
    hint = element.attributes.get("class") or element.attributes.get("id")  # all that an icon says of itself
    phrase = f'the {noun} "{name}"' if named else f"the {noun} ({hint})" if hint else f"the {noun}"
    alike = [other for other in observation.elements if other.role == element.role and name_of(other) == name]
    needs_more = len(alike) > 1 if named else element.editable
    near = _beside(element, name, observation) if needs_more else ""
    return f'{phrase} beside "{near}"' if near else phrase


def _beside(element: Element, name: str, observation: Observation) -> str:
    """The text that tells an element from others like it, looked for ever further out; ``""`` for none.

    Of a field that is what stands before it, of anything else what its row, card or the like begins with.
    """
    here: Element | None = element
    while here is not None:
        siblings = [other for other in observation.elements if other.parent == here.parent]
        at = siblings.index(here)
        around = [*reversed(siblings[:at]), *siblings[at + 1 :]] if element.editable else siblings
        for other in around:
            if other is not here and (other.text or other.name) and name_of(other) not in ("", name):
                return name_of(other)
        here = observation.element(here.parent)
    return ""


def _direction(dx: float, dy: float) -> str:
    """Where a scroll goes: ``down by 300 pixels``."""
    parts = [(dy, "down", "up"), (dx, "right", "left")]
    return " and ".join(f"{plus if by > 0 else minus} by {abs(by):g} pixels" for by, plus, minus in parts if by)
