"""What was recorded is done again after the page has changed, or the step that cannot be done is named."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from typing import Any

import pytest

from webagent.data.records import Episode
from webagent.errors import UsageError
from webagent.live.replay import replay
from webagent_envs.page import Page
from webagent_envs.spaces import Click

LIST = """<!doctype html><title>People</title><h1>People</h1>
<div id=add><label id=l1>Name <input id=name class=field></label>
<label id=l2>Team <select id=team><option>Red<option>Green<option>Blue</select></label>
<label id=l3>PIN <input id=pin type=password></label> <label id=l4><input id=ok type=checkbox> Agreed</label>
<button id=b1 class="primary big" onclick="add()">Add</button>
<button id=b2 class=plain onclick="log('cleared')">Clear</button></div>
<ul id=rows>{rows}</ul><p id=log></p>
<script>
const log = (text) => void (document.getElementById('log').textContent += text + '; ');
const valueOf = (id) => document.querySelector('[data-was=' + id + '],#' + id).value;
const add = () => log(['name', 'team', 'pin'].map(valueOf).join(' ')
  + ' ' + document.querySelector('input[type=checkbox]').checked);
const act = (what, who) => log(what + ' ' + who);
</script>"""
ROW = """<li id=row-{n}><span class=who>{who}</span> <button id=e{n} onclick="act('edit', '{who}')">Edit</button>
<button id=d{n} onclick="act('delete', '{who}')">Delete</button></li>"""


def people(*names: str) -> str:
    return LIST.replace("{rows}", "".join(ROW.format(n=n, who=who) for n, who in enumerate(names)))


def disguised(html: str, seed: int) -> str:
    """The same page with other ids, classes and styles, its parts in another order, and things that were not there."""
    chance = random.Random(seed)
    for name in ("name", "team", "pin"):
        html = html.replace(f"id={name} ", f"id=x{chance.randrange(10**6)} data-was={name} ")
        html = html.replace(f"id={name}>", f"id=x{chance.randrange(10**6)} data-was={name}>")
    html = re.sub(r"\bid=(l\d|b\d|e\d|d\d|row-\d|ok|add)\b", lambda _: f"id=y{chance.randrange(10**6)}", html)
    html = re.sub(r"\bclass=(\"[^\"]*\"|\w+)", lambda _: f"class=c{chance.randrange(10**6)}", html)
    rows = re.findall(r"<li.*?</li>", html, re.DOTALL)
    mixed = chance.sample(rows, len(rows))
    html = html.replace("".join(rows), "".join(mixed))
    style = "<style>body { font: 19px serif; background: #eef } button { padding: 9px; float: right }</style>"
    return html.replace("<h1>", f"{style}<p>Welcome back! <a href=#>News</a> <button>Search</button></p><h1>")


Made = Callable[[], Episode]


@pytest.fixture
def made(site: Any, person: Any, record: Any) -> Made:
    """A recording on the page as it first was."""

    def make() -> Episode:
        person.page.goto(site.add("/people", people("Ann", "Bob", "Cid")))
        recording = record("add Ada")
        person.click("Name", "textbox")
        person.write("Ada")
        person.page.evaluate("document.querySelector('select').focus()")
        person.press("ArrowDown")
        recording.rest()
        person.click("Agreed", "checkbox")
        person.click("Add")
        recording.rest()
        buttons = [one for one in person.page.observe("").elements if one.name == "Delete"]
        assert person.page.act(Click(buttons[1].ref)) == ""
        return recording.finish()

    return make


def log_of(page: Page) -> str:
    return str(page.evaluate("document.getElementById('log').textContent")).strip()


def test_again(site: Any, person: Any, made: Made, open_page: Callable[..., Page]) -> None:
    episode = made()
    page = open_page()
    result = replay(page, episode)
    assert (result.outcome, result.step, result.steps) == ("done", None, 5)
    assert log_of(page) == "Ada Green  true; delete Bob;"
    wrong = []
    for seed in range(8):
        page.goto(site.add("/people", disguised(people("Ann", "Bob", "Cid"), seed)))
        result = replay(page, episode, patience=0.5)
        wrong += [(seed, result)] if log_of(page) != "Ada Green  true; delete Bob;" else []
    assert wrong == []


def test_with_other_values(site: Any, made: Made, open_page: Callable[..., Page]) -> None:
    episode = made()
    page = open_page()
    assert replay(page, episode, {"name": "Grace", "team": "Blue", "Bob": "Cid"}).outcome == "done"
    assert log_of(page) == "Grace Blue  true; delete Cid;"
    with pytest.raises(UsageError, match="nothing in this recording is called 'colour'; there are: name, team"):
        replay(page, episode, {"colour": "x"})


def test_nothing_else_is_clicked(site: Any, made: Made, open_page: Callable[..., Page]) -> None:
    episode = made()
    page = open_page()
    for seed, names in enumerate((("Ann", "Cid"), ("Ann", "Rob", "Cid"), ("Ann",), ("Dan", "Bob", "Bob"))):
        html = people(*names)
        page.goto(site.add("/people", disguised(html, seed) if seed % 2 else html))
        result = replay(page, episode, patience=0.3)
        assert (result.outcome, result.step) == ("failed", 5), names
        assert 'step 5 (click the button "Delete" beside "Bob")' in result.reason
        assert "delete" not in log_of(page)


def test_what_is_so_already_is_left(site: Any, made: Made, open_page: Callable[..., Page]) -> None:
    episode = made()
    page = open_page()
    page.goto(site.add("/people", people("Ann", "Bob", "Cid").replace("type=checkbox>", "type=checkbox checked>")))
    assert replay(page, episode).outcome == "done"
    assert "Ada Green  true" in log_of(page)


def test_a_secret_must_be_given(site: Any, person: Any, record: Any, open_page: Callable[..., Page]) -> None:
    person.page.goto(site.add("/people", people("Ann")))
    recording = record("enter the PIN")
    person.click("PIN", "textbox")
    person.write("4711x")
    person.click("Add")
    episode = recording.finish()
    page = open_page()
    result = replay(page, episode)
    assert (result.outcome, result.step) == ("failed", 1)
    assert "add --set pin=" in result.reason
    assert replay(page, episode, {"PIN": "0815"}).outcome == "done"
    assert "0815" in log_of(page)
