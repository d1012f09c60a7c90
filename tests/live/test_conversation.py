"""Conversations: what is said, in order, and what the page is like afterwards."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from webagent.data.dataset import read_episodes
from webagent.home import home
from webagent.live.agent import Agent
from webagent.live.conversation import Conversation
from webagent.live.person import Mark, Question
from webagent.live.result import Candidate, Result
from webagent.live.said import Said
from webagent_envs.spaces import (
    Action,
    Back,
    Click,
    Goto,
    Observation,
    Scroll,
    Select,
    Stop,
    TabClose,
    TabNew,
    Type,
)

Write = Callable[[str], str]


class Script:
    """A face that says what a test has written down."""

    def __init__(self, *lines: str) -> None:
        self.lines = list(lines)
        self.results: list[Result] = []
        self.marks: list[Mark] = []
        self.questions: list[Question] = []
        self.numbers: list[Sequence[Candidate]] = []
        self.stop_after = 99

    def listen(self) -> Said | None:
        return Said(self.lines.pop(0)) if self.lines else None

    def tell(self, result: Result) -> None:
        self.results.append(result)

    def mark(self, mark: Mark | None) -> None:
        if mark is not None:
            self.marks.append(mark)

    def question(self, question: Question) -> None:
        self.questions.append(question)

    def number(self, reason: str, candidates: Sequence[Candidate]) -> None:
        if candidates:
            self.numbers.append(candidates)

    def hear_out(self) -> None: ...

    def stopped(self) -> bool:
        return len(self.marks) >= self.stop_after


def talk(agent: Agent, *lines: str) -> Script:
    script = Script(*lines)
    Conversation(agent, script).run()
    return script


def does(*actions: Callable[[Observation], Action]) -> Callable[[Observation], list[tuple[Action, float]]]:
    """Do these, then stop; every command anew."""

    def decide(seen: Observation) -> list[tuple[Action, float]]:
        done = len(seen.actions)
        return [(Stop(), 0.95)] if done >= len(actions) else [(actions[done](seen), 0.9)]

    return decide


def named(name: str, kind: Callable[[int], Action] = Click) -> Callable[[Observation], Action]:
    return lambda seen: kind(next(item.ref for item in seen.elements if name in (item.name, item.text)))


def text_of(agent: Agent, identity: str) -> str:
    assert agent.page is not None
    return str(agent.page.evaluate(f"document.getElementById('{identity}').textContent"))


TWINS = """<div><b>Ada</b> <button onclick="o.textContent += 'A'">Reply</button></div>
<div><b>Grace</b> <button onclick="o.textContent += 'G'">Reply</button></div><p id=o></p>"""


def torn(seen: Observation) -> list[tuple[Action, float]]:
    """As sure of either button."""
    if seen.actions:
        return [(Stop(), 0.9)]
    one, other = (item.ref for item in seen.elements if item.name == "Reply")
    return [(Click(one), 0.5), (Click(other), 0.45)]


@pytest.mark.parametrize(("answer", "text"), [("2", "G"), ("the first one", "A"), ("cancel", ""), ("7", "")])
def test_two_that_could_be_meant(told: Any, told_agent: Agent, page: Write, answer: str, text: str) -> None:
    told.decide = torn
    told_agent.open(page(TWINS))
    script = talk(told_agent, "reply", answer)
    assert [item.words[-5:] for item in script.numbers[0]] == ['"Ada"', 'race"']
    assert text_of(told_agent, "o") == text
    assert [result.outcome for result in script.results] == ["done" if text else "unsure"]


def test_a_correction_is_kept(
    told: Any, told_agent: Agent, page: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WEBAGENT_HOME", str(tmp_path / "home"))
    told.decide = torn
    told_agent.open(page(TWINS))
    talk(told_agent, "reply", "2")
    (episode,) = read_episodes(home() / "corrections")
    assert (episode.command, episode.source, episode.success) == ("reply", "correction", True)
    step = episode.steps[0]
    chosen = step.observation.element(step.action.ref) if isinstance(step.action, Click) else None
    assert chosen is not None and step.observation.instruction == "reply"
    assert [item.name for item in step.observation.elements].index("Reply") < step.observation.elements.index(chosen)


def test_a_twin_is_asked_about_sooner_than_another_element(told: Any, told_agent: Agent, page: Write) -> None:
    """Where two are called the same, what tells them apart was perhaps not said."""

    def decide(seen: Observation) -> list[tuple[Action, float]]:
        one, other = (item.ref for item in seen.elements if item.tag == "button")
        return [(Stop(), 0.9)] if seen.actions else [(Click(one), 0.8), (Click(other), 0.15)]

    told.decide = decide
    told_agent.open(page(TWINS))
    assert [result.outcome for result in talk(told_agent, "reply", "cancel").results] == ["unsure"]
    told_agent.open(page(TWINS.replace("Reply</button></div>", "Forward</button></div>", 1)))
    assert [result.outcome for result in talk(told_agent, "forward").results] == ["done"]


def test_the_other_one(told: Any, told_agent: Agent, page: Write) -> None:
    def decide(seen: Observation) -> list[tuple[Action, float]]:
        if seen.actions:
            return [(Stop(), 0.9)]
        one, other = (item.ref for item in seen.elements if item.name == "Reply")
        return [(Click(one), 0.8), (Click(other), 0.05)]

    told.decide = decide
    told_agent.open(page(TWINS))
    script = talk(told_agent, "reply", "no, the other one")
    assert text_of(told_agent, "o") == "AG"  # what a page's script did cannot be taken back
    assert script.results[1].command == "reply" and script.results[1].outcome == "done"


def test_the_other_one_after_a_page_was_left(told: Any, told_agent: Agent, page: Write) -> None:
    page("<h1>One</h1>", "one.html")
    page("<h1>Two</h1>", "two.html")

    def decide(seen: Observation) -> list[tuple[Action, float]]:
        if seen.actions or "html" in seen.title:
            return [(Stop(), 0.9)]
        one, other = (item.ref for item in seen.elements if item.tag == "a")
        return [(Click(one), 0.8), (Click(other), 0.05)]

    told.decide = decide
    told_agent.open(page("<a href=one.html>More</a> <a href=two.html>More</a>"))
    script = talk(told_agent, "more", "not that one")
    assert script.results[-1].outcome == "done" and script.results[-1].url.endswith("two.html")


def test_numbers_on_everything(told: Any, told_agent: Agent, page: Write) -> None:
    body = "<label>Name <input></label><button onclick='o.textContent = 1'>Go</button><p id=o></p>"
    told_agent.open(page(body))
    script = talk(told_agent, "show numbers", "2", "hide numbers", "show numbers", "9")
    assert [item.words for item in script.numbers[0]] == ['click the field "Name"', 'click the button "Go"']
    assert text_of(told_agent, "o") == "1"
    assert [result.outcome for result in script.results] == ["done", "done", "done", "done", "failed"]


def test_undoing_pages_and_scrolling(told: Any, told_agent: Agent, page: Write) -> None:
    page("<h1>Next</h1>", "next.html")
    told_agent.open(page("<a href=next.html>Next</a><p style='height: 3000px'></p>"))
    told.decide = does(named("Next"))
    script = talk(told_agent, "next", "undo that", "undo that")
    assert [result.outcome for result in script.results] == ["done", "done", "failed"]
    assert "went back" in script.results[1].reason and "nothing to undo" in script.results[2].reason
    told.decide = does(lambda seen: Scroll(dy=700))
    script = talk(told_agent, "scroll down", "undo that")
    assert "scrolled back" in script.results[1].reason
    assert told_agent.page is not None and told_agent.page.observe("").scroll == (0, 0)


def test_undoing_each_field(told: Any, told_agent: Agent, page: Write) -> None:
    told_agent.open(
        page(
            "<input aria-label=Name value=Ada><select aria-label=City><option>Rome<option>Oslo</select>"
            "<label><input type=checkbox> Gift</label><label><input type=radio name=r checked> A</label>"
            "<label><input type=radio name=r> B</label>"
        )
    )
    told.decide = does(
        named("Name", lambda ref: Type(ref, "Grace")),
        named("City", lambda ref: Select(ref, "Oslo")),
        named("Gift"),
        named("B"),
    )
    fields = "[...document.querySelectorAll('input, select')].map((x) => x.value + x.checked).join()"
    assert told_agent.page is not None
    before = told_agent.page.evaluate(fields)
    script = talk(told_agent, "fill it in", "undo that")
    assert script.results[1].outcome == "done", script.results[1].reason
    assert told_agent.page.evaluate(fields) == before


def test_undoing_tabs(told: Any, told_agent: Agent, page: Write) -> None:
    address = page("<h1>One</h1>", "one.html")
    told_agent.open(address)
    assert told_agent.page is not None
    tabs = told_agent.page.tabs
    told.decide = does(lambda seen: TabNew())
    script = talk(told_agent, "open a new tab", "undo that")
    assert "closed the tab" in script.results[1].reason
    assert [tab.url for tab in told_agent.page.tabs] == [tab.url for tab in tabs]
    told.decide = does(lambda seen: TabNew("about:blank"), lambda seen: TabClose())
    told_agent.page.act(TabNew(Path(address).as_uri()))
    told.decide = does(lambda seen: TabClose())
    script = talk(told_agent, "close this tab", "undo that")
    assert "opened the tab again" in script.results[1].reason
    assert len(told_agent.page.tabs) == len(tabs) + 1
    told_agent.page.act(TabClose())


def test_what_was_sent_stays_sent(told: Any, told_agent: Agent, site: Any) -> None:
    told.decide = does(named("Go"))
    site.add("/sent", "<h1>Thanks</h1>")
    told_agent.open(site.add("/form", "<form method=post action=/sent><button>Go</button></form>"))
    script = talk(told_agent, "go", "yes", "undo that")
    assert script.results[0].outcome == "done" and "stays sent" in script.results[1].reason


def test_a_command_instead_of_an_answer(told: Any, told_agent: Agent, site: Any) -> None:
    told.decide = does(named("Send"))
    told_agent.open(site.add("/form", "<button onclick='document.title = 1'>Send</button>"))
    script = talk(told_agent, "send", "wait, send the other", "no")
    assert len(script.questions) == 2 and [result.outcome for result in script.results] == ["refused", "refused"]
    assert told_agent.page is not None and told_agent.page.observe("").title == ""


def test_stop(told: Any, told_agent: Agent, page: Write) -> None:
    told.decide = lambda seen: [(named("More")(seen), 0.9)]
    told_agent.open(page("<button onclick='o.textContent += 1'>More</button><p id=o></p>"))
    script = Script("more and more", "what can I say", "quit", "more")
    script.stop_after = 3
    Conversation(told_agent, script).run()
    assert script.results[0].outcome == "refused" and script.results[0].reason.startswith("stopped")
    assert text_of(told_agent, "o") == "11" and "undo that" in script.results[1].reason and script.lines == ["more"]


def test_several_steps_over_slow_pages(told: Any, told_agent: Agent, site: Any) -> None:
    site.add("/slow/results", "<a href=/slow/first>First result</a> <a href=/slow/second>Second</a>")
    site.add("/slow/first", "<h1>The first</h1><a href=/slow/more>More</a>")
    told_agent.open(
        site.add("/", "<form action=/slow/results><input aria-label=Search name=q><button>Go</button></form>")
    )
    told.decide = does(named("Search", lambda ref: Type(ref, "ada")), named("Go"), named("First result"))
    script = talk(told_agent, "search for ada and open the first result", "undo that")
    first = script.results[0]
    assert (first.outcome, len(first.actions)) == ("done", 3) and first.url.endswith("/slow/first")
    assert not any(record.error for record in first.actions)
    assert script.results[1].outcome == "done"
    assert told_agent.page is not None and told_agent.page.observe("").url == site.root + "/"


def test_going_somewhere_and_back(told: Any, told_agent: Agent, site: Any) -> None:
    told_agent.open(site.add("/a", "<h1>A</h1>"))
    there = site.add("/b", "<h1>B</h1>")
    told.decide = does(lambda seen: Goto(there), lambda seen: Back())
    result = talk(told_agent, f"go to {there} and back").results[0]
    assert (result.outcome, [record.tier for record in result.actions]) == ("done", ["free", "free"])
