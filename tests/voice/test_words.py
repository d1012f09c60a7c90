"""From what stands on a page to what is said, and back."""

import pytest

from webagent.voice.sounds import load_sounds
from webagent.voice.vocabulary import Vocabulary
from webagent.voice.words import spoken
from webagent_envs.spaces import Observation


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("Save & close…", "save and close"),
        ("HelloThere", "hello there"),
        ("PDFExport", "pdf export"),
        ("Inbox (12)", "inbox twelve"),
        ("user_name@example.com", "user name at example com"),
        ("Yes, I’m sure", "yes i'm sure"),
        ("007", "zero zero seven"),
        ("— …", ""),
    ],
)
def test_what_is_written_as_it_is_said(written: str, said: str) -> None:
    assert " ".join(spoken(written)) == said


def test_labels_come_back_as_the_page_writes_them(page: Observation) -> None:
    vocabulary = Vocabulary.of(page)
    assert vocabulary.write(("press", "zojirushi", "rice", "cooker")) == "press Zojirushi rice cooker"
    assert vocabulary.write(("type", "forty", "one", "into", "city")) == "type 41 into City"


def test_written_words_get_the_capitals_of_the_page(page: Observation) -> None:
    vocabulary = Vocabulary.of(page)
    assert vocabulary.spell("Click save Draft, not drafts") == "Click Save draft, not drafts"
    assert vocabulary.spell("travelling") == "travelling" and Vocabulary([], [], []).spell("travel") == "travel"


def test_a_page_that_says_the_same_has_the_same_vocabulary(page: Observation) -> None:
    assert Vocabulary.of(page) == Vocabulary.of(page) and len({Vocabulary.of(page), Vocabulary.of(page)}) == 1


def test_words_that_no_dictionary_has_get_their_sounds() -> None:
    sounds = load_sounds()
    assert sounds.of("podcasts")[2:] == ("D", "K", "AE", "S", "T", "S")
    assert sounds.of("vanda")[0] == "V" and sounds.of("") == ()
