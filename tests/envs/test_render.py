"""The render modes, and Gymnasium's wrappers over them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import gymnasium
import pytest
from gymnasium.wrappers import RecordVideo, RenderCollection
from gymnasium.wrappers.vector import RecordVideo as RecordVideos

import webagent_envs  # noqa: F401  (registers the environments)
from webagent_envs.env import WebEnv
from webagent_envs.spaces import Wait

WATCHED = """
import sys
from webagent_envs.env import WebEnv
from webagent_envs.errors import BrowserNotFound
from webagent_envs.spaces import Click
env = WebEnv("click-test", render_mode="human")
try:
    seen, _ = env.reset(seed=1)
except BrowserNotFound:
    sys.exit(77)
print(env.page.browser.version)
print(env.render(), env.step(Click(next(e for e in seen.elements if e.tag == "button").ref))[1])
env.close()
"""


def frames(video: Path) -> int:
    from moviepy import VideoFileClip

    with VideoFileClip(str(video)) as clip:
        return sum(1 for _ in clip.iter_frames())


def test_a_video_of_an_episode(tmp_path: Path) -> None:
    env = RecordVideo(
        gymnasium.make("webagent/click-test-v1", render_mode="rgb_array", max_steps=4), str(tmp_path / "videos")
    )
    env.reset(seed=1)
    while not env.step(Wait(0.1))[3]:
        pass
    env.close()
    (video,) = tmp_path.glob("videos/*.mp4")
    assert frames(video) == 5


def test_a_video_of_many_pages(tmp_path: Path) -> None:
    pages = gymnasium.make_vec("webagent/click-test-v1", 2, render_mode="rgb_array", obs_mode="tensor", max_steps=4)
    envs = RecordVideos(pages, str(tmp_path / "videos"), video_aspect_ratio=(1, 2))
    envs.reset(seed=1)
    for _ in range(5):
        envs.step(envs.action_space.sample())
    envs.close()
    assert list(tmp_path.glob("videos/*.mp4"))


def test_listings_of_an_episode() -> None:
    env = RenderCollection(gymnasium.make("webagent/click-test-v1", render_mode="ansi"))
    env.reset(seed=1)
    env.step(Wait(0.1))
    first, second = env.render()
    assert 'button "Click Me!"' in first and first == second
    env.close()


def test_pictures_are_of_the_page_as_it_is() -> None:
    env = WebEnv("click-checkboxes", render_mode="rgb_array")
    seen, _ = env.reset(seed=1)
    before = env.render()
    box = next(element for element in seen.elements if element.role == "checkbox")
    env.step({"kind": "click", "ref": box.ref})
    left, top, width, height = map(int, box.box)
    changed = (env.render() != before).any(-1)
    assert changed[top : top + height, left : left + width].any()
    env.close()


@pytest.fixture
def display() -> Iterator[dict[str, str]]:
    """Where windows can be shown."""
    if not shutil.which("Xvfb"):
        pytest.skip("no Xvfb here to show a window on")
    read, write = os.pipe()
    server = subprocess.Popen(["Xvfb", "-displayfd", str(write), "-nolisten", "tcp"], pass_fds=[write], stderr=-3)
    os.close(write)
    with os.fdopen(read) as pipe:
        yield {**os.environ, "DISPLAY": f":{pipe.readline().strip()}", "PYTHONPATH": os.pathsep.join(sys.path)}
    server.terminate()
    server.wait()


def test_a_window_to_watch(display: dict[str, str]) -> None:
    run = subprocess.run([sys.executable, "-c", WATCHED], env=display, capture_output=True, text=True, timeout=60)
    if run.returncode == 77:
        pytest.skip("no Chromium with windows here")
    assert run.returncode == 0, run.stderr
    version, told = run.stdout.splitlines()
    assert told == "None 1.0"
    assert version.startswith("Chrome/"), "without a window it would be HeadlessChrome"


def test_without_a_screen_no_window_is_promised() -> None:
    if "human" in WebEnv.metadata["render_modes"]:
        pytest.skip("there is a screen")
    with pytest.raises(ValueError, match="render_mode='human' is not possible"):
        WebEnv("click-test", render_mode="human")
