"""Recogniser and policy must agree; the policy is the one that ships."""

import pytest

from webagent.policy import Policy
from webagent.voice.agreement import judge
from webagent.voice.hearing import Heard, Hypothesis
from webagent_envs.spaces import Click, Observation


@pytest.fixture(scope="module")
def policy() -> Policy:
    return Policy.load()


def heard(*texts: tuple[str, float], trust: float = 1.0) -> Heard:
    return Heard(tuple(Hypothesis(text, share, text.lower()) for text, share in texts), "test", trust)


def test_acts_on_what_is_there(policy: Policy, page: Observation) -> None:
    judged = judge(heard(("click Refresh", 1.0)), page, policy)
    assert (judged.verdict, judged.choices[0].action) == ("act", Click(1))


def test_hypotheses_that_mean_the_same_add_up(policy: Policy, page: Observation) -> None:
    judged = judge(heard(("click save graft", 0.4), ("click Save draft", 0.35), ("save draft", 0.25)), page, policy)
    assert (judged.verdict, judged.choices[0].action) == ("act", Click(2))


@pytest.mark.parametrize("text", ["click Print boarding pass", "open the shopping cart", "play the next song"])
def test_what_is_not_there_is_refused(policy: Policy, page: Observation, text: str) -> None:
    judged = judge(heard((text, 1.0)), page, policy)
    assert judged.verdict != "act" and judged.reason


@pytest.mark.parametrize("text", ["press enter", "scroll down", "go back", "close tab", "scroll to the bottom"])
def test_what_is_said_to_the_browser_needs_no_word_of_the_page(policy: Policy, page: Observation, text: str) -> None:
    judged = judge(heard((text, 1.0)), page, policy)
    assert judged.verdict == "act" and not getattr(judged.choices[0].action, "ref", 0)


def test_two_readings_that_differ_are_a_question(policy: Policy, page: Observation) -> None:
    judged = judge(heard(("click Travel", 0.5), ("click Refresh", 0.5)), page, policy)
    assert judged.verdict == "unsure"
    assert {choice.action for choice in judged.choices[:2]} == {Click(1), Click(4)}


def test_noise_is_not_acted_on(policy: Policy, page: Observation) -> None:
    assert judge(heard(("click Travel", 1.0), trust=0.01), page, policy).verdict == "unsure"
    assert judge(heard(), page, policy).verdict == "unsure"
