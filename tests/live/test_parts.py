"""Commands of several parts: taken apart where people mean several things, and done one after the other."""

from collections.abc import Callable

import pytest

from webagent.live.agent import Agent
from webagent.live.parts import parts_of

FORM = """
<form onsubmit="out.textContent = [who.value, mail.checked, shape.value].join(); return false">
<label>Last name <input id=who></label> <label><input type=checkbox id=mail> Newsletter</label>
<label>Office <select id=shape><option>Rome</option><option>Oslo</option></select></label>
<button>Save</button> <button type=button>Cancel</button></form><p id=out role=status></p>"""
FIELDS = ("last name", "first name", "office")


@pytest.mark.parametrize(
    ("command", "parts"),
    [
        ("press Save", ["press Save"]),
        ("open bob, tick superuser status and save", ["open bob", "tick superuser status", "save"]),
        ("First open bob and then, please save.", ["open bob", "save."]),
        ("name it Ada. After that send it", ["name it Ada", "send it"]),
        ("first name Robert, last name Marley, then ok", ["first name Robert", "last name Marley", "ok"]),
        ("take bread and cake as extras", ["take bread and cake as extras"]),
        ("yes, delete it", ["yes, delete it"]),
        ("in the menu, open Edit, then save", ["in the menu, open Edit", "save"]),
        ("click Save and close", ["click Save and close"]),
        ('write "go home, then sleep" into Notes, then save', ['write "go home, then sleep" into Notes', "save"]),
        ("write “stop and think” into Notes", ["write “stop and think” into Notes"]),
        ("tick alice and bob and delete the selected users", ["tick alice and bob", "delete the selected users"]),
        ("   ", [""]),
    ],
)
def test_a_command_is_taken_apart_where_something_else_begins(command: str, parts: list[str]) -> None:
    assert list(parts_of(command, FIELDS, ["Save and close", "Home"])) == parts


@pytest.mark.parametrize(
    ("command", "saved"),
    [
        ("type Hopper into Last name, tick Newsletter and press Save", "Hopper,true,Rome"),
        ("type Lovelace into Last name, then select Oslo from the Office list, then press Save", "Lovelace,false,Oslo"),
    ],
)
def test_one_part_after_the_other_is_done(command: str, saved: str, page: Callable[[str], str]) -> None:
    with Agent() as agent:
        result = agent.do(command, url=page(FORM), yes=True)
        assert (result.outcome, len(result.actions)) == ("done", 3), result
        assert agent.page is not None
        assert saved in [element.text for element in agent.page.observe("").elements]


def test_a_second_command_begins_anew(page: Callable[[str], str]) -> None:
    with Agent() as agent:
        for name in ("Hopper", "Lovelace"):
            result = agent.do(f"type {name} into Last name, then press Save", url=page(FORM), yes=True)
            assert [action.text for action in result.actions] == [name, None], result
