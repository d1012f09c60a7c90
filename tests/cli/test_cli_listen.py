"""Spoken commands from files, through the command line, on a page in a real browser."""

import json
import os
import shutil
import subprocess
import sys
import time
import urllib.request
import wave
from collections.abc import Callable
from ctypes.util import find_library
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest

from tests.live.test_attach import endpoint, running, titles
from tests.voice.conftest import Microphone, browser_that_hears, speak
from webagent.cli.app import run

Out = pytest.CaptureFixture[str]


@pytest.fixture
def say(tmp_path: Path) -> Callable[[str], str]:
    """Says a text into a WAV file; its path."""

    def write(text: str) -> str:
        path = tmp_path / f"{text}.wav"
        with wave.open(str(path), "wb") as file:
            file.setparams((1, 2, 16_000, 0, "NONE", ""))
            file.writeframes(np.concatenate([np.zeros(16_000, np.int16), speak(text)]).tobytes())
        return str(path)

    return write


@pytest.fixture
def page(tmp_path: Path) -> str:
    shutil.copy(str(files("webagent.live") / "demo_page.html"), tmp_path / "page.html")
    return str(tmp_path / "page.html")


def turns(arguments: list[str], capsys: Out, code: int) -> list[dict]:  # type: ignore[type-arg]
    assert run(["listen", *arguments, "--json"]) == code
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_one_line_for_each_utterance(say: Callable[[str], str], page: str, capsys: Out) -> None:
    spoken = ["click Refresh", "show numbers", "cancel", "open the shopping cart", "stop"]
    files = [argument for text in spoken for argument in ("--audio-file", say(text))]
    done = turns(["--url", page, "--engine", "sphinx", *files], capsys, code=0)
    assert [turn["heard"].lower() for turn in done][:3] == ["click refresh", "show numbers", "cancel"]
    promised = {"heard", "alternatives", "engine", "outcome", "actions", "heard_s", "seconds"}
    assert all(promised <= set(turn) for turn in done)
    assert [action["element"]["name"] for action in done[0]["actions"]] == ["Refresh"]
    assert done[1]["candidates"] and done[1]["outcome"] == done[2]["outcome"] == "done"
    assert done[3]["outcome"] in ("refused", "unsure") and not done[3]["actions"]
    assert (done[4]["heard"], done[4]["outcome"], done[4]["actions"]) == ("stop", "done", [])


def test_a_number_chooses_what_was_shown(say: Callable[[str], str], page: str, capsys: Out) -> None:
    files = ["--audio-file", say("show numbers"), "--audio-file", say("three")]
    shown, done = turns(["--url", page, "--engine", "sphinx", *files], capsys, code=0)
    assert done["actions"][0]["element"]["name"] == shown["candidates"][2]["name"]


def test_asleep_until_woken(say: Callable[[str], str], page: str, capsys: Out) -> None:
    files = [
        argument for text in ("go to sleep", "click Refresh", "wake up") for argument in ("--audio-file", say(text))
    ]
    asleep, ignored, awake = turns(["--url", page, "--engine", "sphinx", *files], capsys, code=0)
    assert (asleep["outcome"], ignored["outcome"], awake["reason"]) == ("done", "refused", "listening")
    assert ignored["actions"] == []


@pytest.mark.parametrize("how", [[], ["--continuous"]])
def test_no_microphone_is_one_line_that_says_what_to_do(how: list[str], page: str, capsys: Out) -> None:
    assert run(["listen", "--url", page, *how, "--device", "none such", "--engine", "sphinx"]) == 2
    assert "--audio-file" in capsys.readouterr().err.splitlines()[-1]


@pytest.mark.slow
@pytest.mark.parametrize("way", ["--attach", "--cdp"])
def test_hands_free_in_a_tab_of_a_running_browser(
    way: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Out
) -> None:
    """Through its own microphone; it stays open."""
    home = tmp_path / "config" / "google-chrome"
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("WEBAGENT_BROWSER", browser_that_hears(tmp_path, "click Refresh", "quit"))
    for title in ("Test", "Orders"):
        (tmp_path / f"{title}.html").write_text(
            f"<!doctype html><title>{title}</title><button onclick=\"document.title += '!'\">Refresh</button>"
        )
    with running(home, (tmp_path / "Test.html").as_uri()):
        address = endpoint(home)
        new = urllib.request.Request(f"{address}/json/new?{(tmp_path / 'Orders.html').as_uri()}", method="PUT")
        urllib.request.urlopen(new, timeout=5).close()
        where = [way, "chrome" if way == "--attach" else address, "--tab", "Orders"]
        heard = turns([*where, "--page-mic", "--continuous", "--engine", "sphinx"], capsys, code=0)
        assert [turn["heard"].lower() for turn in heard] == ["click refresh", "quit"]
        assert [action["element"]["name"] for action in heard[0]["actions"]] == ["Refresh"]
        assert sorted(titles(home)) == ["Orders!", "Test"]


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux" or not find_library("portaudio"), reason="needs ALSA and PortAudio")
def test_enter_before_and_after_speaking(page: str, tmp_path: Path) -> None:
    """In a terminal, with a microphone of the machine that hears in real time."""
    microphone, (ours, theirs) = Microphone(tmp_path), os.openpty()
    command = [sys.executable, "-m", "webagent", "listen", "--url", page, "--engine", "sphinx", "--json"]
    environment = os.environ | {"HOME": str(tmp_path)}
    listening = subprocess.Popen(
        command, stdin=theirs, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment, text=True
    )
    assert listening.stdout is not None and listening.stderr is not None
    try:
        assert listening.stderr.readline().startswith("Press Enter and speak")
        os.write(ours, b"\n")
        assert listening.stderr.readline().startswith("Listening")
        microphone.say("click Refresh")
        time.sleep(4.0)
        os.write(ours, b"\n")
        turn = json.loads(listening.stdout.readline())
        assert (turn["heard"].lower(), turn["outcome"]) == ("click refresh", "done")
        os.write(ours, b"\x04")
        assert listening.wait(20) == 0
    finally:
        listening.kill()
        listening.communicate()
        microphone.close()
        os.close(ours)
        os.close(theirs)


@pytest.mark.slow
def test_raw_sound_on_standard_input_and_answers_aloud(page: str, tmp_path: Path) -> None:
    """One stream of sound, as of an open microphone; the system's voice is a program that writes down what it says."""
    voice = tmp_path / "say"
    voice.write_text(f'#!/bin/sh\necho "$1" >> "{tmp_path}/said.txt"\n')
    voice.chmod(0o755)
    sound = np.concatenate([speak(text) for text in ("go to sleep", "click Refresh", "wake up", "click Refresh")])
    command = [sys.executable, "-m", "webagent", "listen", "--url", page, "--engine", "sphinx", "--json", "--say"]
    environment = os.environ | {"PATH": f"{tmp_path}:{os.environ['PATH']}"}
    ended = subprocess.run(
        [*command, "--audio-file", "-"], input=sound.tobytes(), env=environment, capture_output=True, check=False
    )
    done = [json.loads(line) for line in ended.stdout.splitlines()]
    assert [turn["reason"] for turn in done][:3] == [
        "asleep until you say “wake up”",
        "asleep; say “wake up”",
        "listening",
    ]
    assert [len(turn["actions"]) for turn in done] == [0, 0, 0, 1] and ended.returncode == 0
    assert (tmp_path / "said.txt").read_text().splitlines()[-1] == done[3]["actions"][0]["words"]
