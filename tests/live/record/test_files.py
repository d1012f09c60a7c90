"""Which files were chosen is told by name only; where they lie is said when it is done again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from webagent.live.replay import replay
from webagent_envs.page import Page
from webagent_envs.spaces import Type

SHOWN = (
    """<label>Photo <input id=one type=file onchange="out.textContent = this.files[0].name"></label><p id=out></p>"""
)
HIDDEN_FIELD = """<button onclick="late.click()">Attach</button><p id=out></p>
<input id=late type=file style="display: none" onchange="out.textContent = this.files[0].name">"""


@pytest.mark.parametrize(
    ("html", "used", "steps"),
    [(SHOWN, "Photo", ["type"]), (HIDDEN_FIELD, "Attach", ["click", "type"])],
    ids=["shown", "hidden"],
)
def test_a_file_is_chosen(
    site: Any,
    person: Any,
    record: Any,
    open_page: Callable[..., Page],
    tmp_path: Path,
    html: str,
    used: str,
    steps: Any,
) -> None:
    file, other = tmp_path / "ada.txt", tmp_path / "grace.txt"
    file.write_text("content-of-ada")
    other.write_text("content-of-grace")
    person.page.goto(site.add("/upload", html))
    recording = record("attach ada.txt")
    recording.rest()
    person.click(used)
    field = person.find(used)
    assert person.page.act(Type(field.ref, str(file))) == ""
    episode = recording.finish()
    assert [step.action.kind for step in episode.steps] == steps
    assert episode.steps[-1].action.text == "ada.txt"
    assert any(line.startswith(f"{len(steps)}. choose ada.txt for the ") for line in recording.said)
    kept = b"".join(path.read_bytes() for path in recording.folder.rglob("*") if path.is_file())
    assert b"content-of-ada" not in kept
    assert str(tmp_path).encode() not in kept

    page = open_page()
    result = replay(page, episode)
    name = used.lower()
    assert result.outcome == "failed"
    assert f"where ada.txt lies was not recorded: add --set {name}=PATH" in result.reason
    page.goto("about:blank")
    assert replay(page, episode, {name: str(other)}).outcome == "done"
    assert page.evaluate("document.getElementById('out').textContent") == "grace.txt"
    page.goto("about:blank")
    result = replay(page, episode, {name: str(tmp_path / "none.txt")}, patience=0.3)
    assert str(tmp_path / "none.txt") in result.reason
