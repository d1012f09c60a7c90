"""The names of keys, and what people write into date and time fields."""

import pytest

from webagent_envs.errors import InvalidAction
from webagent_envs.page.dates import native_value
from webagent_envs.page.keys import parse_chord, press_events, type_events


@pytest.mark.parametrize(
    ("keys", "modifiers", "key"),
    [
        ("Enter", 0, "Enter"), ("Control+A", 2, "A"), ("Control+Shift+ArrowDown", 10, "ArrowDown"), ("a", 0, "a"),
        ("+", 0, "+"), ("Control++", 2, "+"), ("Space", 0, " "), ("Ctrl+c", 2, "c"), ("é", 0, "é"), ("F5", 0, "F5"),
    ],
)  # fmt: skip
def test_chords(keys, modifiers, key):
    bits, found = parse_chord(keys)
    assert (bits, found.key) == (modifiers, key)


@pytest.mark.parametrize("keys", ["", "Entre", "Hyper+A", "Control+", "ab"])
def test_keys_that_do_not_exist(keys):
    with pytest.raises(InvalidAction, match=r"no key|no modifier"):
        parse_chord(keys)


def test_events_of_a_chord_hold_the_modifier_around_the_key():
    events = press_events("Control+A")
    assert [(e["type"], e["key"]) for e in events] == [
        ("rawKeyDown", "Control"), ("rawKeyDown", "A"), ("keyUp", "A"), ("keyUp", "Control"),
    ]  # fmt: skip
    assert events[1]["commands"] == ["selectAll"]


def test_events_of_typing():
    events = type_events("aB\n")
    assert [e["text"] for e in events if e["type"] == "keyDown"] == ["a", "B", "\r"]
    assert [e["modifiers"] for e in events] == [0, 0, 8, 8, 0, 0]


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("date", "1/2/2026", "2026-01-02"), ("date", "Feb 3, 2026", "2026-02-03"), ("date", "soon", "soon"),
        ("date", "3 February 2026", "2026-02-03"), ("time", "9:05pm", "21:05"),
        ("time", "12:30 P.M.", "12:30"), ("time", "7 am", "07:00"),
        ("month", "March 2026", "2026-03"), ("datetime-local", "2026-01-02T03:04", "2026-01-02T03:04"),
        ("datetime-local", "1/2/2026, 3:04 PM", "2026-01-02T15:04"), ("color", "#f80", "#ff8800"), ("range", "7", "7"),
    ],
)  # fmt: skip
def test_native_values(kind, text, value):
    assert native_value(kind, text) == value
