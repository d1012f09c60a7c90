"""Finding, launching, attaching to and closing a browser."""

import os
import signal
import stat
import subprocess
import time
from pathlib import Path

import pytest

from webagent_envs.chromium import attach, find_browser, launch, search_report
from webagent_envs.chromium.find import VARIABLE
from webagent_envs.chromium.guard import Guard
from webagent_envs.errors import BrowserCrashed, BrowserNotFound, PageUnreachable
from webagent_envs.page import Page
from webagent_envs.spaces import Click


@pytest.fixture
def empty_machine(monkeypatch, tmp_path):
    """A machine without any browser."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setattr("webagent_envs.chromium.find.USUAL_PATHS", ())
    monkeypatch.delenv(VARIABLE, raising=False)
    monkeypatch.delenv("PLAYWRIGHT_BROWSERS_PATH", raising=False)
    return tmp_path


def program(path, script="#!/bin/sh\nexit 0\n"):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(script)
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


def test_a_browser_is_found_and_reported():
    assert find_browser().is_file()
    found = [place for place in search_report() if place.path]
    assert found
    assert any(character.isdigit() for character in found[0].version)


def test_no_browser_says_what_to_do(empty_machine):
    with pytest.raises(BrowserNotFound, match=r"webagent install.*package manager.*WEBAGENT_BROWSER"):
        find_browser()
    assert not any(place.path for place in search_report())


def test_the_order_of_the_search(empty_machine, monkeypatch):
    system = program(empty_machine / "chromium")
    assert find_browser() == system
    shell = program(empty_machine / "chromium-headless-shell")
    assert find_browser() == shell
    assert find_browser(headless=False) == system
    chrome = program(empty_machine / "google-chrome")
    assert find_browser() == chrome
    cache = empty_machine / ".cache" / "ms-playwright"
    old = program(cache / "chromium-1100" / "chrome-linux" / "chrome")
    assert find_browser() == old
    new = program(cache / "chromium-1200" / "chrome-linux64" / "chrome")
    assert find_browser() == new
    headless = program(cache / "chromium_headless_shell-1200" / "chrome-linux" / "headless_shell")
    assert find_browser() == headless
    assert find_browser(headless=False) == new
    named = program(empty_machine / "mine")
    monkeypatch.setenv(VARIABLE, str(named))
    assert find_browser() == named
    assert find_browser(chrome) == chrome


def test_a_named_browser_is_never_passed_over(tmp_path, monkeypatch):
    with pytest.raises(BrowserNotFound, match="does not exist"):
        find_browser(tmp_path / "nothing")
    (tmp_path / "text").write_text("no program")
    with pytest.raises(BrowserNotFound, match="cannot be run"):
        find_browser(tmp_path / "text")
    monkeypatch.setenv(VARIABLE, str(tmp_path / "nothing"))
    with pytest.raises(BrowserNotFound, match=VARIABLE):
        find_browser()


def test_a_program_that_is_no_browser(tmp_path):
    broken = program(tmp_path / "broken", "#!/bin/sh\necho 'libnss3.so: cannot open' >&2\nexit 1\n")
    with pytest.raises(BrowserNotFound, match=r"does not start.*libnss3.so: cannot open"):
        launch(broken)


def test_closing_twice_and_using_afterwards():
    browser = launch()
    profile = browser._process.profile
    assert "Chrome" in browser.version
    assert profile.is_dir()
    browser.close()
    browser.close()
    assert not profile.exists()
    with pytest.raises(BrowserCrashed, match="open a new one"):
        Page.open(browser)
    with pytest.raises(ProcessLookupError):
        os.kill(browser.pid, 0)


@pytest.fixture
def persons_browser(tmp_path, site):
    """A browser that a person started, with one page open."""
    url = site.add("/mine", "<title>Mine</title><button onclick='this.textContent=1'>Press</button>")
    command = [
        find_browser(),
        "--headless",
        "--remote-debugging-port=0",
        f"--user-data-dir={tmp_path}",
        "--no-sandbox",
        url,
    ]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
        port_file = tmp_path / "DevToolsActivePort"
        while not port_file.exists() or "\n" not in port_file.read_text():
            time.sleep(0.02)
        endpoint = f"http://127.0.0.1:{port_file.read_text().splitlines()[0]}"
        yield endpoint, process
        process.terminate()


def test_a_persons_browser_is_used_and_left_open(persons_browser):
    endpoint, process = persons_browser
    browser = attach(endpoint)
    page = Page.attach(browser)
    seen = page.observe("x")
    assert seen.title == "Mine"
    button = next(e for e in seen.elements if e.tag == "button")
    assert page.step(Click(button.ref), "x")[0].element(button.ref).text == "1"
    page.close()
    browser.close()
    assert process.poll() is None
    again = attach(endpoint)
    assert Page.attach(again).observe("x").title == "Mine"
    with pytest.raises(PageUnreachable, match="no tab 17"):
        Page.attach(again, target="17")
    again.close()


def test_of_several_tabs_the_one_in_front_is_used(persons_browser, site):
    browser = attach(persons_browser[0])
    other = site.add("/other", "<title>Other</title>")
    created = browser.connection.call("Target.createTarget", 5, url=other)["targetId"]
    browser.connection.call("Target.activateTarget", 5, targetId=created)
    page = Page.attach(browser, target=created)
    page._tab.arrive()
    assert page.observe("x").title == "Other"
    assert Page.attach(browser).target_id in browser.targets
    browser.close()


@pytest.mark.parametrize(
    "endpoint",
    ["http://127.0.0.1:1", "127.0.0.1:1", "ws://127.0.0.1:1/devtools/browser/x", "http://no-such-host.invalid:9"],
)
def test_nobody_at_the_endpoint(endpoint):
    with pytest.raises(BrowserNotFound, match="--remote-debugging-port"):
        attach(endpoint)


def test_an_endpoint_that_is_something_else(site):
    with pytest.raises(BrowserNotFound, match="no browser answers"):
        attach(site.root)


def test_a_guard_ends_what_it_guards_when_its_owner_is_gone(tmp_path: Path) -> None:
    profile = tmp_path / "profile"
    profile.mkdir()
    guarded = subprocess.Popen(["sleep", "100"], start_new_session=True)
    guard = Guard(guarded.pid, profile)
    guard.abandon()  # closes the pipe, as the end of this process would
    try:
        assert guarded.wait(timeout=10) == -signal.SIGKILL
        deadline = time.monotonic() + 10
        while profile.exists():
            assert time.monotonic() < deadline
            time.sleep(0.05)
    finally:
        guarded.kill()
