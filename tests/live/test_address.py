from pathlib import Path

import pytest

from webagent.errors import UsageError
from webagent.live import address
from webagent.live.address import devtools_endpoint, page_address
from webagent_envs.errors import BrowserNotFound


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("https://example.org/a", "https://example.org/a"),
        ("about:blank", "about:blank"),
        ("data:text/html,<p>hi", "data:text/html,<p>hi"),
        ("localhost:8000/x", "http://localhost:8000/x"),
        ("127.0.0.1:8000", "http://127.0.0.1:8000"),
        ("example.org/a", "https://example.org/a"),
        ("  example.org ", "https://example.org"),
    ],
)
def test_addresses(text: str, expected: str) -> None:
    assert page_address(text) == expected


def test_file_names_become_addresses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = tmp_path / "a page.html"
    page.write_text("<p>hi")
    monkeypatch.chdir(tmp_path)
    assert page_address("a page.html") == page_address(str(page)) == page.as_uri()
    assert "%20" in page.as_uri()


@pytest.mark.parametrize("text", ["", "   ", "nothing.html", "./missing/page.htm", "word"])
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match=r"give --url|https://"):
        page_address(text)


@pytest.fixture
def profile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    folder = tmp_path / "google-chrome"
    folder.mkdir()
    return folder


def test_endpoint_of_a_running_chrome(profile: Path) -> None:
    (profile / "DevToolsActivePort").write_text("39123\n/devtools/browser/5f0c")
    assert devtools_endpoint("chrome") == "ws://127.0.0.1:39123/devtools/browser/5f0c"


def test_chrome_without_the_switch_says_what_to_click(profile: Path) -> None:
    with pytest.raises(BrowserNotFound, match="chrome://inspect/#remote-debugging"):
        devtools_endpoint("chrome")


def test_a_damaged_port_file_says_what_to_do(profile: Path) -> None:
    (profile / "DevToolsActivePort").write_text("nonsense")
    with pytest.raises(BrowserNotFound, match="Quit chrome"):
        devtools_endpoint("chrome")


def test_other_systems_are_told_of_cdp(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "win32")
    with pytest.raises(UsageError, match="--cdp"):
        devtools_endpoint("edge")


def test_every_profile_knows_both_systems() -> None:
    assert all(set(folders) == {"linux", "darwin"} for folders in address.PROFILES.values())
