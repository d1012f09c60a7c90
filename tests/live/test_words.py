import pytest

from webagent.live.result import Result, hide, percent
from webagent.live.words import describe, is_secret, name_of
from webagent_envs.spaces import (
    ACTION_KINDS,
    Action,
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

PAGE = Observation(
    instruction="",
    elements=(
        Element(ref=1, tag="button", role="button", name="Refresh"),
        Element(ref=2, tag="input", role="textbox", name="Name", value="Ada", editable=True),
        Element(ref=3, tag="input", role="textbox", name="Key", editable=True, attributes={"type": "password"}),
        Element(ref=4, tag="select", role="combobox", name="City", value="Oslo"),
        Element(ref=5, tag="div"),
        Element(ref=7, tag="span", attributes={"class": "star", "id": "s1"}),
        Element(ref=6, tag="input", role="textbox", value="typed by a person", editable=True),
    ),
)

CASES: list[tuple[Action, str]] = [
    (Click(1), 'click the button "Refresh"'),
    (Click(1, ("Shift", "Control")), 'click the button "Refresh" holding Shift and Control'),
    (Click(6), 'click the field beside "City"'),
    (Click(99), "click something that is no longer there"),
    (Click(7), "click the <span> (star)"),
    (DoubleClick(1), 'double-click the button "Refresh"'),
    (Hover(5), "point at the <div>"),
    (Type(2, "Grace"), 'type "Grace" into the field "Name"'),
    (Type(3, "hunter2"), 'type ••••• into the field "Key"'),
    (Press("Enter"), "press Enter"),
    (Press("Enter", 2), 'press Enter in the field "Name"'),
    (Select(4, "Athens"), 'choose "Athens" in the drop-down list "City"'),
    (Drag(1, 5), 'drag the button "Refresh" onto the <div>'),
    (Drag(1, dx=10, dy=-5), 'drag the button "Refresh" by 10, -5 pixels'),
    (Scroll(dy=300), "scroll the page down by 300 pixels"),
    (Scroll(5, dx=-20), "scroll the <div> left by 20 pixels"),
    (ClickAt(10, 20.5), "click at 10, 20.5"),
    (Goto("https://example.org"), "open https://example.org"),
    (Back(), "go back"),
    (Forward(), "go forward"),
    (Reload(), "load the page again"),
    (TabNew(), "open a new tab"),
    (TabNew("https://example.org"), "open a new tab with https://example.org"),
    (TabSwitch(0), "switch to tab 1"),
    (TabClose(), "close this tab"),
    (Wait(1.5), "wait 1.5 s"),
    (Say("hello"), 'say "hello"'),
    (Stop(), "stop: the command is done"),
]


@pytest.mark.parametrize(("action", "words"), CASES)
def test_actions_in_words(action: Action, words: str) -> None:
    assert describe(action, PAGE) == words


def test_every_kind_of_action_has_words() -> None:
    assert {action.kind for action, _ in CASES} == set(ACTION_KINDS)


def test_names_are_shortened_and_no_content_of_fields() -> None:
    assert name_of(Element(ref=1, tag="p", text="word " * 50)).endswith("…")
    assert len(name_of(Element(ref=1, tag="p", text="word " * 50))) <= 60
    assert name_of(PAGE.elements[6]) == ""


def test_percent_is_never_a_hundred() -> None:
    assert [percent(value) for value in (0.0, 0.5, 0.966, 0.999, 1.0)] == ["0 %", "50 %", "97 %", "99 %", "99 %"]


def test_secrets_are_those_of_password_fields() -> None:
    assert [element.ref for element in PAGE.elements if is_secret(element)] == [3]
    assert not is_secret(None)


def test_secrets_are_hidden_wherever_they_stand() -> None:
    data = {"text": "log in as ada with pa55", "steps": [{"ref": 55, "value": "pa55word"}], "none": None}
    hidden = hide(data, frozenset({"pa55"}))
    assert hidden == {"text": "log in as ada with •••••", "steps": [{"ref": 55, "value": "•••••word"}], "none": None}


@pytest.mark.parametrize(
    ("outcome", "page_lost", "code"),
    [("done", False, 0), ("failed", False, 1), ("failed", True, 3), ("unsure", False, 4), ("refused", False, 4)],
)
def test_exit_codes(outcome: str, page_lost: bool, code: int) -> None:
    result = Result(outcome=outcome, reason="", command="", url="", seconds=0.0, page_lost=page_lost)  # type: ignore[arg-type]
    assert result.exit_code == code
