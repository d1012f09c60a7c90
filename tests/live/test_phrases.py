"""The conversation's own words, and nothing else."""

import pytest

from webagent.live.phrases import PHRASES, phrase


@pytest.mark.parametrize(
    ("said", "meaning"),
    [
        ("Stop!", "stop"),
        ("  stop it ", "stop"),
        ("Stop, stop!", "stop"),
        ("Undo that.", "undo"),
        ("please undo", "undo"),
        ("What can I say?", "help"),
        ("?", "help"),
        ("Show numbers", "show numbers"),
        ("No, the other one", "other"),
        ("no", "no"),
        ("Don’t do it", "no"),
        ("Yes, please", "yes"),
        ("never mind", "cancel"),
    ],
)
def test_whole_utterances(said: str, meaning: str) -> None:
    found = phrase(said)
    assert found is not None and found.meaning == meaning


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("2", 2),
        ("the second", 2),
        ("The second one", 2),
        ("click 7", 7),
        ("number twelve", 12),
        ("twenty-one", 21),
        ("the 3rd one", 3),
        ("the last one", -1),
    ],
)
def test_numbers(said: str, number: int) -> None:
    assert phrase(said) == ("number", number)


@pytest.mark.parametrize(
    "said",
    [
        "stop the timer",
        "undo the last change in the document",
        "go back",
        "scroll down",
        "press enter",
        "click on Cancel",
        "select two of them",
        "the second row",
        "",
        "no reply needed",
        "twenty twelve",
    ],
)
def test_commands_are_for_the_policy(said: str) -> None:
    assert phrase(said) is None


def test_no_utterance_means_two_things() -> None:
    every = [words for phrases in PHRASES.values() for words in phrases]
    assert len(every) == len(set(every))
