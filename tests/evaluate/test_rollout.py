"""The run loop in a real browser, with actors whose result is known."""

from __future__ import annotations

from typing import Any

import gymnasium
import pytest
from threadpoolctl import threadpool_info

import webagent_envs  # noqa: F401
from webagent.errors import UsageError
from webagent.evaluate.benchmark import EvaluateConfig, evaluate
from webagent.evaluate.rollout import episode_seed, play, run_episode
from webagent.evaluate.run import Plan, Worker
from webagent.policy.agents import RandomActor, SubmitActor, Untried
from webagent_envs.errors import UnknownTask
from webagent_envs.spaces import Click, Element, Observation, Stop


def test_seeds_depend_on_all_three_and_stay_below_two_to_the_31() -> None:
    seeds = {episode_seed(s, task, i) for s in (0, 1) for task in ("click-test", "login-user") for i in range(50)}
    assert len(seeds) == 200
    assert all(0 <= seed < 2**31 for seed in seeds)
    assert episode_seed(0, "click-test", 3) == 339831302


@pytest.fixture
def env() -> Any:
    env = gymnasium.make("webagent/click-button-v1", disable_env_checker=True)
    yield env
    env.close()


def test_one_episode_step_by_step(env: Any) -> None:
    transitions = list(play(env, SubmitActor(), seed=7))
    assert [transition.done for transition in transitions][-1]
    assert all(not transition.done for transition in transitions[:-1])
    assert isinstance(transitions[0].observation, Observation)
    assert transitions[0].env_ms > 0


def test_an_episode_can_be_run_again(env: Any) -> None:
    first, second = (run_episode(env, RandomActor(), "click-button", seed=5) for _ in range(2))
    assert (first.success, first.raw_reward, first.steps) == (second.success, second.raw_reward, second.steps)


def test_results_do_not_depend_on_the_number_of_workers() -> None:
    tasks = ["click-test", "click-checkboxes"]
    one, two = (
        evaluate(tasks, EvaluateConfig(policy="submit-only", episodes=3, seed=4, workers=workers)) for workers in (1, 2)
    )
    assert one["tasks"]["click-test"]["successes"] == 3
    for result in (one, two):
        for row in result["tasks"].values():
            assert row["policy_ms"] >= 0
    assert [row["successes"] for row in one["tasks"].values()] == [row["successes"] for row in two["tasks"].values()]
    assert set(one) >= {"mean", "low", "high", "episodes", "policy", "policy_hash", "seed", "tasks"}


def test_a_worker_works_on_one_core() -> None:
    Worker(Plan()).close()
    assert {library["num_threads"] for library in threadpool_info()} == {1}


def test_partial_credit_is_no_success() -> None:
    """Pressing Submit alone earns click-checkboxes a share of its reward, which must not count."""
    result = evaluate(["use-colorwheel-2"], EvaluateConfig(policy="submit-only", episodes=4))
    assert result["mean"] == 0


def test_what_cannot_be_run_is_refused() -> None:
    with pytest.raises(UsageError, match="no task"):
        evaluate([], EvaluateConfig(policy="random"))
    with pytest.raises(UsageError, match="0 episodes"):
        evaluate(["click-test"], EvaluateConfig(policy="random", episodes=0))
    with pytest.raises(UnknownTask, match="click-test"):
        evaluate(["click-tset"], EvaluateConfig(policy="random", episodes=1))


def test_what_changed_nothing_is_not_tried_again() -> None:
    page = Observation(instruction="x", elements=(Element(ref=1, tag="p"), Element(ref=2, tag="p")))
    changed = Observation(instruction="x", elements=(Element(ref=1, tag="p", text="new"), Element(ref=2, tag="p")))
    ranked = [(Click(1), 0.6), (Click(2), 0.3), (Stop(), 0.1)]
    untried = Untried()
    assert [untried.best(ranked, page) for _ in range(4)] == [Click(1), Click(2), Stop(), Click(1)]
    assert untried.best(ranked, changed) == Click(1)
