"""A browser for all tests of this folder, and a policy that does what a test says."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from webagent.live.agent import Agent
from webagent_envs.spaces import Action, Observation

Ranked = list[tuple[Action, float]]


class Told:
    """A policy for tests of the loop: asks a function what to do."""

    def __init__(self) -> None:
        self.decide: Callable[[Observation], Ranked] = lambda observation: []

    def act(self, observation: Observation) -> Ranked:
        return self.decide(observation)


@pytest.fixture(scope="session")
def told() -> Told:
    return Told()


@pytest.fixture(scope="session")
def told_agent(told: Told) -> Iterator[Agent]:
    with Agent(told, viewport=(800, 600)) as agent:
        yield agent


@pytest.fixture
def page(tmp_path: Path) -> Callable[[str], str]:
    """Writes a page and returns its path."""

    def write(body: str, name: str = "page.html") -> str:
        path = tmp_path / name
        path.write_text(f"<!doctype html><meta charset=utf-8><title>Test</title>{body}", encoding="utf-8")
        return str(path)

    return write
