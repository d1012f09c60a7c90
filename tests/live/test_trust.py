"""What is free, shown and asked about; on real pages, with a person who answers as the test says."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from webagent.live.agent import Agent
from webagent.live.person import Doubt, Mark, Question
from webagent.live.sites import OWN, among, site_of
from webagent.live.trust import TIERS, Cause, Tier, Trust
from webagent_envs.page import Facts, Page
from webagent_envs.spaces import ACTION_KINDS, Action, Click, Goto, Observation, Press, Scroll, Stop, Type

Write = Callable[[str], str]


@dataclass
class Answers:
    """A person who was told what to answer."""

    yes: bool = False
    number: int = 0
    shown: list[Mark] = field(default_factory=list)
    asked: list[Question] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)
    on_question: Callable[[], None] = lambda: None

    def show(self, mark: Mark) -> None:
        self.shown.append(mark)

    def approve(self, question: Question) -> bool:
        self.asked.append(question)
        self.on_question()
        return self.yes

    def choose(self, doubt: Doubt) -> int:
        self.doubts.append(doubt)
        return self.number

    def stopped(self) -> bool:
        return False


def once(name: str, action: Callable[[int], Action] = Click) -> Callable[[Observation], list[tuple[Action, float]]]:
    """Act on the element of this name, then stop."""

    def decide(seen: Observation) -> list[tuple[Action, float]]:
        if seen.actions:
            return [(Stop(), 0.9)]
        return [(action(next(item.ref for item in seen.elements if name in (item.name, item.text))), 0.9)]

    return decide


POST = "<form method=post action=/sent><input name=q aria-label=Words><button>Go</button></form>"


def test_every_kind_of_action_has_a_tier() -> None:
    assert set(TIERS) == set(ACTION_KINDS.values())


def test_sites() -> None:
    assert site_of("https://www.example.org/a?b") == "example.org"
    assert site_of("http://127.0.0.1:8000/") == "127.0.0.1:8000"
    assert site_of("file:///tmp/page.html") == OWN == site_of("about:blank")
    assert site_of("mailto:ada@example.org") == "mailto:"
    assert among("login.example.org", ["example.org"]) and among("example.org", ["login.example.org"])
    assert not among("example.org.evil.net", ["example.org"]) and not among("notexample.org", ["example.org"])
    assert not among("example.org", ["org"])


@pytest.mark.parametrize(
    ("facts", "action", "causes"),
    [
        (Facts(there=True, name="Go", method="post"), Click(1), (Cause.SUBMIT,)),
        (Facts(there=True, name="Search", method="get"), Click(1), ()),
        (Facts(there=True, name="Buy now"), Click(1), (Cause.PAY,)),
        (Facts(there=True, name="How to buy a house without any money"), Click(1), ()),
        (Facts(there=True, name="Delete"), Click(1), (Cause.DELETE,)),
        (Facts(there=True, name="Sender"), Click(1), ()),
        (Facts(there=True, name="Card", pays=True, method="get"), Press("Enter", 1), (Cause.PAY,)),
        (Facts(there=True, name="Key", secret=True), Type(1, "x"), (Cause.PASSWORD,)),
        (Facts(there=True, name="Key", secret=True), Click(1), ()),
        (Facts(there=True, name="File", upload=True), Type(1, "/tmp/x"), (Cause.UPLOAD,)),
        (Facts(there=True, name="Go", seen=False), Click(1), (Cause.UNSEEN,)),
        (Facts(there=True, name="More", leads="https://other.net/"), Click(1), (Cause.NEW_SITE,)),
        (Facts(there=True, name="More", leads="https://login.example.org/"), Click(1), ()),
        (Facts(there=True, name="Delete", method="post"), Scroll(1), ()),
    ],
)
def test_causes(facts: Facts, action: Action, causes: tuple[Cause, ...]) -> None:
    trust = Trust()
    trust.knows("https://example.org/")
    about = None if TIERS[type(action)] is Tier.FREE else facts
    ruling = trust.judge(action, about, "https://example.org/", "do it")
    assert ruling.causes == causes
    assert (ruling.tier is Tier.ASKED) == bool(causes)
    allowed = Trust(allow=["example.org"])
    assert allowed.judge(action, about, "https://example.org/", "do it").tier is not Tier.ASKED


def test_addresses_that_were_named_are_not_new() -> None:
    trust = Trust()
    assert trust.judge(Goto("https://example.org/x"), None, "about:blank", "go to example.org/x").tier is Tier.FREE
    assert trust.judge(Goto("https://example.org"), None, "about:blank", "open Example").tier is Tier.FREE
    assert trust.judge(Goto("https://evil.net"), None, "about:blank", "open the menu").causes == (Cause.NEW_SITE,)


def test_pages_of_ones_own(told: Any, told_agent: Agent, page: Write) -> None:
    person = Answers()
    told.decide = once("Delete")
    result = told_agent.do("delete", url=page("<button onclick='document.title = 1'>Delete</button>"), person=person)
    assert (result.outcome, result.actions[0].tier) == ("done", "shown")
    assert not person.asked and person.shown[0].words == 'click the button "Delete"'
    assert person.shown[0].box is not None
    told.decide = once("Away")
    result = told_agent.do("away", url=page("<a href='http://127.0.0.1:9/'>Away</a>"), person=person)
    assert (result.outcome, result.exit_code) == ("refused", 4)
    assert "127.0.0.1:9" in person.asked[0].reason


def test_what_sends_a_form_is_asked_about(told: Any, told_agent: Agent, site: Any) -> None:
    address = site.add("/form", POST)
    told.decide = once("Go")
    result = told_agent.do("go", url=address)
    assert (result.outcome, result.exit_code, result.actions) == ("refused", 4, ())
    assert "sends a form" in result.reason and result.url == address
    no, yes = Answers(), Answers(yes=True)
    assert told_agent.do("go", url=address, person=no).outcome == "refused"
    result = told_agent.do("go", url=address, person=yes)
    assert (result.outcome, result.actions[0].tier, result.actions[0].why) == ("done", "asked", "sends a form")
    assert len(no.asked) == len(yes.asked) == 1
    told.decide = once("Words", lambda ref: Press("Enter", ref))
    assert told_agent.do("press enter", url=address).outcome == "refused"
    assert told_agent.do("press enter", url=address, yes=True).outcome == "done"


def test_a_yes_is_for_what_was_shown(told: Any, told_agent: Agent, site: Any) -> None:
    told.decide = once("Send")
    body = "<button onclick='document.title = this.textContent'>Send</button>"
    page = told_agent.open(site.add("/a", body))
    person = Answers(yes=True)
    changes = ["'Send all'", "'Send everything'", "'Send more'"]

    def swap() -> None:
        if changes:
            assert isinstance(page, Page)
            page.evaluate(f"document.querySelector('button').textContent = {changes.pop()}")

    person.on_question = swap
    result = told_agent.do("send", person=person)
    assert result.outcome == "refused" and "kept changing" in result.reason and len(person.asked) == 3
    assert page.observe("").title == ""
    told.decide = once("Send all")
    assert told_agent.do("send", person=person).outcome == "done"
    assert page.observe("").title == "Send all"


def test_doubt_is_put_to_the_person(told: Any, told_agent: Agent, page: Write) -> None:
    def decide(seen: Observation) -> list[tuple[Action, float]]:
        if seen.actions:
            return [(Stop(), 0.9)]
        refs = [item.ref for item in seen.elements if item.tag == "button"]
        return [(Click(refs[0]), 0.48), (Click(refs[1]), 0.45), (Stop(), 0.02)]

    told.decide = decide
    body = "".join(f"<button onclick='document.title = this.textContent'>{name}</button>" for name in ("Left", "Right"))
    nobody = told_agent.do("the button", url=page(body))
    assert (nobody.outcome, nobody.exit_code, len(nobody.candidates)) == ("unsure", 4, 2)
    person = Answers(number=2)
    result = told_agent.do("the button", url=page(body), person=person)
    assert result.outcome == "done" and [item.name for item in person.doubts[0].candidates] == ["Left", "Right"]
    assert result.actions[0].words == 'click the button "Right"'
    assert told_agent.last is not None and told_agent.last.decisions[0].chosen


def test_a_page_that_moves_on_while_one_thinks(told: Any, told_agent: Agent, site: Any) -> None:
    """Refs begin again in each document: one of the page before must not hit another element of this one."""
    site.add("/b", "<button onclick='document.title = 1'>Delete</button>")
    address = site.add("/a", "<button>Refresh</button>")

    def decide(seen: Observation) -> list[tuple[Action, float]]:
        if seen.actions:
            return [(Stop(), 0.9)]
        assert told_agent.page is not None
        ref = next(item.ref for item in seen.elements if item.name == "Refresh")
        told_agent.page.evaluate("void (location.href = '/b')")
        return [(Click(ref), 0.9)]

    told.decide = decide
    result = told_agent.do("refresh", url=address)
    assert result.actions[0].error
    assert told_agent.page is not None and told_agent.page.observe("").title == ""
