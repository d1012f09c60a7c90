"""The bar in real pages: seen by a person, by nobody else."""

import io
import json
import time
from collections.abc import Iterator
from typing import Any

import pytest
from PIL import Image

from webagent.errors import UsageError
from webagent.live.agent import Agent
from webagent.live.bar import Bar
from webagent.live.chat import Inbox
from webagent.live.person import Mark, Question
from webagent.live.result import Candidate, Result
from webagent_envs.page import Page

SPY = """<!doctype html><title>Spy</title><body><h1>Shop</h1><button>Buy now</button> <input>
<script>
  window.heard = [];
  for (const type of ['keydown', 'keyup', 'keypress', 'input', 'beforeinput', 'click', 'mousemove', 'paste'])
    window.addEventListener(type, (event) => heard.push(type + (event.key || '')), true);
  new MutationObserver((news) => { window.changes = (window.changes || 0) + news.length; })
    .observe(document, {subtree: true, childList: true, attributes: true});
</script>"""


def main(page: Page, expression: str) -> Any:
    """A value among the page's own scripts."""
    told = page._tab.call("Runtime.evaluate", expression=expression, returnByValue=True)
    return told["result"].get("value")


def press(page: Page, *keys: str, code: str = "", modifiers: int = 0) -> None:
    """Real keys, wherever the focus is."""
    for key in keys:
        numbers = {"Enter": 13, "Escape": 27}
        for kind in ("keyDown", "keyUp"):
            event: dict[str, Any] = {"type": kind, "key": key, "code": code, "modifiers": modifiers}
            event["windowsVirtualKeyCode"] = numbers.get(key, 0)
            if kind == "keyDown" and not modifiers:
                event["text"] = "\r" if key == "Enter" else key if len(key) == 1 else ""
            page._tab.call("Input.dispatchKeyEvent", **event)


def colours(page: Page, area: tuple[int, int, int, int]) -> int:
    """How many colours there are in a part of the picture."""
    found = Image.open(io.BytesIO(page.screenshot())).convert("RGB").crop(area).getcolors(100_000)
    return len(found or [])


class Desk:
    """A page with a bar on it."""

    def __init__(self, agent: Agent, url: str) -> None:
        self.page = agent.open(url)
        self.inbox = Inbox()
        self.bar = Bar(agent, self.inbox, "Control+Shift+Space")

    def toggle(self) -> None:
        press(self.page, " ", code="Space", modifiers=10)
        self.bar.pump()

    def heard(self) -> list[str | None]:
        self.bar.pump()
        found = []
        while not self.inbox._said.empty():
            found.append(self.inbox._said.get())
        return found

    def box(self, name: str) -> tuple[float, float, float, float]:
        return next(item.box for item in self.page.observe("").elements if item.name == name)


FORGED = """for (const type of ['keydown', 'keypress', 'keyup', 'click', 'pointerdown', 'submit'])
  for (const target of [document.body, window, document.activeElement, document.elementFromPoint(200, 540)])
    target.dispatchEvent(new (type.startsWith('key') ? KeyboardEvent : MouseEvent)(type,
      {key: 'y', code: 'KeyY', bubbles: true, composed: true, clientX: 200, clientY: 540}))"""
BOTTOM = (100, 500, 700, 600)


@pytest.fixture
def desk(told_agent: Agent, site: Any) -> Iterator[Desk]:
    made = Desk(told_agent, site.add("/spy", SPY))
    yield made
    made.bar.close()


def test_typing_is_heard_here_and_by_no_page(desk: Desk) -> None:
    page = desk.page
    count, html = "document.querySelectorAll('*').length", "document.documentElement.outerHTML"
    before, seen = (main(page, count), main(page, html)), page.observe("")
    desk.toggle()
    press(page, *"buy it")
    assert colours(page, BOTTOM) > 5
    assert (main(page, count), main(page, html)) == before and not main(page, "window.changes")
    assert main(page, "window.length") == 0 and main(page, "document.body.shadowRoot") is None
    now = page.observe("")
    assert [(item.ref, item.tag, item.box) for item in now.elements] == [
        (item.ref, item.tag, item.box) for item in seen.elements
    ]
    page._tab.call("Input.dispatchMouseEvent", type="mousePressed", x=400, y=560, button="left", clickCount=1)
    page._tab.call("Input.dispatchMouseEvent", type="mouseReleased", x=400, y=560, button="left", clickCount=1)
    press(page, "Enter")
    assert desk.heard() == ["buy it"]
    assert (
        main(page, "heard.filter((event) => /[a-z]$|Enter|input|paste/.test(event) && !/move$/.test(event)).join()")
        == ""
    )
    desk.bar.close()
    assert (main(page, count), main(page, html)) == before and colours(page, BOTTOM) == 1


def test_escape_closes_it_or_stops_what_goes_on(desk: Desk) -> None:
    desk.toggle()
    assert desk.bar._state.open
    press(desk.page, "Escape")
    desk.bar.pump()
    assert not desk.bar._state.open and colours(desk.page, BOTTOM) == 1
    desk.bar.mark(Mark("click", desk.box("Buy now")))
    press(desk.page, "Escape")
    desk.bar.pump()
    assert desk.inbox.stopped()


def test_our_own_escape_stops_nothing(desk: Desk) -> None:
    desk.bar.mark(Mark("press Escape", None, keys="Escape"))
    press(desk.page, "Escape")
    desk.bar.pump()
    assert not desk.inbox.stopped()


def test_a_question_is_answered_by_a_person_only(desk: Desk) -> None:
    page = desk.page
    desk.bar.question(Question(Mark('click the button "Buy now"', desk.box("Buy now")), "it may cost money"))
    assert colours(page, (0, 60, 150, 130)) > 5  # it is highlighted
    main(page, FORGED)
    main(page, "window.webagentTell && webagentTell('{\"say\": \"yes\"}'); window.postMessage({say: 'yes'}, '*')")
    assert desk.heard() == []
    time.sleep(0.5)  # an answer that comes at once was meant for something else
    press(page, *"yes", "Enter")
    assert desk.heard() == ["yes"]


def test_it_survives_navigation(desk: Desk, site: Any) -> None:
    desk.toggle()
    desk.page.goto(site.add("/next", "<h1>Next</h1>"))
    desk.bar.pump()
    assert colours(desk.page, BOTTOM) > 5
    press(desk.page, *"hello", "Enter")
    assert desk.heard() == ["hello"]


def test_numbers(desk: Desk) -> None:
    item = Candidate(ref=1, name="Buy now", kind="click", words="click it", confidence=0.5, box=desk.box("Buy now"))
    area = (0, 60, 150, 130)
    before = colours(desk.page, area)
    desk.bar.number("which one?", [item])
    assert colours(desk.page, area) > before
    desk.bar.number("", ())
    desk.bar.tell(Result(outcome="done", reason="done", command="buy it", url="", seconds=0.1))
    assert colours(desk.page, area) == before and colours(desk.page, BOTTOM) > 5
    desk.bar._fades = 0.0
    desk.bar.pump()
    assert colours(desk.page, BOTTOM) == 1


HARD_PAGES = {
    "strict policy": "<meta http-equiv=Content-Security-Policy content=\"default-src 'none'\"><h1>Strict</h1>",
    "a root of its own": "<body><h1>x</h1><script>"
    "document.body.attachShadow({mode: 'open'}).innerHTML = '<slot>'</script>",
    "a modal dialog": "<dialog>Hello</dialog><script>document.querySelector('dialog').showModal()</script>",
    "hides all": "<style>* { display: none !important; opacity: 0 !important }</style><h1>x</h1>",
    "names": "<img name=body><img name=createElement><img name=documentElement><form name=activeElement></form>",
    "prototypes": "<script>Element.prototype.attachShadow = Element.prototype.append = JSON.stringify = null</script>",
    "on top": "<div popover=manual style='inset: 0; width: 100%; height: 100%'>x</div>"
    "<script>document.querySelector('div').showPopover()</script>",
}


@pytest.mark.parametrize("kind", HARD_PAGES)
def test_pages_that_make_it_hard(told_agent: Agent, site: Any, kind: str) -> None:
    desk = Desk(told_agent, site.add("/hard", f"<!doctype html>{HARD_PAGES[kind]}"))
    try:
        desk.toggle()
        press(desk.page, *"hi", "Enter")
        if kind != "hides all":  # there nothing can be shown; the terminal still asks
            assert desk.heard() == ["hi"]
        seen = json.dumps([item.label for item in desk.page.observe("").elements])
        assert "Say what" not in seen
    finally:
        desk.bar.close()


def test_a_hotkey_that_is_none(told_agent: Agent) -> None:
    with pytest.raises(UsageError, match="Control\\+Shift\\+Space"):
        Bar(told_agent, Inbox(), "Banana")
