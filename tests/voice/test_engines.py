"""Real speech through real engines."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from webagent.errors import UsageError
from webagent.voice.engines import make
from webagent.voice.hearing import Recognizer, Sound
from webagent.voice.vocabulary import Label, Vocabulary
from webagent.voice.words import spoken
from webagent_envs.spaces import Observation

Say = Callable[[str], Sound]


@pytest.fixture(scope="module", params=["sphinx", "whisper"])
def engine(request: pytest.FixtureRequest, page: Observation, tiny_whisper: Path) -> Recognizer:
    made = make(request.param, str(tiny_whisper))
    made.bias(Vocabulary.of(page))
    return made


@pytest.mark.parametrize("command", ["click Refresh", "Save draft", "log out", "stop"])
def test_hears_the_words_of_the_page(engine: Recognizer, say: Say, command: str) -> None:
    heard = engine.hear(say(command))
    assert heard.hypotheses[0].spoken == command.lower()
    assert 0 < heard.trust <= 1 and heard.engine == engine.name
    assert sum(hypothesis.share for hypothesis in heard.hypotheses) == pytest.approx(1)


def test_hears_other_words_once_the_page_has_them(engine: Recognizer, say: Say, page: Observation) -> None:
    engine.bias(Vocabulary([], [], []))
    engine.bias(Vocabulary.of(page))
    assert "travel" in engine.hear(say("open Travel")).hypotheses[0].spoken


def test_the_beginning_of_what_was_said_is_not_taken_for_all_of_it(engine: Recognizer, say: Say) -> None:
    """ "Download" is a label, too."""
    labels = [Label(text, spoken(text)) for text in ("Download", "Download results")]
    engine.bias(Vocabulary(labels, [], []))
    assert engine.hear(say("Download results")).hypotheses[0].text == "Download results"


def test_silence_says_nothing_that_is_trusted(engine: Recognizer) -> None:
    heard = engine.hear(np.zeros(16_000, np.int16))
    assert not heard.hypotheses or heard.trust < 0.5


def test_a_model_that_is_not_there_is_named() -> None:
    with pytest.raises(UsageError, match=r"no-such-model.*--engine sphinx"):
        make("whisper", "no-such-model")


def test_auto_takes_whisper_where_a_model_is_there(tiny_whisper: Path) -> None:
    assert make("auto", str(tiny_whisper)).name == "whisper"
    assert make("auto", "/no/such/folder").name == "sphinx"
