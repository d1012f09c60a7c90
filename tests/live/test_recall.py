"""What was shown once is done for the same, a reworded, and another command; and forgotten again."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest

from webagent.cli.app import run
from webagent.data.dataset import read_episodes, write_shard
from webagent.data.memory import Memory
from webagent.errors import DataError
from webagent.live.agent import Agent
from webagent.live.demo import demo_page
from webagent.live.recall import Recalling
from webagent_envs.spaces import Action, Observation, Say

DEMOS = Path(__file__).parents[2] / "demos"
Ranked = list[tuple[Action, float]]


class Ignorant:
    """A policy that knows nothing."""

    def act(self, observation: Observation) -> Ranked:
        return [(Say("?"), 0.1)]


@pytest.fixture
def memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Memory:
    monkeypatch.setenv("WEBAGENT_HOME", str(tmp_path / "home"))
    return Memory()


@pytest.fixture(scope="module")
def agent() -> Iterator[Agent]:
    with Agent(Ignorant(), viewport=(900, 620)) as made:
        yield made


@pytest.fixture
def do(agent: Agent, memory: Memory, tmp_path: Path) -> Callable[[str], tuple[str, str]]:
    """Carries a command out on the page in the package; the outcome, and what the page says then."""
    page = demo_page().read_text("utf-8")
    copy = tmp_path / "page.html"
    copy.write_text(page, "utf-8")

    def carry_out(command: str) -> tuple[str, str]:
        agent._policy = Recalling(Ignorant(), memory)
        result = agent.do(command, url=str(copy))
        said = agent._page.evaluate("document.getElementById('log').textContent")  # type: ignore[union-attr]
        return result.outcome, said

    return carry_out


@pytest.fixture
def taught(memory: Memory, tmp_path: Path) -> None:
    """The demonstrations of the page, as if they had been recorded on a file."""
    source = tmp_path / "demos"
    shutil.copytree(DEMOS, source)
    for episode in list(read_episodes(source)):
        steps = tuple(
            msgspec.structs.replace(
                step, observation=msgspec.structs.replace(step.observation, url="file:///office/page.html")
            )
            for step in episode.steps
        )
        write_shard(source / "data" / f"{episode.id}.parquet", [msgspec.structs.replace(episode, steps=steps)])
    memory.add(source)


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("reply to Alan", "replying to Alan"),
        ("please reply to Grace", "replying to Grace"),
        ("delete the letter of Mary", "deleted the letter of Mary"),
        ("tick Call the dentist and Book a table, and save", "saved: Call the dentist, Book a table"),
        ("tick Pay the rent, and save", "saved: Pay the rent"),
        ("book an aisle seat to Oslo", "booked Oslo, aisle seat"),
        ("book a window seat to Vienna", "booked Vienna, window seat"),
        ("please book me an aisle seat to Lisbon", "booked Lisbon, aisle seat"),
        ("look for the moons of Jupiter", "searched for the moons of Jupiter"),
        ("log in as ada with lamp", "welcome, ada"),
    ],
)
@pytest.mark.usefixtures("taught")
def test_what_was_shown_is_done(command: str, said: str, do: Callable[[str], tuple[str, str]]) -> None:
    assert do(command) == ("done", said)


@pytest.mark.parametrize(
    "command",
    [
        "reply to nobody",
        "turn the lights off",
        "click on Refresh",
        "do not reply to Alan",
        "book Oslo",
        "forward to Alan",
    ],
)
@pytest.mark.usefixtures("taught")
def test_what_was_not_shown_is_left_to_the_policy(command: str, do: Callable[[str], tuple[str, str]]) -> None:
    assert do(command) == ("unsure", "ready")


@pytest.mark.usefixtures("taught")
def test_forgetting_takes_its_effect_away(memory: Memory, do: Callable[[str], tuple[str, str]]) -> None:
    assert do("reply to Alan")[0] == "done"
    for episode in memory.episodes():
        if "reply" in episode.command:
            memory.remove(episode.id)
    assert do("reply to Alan") == ("unsure", "ready")
    assert do("delete the letter of Alan")[0] == "done"


def test_from_the_command_line(memory: Memory, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def told(*arguments: str) -> dict[str, object]:
        assert run([*arguments, "--json"]) == 0
        found: dict[str, object] = json.loads(capsys.readouterr().out)
        return found

    added = told("teach", str(DEMOS))
    assert len(added["added"]) == 6  # type: ignore[arg-type]
    assert added["seconds"] < 5  # type: ignore[operator]
    name = next(episode.id for episode in memory.episodes() if episode.command == "reply to Alan")
    assert told("memory", "show", name)["steps"] == ['click the button "Reply" beside "Alan"']
    assert told("memory", "edit", name, "--command", "answer Alan")["command"] == "answer Alan"
    assert len(told("memory", "list")["episodes"]) == 6  # type: ignore[arg-type]
    assert told("memory", "export", name, "--out", str(tmp_path / "out"))["episodes"] == 1
    assert told("memory", "remove", name) == {"removed": name}
    with pytest.raises(DataError, match="memory holds nothing called"):
        memory.get(name)
    assert run(["data", "check", str(tmp_path / "out")]) == 0
