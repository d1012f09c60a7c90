"""The office of a club: members with a page each, notices, tools that are lent, and doors; and how it is shown once."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import msgspec

from webagent.data.records import Episode, Step
from webagent.data.ways import Sight, targets_of
from webagent.live.agent import Agent
from webagent_envs.spaces import Action, Click, Observation, Select, Type

_FIELDS = {"type": ("input", "textarea"), "choose": ("select",)}

__all__ = ["PAGE", "SHOWN", "Shown", "demonstrate"]

PAGE = """<!doctype html><meta charset="utf-8"><title>Club</title>
<style>section[hidden] { display: none } li { display: flex; gap: 8px } label { display: block }</style>
<nav><button type="button" onclick="show('members')">Members</button>
<button type="button" onclick="show('notices')">Notices</button>
<button type="button" onclick="show('tools')">Tools</button>
<button type="button" onclick="show('doors')">Doors</button></nav>
<section id="members"><h2>Members</h2><ul id="names"></ul></section>
<section id="member" hidden><h2 id="who"></h2><form>
<label>Phone <input id="phone"></label>
<label>Nickname <input id="nickname"></label>
<label>City <select id="city"><option>Bern<option>Oslo<option>Rome</select></label>
<label><input type="checkbox" id="active"> Active</label>
<button>Save</button> <button type="button" id="drop">Delete</button></form></section>
<section id="sure" hidden><p>Is this what you want?</p><button type="button" id="yes">Yes, delete</button></section>
<section id="notices" hidden><h2>Notices</h2><form>
<label>Heading <input id="heading"></label><label>Body <textarea id="body"></textarea></label>
<button>Post</button></form></section>
<section id="tools" hidden><h2>Tools</h2><form>
<label>Tool <select id="tool"><option>Axe<option>Drill<option>Ladder<option>Saw</select></label>
<label>Borrower <input id="borrower"></label><button>Lend</button></form></section>
<section id="doors" hidden><h2>Doors</h2><ul id="keys"></ul></section>
<output id="log">ready</output>
<script>
const at = (id) => document.getElementById(id), say = (text) => { at("log").textContent = text; };
let who = "";
function show(id) { for (const one of document.querySelectorAll("section")) one.hidden = one.id !== id; }
function row(list, name, ...buttons) {
  const item = document.createElement("li");
  for (const [text, act] of buttons) {
    const button = Object.assign(document.createElement("button"), { textContent: text, onclick: act });
    item.append(button);
  }
  if (buttons[0][0] !== name) item.prepend(Object.assign(document.createElement("span"), { textContent: name }));
  at(list).append(item);
}
for (const name of ["Ines", "Omar", "Yuki", "Tom"]) {
  row("names", name, [name, () => {
    who = at("who").textContent = name;
    at("member").querySelector("form").reset();
    show("member");
  }]);
}
for (const name of ["Shed", "Barn", "Gate"]) {
  row("keys", name, ["Lock", () => say(`locked ${name}`)], ["Unlock", () => say(`unlocked ${name}`)]);
}
function form(section, told) {
  at(section).querySelector("form").onsubmit = (event) => { event.preventDefault(); say(told()); };
}
const value = (id) => at(id).value;
form("member", () => `${who}: ${value("phone")}/${value("nickname")}/${value("city")}/${at("active").checked}`);
form("notices", () => `posted ${value("heading")}: ${value("body")}`);
form("tools", () => `lent ${value("tool")} to ${value("borrower")}`);
at("drop").onclick = () => show("sure");
at("yes").onclick = () => say(`deleted ${who}`);
</script>"""


class Shown(NamedTuple):
    """A demonstration.

    Attributes:
        command: what it is called.
        acts: kind, what the element says, what is typed or chosen, and a text of its row.
        said: by the page in the end.
    """

    command: str
    acts: tuple[tuple[str, ...], ...]
    said: str


SHOWN = (
    Shown(
        "change the phone of Ines to 555-0101",
        (("click", "Ines"), ("type", "Phone", "555-0101"), ("click", "Save")),
        "Ines: 555-0101//Bern/false",
    ),
    Shown(
        "post a notice headed Summer fair saying bring your own chairs",
        (
            ("click", "Notices"),
            ("type", "Heading", "Summer fair"),
            ("type", "Body", "bring your own chairs"),
            ("click", "Post"),
        ),
        "posted Summer fair: bring your own chairs",
    ),
    Shown(
        "lend the Ladder to Omar",
        (("click", "Tools"), ("choose", "Tool", "Ladder"), ("type", "Borrower", "Omar"), ("click", "Lend")),
        "lent Ladder to Omar",
    ),
    Shown(
        "remove Tom from the club",
        (("click", "Tom"), ("click", "Delete"), ("click", "Yes, delete")),
        "deleted Tom",
    ),
    Shown("lock the shed", (("click", "Doors"), ("click", "Lock", "", "shed")), "locked Shed"),
    Shown(
        "put Yuki down as active",
        (("click", "Yuki"), ("click", "Active"), ("click", "Save")),
        "Yuki: //Bern/true",
    ),
)


def demonstrate(shown: Shown, agent: Agent, page: Path) -> Episode:
    """Do it on the page with real input; what was done, as a recording keeps it."""
    tab = agent._page
    assert tab is not None
    tab.goto(page.as_uri())
    steps: list[Step] = []
    for act in shown.acts:
        seen = tab.observe("")
        action = _action(seen, *act)
        steps.append(Step(msgspec.structs.replace(seen, url="file:///club"), action, targets_of(action, Sight(seen))))
        _, error = tab.step(action, "", ())
        assert not error, error
    assert tab.evaluate("document.getElementById('log').textContent") == shown.said
    steps = [msgspec.structs.replace(step, observation=_called(step, shown.command)) for step in steps]
    return Episode(
        id=f"club-{SHOWN.index(shown)}",
        task="",
        command=shown.command,
        steps=tuple(steps),
        success=True,
        source="recorded",
    )


def _called(step: Step, command: str) -> Observation:
    return msgspec.structs.replace(step.observation, instruction=command)


def _action(seen: Observation, kind: str, says: str, text: str = "", row: str = "") -> Action:
    sight = Sight(seen)
    for element in seen.elements:
        ways = sight.known(element.ref).ways
        is_named = ways.get("role and name", "").partition(": ")[2] == says.lower()
        usable = element.visible and (element.clickable if kind == "click" else element.tag in _FIELDS[kind])
        if usable and is_named and row in ways.get("row", ""):
            kinds: dict[str, Action] = {
                "click": Click(element.ref),
                "type": Type(element.ref, text),
                "choose": Select(element.ref, text),
            }
            return kinds[kind]
    raise AssertionError(f"there is no {says}")
