"""The weights that the package ships, on pages written down by hand: no browser needed."""

from __future__ import annotations

import pytest

from webagent.live.loop import Settings
from webagent.policy import Policy
from webagent_envs.spaces import Back, Click, Goto, Observation, Press, Reload, Scroll, Stop, TabClose, TabNew, Type

FORM = {
    "viewport": [160, 210],
    "elements": [
        {"ref": 1, "tag": "body", "box": [0, 0, 160, 210]},
        {"ref": 2, "tag": "label", "parent": 1, "text": "Username", "box": [2, 50, 60, 11]},
        {"ref": 3, "tag": "input", "parent": 1, "role": "textbox", "editable": True, "clickable": True,
         "attributes": {"type": "text", "id": "username"}, "box": [2, 62, 130, 20]},
        {"ref": 4, "tag": "label", "parent": 1, "text": "Password", "box": [2, 84, 60, 11]},
        {"ref": 5, "tag": "input", "parent": 1, "role": "textbox", "editable": True, "clickable": True,
         "attributes": {"type": "password", "id": "password"}, "box": [2, 96, 130, 20]},
        {"ref": 6, "tag": "button", "parent": 1, "role": "button", "name": "Login", "text": "Login",
         "clickable": True, "box": [2, 120, 60, 24]},
        {"ref": 7, "tag": "button", "parent": 1, "role": "button", "name": "Cancel", "text": "Cancel",
         "clickable": True, "box": [70, 120, 60, 24]},
    ],
}  # fmt: skip


@pytest.fixture(scope="module")
def policy() -> Policy:
    return Policy.load()


def look(instruction: str, **changes: object) -> Observation:
    return Observation.from_dict({"instruction": instruction, **FORM, **changes})


@pytest.mark.parametrize(("command", "ref"), [("Click on the Cancel button.", 7), ('Click button "Login".', 6)])
def test_it_clicks_what_is_named(policy: Policy, command: str, ref: int) -> None:
    assert policy.act(look(command))[0][0] == Click(ref)


ARTICLE = {
    "url": "http://shop.test/lamps",
    "title": "Lamps",
    "viewport": [1280, 720],
    "elements": [
        {"ref": 1, "tag": "body", "box": [0, 0, 1280, 2400]},
        {"ref": 2, "tag": "a", "parent": 1, "role": "link", "name": "Lamps", "text": "Lamps", "clickable": True,
         "attributes": {"href": "/lamps"}, "box": [20, 10, 60, 20]},
        {"ref": 3, "tag": "a", "parent": 1, "role": "link", "name": "Chairs", "text": "Chairs", "clickable": True,
         "attributes": {"href": "/chairs"}, "box": [100, 10, 60, 20]},
        {"ref": 4, "tag": "h1", "parent": 1, "role": "heading", "name": "Desk lamp", "text": "Desk lamp",
         "box": [20, 60, 300, 40]},
        {"ref": 5, "tag": "p", "parent": 1, "text": "A lamp for the desk.", "box": [20, 110, 600, 20]},
        {"ref": 6, "tag": "input", "parent": 1, "role": "textbox", "name": "Search", "editable": True,
         "clickable": True, "attributes": {"type": "text"}, "box": [20, 150, 200, 24]},
        {"ref": 7, "tag": "button", "parent": 1, "role": "button", "name": "Add to cart", "text": "Add to cart",
         "clickable": True, "box": [20, 190, 100, 30]},
    ],
}  # fmt: skip


@pytest.mark.parametrize(
    ("command", "kind"),
    [
        ("go back", Back),
        ("scroll down", Scroll),
        ("press Enter", Press),
        ("open a new tab", TabNew),
        ("close this tab", TabClose),
        ("reload the page", Reload),
    ],
)
def test_it_knows_commands_to_the_browser(policy: Policy, command: str, kind: type) -> None:
    action, confidence = policy.act(look(command, **ARTICLE))[0]
    assert isinstance(action, kind)
    assert confidence >= Settings.threshold


def test_an_address_has_no_space(policy: Policy) -> None:
    for command, address in (
        ("go to example.org", "example.org"),
        ("visit example.org/news.", "example.org/news"),
    ):
        assert policy.act(look(command, **ARTICLE))[0][0] == Goto(address)


def test_it_types_what_is_said_where_it_belongs(policy: Policy) -> None:
    command = 'Enter the username "grace" and the password "x7Tq" into the text fields and press login.'
    action, confidence = policy.act(look(command))[0]
    assert action == Type(3, "grace")
    assert confidence > 0.3


def test_it_ranks_and_is_sure_in_bounds(policy: Policy) -> None:
    ranked = policy.act(look("Click on the Cancel button."), most=3)
    assert len(ranked) <= 4
    assert sum(isinstance(action, Stop) for action, _ in ranked) == 1
    assert all(0 <= confidence <= 1 for _, confidence in ranked)


def test_it_stops_when_the_command_is_done(policy: Policy) -> None:
    done = look("Click on the Cancel button.", actions=[{"kind": "click", "ref": 7}])
    assert isinstance(policy.act(done)[0][0], Stop)


def test_an_empty_page_leaves_nothing_to_act_on(policy: Policy) -> None:
    ranked = policy.act(Observation(instruction="Click OK"))
    assert all(getattr(action, "ref", 0) == 0 for action, _ in ranked)
    assert Stop in {type(action) for action, _ in ranked}


def test_batches_and_single_looks_agree(policy: Policy) -> None:
    looks = [look("Click on the Cancel button."), look('Enter "grace" into the username field.')]
    together = policy.act_batch(looks)
    assert [ranked[0][0] for ranked in together] == [policy.act(one)[0][0] for one in looks]
