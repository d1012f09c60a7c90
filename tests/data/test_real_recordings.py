"""The conversion on real recordings: what people did must come out as what they were asked to do."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from webagent.data.convert import Conversion, convert
from webagent.data.recording import RecordingError, decode
from webagent.data.source import recordings
from webagent.data.verify import verify_demonstrations
from webagent_envs.spaces import Click, Element, Hover, Select, Type

A_TASK = 12
"""Recordings of each task that are looked at."""


def converted(demos: Path, task: str) -> Iterator[tuple[str, Conversion]]:
    names = recordings(demos, [task])
    assert names, f"no recordings of {task}"
    for name in names[:A_TASK]:
        recording = decode((demos / name).read_bytes())
        if recording.rawReward == 1 and recording.states:
            try:
                yield recording.utterance, convert(recording)
            except RecordingError:
                continue


def acted(conversion: Conversion) -> list[Element]:
    found = [step.observation.element(step.action.ref) for step in conversion.steps]
    assert None not in found
    return found


@pytest.mark.parametrize("task", ["click-checkboxes-transfer", "click-checkboxes-large", "click-option"])
def test_the_boxes_that_were_asked_for(demos: Path, task: str) -> None:
    for utterance, conversion in converted(demos, task):
        *boxes, button = acted(conversion)
        words = re.fullmatch(r"Select (.*) and click Submit\.", utterance)[1]
        assert sorted(box.name for box in boxes) == sorted(words.split(", ")) if words != "nothing" else not boxes
        assert button.name == "Submit"


def test_the_options_that_were_asked_for(demos: Path) -> None:
    for utterance, conversion in converted(demos, "click-scroll-list"):
        chosen = {step.action.option for step in conversion.steps if isinstance(step.action, Select)}
        assert chosen == set(re.match(r"Select (.*) from the scroll list", utterance)[1].split(", "))


@pytest.mark.parametrize(
    ("task", "pattern"),
    [
        ("enter-text", r'Enter "(.*)" into'),
        ("login-user", r'username "(.*)" and the password "(.*)" into'),
        ("search-engine", r'enter "(.*)" and press'),
    ],
)
def test_the_text_that_was_asked_for(demos: Path, task: str, pattern: str) -> None:
    for utterance, conversion in converted(demos, task):
        typed = [step.action.text for step in conversion.steps if isinstance(step.action, Type)]
        assert sorted(typed) == sorted(re.search(pattern, utterance).groups())


def test_the_date_that_was_asked_for(demos: Path) -> None:
    for utterance, conversion in converted(demos, "enter-date"):
        month, day, year = re.search(r"(\d+)/(\d+)/(\d+)", utterance).groups()
        assert [s.action.text for s in conversion.steps if isinstance(s.action, Type)] == [f"{year}-{month}-{day}"]


def test_the_spinner_is_clicked_as_often_as_it_takes(demos: Path) -> None:
    for utterance, conversion in converted(demos, "use-spinner"):
        goal = int(re.search(r"Select (-?\d+) with", utterance)[1])
        value = 0
        for step, element in zip(conversion.steps, acted(conversion), strict=True):
            if isinstance(step.action, Type):
                value = int(step.action.text)
            elif "spinner" in element.attributes["class"]:
                value += 1 if "up" in element.attributes["class"] else -1
        assert value == goal


def test_the_day_that_was_asked_for(demos: Path) -> None:
    for utterance, conversion in converted(demos, "choose-date-nodelay"):
        day = int(re.search(r"\d+/(\d+)/\d+", utterance)[1])
        *_, picked, button = acted(conversion)
        assert (picked.label, button.label) == (str(day), "Submit")


def test_menus_are_hovered_open(demos: Path) -> None:
    for utterance, conversion in converted(demos, "click-menu"):
        path = utterance.removeprefix("Select ").split(">")
        assert [element.label for element in acted(conversion)] == path
        assert [type(step.action) for step in conversion.steps] == [Hover] * (len(path) - 1) + [Click]


def test_no_observation_shows_where_the_pointer_is(demos: Path) -> None:
    for task in ["choose-date-nodelay", "click-menu", "use-autocomplete-nodelay", "use-spinner"]:
        for _, conversion in converted(demos, task):
            for step, element in zip(conversion.steps, acted(conversion), strict=True):
                assert not re.search("hover|focus", element.attributes.get("class", ""))
                twins = [
                    e.background
                    for e in step.observation.elements
                    if e.attributes.get("class") == element.attributes.get("class") and e.tag == element.tag
                ]
                assert twins.count(element.background) > 1 or len(twins) == 1


def test_scrolling_can_be_undone(demos: Path) -> None:
    """Unscrolled, each row of a list lies where it lay before anybody scrolled."""
    scrolled = 0
    for _, conversion in converted(demos, "social-media-some"):
        first = conversion.steps[0].observation
        for step in conversion.steps[1:]:
            boxes = {e.ref: e for e in step.observation.elements}
            for element in first.elements:
                now = boxes.get(element.ref)
                if element.tag != "span" or now is None:
                    continue
                ours, theirs = (_undone(e, obs.elements) for e, obs in [(element, first), (now, step.observation)])
                assert ours == pytest.approx(theirs, abs=2)
                scrolled += abs(element.box[1] - now.box[1]) > 20
    assert scrolled


def _undone(element: Element, elements: tuple[Element, ...]) -> float:
    by_ref = {e.ref: e for e in elements}
    top, parent = element.box[1], by_ref.get(element.parent)
    while parent is not None:
        top += parent.scroll[1] if parent.scroll else 0
        parent = by_ref.get(parent.parent)
    return top


def test_a_flight_command_is_kept_as_it_was_recorded(demos: Path) -> None:
    for utterance, conversion in converted(demos, "flight.Alaska"):
        assert json.loads(utterance)
        assert conversion.steps[0].observation.instruction == utterance


def test_the_conversion_agrees_with_the_recordings(demos: Path) -> None:
    tasks = ["click-button-sequence", "email-inbox-forward-nl", "guess-number", "navigate-tree", "use-spinner"]
    report = verify_demonstrations(demos, tasks=tasks).to_dict()
    assert report["target"]["same"] >= 0.99
    assert report["effect"].get("missing", 0) <= 0.01
    assert report["outcome"]["kept"] >= 0.9
    assert set(report["tasks"]) == set(tasks)


def test_damaged_recordings_are_refused_or_converted_but_never_crash(demos: Path) -> None:
    chance = random.Random(0)
    names = chance.sample(recordings(demos), 60)
    for name in names:
        recording = decode((demos / name).read_bytes())
        for _ in range(4):
            states = list(recording.states)
            chance.shuffle(states) if chance.random() < 0.2 else None
            recording.states = chance.sample(states, chance.randint(0, len(states)))
            try:
                assert convert(recording).steps
            except RecordingError as refused:
                assert str(refused)
            recording.states = states
