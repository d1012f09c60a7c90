"""What a person answers to the dialogs of a page is kept, and answered again."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest

from webagent.data.check import check
from webagent.data.records import Episode
from webagent.live.replay import replay
from webagent.live.view.sources import shown_in
from webagent_envs.page import Page
from webagent_envs.spaces import Answered

PAGE = """<!doctype html><title>List</title><h1>List</h1>
<button onclick="log(confirm('Delete Bob?') ? 'deleted' : 'kept')">Delete</button>
<button onclick="log('named ' + prompt('New name', 'x'))">Rename</button>
<button onclick="setTimeout(() => { alert('Saved as 17'); log('saved') }, 300)">Save</button>
<p id=log></p><script>const log = (text) => void (document.getElementById('log').textContent += text + '; ')</script>"""


def log_of(page: Page) -> str:
    return str(page.evaluate("document.getElementById('log').textContent")).strip()


@pytest.fixture
def made(site: Any, person: Any, record: Any) -> Callable[[], Episode]:
    """Somebody says no, gives a name, and closes what comes a little later."""

    def make() -> Episode:
        person.page.goto(site.add("/list", PAGE))
        answers: dict[str, bool | str] = {"confirm": False, "prompt": "Ada", "alert": True}
        person.page.on_dialog = lambda dialog: answers[dialog.type]
        recording = record("tidy up")
        for name in ("Delete", "Rename", "Save"):
            person.click(name)
            while name == "Save" and "saved" not in log_of(person.page):
                time.sleep(0.05)
            recording.rest()
        assert log_of(person.page) == "kept; named Ada; saved;"
        episode = recording.finish()
        assert list(check(recording.folder)) == []
        assert '1. click the button "Delete", say no to "Delete Bob?"' in recording.said
        told = [step["words"] for step in next(iter(shown_in(recording.folder)[1])).steps]
        assert told[1:] == [
            'click the button "Rename", answer "Ada" to "New name"',
            'click the button "Save", close "Saved as 17"',
        ]
        return episode

    return make


def test_answers_are_kept_and_given_again(site: Any, made: Any, open_page: Callable[..., Page]) -> None:
    episode = made()
    assert [step.dialogs for step in episode.steps] == [
        (Answered("confirm", "Delete Bob?", False),),
        (Answered("prompt", "New name", True, "Ada"),),
        (Answered("alert", "Saved as 17", True),),
    ]
    page = open_page()
    assert replay(page, episode).outcome == "done"
    assert log_of(page) == "kept; named Ada; saved;"
    page.goto(site.add("/list", PAGE.replace("Saved as 17", "Saved as 18")))
    assert replay(page, episode, {"new-name": "Grace"}).outcome == "done"
    assert log_of(page) == "kept; named Grace; saved;"

    page.goto(site.add("/list", PAGE.replace("Delete Bob?", "Delete everything?")))
    result = replay(page, episode, patience=0.5)
    assert (result.outcome, result.step) == ("failed", 1)
    assert 'the page asked "Delete everything?", where it had asked "Delete Bob?": it was told no' in result.reason
    page.goto(site.add("/list", PAGE.replace("confirm('Delete Bob?')", "false")))
    result = replay(page, episode, patience=0.5)
    assert (result.step, result.reason.partition("): ")[2]) == (
        1, 'the page did not say "Delete Bob?" as it did then',
    )  # fmt: skip
    page.goto(site.add("/list", PAGE.replace("log('saved')", "confirm('Another?') && log('more')")))
    page.on_dialog = usual = lambda dialog: True
    replay(page, episode, patience=0.5)
    assert "more" not in log_of(page)
    assert page.on_dialog is usual


def test_a_dialog_of_a_frame_is_heard_once(site: Any, person: Any, record: Any, open_page: Any) -> None:
    other = site.root.replace("127.0.0.1", "localhost")
    site.add("/inner", PAGE)
    person.page.goto(site.add("/outer", f"<iframe src='{other}/inner' width=400 height=200></iframe>"))
    person.page.on_dialog = lambda dialog: True
    recording = record("delete")
    recording.rest()
    person.click("Delete")
    episode = recording.finish()
    assert [step.dialogs for step in episode.steps] == [(Answered("confirm", "Delete Bob?", True),)]
    assert replay(open_page(), episode).outcome == "done"


def test_what_repeats_a_secret_is_not_kept(site: Any, person: Any, record: Any) -> None:
    html = "<input id=pin type=password aria-label=Password><button onclick='alert(pin.value)'>In</button>"
    person.page.goto(site.add("/in", html))
    person.page.on_dialog = lambda dialog: True
    recording = record("log in")
    person.click("Password", "textbox")
    person.write("s3cret!")
    person.click("In")
    episode = recording.finish()
    assert [step.dialogs for step in episode.steps] == [(), (Answered("alert", "•••••"),)]
    assert all(b"s3cret" not in path.read_bytes() for path in recording.folder.rglob("*") if path.is_file())
