from pathlib import Path

import pytest

from webagent.errors import UsageError
from webagent.live.address import page_address


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
