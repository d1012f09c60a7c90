"""What controls are for: the list of intents, and the commands that are made of it."""

from __future__ import annotations

from collections import Counter

import numpy as np

from webagent.data.pages.blocks import make_page
from webagent.data.pages.command import command_for
from webagent.data.pages.intents import intents
from webagent.data.pages.naming import by_intent
from webagent.data.pages.scene import Scene, Target
from webagent.data.pages.values import vocabulary
from webagent_envs.spaces import Click

HEADS = "<table><tr><th><a href=?o=1>Due</a></th><th>City</th></tr><tr><td>May</td><td>Oslo</td></tr></table>"
CARDS = "".join(
    f"<div><h4>{name}</h4><button aria-label='Delete {name}'>x</button><button>Edit</button></div>"
    for name in ("Desk lamp", "Tea kettle")
)
PAGE = (
    "<button>Calculate</button><button aria-label=Undo>u</button><button title=Redo style='width:20px'></button>"
    "<button>Save</button><button>Save draft</button><a href=#p>Sign in</a><a href=#q>Log in</a><a href=#a>Archive</a>"
    f"<input placeholder=Search><button>Search</button><button>Delete everything here</button>{CARDS}{HEADS}"
)


def named(scene: Scene, label: str) -> Target:
    return next(target for target in scene.targets if target.label == label)


def said(scene: Scene, label: str) -> set[str]:
    target = named(scene, label)
    return {ref.words for seed in range(80) for ref in by_intent(scene, target, np.random.default_rng(seed))}


def phrases(label: str) -> set[str]:
    return set(next(intent for intent in intents() if label in intent.labels).say)


def test_intents_are_well_formed() -> None:
    assert sum(not intent.slotted for intent in intents()) >= 350
    assert sum(intent.slotted for intent in intents()) >= 60
    for intent in intents():
        assert 2 <= len(intent.labels) <= 8 or intent.within, intent.labels
        assert 10 <= len(intent.say) <= 16 if not intent.slotted else len(intent.say) >= 5, intent.labels
        texts = (*intent.labels, *intent.say)
        assert all(text.count("{x}") == intent.slotted and text == " ".join(text.split()) for text in texts), texts
        assert all(label == label.casefold() for label in intent.labels), intent.labels
        assert set(intent.of) <= set(vocabulary()), intent.of
        assert bool(intent.of) == (intent.slotted and not intent.within), intent.labels


def test_no_words_belong_to_two_intents() -> None:
    labels = Counter(label for intent in intents() for label in intent.labels)
    spoken = Counter(phrase.casefold() for intent in intents() for phrase in intent.say)
    assert [label for label, times in labels.items() if times > 1] == []
    assert [phrase for phrase, times in spoken.items() if times > 1] == []
    assert set(spoken) & set(labels) == set()


def test_what_is_near_and_what_is_opposite_are_intents() -> None:
    first = {intent.labels[0] for intent in intents()}
    for intent in intents():
        assert set(intent.near) - {"{x}"} <= first, intent.labels
        assert not intent.opposite or intent.opposite in first - {intent.labels[0]}, intent.labels


def test_what_a_control_is_for_is_said_without_its_label(scene: Scene) -> None:
    assert said(scene, "Calculate") == phrases("calculate")
    assert "work it out" in said(scene, "Calculate")
    assert said(scene, "Undo") and said(scene, "Redo") and not said(scene, "Undo") & said(scene, "Redo")


def test_nothing_is_said_that_two_controls_could_mean(scene: Scene) -> None:
    for label in ("Sign in", "Log in", "Search", "Save", "Edit"):
        assert said(scene, label) == set(), label
    assert said(scene, "Archive") == set()  # a link is a place


def test_names_of_the_page_fill_the_slots(scene: Scene) -> None:
    words = said(scene, "Delete Tea kettle")
    assert "get rid of Tea kettle" in words
    assert all("Tea kettle" in one and "{" not in one for one in words)
    assert said(scene, "Delete everything here") == set()  # nothing on the page is called that
    assert "rank the rows by Due" in said(scene, "Due")


def test_whole_sentences_are_commands_as_they_are(scene: Scene) -> None:
    target = named(scene, "Calculate")
    made = [command_for(scene, target, "", np.random.default_rng(seed)) for seed in range(80)]
    asked = [one for one in made if one and "put in the numbers" in one.words.casefold()]
    assert asked and all(one.words.casefold().startswith("i've put") for one in asked)
    assert all(one.actions == (Click(target.ref),) for one in asked)


def test_every_intent_turns_up_in_made_pages() -> None:
    pages = "".join(make_page(seed)[1] for seed in range(4000)).casefold()
    plain = [intent for intent in intents() if not intent.slotted]
    missing = [i.labels[0] for i in plain if not any(f">{one}<" in pages or f'"{one}' in pages for one in i.labels)]
    assert missing == []
