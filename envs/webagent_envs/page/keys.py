"""Keys and chords, named as Playwright names them, as protocol commands for a real keyboard."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from webagent_envs.errors import InvalidAction

__all__ = ["MODIFIERS", "parse_chord", "press_events", "type_events"]

MODIFIERS = {"Alt": 1, "Control": 2, "Meta": 4, "Shift": 8}


class Key(NamedTuple):
    """What a key press looks like to a page: ``key``, ``code``, ``keyCode`` and the text that it makes."""

    key: str
    code: str
    number: int
    text: str = ""


NAMED = {
    key.key: key
    for key in (
        Key("Enter", "Enter", 13, "\r"),
        Key("Tab", "Tab", 9),
        Key("Backspace", "Backspace", 8),
        Key("Delete", "Delete", 46),
        Key("Escape", "Escape", 27),
        Key("ArrowLeft", "ArrowLeft", 37),
        Key("ArrowUp", "ArrowUp", 38),
        Key("ArrowRight", "ArrowRight", 39),
        Key("ArrowDown", "ArrowDown", 40),
        Key("Home", "Home", 36),
        Key("End", "End", 35),
        Key("PageUp", "PageUp", 33),
        Key("PageDown", "PageDown", 34),
        Key("Insert", "Insert", 45),
        Key("Alt", "AltLeft", 18),
        Key("Control", "ControlLeft", 17),
        Key("Meta", "MetaLeft", 91),
        Key("Shift", "ShiftLeft", 16),
        *(Key(f"F{number}", f"F{number}", 111 + number) for number in range(1, 13)),
    )
}
ALIASES = {
    "Space": " ",
    "Plus": "+",
    "Esc": "Escape",
    "Return": "Enter",
    "Ctrl": "Control",
    "Cmd": "Meta",
    "Del": "Delete",
}
# code, virtual key code of the punctuation keys of a US keyboard, unshifted and shifted
PUNCTUATION = {
    "-_": ("Minus", 189), "=+": ("Equal", 187), "[{": ("BracketLeft", 219), "]}": ("BracketRight", 221),
    "\\|": ("Backslash", 220), ";:": ("Semicolon", 186), "'\"": ("Quote", 222), "`~": ("Backquote", 192),
    ",<": ("Comma", 188), ".>": ("Period", 190), "/?": ("Slash", 191), " ": ("Space", 32),
}  # fmt: skip
SHIFTED_DIGITS = ")!@#$%^&*("


def _characters() -> Iterator[tuple[str, Key]]:
    for letter in "abcdefghijklmnopqrstuvwxyz":
        for form in (letter, letter.upper()):
            yield form, Key(form, f"Key{letter.upper()}", ord(letter.upper()), form)
    for digit, shifted in enumerate(SHIFTED_DIGITS):
        for form in (str(digit), shifted):
            yield form, Key(form, f"Digit{digit}", 48 + digit, form)
    for forms, (code, number) in PUNCTUATION.items():
        for form in forms:
            yield form, Key(form, code, number, form)


CHARACTERS = dict(_characters())
NEEDS_SHIFT = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ" + SHIFTED_DIGITS + '_+{}|:"~<>?')
# editing commands that the browser leaves to the keyboard layout of the operating system
EDITING = {"A": "selectAll", "C": "copy", "X": "cut", "V": "paste", "Z": "undo", "Y": "redo"}


def parse_chord(keys: str) -> tuple[int, Key]:
    """Split ``"Control+A"`` into the bits of its modifiers and its key.

    Raises:
        InvalidAction: for a key of no such name.
    """
    *names, last = keys.split("+") if keys not in ("+",) and not keys.endswith("++") else [*keys[:-2].split("+"), "+"]
    bits = 0
    for name in filter(None, names):
        name = ALIASES.get(name, name)
        if name not in MODIFIERS:
            raise InvalidAction(f"{name!r} in {keys!r} is no modifier: use Alt, Control, Meta or Shift")
        bits |= MODIFIERS[name]
    last = ALIASES.get(last, last)
    key = NAMED.get(last) or CHARACTERS.get(last)
    if key is None and len(last) == 1:
        key = Key(last, "", 0, last)
    if key is None:
        raise InvalidAction(
            f"there is no key {last!r}: use one character, or a name such as Enter, Tab, Escape, ArrowDown, F5"
        )
    return bits, key


def _events(key: Key, bits: int) -> Iterator[dict[str, Any]]:
    # with Control, Alt or Meta held a key makes no text
    text = "" if bits & ~MODIFIERS["Shift"] else key.text
    common = {"key": key.key, "code": key.code, "windowsVirtualKeyCode": key.number, "modifiers": bits}
    command = EDITING.get(key.key.upper()) if bits in (MODIFIERS["Control"], MODIFIERS["Meta"]) else None
    commands = {"commands": [command]} if command else {}
    yield {"type": "keyDown" if text else "rawKeyDown", "text": text, **common, **commands}
    yield {"type": "keyUp", **common}


def press_events(keys: str) -> list[dict[str, Any]]:
    """Parameters of ``Input.dispatchKeyEvent`` for pressing and releasing a chord.

    Raises:
        InvalidAction: for a key of no such name.
    """
    bits, key = parse_chord(keys)
    if key.key in NEEDS_SHIFT and bits == 0:
        bits = MODIFIERS["Shift"]
    held = [NAMED[name] for name, bit in MODIFIERS.items() if bits & bit]
    events: list[dict[str, Any]] = []
    reached = 0
    for modifier in held:
        reached |= MODIFIERS[modifier.key]
        events.append(
            {
                "type": "rawKeyDown",
                "key": modifier.key,
                "code": modifier.code,
                "windowsVirtualKeyCode": modifier.number,
                "modifiers": reached,
            }
        )
    events.extend(_events(key, bits))
    for modifier in reversed(held):
        reached &= ~MODIFIERS[modifier.key]
        events.append(
            {
                "type": "keyUp",
                "key": modifier.key,
                "code": modifier.code,
                "windowsVirtualKeyCode": modifier.number,
                "modifiers": reached,
            }
        )
    return events


def type_events(text: str) -> list[dict[str, Any]]:
    """Parameters of ``Input.dispatchKeyEvent`` for writing ``text`` key by key; a line break is Enter."""
    events: list[dict[str, Any]] = []
    for character in text.replace("\r\n", "\n"):
        key = NAMED["Enter"] if character == "\n" else CHARACTERS.get(character) or Key(character, "", 0, character)
        events.extend(_events(key, MODIFIERS["Shift"] if character in NEEDS_SHIFT else 0))
    return events
