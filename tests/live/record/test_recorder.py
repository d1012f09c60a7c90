"""What a person does becomes the actions that they meant."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from webagent.data.records import Episode
from webagent.live.replay import replay
from webagent_envs.spaces import Click, DoubleClick, Goto, Hover, Press, Select, Type

FORM = """<!doctype html><title>Form</title><h1>Order</h1>
<label>Name <input id=name></label> <label>Password <input type=password></label>
<label><input type=checkbox> Express</label>
<select aria-label=Size><option>Small<option>Medium<option>Large</select>
<button onclick="document.querySelector('p').textContent = 'sent'">Send</button><p>nothing yet</p>
<div style="height: 60px">ground</div>"""

Record = Callable[..., Any]


def acts(episode: Episode) -> list[tuple[str, str, str]]:
    """Kind, what was acted on, and the words of each step."""
    found = []
    for step in episode.steps:
        element = step.observation.element(getattr(step.action, "ref", 0))
        words = next(
            (str(getattr(step.action, n)) for n in ("text", "option", "keys", "url") if hasattr(step.action, n)), ""
        )
        found.append((step.action.kind, element.label if element else "", words))
    return found


def test_a_form_is_filled_in(site: Any, person: Any, record: Record) -> None:
    person.page.goto(site.add("/form", FORM))
    recording = record("order for Ada")
    person.click("Name", "textbox")
    person.write("Adx")
    person.press("Backspace")
    person.write("a")
    person.press("Tab")
    person.click("Express", "checkbox")
    person.page.evaluate("document.querySelector('select').focus()")
    person.press("ArrowDown")
    person.press("ArrowDown")
    recording.rest()
    person.click("Send")
    episode = recording.finish()
    assert acts(episode) == [
        ("type", "Name", "Ada"),
        ("click", "Express", ""),
        ("select", "Size", "Large"),
        ("click", "Send", ""),
    ]
    assert episode.command == "order for Ada"
    assert episode.steps[0].observation.element(episode.steps[0].action.ref).value == ""
    assert episode.steps[-1].targets[0].ways[0].kind == "role and name"
    assert episode.steps[1].observation.actions == (episode.steps[0].action,)


def test_a_password_is_never_written_down(site: Any, person: Any, record: Record) -> None:
    person.page.goto(site.add("/form", FORM))
    recording = record("log in as ada with s3cret!")
    person.click("Name", "textbox")
    person.write("ada")
    person.click("Password", "textbox")
    person.write("s3cret!")
    person.click("Send")
    recording.rest()
    journal = b"".join(path.read_bytes() for path in recording.folder.rglob("*.jsonl"))
    assert b"ada" in journal
    assert b"s3cret" not in journal
    episode = recording.finish()
    assert acts(episode)[1] == ("type", "Password", "•••••")
    assert [step.secret for step in episode.steps] == [False, True, False]
    assert episode.command == "log in as ada with •••••"
    assert all(b"s3cret" not in path.read_bytes() for path in recording.folder.rglob("*") if path.is_file())
    assert all(step.observation.instruction == episode.command for step in episode.steps)


def test_a_chosen_field_is_private(site: Any, person: Any, record: Record) -> None:
    person.page.goto(site.add("/form", FORM))
    recording = record("x", private="#name")
    person.click("Name", "textbox")
    person.write("Ada Lovelace")
    person.click("Send")
    episode = recording.finish()
    assert acts(episode)[0] == ("type", "Name", "•••••")
    assert all("Lovelace" not in element.value for step in episode.steps for element in step.observation.elements)


def test_clicks_that_did_nothing_are_left_out(site: Any, person: Any, record: Record) -> None:
    person.page.goto(site.add("/form", FORM))
    recording = record()
    person.click("ground")
    person.click("Name", "textbox")
    person.press("Escape")
    recording.rest()
    person.click("Send")
    assert [kind for kind, *_ in acts(recording.finish())] == ["click"]


def test_enter_and_double_click(site: Any, person: Any, record: Record) -> None:
    person.page.goto(
        site.add(
            "/find",
            """<form onsubmit="event.preventDefault(); out.textContent = 'found'"><input placeholder=Find></form>
            <p id=out></p><div role=button ondblclick="this.textContent += '!'">Open</div>""",
        )
    )
    recording = record()
    person.click("Find")
    person.write("lamp")
    person.press("Enter")
    recording.rest()
    person.double_click("Open")
    steps = recording.finish().steps
    assert [type(step.action) for step in steps] == [Type, Press, DoubleClick]
    assert steps[1].action.keys == "Enter"


def test_lines_belong_to_the_text(site: Any, person: Any, record: Record) -> None:
    person.page.goto(site.add("/note", "<textarea aria-label=Note></textarea><button>Save</button>"))
    recording = record()
    person.click("Note")
    person.write("one")
    person.press("Enter")
    person.write("two")
    person.click("Save")
    assert acts(recording.finish()) == [("type", "Note", "one\ntwo"), ("click", "Save", "")]


def test_a_menu_that_opens_under_the_pointer(site: Any, person: Any, record: Record) -> None:
    person.page.goto(
        site.add(
            "/menu",
            "<style>li ul { display: none } li:hover ul { display: block }</style>"
            "<ul><li><a href='#'>File</a><ul><li><a href='#x'>Print</a></ul></ul>",
        )
    )
    recording = record()
    recording.rest()
    person.hover("File")
    person.click("Print")
    episode = recording.finish()
    assert [type(step.action) for step in episode.steps] == [Hover, Click]


def test_the_right_button(site: Any, person: Any, record: Record, open_page: Any) -> None:
    html = """<p>Plain</p>
    <div role=row aria-label=Ada tabindex=0 oncontextmenu="event.preventDefault(); menu.hidden = false">Ada</div>
    <div id=menu hidden><button onclick="out.textContent = 'gone'">Remove</button></div><p id=out></p>"""
    person.page.goto(site.add("/rows", html))
    recording = record("remove Ada")
    assert person.page.act(Click(person.find("Plain").ref, button="right")) == ""  # the browser's own menu
    recording.rest()
    assert person.page.act(Click(person.find("Ada").ref, button="right")) == ""
    recording.rest()
    person.click("Remove")
    episode = recording.finish()
    assert acts(episode) == [("click", "Ada", ""), ("click", "Remove", "")]
    assert [step.action.button for step in episode.steps] == ["right", "left"]
    assert recording.said[0] == '1. right-click the row "Ada"'
    page = open_page()
    assert replay(page, episode).outcome == "done"
    assert page.evaluate("document.getElementById('out').textContent") == "gone"


def test_over_pages_frames_and_tabs(site: Any, person: Any, record: Record) -> None:
    other = site.root.replace("127.0.0.1", "localhost")
    site.add("/inner", "<button onclick=\"this.textContent = 'Paid'\">Pay</button>")
    site.add(
        "/second",
        f"<h1>Second</h1><iframe src='{other}/inner' height=80></iframe><a href=/third target=_blank>More</a>",
    )
    site.add("/third", "<label>Why <input></label><button>Done</button>")
    person.page.goto(site.add("/first", "<iframe srcdoc='<button>Same</button>'></iframe><a href=/second>Go on</a>"))
    recording = record()
    recording.rest()
    person.click("Same")
    person.click("Go on")
    recording.rest()
    person.click("Pay")
    recording.rest()
    person.click("More")
    recording.rest()
    person.click("Why", "textbox")
    person.write("so")
    person.click("Done")
    recording.rest()
    person.page.goto(site.root + "/first")
    episode = recording.finish()
    assert acts(episode) == [
        ("click", "Same", ""),
        ("click", "Go on", ""),
        ("click", "Pay", ""),
        ("click", "More", ""),
        ("type", "Why", "so"),
        ("click", "Done", ""),
        ("goto", "", site.root + "/first"),
    ]
    assert isinstance(episode.steps[-1].action, Goto)


def test_a_page_that_somebody_else_reads_already(site: Any, person: Any, record: Record) -> None:
    person.page.goto(site.add("/form", FORM))
    person.find("Send")  # puts a script of theirs into the page
    recording = record()
    person.click("Send")
    assert acts(recording.finish()) == [("click", "Send", "")]


def test_what_a_crash_leaves_is_taken_up(site: Any, person: Any, record: Record) -> None:
    person.page.goto(site.add("/form", FORM))
    recording = record("order")
    person.click("Name", "textbox")
    person.write("Ada")
    person.click("Express", "checkbox")
    recording.rest()
    journals = {path: path.read_bytes() for path in recording.folder.rglob("*.jsonl")}
    recording.finish()
    (path, text), *_ = journals.items()
    next((recording.folder / "data").iterdir()).unlink()
    path.write_bytes(text + b'{"step": 2, "is": {"obs')  # the step under way
    again = record("order")
    person.click("Send")
    episode = again.finish()
    assert [words for _, _, words in acts(episode)] == ["Ada", "", ""]
    assert "2 steps are there already" in again.said[0]


def test_orders(site: Any, person: Any, record: Record) -> None:
    person.page.goto(site.add("/form", FORM))
    recording = record("one")
    person.click("Send")
    recording.rest()
    recording.controls.give("drop")
    recording.controls.give("name", "two")
    recording.rest()
    person.click("Express", "checkbox")
    recording.rest()
    recording.controls.give("keep")
    recording.rest()
    person.click("Express", "checkbox")
    recording.rest()
    recording.controls.give("redo")
    recording.rest()
    person.click("Send")
    episode = recording.finish()
    assert episode.command == "two"
    assert list(recording.recorded.episodes.values()) == [1, 1]
    assert Select not in {type(step.action) for step in episode.steps}
