"""What plainly cannot be meant is left out, a name is typed whole, and a page's own question is followed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from webagent.live.agent import Agent
from webagent.live.following import following, unchosen
from webagent.live.spoken import spoken_of
from webagent.live.unfinished import premature, unfinished
from webagent.live.whole import whole
from webagent_envs.spaces import (
    Action,
    Back,
    Click,
    Element,
    Forward,
    Goto,
    Observation,
    Press,
    Reload,
    Stop,
    TabClose,
    TabNew,
    Type,
)

Write = Callable[[str], str]
Decide = Callable[[Observation], list[tuple[Action, float]]]
ELEMENTS = (
    Element(ref=1, tag="input", role="searchbox", name="Search", editable=True, attributes={"type": "search"}),
    Element(ref=2, tag="input", role="textbox", name="Title", editable=True),
    Element(ref=3, tag="button", role="button", text="Save"),
    Element(ref=4, tag="path"),
    Element(ref=5, tag="input", role="combobox", name="Office", editable=True, attributes={"aria-expanded": "true"}),
    Element(ref=6, tag="li", role="option", text="Lisbon"),
    Element(ref=7, tag="li", role="option", text="Lisbon (old)"),
    Element(ref=8, tag="input", role="button", name="Sign up", attributes={"type": "submit"}),
    Element(ref=10, tag="button", role="button", text="Send it", in_viewport=False),
    Element(ref=9, tag="input", role="textbox", name="Password", editable=True, attributes={"type": "password"}),
)


def seen(command: str, *without: int) -> Observation:
    return Observation(instruction=command, elements=tuple(one for one in ELEMENTS if one.ref not in without))


def left(command: str, action: Action, *without: int) -> bool:
    return spoken_of([(action, 0.9)], seen(command, *without)) == ((action, 0.9),)


@pytest.mark.parametrize(
    ("command", "action"),
    [
        ("reload the page", Reload()),
        ("load it again, please", Reload()),
        ("go back", Back()),
        ("previous page", Back()),
        ("one page forward", Forward()),
        ("open another tab", TabNew()),
        ("shut this tab", TabClose()),
        ("go to example.org", Goto("https://example.org")),
        ("example.org/tea", Goto("https://example.org/tea")),
        ("save it, then visit localhost:8000", Goto("http://localhost:8000")),
        ("search for tea", Type(1, "tea")),
        ("find tea", Type(1, "tea")),
        ("type tea into Title", Type(2, "tea")),
        ("publish it", Click(3)),
        ("publish it", Stop()),
    ],
)
def test_what_may_be_meant_is_kept(command: str, action: Action) -> None:
    assert left(command, action)


@pytest.mark.parametrize(
    ("command", "action"),
    [
        ("publish this page", Reload()),
        ("save", Back()),
        ("confirm it", Forward()),
        ("create a note", TabNew()),
        ("remove this", TabClose()),
        ("add a link from /tea to https://example.org", Goto("https://example.org")),
        ("open a new file", Goto("file")),
        ("title it Plans and save", Type(1, "Plans")),
    ],
)
def test_what_no_word_speaks_of_is_left_out(command: str, action: Action) -> None:
    assert not left(command, action)


def test_the_only_field_may_be_meant_whatever_it_is_called() -> None:
    assert left("write Plans there", Type(1, "Plans"), 2, 5, 9)


@pytest.mark.parametrize(
    ("command", "text", "typed"),
    [
        ("rename this list to Head gardeners and save", "Head", "Head gardeners"),
        ("change the title to Around our garden, then save", "our garden", "Around our garden"),
        ("change it to Which tree?", "tree?", "Which tree?"),
        ("make a list called Winter seeds", "seeds", "Winter seeds"),
        ('write "rain and wind" as the title', "rain", "rain and wind"),
        # what is typed whole already, or goes on with something else
        ("rename this list to Seeds and save", "Seeds", "Seeds"),
        ("set the title to Seeds for the winter", "Seeds", "Seeds"),
        ("set the title to the old Seeds", "Seeds", "Seeds"),
        ("set the number to 5 trees", "5", "5"),
        ("type Ada into Title", "Ada", "Ada"),
        ("set the title to tea please", "tea", "tea"),
        ("name Ada Lovelace", "Ada", "Ada"),
        ('search for "tea" and "coffee"', "tea", "tea"),
    ],
)
def test_a_name_is_typed_whole(command: str, text: str, typed: str) -> None:
    assert whole(Type(2, text), seen(command)) == Type(2, typed)


def test_other_acts_stay_as_they_are() -> None:
    assert whole(Click(3), seen("rename it to Head gardeners")) == Click(3)
    assert whole(Type(2, ""), seen("rename it to Head gardeners")) == Type(2, "")


@pytest.mark.parametrize(
    ("command", "action", "value"),
    [
        ("make a page called Plans and save it", Click(3), "Plans"),
        ("title it Plans, then save", Click(3), "Plans"),
        ("office Oslo, then save", Click(3), "Oslo"),
        ("title it Plans, then send it", Click(10), "Plans"),  # though it is out of sight
        ("change the title to all that I know and save", Click(3), "all that I know"),
        ("sign up as ada@b.org", Click(8), "ada@b.org"),
        ("sign up as ada with the password tulip", Click(8), "tulip"),
        ("save it and title it Plans", Click(3), ""),  # what is named after it does not belong to it
        ("make a page called Plans and save it", Click(4), ""),
        ("make a page called Plans and save it", Type(2, "x"), ""),
        ("sign up and fill in the password field", Click(8), ""),
        ("save", Click(3), ""),
        ("tick Lisbon and save", Click(3), ""),
    ],
)
def test_nothing_is_settled_before_it_is_named(command: str, action: Action, value: str) -> None:
    assert premature(command, action, [], seen(command)) == value
    filled = [(Type(2, value), seen(command))]
    assert premature(command, action, filled, seen(command)) == ""


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("rename tea.md to coffee.md", "coffee.md"),
        ("change the office to Rome", "Rome"),
        ("copy tea.md", "copy tea.md"),  # only something was used that does not say what it is
        ("click the picture", ""),
        ("tick the third one", ""),
        ("set the office to Lisbon", "set the office to Lisbon"),
    ],
)
def test_a_click_on_something_mute_is_no_proof(command: str, words: str) -> None:
    assert unfinished(command, [(Click(4), seen(command))], seen(command)) == words


def test_an_entry_of_a_list_is_chosen_and_not_only_typed() -> None:
    def then(command: str, text: str, *without: int) -> Action | None:
        return following(command, [(Type(5, text), seen(command))], seen(command, *without))

    assert then("choose Lisbon as office", "lisbon") == Click(6)
    assert then("take Oslo as office", "Oslo") is None
    assert then("type Lisbon into Office", "Lisbon") is None  # that is all that was asked for
    assert then("choose Lisbon as office", "Lisbon", 6) is None
    assert following("choose Lisbon", [], seen("choose Lisbon")) is None

    def waits(command: str, text: str, *without: int) -> str:
        return unchosen(command, [(Type(5, text), seen(command))], seen(command, *without))

    assert waits("take Oslo and Rome as offices", "Oslo and Rome") == "Oslo and Rome"
    assert waits("take Oslo", "Oslo", 6, 7) == "Oslo"  # nothing in it fits
    assert waits("type Oslo into Office", "Oslo") == waits("take Oslo", "Oslo", 5) == ""
    assert unchosen("take Oslo", [], seen("take Oslo")) == ""


def press(label: str) -> Decide:
    """A policy that presses what is called so, and takes that for all."""

    def decide(now: Observation) -> list[tuple[Action, float]]:
        if now.actions:
            return [(Stop(), 0.9)]
        return [(Click(next(one.ref for one in now.elements if one.label == label and one.clickable)), 0.9)]

    return decide


ASKING = """<p>Do you want to remove the tree?</p><button onclick="document.title = 'gone'">Yes, remove it</button>
<a href="#no">No, take me back</a>"""
DIALOG = """<script>function ask() { box.innerHTML = `<p>Are you sure?</p>
<button onclick="document.title = 'gone'">Remove</button> <button>Cancel</button>` }</script>
<button onclick="ask()">Remove</button> <button>Cancel</button><div id=box></div>"""


def title(agent: Agent) -> str:
    assert agent.page is not None
    return agent.page.observe("").title


def test_a_page_s_own_question_is_followed(told: Any, told_agent: Agent, page: Any) -> None:
    asking = page(ASKING, "asking.html")
    url = page(f'<a href="{asking}">Remove</a>')
    told.decide = press("Remove")
    for command in ("remove the tree", "please delete it"):
        result = told_agent.do(command, url=url)
        assert [action.kind for action in result.actions] == ["click", "click"]
        assert (result.outcome, result.actions[1].words) == ("done", 'click the button "Yes, remove it"')
        assert title(told_agent) == "gone"
    told_agent.do("click on Remove", url=url)  # whoever names the button means the button
    assert title(told_agent) == "Test"

    url = page(DIALOG)
    assert len(told_agent.do("remove the tree", url=url).actions) == 2
    assert title(told_agent) == "gone"


@pytest.mark.parametrize(
    "other",
    [
        "<p>The tree is gone.</p><button>Remove</button> <button>Cancel</button>",  # no question
        "<p>Are you sure?</p><button>Yes, remove it</button>",  # nothing to say no with: it may be anything
        "<p>Are you sure?</p><button>Yes, all</button> <button>Yes, this one</button> <button>No</button>",
    ],
)
def test_where_it_cannot_be_told_nothing_is_followed(told: Any, told_agent: Agent, page: Any, other: str) -> None:
    url = page(f'<a href="{page(other, "other.html")}">Remove</a>')
    told.decide = press("Remove")
    assert len(told_agent.do("remove the tree", url=url, yes=True).actions) == 1


def test_it_asks_before_it_saves_what_has_no_name_yet(told: Any, told_agent: Agent, page: Write) -> None:
    told.decide = press("Save")
    url = page("<label>Title <input></label> <button onclick=\"document.title = 'saved'\">Save</button>")
    result = told_agent.do("make a note called Plans and save it", url=url)
    assert (result.outcome, result.reason) == ("unsure", "nothing was done about “Plans” yet")
    assert title(told_agent) == "Test"
    assert told_agent.do("save", url=url).outcome == "done" and title(told_agent) == "saved"


def test_the_one_control_that_was_named_and_not_used_is_used(told: Any, told_agent: Agent, page: Any) -> None:
    told.decide = press("Tea")
    delete = "<button onclick=\"document.title = 'gone'\">Delete</button>"
    url = page(f'<a href="#tea">Tea</a> {delete}')
    assert [action.kind for action in told_agent.do("delete Tea", url=url).actions] == ["click", "click"]
    assert title(told_agent) == "gone"
    assert told_agent.do("open Tea", url=url).outcome == "done" and title(told_agent) == "Test"
    assert told_agent.do("delete Tea", url=page(f'<a href="#tea">Tea</a> {delete} {delete}')).outcome == "unsure"
    assert title(told_agent) == "Test"


def test_a_key_may_have_done_it(told: Any, told_agent: Agent, page: Any) -> None:
    told.decide = lambda now: [(Press("Enter", field(now)), 0.9)] if not now.actions else [(Stop(), 0.9)]
    form = "<form onsubmit=\"document.title += '!'; return false\"><input value=tea> <button>Add</button></form>"
    result = told_agent.do("add tea", url=page(form))
    assert (result.outcome, title(told_agent)) == ("unsure", "Test!")


def field(now: Observation) -> int:
    return next(one.ref for one in now.elements if one.editable)


@pytest.mark.parametrize(
    ("command", "done", "words"),
    [
        ("tick Ada, Bob and Carol and save", "Ada", "bob"),
        ("tick Bob and Ada", "Ada", "bob"),
        ("tick Ada and Dora", "Ada", ""),  # there is no Dora
        ("tick Ada", "Ada", ""),
        ("open Ada and Bob", "Save", ""),  # neither: that was another way of saying something else
    ],
)
def test_none_of_several_is_left_out(command: str, done: str, words: str) -> None:
    names = enumerate(("Ada", "Bob", "Carol", "Save"), start=1)
    boxes = tuple(Element(ref=ref, tag="input", role="checkbox", name=name) for ref, name in names)
    page = Observation(instruction=command, elements=boxes)
    ref = next(box.ref for box in boxes if box.name == done)
    both = [(Click(ref), page), (Click(4), page)]
    assert unfinished(command, both, page) == words
