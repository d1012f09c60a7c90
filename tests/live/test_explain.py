"""Explanations: what is named is what would have changed the choice; what is foretold is what happens."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from tests.conftest import Site
from tests.live.test_conversation import TWINS, Write, does, named, talk
from webagent.cli.app import run
from webagent.data.memory import Memory
from webagent.live.agent import Agent
from webagent.live.demo import demo_page
from webagent.live.explain import expected, explain, in_words
from webagent.live.explain.ahead import imagine
from webagent.live.explain.weighing import confidence_in
from webagent.live.recall import Recalling
from webagent.policy import Policy
from webagent_envs.env import WebEnv
from webagent_envs.spaces import Action, Click, Observation, Select, Stop, Type

DEMOS = Path(__file__).parents[2] / "demos"
FORM = """<form><label>Name <input id=n></label><label><input type=checkbox id=t> Terms</label>
<select id=s aria-label=Size><option>Small<option>Large</select><a href="#x">Help</a><button>Save</button></form>"""


@pytest.fixture(scope="module")
def policy() -> Policy:
    return Policy.load()


@pytest.fixture
def seen() -> Callable[[str, str], Observation]:
    def look(body: str, command: str) -> Observation:
        env = WebEnv(html=f"<!doctype html><title>t</title><body>{body}", instruction=command)
        try:
            return env.reset()[0]
        finally:
            env.close()

    return look


@pytest.fixture
def memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Memory:
    monkeypatch.setenv("WEBAGENT_HOME", str(tmp_path / "home"))
    return Memory()


def torn(seen: Observation) -> list[tuple[Action, float]]:
    """As sure of either button, whatever it is called."""
    one, other = (element.ref for element in seen.elements if element.tag == "button")
    return [(Stop(), 0.9)] if seen.actions else [(Click(one), 0.5), (Click(other), 0.45)]


def ref_of(observation: Observation, name: str) -> int:
    return next(e.ref for e in observation.elements if name in (e.name, e.text) and (e.clickable or e.editable))


def test_the_words_and_the_elements_that_carried_it(policy: Policy, seen: Callable[[str, str], Observation]) -> None:
    page = seen("<button>Cancel</button> <button>Save</button> <p>Some text</p>", "please press Cancel")
    found = explain(policy, page)
    assert found.choice is not None and found.choice.name == "Cancel"
    assert found.runner_up is not None and found.runner_up.words != found.choice.words
    assert [part.text for part in found.words] == ["please", "press", "Cancel"]
    assert max(found.words, key=lambda part: part.weight).text == "Cancel"
    assert found.elements[0].text == "Cancel" and found.elements[0].weight > 0.3


def test_a_weight_is_the_share_that_is_lost(policy: Policy, seen: Callable[[str, str], Observation]) -> None:
    page, less = (seen("<button>Cancel</button><button>Save</button>", words) for words in ("press Save", "press"))
    action = policy.act(page)[0][0]
    whole, rest = confidence_in(policy, page, action), confidence_in(policy, less, action)
    assert explain(policy, page).words[1].weight == pytest.approx((whole - rest) / whole, abs=1e-3)


def filling(observation: Observation) -> list[tuple[Action, float]]:
    """Fill in the form above, by what it shows."""
    by_id = {element.attributes.get("id"): element for element in observation.elements}
    size = next(element for element in observation.elements if element.text == "Large")
    if by_id["n"].value != "Ada":
        return [(Type(by_id["n"].ref, "Ada"), 0.9)]
    if not by_id["t"].checked:
        return [(Click(by_id["t"].ref), 0.9)]
    if not size.selected:
        return [(Select(by_id["s"].ref, "Large"), 0.9)]
    return [(Click(ref_of(observation, "Save")), 0.9)]


class Filling:
    def act(self, observation: Observation) -> list[tuple[Action, float]]:
        return filling(observation)


def test_what_is_expected_goes_on_as_far_as_the_page_tells(seen: Callable[[str, str], Observation]) -> None:
    steps = expected(Filling(), seen(FORM, "fill it in"), threshold=0.4)
    assert [step.words.split()[0] for step in steps] == ["type", "click", "choose", "click"]
    assert [step.last for step in steps] == ["", "", "", "another page"]


def test_what_is_imagined_is_what_happens() -> None:
    env = WebEnv(html=f"<!doctype html><title>t</title><body>{FORM}", instruction="fill it in")
    try:
        now, _ = env.reset()
        for _ in range(3):
            action = filling(now)[0][0]
            thought = imagine(now, action)
            now, _, _, _, _ = env.step(action)
            for mine, real in zip(thought.elements, now.elements, strict=True):
                assert (mine.value, mine.checked, mine.selected, mine.focused) == (
                    real.value,
                    real.checked,
                    real.selected,
                    real.focused,
                ), (action, real)
    finally:
        env.close()


def test_a_command_that_seems_done(policy: Policy, seen: Callable[[str, str], Observation]) -> None:
    class Done:
        def act(self, observation: Observation) -> list[tuple[Action, float]]:
            return [(Stop(), 0.9), (Click(observation.elements[-1].ref), 0.1)]

    found = explain(Done(), seen("<button>Save</button>", "save"))
    assert (
        found.done and found.choice is not None and in_words(found).startswith("It seems done; otherwise I would click")
    )


def test_what_was_taught_is_named(policy: Policy, memory: Memory, site: Site) -> None:
    memory.add(DEMOS)
    shown = memory.episodes()[0]
    recalling = Recalling(policy, memory)
    with Agent(recalling, viewport=(900, 620)) as agent:
        page = agent.open(site.add("/page", demo_page().read_text("utf-8")))
        found = explain(recalling, page.observe(shown.command), episodes=memory.episodes())
        unlike = explain(recalling, page.observe("qwertz uiop"), episodes=memory.episodes())
    assert found.shown[0].followed and found.shown[0].command == shown.command
    assert len(found.shown[0].steps) == len(shown.steps) and "As you showed me" in in_words(found)
    assert not any(one.followed for one in unlike.shown)


def test_from_the_command_line(memory: Memory, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page, out = tmp_path / "page.html", tmp_path / "why.png"
    page.write_text("<!doctype html><title>t</title><button>Cancel</button> <button>Save</button>", "utf-8")
    assert run(["explain", "press Save", "--url", str(page), "--data", str(DEMOS), "--out", str(out), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["choice"]["name"] == "Save" and [word["text"] for word in told["words"]] == ["press", "Save"]
    with Image.open(out) as picture:
        assert picture.width == 1280 and len(picture.convert("RGB").getcolors(1 << 20) or ()) > 20
    assert run(["explain", "press Save", "--url", str(page), "--out", str(tmp_path / "why.html")]) == 0
    assert "because you said" in capsys.readouterr().out.lower()
    assert "data:image/png" in (tmp_path / "why.html").read_text("utf-8")
    assert run(["explain", "press Save"]) == 2


def test_why_before_an_answer_and_afterwards(told: object, told_agent: Agent, page: Write) -> None:
    told.decide = torn  # type: ignore[attr-defined]
    told_agent.open(page(TWINS))
    script = talk(told_agent, "reply", "why?", "2", "why")
    before, chosen, after = script.results
    assert "Second best: click" in before.reason and "Expected:" in before.reason
    assert chosen.outcome == "done" and len(script.numbers) == 2  # asked again
    assert after.reason.startswith("I would click") and "Expected" not in after.reason


def test_why_while_asked_names_no_password(told: object, told_agent: Agent, page: Write) -> None:
    def two_fields(seen: Observation) -> list[tuple[Action, float]]:
        fields = [element.ref for element in seen.elements if element.editable]
        return [(Type(fields[0], "hunter2"), 0.4), (Type(fields[1], "hunter2"), 0.35)]

    told.decide = two_fields  # type: ignore[attr-defined]
    told_agent.open(page("<label>Old <input type=password></label> <label>New <input type=password></label>"))
    explained, _ = talk(told_agent, "type hunter2", "why", "cancel").results
    assert "Second best" in explained.reason and "hunter2" not in explained.reason


def test_why_with_nothing_done(told: object, told_agent: Agent, page: Write) -> None:
    told.decide = does(named("Reply"))  # type: ignore[attr-defined]
    told_agent.open(page(TWINS))
    assert [result.outcome for result in talk(told_agent, "why").results] == ["failed"]
