"""A command is not called done while something that it speaks of was left out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from webagent.live.agent import Agent
from webagent.live.loop import First
from webagent.live.unfinished import Deed, unfinished
from webagent_envs.spaces import Action, Back, Click, Element, Observation, Press, Select, Stop, Type

Write = Callable[[str], str]
PAGE = Observation(
    instruction="",
    elements=(
        Element(ref=1, tag="a", role="link", text="Ideas"),
        Element(ref=2, parent=0, tag="button", role="button", text="Delete"),
        Element(ref=3, tag="input", role="textbox", name="Title", editable=True),
        Element(ref=4, tag="button", role="button", text="Save"),
        Element(ref=5, tag="select", role="combobox", name="Language"),
        Element(ref=6, parent=5, tag="option", role="option", text="Set"),
        Element(ref=7, tag="legend", text="Mood"),
        Element(ref=8, tag="input", role="radio", name="Good"),
        Element(ref=9, tag="a", role="link", text="Back"),
        Element(ref=10, tag="button", role="button", text="Publish", in_viewport=False),
        Element(ref=11, tag="button", role="tab", text="Open"),
    ),
)


def left(command: str, *actions: Action) -> str:
    deeds: list[Deed] = [(action, PAGE) for action in actions]
    return unfinished(command, deeds, PAGE)


@pytest.mark.parametrize(
    ("command", "actions", "words"),
    [
        ("rename Ideas to Plans", [Click(1)], "Plans"),
        ("delete the page Ideas", [Click(1)], "delete"),
        ("change the title to a@b.org and save", [Click(3), Click(4)], "a@b.org"),
        ("make a page named reports", [Click(4)], "reports"),
        ("set the title to 5", [Click(3)], "5"),
        ('write "tea for two" as the title', [Click(3)], "tea for two"),
        ("save", [], "save"),
        ("please open Ideas and then delete it", [Click(1)], "delete"),
    ],
)
def test_what_was_left_out_is_named(command: str, actions: list[Action], words: str) -> None:
    assert left(command, *actions) == words


@pytest.mark.parametrize(
    ("command", "actions"),
    [
        ("open Ideas", [Click(1)]),  # though there is a tab "Open"
        ("delete it", [Click(2)]),
        ("change the title to Plans and save", [Type(3, "Plans"), Click(4)]),
        ("set the title to a@b.org", [Type(3, "a@b.org")]),
        ("set the Language to Set", [Select(5, "Set")]),
        ("set the Mood to Good", [Click(8)]),
        ("go back", [Back()]),
        ("type Plans into the Title and press Enter", [Type(3, "Plans"), Press("Enter", 3)]),
        ("publish it", [Click(4)]),  # out of sight: it may be another word for what was done
        ("take it away, please", [Click(2)]),
        ("call the delete Plans", [Type(3, "Plans")]),  # a word that stands somewhere is no wish by itself
    ],
)
def test_nothing_is_missed_where_all_was_done(command: str, actions: list[Action]) -> None:
    assert left(command, *actions) == ""


def test_it_asks_instead_of_calling_it_done(told: Any, told_agent: Agent, page: Write) -> None:
    def decide(seen: Observation) -> list[tuple[Action, float]]:
        link = next(item.ref for item in seen.elements if item.text == "Tea")
        return [(Stop(), 0.9), (Click(link), 0.1)] if seen.actions else [(Click(link), 0.9), (Stop(), 0.1)]

    told.decide = decide
    delete = '<button onclick="document.title = 1">Delete</button>'
    url = page(f'<a href="#tea">Tea</a> {delete} {delete}')
    result = told_agent.do("delete Tea", url=url)
    assert (result.outcome, result.exit_code) == ("unsure", 4)
    assert result.reason == "nothing was done about “delete”"
    assert [action.words for action in result.actions] == ['click the link "Tea"']
    assert told_agent.do("open Tea", url=url).outcome == "done"
    assert told_agent.do("delete Tea", url=url, yes=True).outcome == "done"  # who says yes to all wants no questions


def test_what_was_done_before_a_correction_counts(told: Any, told_agent: Agent, page: Write) -> None:
    told.decide = lambda seen: [(Stop(), 0.9)]
    shown = told_agent.open(page("<button>Delete</button> <p>Tea</p>")).observe("")
    button = next(item.ref for item in shown.elements if item.tag == "button")
    assert told_agent.do("delete Tea").outcome == "unsure"
    assert told_agent.do("delete Tea", first=First(past=((Click(button), shown),))).outcome == "done"
