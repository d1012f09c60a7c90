"""What is typed for another wording of a command that was shown; no page needed, and none of the applications."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from webagent.data.dataset import write_info, write_shard
from webagent.data.memory import Memory
from webagent.data.records import Episode, Step
from webagent.live.recall import Recalling
from webagent.live.recall.aiming import Aim
from webagent.live.recall.likeness import Pair
from webagent.live.recall.wording import words_of
from webagent_envs.spaces import Action, Click, Element, Observation, Say, Select, Type


def shown(command: str, text: str) -> Episode:
    """One in which that was typed into a field for a name."""
    field = Element(ref=1, tag="input", role="textbox", name="Name:", editable=True)
    seen = Observation(instruction=command, url="http://office/", elements=(field,))
    return Episode(
        id="1", task="", command=command, steps=(Step(seen, Type(1, text)),), success=True, source="recorded"
    )


@pytest.mark.parametrize(
    ("then", "text", "now", "typed"),
    [
        ("create a team named Night owls", "Night owls", "create a team with the name Bus drivers", "Bus drivers"),
        ("add a team called Owls", "Owls", "add a team with the name Bus drivers", "Bus drivers"),
        ("say Why not? on it", "Why not?", "say How so? on it", "How so?"),
        ("say All is well and send it", "All is well", "say How so? and send it", "How so?"),
        ("add a team called Owls", "Owls", "add a team called Larks.", "Larks"),
        ("rename Ideas to Plans", "Plans", "rename Ideas to The pond", "The pond"),
        ("add a seat for Ada", "Ada", "add a seat for Linus, he is late", "Linus"),
        ("tell the cook no nuts and send it", "no nuts", "tell the cook no garlic and send it", "no garlic"),
        ("change the name of Owls to Larks", "Larks", "change Owls' name to Night swifts", "Night swifts"),
        ("order as Ada", "Ada", "order with Grace as the name", "Grace"),
        ("rename the team Owls to Larks", "Larks", "rename this team to Night owls and save", "Night owls"),
        ("add a team called Owls", "Owls", 'add a team with "Larks and jays" as its name', "Larks and jays"),
        ("add a team called Owls", "Owls", "Larks is the name of a team that I need", "Larks"),
    ],
)
def test_what_is_typed_stands_where_the_old_text_stood(then: str, text: str, now: str, typed: str) -> None:
    episode = shown(then, text)
    assert Aim(Pair(episode, now)).text(episode.steps[0]) == typed


@pytest.mark.parametrize(
    ("then", "now", "like"),
    [
        ("add a team called Owls", "please create a new team named Larks", True),
        ("change the name of Owls to Larks", "set the name of Swifts to Jays", True),
        ("delete the team Owls", "remove the team Owls", True),
        ("add the team Owls", "remove the team Owls", False),
        ("tick the box Owls", "untick the box Owls", False),
    ],
)
def test_verbs_that_ask_for_the_same(then: str, now: str, like: bool) -> None:
    assert Pair(shown(then, "Owls"), now).is_like == like


def test_where_it_cannot_be_told_nothing_is_typed() -> None:
    episode = shown("order as ada@post.org", "ada@post.org")
    assert Aim(Pair(episode, "order as Grace")).text(episode.steps[0]) is None
    assert Aim(Pair(episode, "order as usual")).text(episode.steps[0]) is None


def test_what_belongs_to_somebody_is_about_them() -> None:
    assert words_of("Carol's and the owls’ rooms") == ["carol", "and", "the", "owls", "rooms"]


def saved(command: str, text: str) -> Episode:
    """One in which that was typed, a place was chosen, and it was saved."""
    (step,) = shown(command, text).steps
    place = Element(ref=2, tag="select", role="combobox", name="Place")
    button = Element(ref=3, tag="button", role="button", name="Save", clickable=True)
    options = tuple(
        Element(ref=ref, parent=2, tag="option", text=name, name=name) for ref, name in ((4, "Hall"), (5, "Yard"))
    )
    seen = msgspec.structs.replace(step.observation, elements=(*step.observation.elements, place, button, *options))
    acts = (step.action, Select(2, "Hall"), Click(3))
    steps = tuple(Step(msgspec.structs.replace(seen, actions=acts[:done]), action) for done, action in enumerate(acts))
    return msgspec.structs.replace(shown(command, text), steps=steps)


@pytest.mark.parametrize(
    ("command", "sure"),
    [
        ("add a team called Larks in the Hall", True),
        ("create a team called Larks in the Hall", True),
        ("add a team called Night swifts in the Hall", True),
        ("add a team called Larks of the pond in the Hall", True),
        ("add a team called Larks and save it in the Hall", True),  # "save" is the button
        ("add a team called Larks in the Hall for Grace", False),  # who is Grace?
        ("add a team called Larks in the Hall at 5:30", False),
        ("add a team called Larks in the Hall, then greet everybody", False),
    ],
)
def test_it_asks_where_the_command_says_more_than_was_shown(tmp_path: Path, command: str, sure: bool) -> None:
    episode = saved("add a team called Owls in the Hall", "Owls")
    write_shard(tmp_path / "shown" / "data" / "0.parquet", [episode])
    write_info(tmp_path / "shown", source="recorded", episodes=1)
    memory = Memory(tmp_path / "memory")
    memory.add(tmp_path / "shown")
    seen = msgspec.structs.replace(episode.steps[0].observation, instruction=command)
    (action, trust), *_ = Recalling(Ignorant(), memory).act(seen)
    assert isinstance(action, Type)
    assert (trust > 0.6) == sure
    assert sure or trust < 0.4


class Ignorant:
    """A policy that knows nothing."""

    def act(self, observation: Observation) -> list[tuple[Action, float]]:
        return [(Say("?"), 0.1)]


def test_of_two_that_are_as_like_the_one_is_followed_that_can_be_done_to_its_end(tmp_path: Path) -> None:
    button = Element(ref=2, tag="button", role="button", name="Place order", clickable=True)
    for number, (command, text) in enumerate((("order as Ada", "Ada"), ("order as ada@post.org", "ada@post.org"))):
        (step,) = shown(command, text).steps
        seen = msgspec.structs.replace(step.observation, elements=(*step.observation.elements, button))
        steps = (Step(seen, step.action), Step(seen, Click(2)))
        episode = msgspec.structs.replace(shown(command, text), id=f"episode-{number}", steps=steps)
        write_shard(tmp_path / "shown" / "data" / f"{number}.parquet", [episode])
    write_info(tmp_path / "shown", source="recorded", episodes=2)
    memory = Memory(tmp_path / "memory")
    memory.add(tmp_path / "shown")
    actor = Recalling(Ignorant(), memory)
    ranked = actor.act(msgspec.structs.replace(seen, instruction="order as Grace"))
    assert (actor.recalled, ranked[0][0]) == ("episode-0", Type(1, "Grace"))


def test_the_only_button_of_a_thing_is_meant_by_what_the_thing_is_called(tmp_path: Path) -> None:
    def page(title: str, command: str) -> Observation:
        elements = (
            Element(ref=1, tag="main", box=(0, 0, 400, 300)),
            Element(ref=2, parent=1, tag="div", box=(0, 0, 400, 30)),
            Element(ref=3, parent=2, tag="h2", role="heading", name=title, text=title, box=(0, 0, 200, 30)),
            Element(ref=4, parent=2, tag="button", role="button", name="edit", clickable=True, box=(300, 0, 40, 20)),
            Element(ref=5, parent=1, tag="p", text="Something long about it.", box=(0, 50, 400, 20)),
        )
        return Observation(instruction=command, url="http://notes/", elements=elements)

    command = "open Ideas for editing"
    episode = Episode(
        id="1",
        task="",
        command=command,
        steps=(Step(page("Ideas", command), Click(4)),),
        success=True,
        source="recorded",
    )
    write_shard(tmp_path / "shown" / "data" / "0.parquet", [episode])
    write_info(tmp_path / "shown", source="recorded", episodes=1)
    memory = Memory(tmp_path / "memory")
    memory.add(tmp_path / "shown")
    actor = Recalling(Ignorant(), memory)
    (action, trust), *_ = actor.act(page("Bread", "open Bread for editing"))
    assert (action, actor.recalled) == (Click(4), "1")
    assert trust > 0.6
    actor.act(page("Bread", "open Soup for editing"))
    assert actor.recalled == ""  # it is not there
