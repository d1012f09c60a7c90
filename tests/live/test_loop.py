"""The loop between policy and page, on real pages; the policy is told what to do, since the loop is the subject."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from webagent.errors import UsageError
from webagent.live.agent import Agent
from webagent_envs.spaces import Action, Click, Element, Observation, Select, Stop, Type

Write = Callable[[str], str]
COUNTER = '<button onclick="n.textContent = Number(n.textContent) + 1">More</button><p id=n>0</p>'
LOGIN = """
<form onsubmit="out.textContent = 'in'; return false"><label>Name <input></label>
<label>Key <input type=password></label><button>Log in</button></form><p id=out></p>"""


def element(observation: Observation, name: str) -> Element:
    return next(item for item in observation.elements if name in (item.name, item.text) and item.tag != "label")


def in_turn(*steps: tuple[str, Callable[[int], Action]], sure: float = 0.9) -> Callable[[Observation], Any]:
    """Decide by how many actions there were: (name of the element, action on its ref), then stop."""

    def decide(observation: Observation) -> list[tuple[Action, float]]:
        done = len(observation.actions)
        if done >= len(steps):
            return [(Stop(), 0.95)]
        name, action = steps[done]
        return [(action(element(observation, name).ref), sure), (Stop(), 0.05)]

    return decide


def test_acts_until_the_policy_says_stop(told: Any, told_agent: Agent, page: Write) -> None:
    told.decide = in_turn(("More", Click), ("More", Click))
    seen: list[str] = []
    result = told_agent.do("more, twice", url=page(COUNTER), on_action=lambda record: seen.append(record.words))
    assert (result.outcome, result.exit_code) == ("done", 0)
    assert seen == [action.words for action in result.actions] == ['click the button "More"'] * 2
    first = result.actions[0]
    assert first.element is not None
    assert (first.kind, first.element.role, first.element.name, first.element.tag) == (
        "click",
        "button",
        "More",
        "button",
    )
    assert (first.text, first.confidence, first.error) == (None, 0.9, "")
    assert 0 < first.page_ms < 5000 and 0 <= first.policy_ms < 1000
    assert result.url.startswith("file://") and result.seconds > 0


def test_the_page_stays_open_between_commands(told: Any, told_agent: Agent, page: Write) -> None:
    told.decide = in_turn(("More", Click))
    told_agent.do("more", url=page(COUNTER))
    told.decide = lambda seen: [(Stop(), 0.9)] if element(seen, "1") else []
    assert told_agent.do("is it one?").outcome == "done"


def test_json_is_as_promised(told: Any, told_agent: Agent, page: Write) -> None:
    told.decide = in_turn(("City", lambda ref: Select(ref, "Oslo")))
    result = told_agent.do("Oslo", url=page("<label>City <select><option>Rome<option>Oslo</select></label>")).to_dict()
    assert {"outcome", "reason", "command", "url", "seconds", "actions", "candidates"} <= set(result)
    promised = {"kind", "element", "text", "confidence", "policy_ms", "page_ms", "error"}
    assert promised <= set(result["actions"][0])
    assert set(result["actions"][0]["element"]) == {"ref", "role", "name", "tag"}
    assert result["actions"][0]["text"] == "Oslo"
    json.dumps(result)


def test_unsure_shows_candidates_and_does_nothing(told: Any, told_agent: Agent, page: Write) -> None:
    def decide(observation: Observation) -> list[tuple[Action, float]]:
        refs = [item.ref for item in observation.elements if item.tag == "button"]
        return [(Click(refs[0]), 0.3), (Stop(), 0.2), (Click(refs[1]), 0.15)]

    told.decide = decide
    body = '<button onclick="document.title = 1">Left</button><button onclick="document.title = 2">Right</button>'
    result = told_agent.do("the button", url=page(body))
    assert (result.outcome, result.exit_code, result.actions) == ("unsure", 4, ())
    assert [(item.name, item.confidence) for item in result.candidates] == [("Left", 0.3), ("Right", 0.15)]
    told.decide = lambda seen: [(Stop(), 0.9)] if seen.title == "Test" else []
    assert told_agent.do("untouched?").outcome == "done"


def test_candidates_of_one_name_are_told_apart(told: Any, told_agent: Agent, page: Write) -> None:
    def decide(observation: Observation) -> list[tuple[Action, float]]:
        return [(Click(item.ref), 0.3) for item in observation.elements if item.tag == "button"]

    told.decide = decide
    rows = "".join(f"<li><b>{name}</b> <span><button>Reply</button></span></li>" for name in ("Ada", "Grace"))
    result = told_agent.do("reply", url=page(f"<ul>{rows}</ul>"))
    assert [item.words for item in result.candidates] == [
        'click the button "Reply" beside "Ada"',
        'click the button "Reply" beside "Grace"',
    ]


def test_yes_acts_all_the_same(told: Any, told_agent: Agent, page: Write) -> None:
    told.decide = in_turn(("More", Click), sure=0.1)
    assert told_agent.do("more", url=page(COUNTER), yes=True).outcome == "done"


def test_dry_run_shows_and_does_nothing(told: Any, told_agent: Agent, page: Write) -> None:
    told.decide = in_turn(("More", Click))
    result = told_agent.do("more", url=page(COUNTER), dry_run=True)
    assert (result.outcome, result.actions) == ("done", ())
    assert [item.words for item in result.candidates] == ['click the button "More"']


def test_the_same_action_on_an_unchanged_page_is_stuck(told: Any, told_agent: Agent, page: Write) -> None:
    told.decide = lambda seen: [(Click(element(seen, "Nothing").ref), 0.9)]
    result = told_agent.do("click Nothing", url=page("<button>Nothing</button>"))
    assert (result.outcome, result.exit_code, len(result.actions)) == ("failed", 1, 1)
    assert "stuck" in result.reason and 'click the button "Nothing"' in result.reason


def test_toggling_back_and_forth_is_stuck(told: Any, told_agent: Agent, page: Write) -> None:
    told.decide = lambda seen: [(Click(element(seen, "Box").ref), 0.9)]
    result = told_agent.do("check Box", url=page("<label>Box <input type=checkbox></label>"))
    assert result.outcome == "failed" and "stuck" in result.reason and len(result.actions) <= 4


def test_the_step_limit_fails(told: Any, told_agent: Agent, page: Write) -> None:
    told.decide = lambda seen: [(Click(element(seen, "More").ref), 0.9)]
    result = told_agent.do("more", url=page(COUNTER), max_steps=4)
    assert (result.outcome, len(result.actions)) == ("failed", 4)
    assert "4 actions" in result.reason


def test_a_refused_action_is_recorded_and_the_loop_goes_on(told: Any, told_agent: Agent, page: Write) -> None:
    told.decide = in_turn(("More", lambda ref: Click(ref + 10_000)), ("More", Click))
    result = told_agent.do("more", url=page(COUNTER))
    assert result.outcome == "done"
    assert result.actions[0].error and not result.actions[1].error


def test_nothing_to_act_on_is_unsure(told: Any, told_agent: Agent, page: Write) -> None:
    told.decide = lambda seen: []
    assert told_agent.do("anything", url=page("")).outcome == "unsure"


def test_what_goes_into_a_password_field_is_never_shown(
    told: Any, told_agent: Agent, page: Write, tmp_path: Path
) -> None:
    secret = "correct horse"
    told.decide = in_turn(
        ("Name", lambda ref: Type(ref, "ada")), ("Key", lambda ref: Type(ref, secret)), ("Log in", Click)
    )
    said: list[str] = []
    result = told_agent.do(
        f'log in as "ada" with "{secret}"',
        url=page(LOGIN),
        trace=tmp_path / "trace",
        on_action=lambda record: said.append(record.words),
    )
    assert result.outcome == "done"
    assert result.actions[1].words == 'type ••••• into the field "Key"'
    written = [path.read_bytes() for path in (tmp_path / "trace").iterdir()]
    shown = [repr(result).encode(), "\n".join(said).encode(), *written]
    assert not any(secret.encode() in text for text in shown)
    assert result.actions[0].text == "ada"


def test_trace_and_screenshot(told: Any, told_agent: Agent, page: Write, tmp_path: Path) -> None:
    told.decide = in_turn(("More", Click))
    trace, picture = tmp_path / "a" / "trace", tmp_path / "end.png"
    told_agent.do("more", url=page(COUNTER), trace=trace, screenshot=picture)
    steps = [json.loads(line) for line in (trace / "steps.jsonl").read_text().splitlines()]
    assert [step["step"] for step in steps] == [0, 1]
    ref = steps[0]["done"]["element"]["ref"]
    assert steps[0]["action"] == {"kind": "click", "ref": ref, "modifiers": [], "button": "left"}
    assert steps[1]["action"] == {"kind": "stop"} and steps[1]["done"] is None
    assert [score["confidence"] for score in steps[0]["scores"]] == [0.9, 0.05]
    assert Observation.from_dict(steps[0]["observation"]).instruction == "more"
    assert {path.name for path in trace.glob("*.png")} == {"step-000.png", "step-001.png"}
    assert json.loads((trace / "result.json").read_text())["outcome"] == "done"
    assert picture.read_bytes().startswith(b"\x89PNG")


def test_a_trace_is_not_written_over(told: Any, told_agent: Agent, page: Write, tmp_path: Path) -> None:
    told.decide = in_turn(("More", Click))
    told_agent.do("more", url=page(COUNTER), trace=tmp_path / "trace")
    with pytest.raises(UsageError, match="another folder"):
        told_agent.do("more", url=page(COUNTER), trace=tmp_path / "trace")


@pytest.mark.parametrize("command", ["", "   ", "\n"])
def test_an_empty_command_is_refused(told_agent: Agent, command: str) -> None:
    with pytest.raises(UsageError, match="empty"):
        told_agent.do(command, url="about:blank")


def test_a_command_needs_a_page(told: Any) -> None:
    with Agent(told) as agent, pytest.raises(UsageError, match="no page is open"):
        agent.do("click")


def test_an_unreachable_page_is_an_outcome(told: Any, told_agent: Agent) -> None:
    result = told_agent.do("click", url="http://127.0.0.1:9/")
    assert (result.outcome, result.page_lost, result.exit_code) == ("failed", True, 3)
    assert "127.0.0.1:9" in result.reason


def test_closing_twice_is_fine(told: Any) -> None:
    agent = Agent(told)
    agent.close()
    agent.close()
