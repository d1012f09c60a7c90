"""Instructions in other words: every one that a page gives has some, which say the same."""

from __future__ import annotations

import json
import re
from contextlib import closing

import pytest

from webagent.cli.app import run
from webagent.errors import UsageError
from webagent.evaluate.benchmark import EvaluateConfig, evaluate
from webagent.evaluate.rewording import Reworded, reword, reworded_tasks
from webagent_envs.env import WebEnv


def test_there_are_enough() -> None:
    assert len(reworded_tasks()) >= 30


@pytest.mark.parametrize("task", reworded_tasks())
def test_every_instruction_of_a_page_has_three_rewordings_that_hold_its_values(task: str) -> None:
    with closing(WebEnv(task)) as env:
        for seed in range(8):
            said = env.reset(seed=seed)[0].instruction
            others = {reword(task, said, number) for number in range(3)}
            assert len(others) == 3
            assert said not in others
            values = re.findall(r'"[^"]*"|@\w+|\d[\d/:]*', said)
            for other in others:
                for value in values:
                    assert value.strip('"') in other or value == '"Search"', (value, other)


def test_the_seed_chooses_the_wording_and_it_stays_for_the_episode() -> None:
    with closing(WebEnv("click-test-2")) as plain:
        env = Reworded(plain, "click-test-2")
        first, second = (env.reset(seed=seed)[0].instruction for seed in (3, 4))
        assert first != second
        assert env.reset(seed=3)[0].instruction == first
        assert plain.reset(seed=3)[0].instruction.startswith("Click button")


def test_the_command_measures_reworded_tasks(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["eval", "--reworded", "--tasks", "click-test,click-button", "--episodes", "2", "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["reworded"] is True
    assert set(report["tasks"]) == {"click-test", "click-button"}


def test_a_task_without_rewordings_is_named() -> None:
    with pytest.raises(UsageError, match="no rewordings of tic-tac-toe"):
        evaluate(["tic-tac-toe"], EvaluateConfig(reworded=True))
