"""Where sound comes from, and where an utterance begins and ends."""

import io
import wave
from pathlib import Path

import numpy as np
import pytest

from tests.voice.conftest import speak
from webagent.errors import UsageError
from webagent.voice.endpoint import utterances
from webagent.voice.quiet import without_noise
from webagent.voice.sources import microphone, raw, wav_file


def test_two_utterances_are_told_apart_and_nothing_is_cut_off() -> None:
    one, two = speak("click Refresh"), speak("log out")
    blocks = np.array_split(np.concatenate([one, two]), 50)
    begun: list[None] = []
    found = list(utterances(blocks, begun=lambda: begun.append(None)))
    assert len(found) == len(begun) == 2
    for utterance, whole in zip(found, (one, two), strict=True):
        assert np.abs(utterance.astype(float)).sum() > 0.99 * np.abs(whole.astype(float)).sum()


def test_noise_is_no_utterance() -> None:
    noise = (800 * np.random.default_rng(0).standard_normal(48_000)).astype(np.int16)
    assert list(utterances([noise])) == []


def test_steady_noise_is_taken_out_and_speech_stays() -> None:
    clean = speak("click Refresh")
    noise = (300 * np.random.default_rng(0).standard_normal(len(clean))).astype(np.int16)
    quiet = without_noise(clean + noise)
    pause = slice(1000, 8000)
    assert np.std(quiet[pause]) < 0.4 * np.std(noise[pause])
    assert np.corrcoef(quiet, clean)[0, 1] > 0.95


def test_a_wav_file_of_any_kind_becomes_sound(tmp_path: Path) -> None:
    tone = np.sin(2 * np.pi * 440 * np.arange(44_100) / 44_100)
    both = np.repeat((20_000 * tone).astype("<i2"), 2)
    with wave.open(str(tmp_path / "a.wav"), "wb") as file:
        file.setparams((2, 2, 44_100, 0, "NONE", ""))
        file.writeframes(both.tobytes())
    sound = wav_file(tmp_path / "a.wav")
    assert len(sound) == 16_000
    assert np.abs(np.fft.rfft(sound.astype(float))).argmax() == 440


def test_what_is_no_wav_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.wav").write_text("hello")
    with pytest.raises(UsageError, match=r"a\.wav.*convert it to 16-bit PCM"):
        wav_file(tmp_path / "a.wav")


def test_raw_sound_comes_as_it_is() -> None:
    sound = np.arange(4000, dtype="<i2")
    assert np.array_equal(np.concatenate(list(raw(io.BytesIO(sound.tobytes())))), sound)


def test_a_microphone_that_is_not_there_says_what_to_do() -> None:
    with pytest.raises(UsageError, match="--audio-file"):
        next(microphone("no such microphone"))
