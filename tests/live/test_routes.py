"""The ways into a running browser: which one is taken, and what is said where none is open."""

import os
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from webagent.live.attach.checks import examine_routes
from webagent.live.attach.kept import kept_door, start_kept, stop_kept
from webagent.live.attach.profiles import find_door, profile_folders
from webagent.live.attach.routes import connect
from webagent.live.browsers import BROWSERS
from webagent_envs.errors import BrowserNotFound
from webagent_envs.page.open_tabs import open_tabs


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("WEBAGENT_HOME", str(tmp_path / "webagent"))
    monkeypatch.delenv("DISPLAY", raising=False)


@pytest.fixture
def profile(tmp_path: Path) -> Path:
    folder = tmp_path / "config" / "google-chrome"
    folder.mkdir(parents=True)
    return folder


@pytest.fixture
def listener() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as door:
        yield door.getsockname()[1]


def test_door_of_a_running_chrome(profile: Path, listener: int) -> None:
    (profile / "DevToolsActivePort").write_text(f"{listener}\n/devtools/browser/5f0c")
    assert find_door("chrome").url == f"ws://127.0.0.1:{listener}/devtools/browser/5f0c"


def test_the_flatpak_of_brave_is_looked_into(tmp_path: Path, listener: int) -> None:
    folder = tmp_path / ".var/app/com.brave.Browser/config/BraveSoftware/Brave-Browser"
    folder.mkdir(parents=True)
    (folder / "DevToolsActivePort").write_text(f"{listener}\n/devtools/browser/1")
    assert find_door("brave").folder == folder


def test_chrome_without_the_switch_says_what_to_click(profile: Path) -> None:
    with pytest.raises(BrowserNotFound, match="chrome://inspect/#remote-debugging"):
        find_door("chrome")
    with pytest.raises(BrowserNotFound, match="edge://inspect/#remote-debugging"):
        find_door("edge")


def test_a_file_left_over_from_a_browser_that_ended(profile: Path) -> None:
    (profile / "DevToolsActivePort").write_text("1\n/devtools/browser/5f0c")
    with pytest.raises(BrowserNotFound, match=r"does not listen any more.*Start chrome"):
        find_door("chrome")


def test_a_damaged_port_file_says_what_to_do(profile: Path) -> None:
    (profile / "DevToolsActivePort").write_text("nonsense")
    with pytest.raises(BrowserNotFound, match="Quit chrome"):
        find_door("chrome")


@pytest.mark.parametrize(
    ("system", "part"), [("linux", "config"), ("darwin", "Library/Application Support"), ("win32", "User Data")]
)
@pytest.mark.parametrize("name", BROWSERS)
def test_every_browser_is_known_on_every_system(
    name: str, system: str, part: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.platform", system)
    assert part in str(profile_folders(name)[0])


def test_our_own_chrome_is_kept_found_used_and_closed(tmp_path: Path) -> None:
    with pytest.raises(BrowserNotFound, match=r"webagent chrome"):
        connect("chrome", print)
    first = start_kept(headless=True, url="data:text/html,<title>Mine</title>")
    try:
        assert first.fresh and kept_door() == first.door
        again = start_kept(headless=True, url="data:text/html,<title>Second</title>")
        assert not again.fresh and again.door == first.door
        browser = connect("chrome", print)
        deadline = time.monotonic() + 20
        while not {"Mine", "Second"} <= {tab.title for tab in open_tabs(browser)}:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        browser.close()
        assert kept_door() == first.door
        kept, attach, _ = examine_routes("http://127.0.0.1:1")
        assert kept.ok and attach.ok
    finally:
        assert stop_kept()
    assert kept_door() is None and not stop_kept()
    folder = tmp_path / "webagent" / "chrome"
    assert (folder / "Default").is_dir() and folder.stat().st_mode & 0o777 == 0o700


def test_a_window_needs_a_screen() -> None:
    with pytest.raises(BrowserNotFound, match="--headless"):
        start_kept()


def test_a_program_that_is_no_browser(tmp_path: Path) -> None:
    program = tmp_path / "chrome"
    program.write_text("#!/bin/sh\necho no such library >&2\nexit 7\n")
    program.chmod(0o755)
    with pytest.raises(BrowserNotFound, match=r"exit code 7.*no such library"):
        start_kept(program, headless=True)


def test_each_route_has_a_check_and_a_cure() -> None:
    checks = list(examine_routes("http://127.0.0.1:1"))
    assert [check.name for check in checks] == ["webagent chrome", "--attach", "--cdp"]
    assert not any(check.ok or check.needed for check in checks)
    assert all(check.found and check.remedy for check in checks)
    assert os.environ.get("DISPLAY") is None
