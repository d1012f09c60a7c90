"""`webagent chat` as a program uses it: lines in, lines of JSON out."""

import io
import json
from pathlib import Path

import pytest

from webagent.cli.app import run

Out = pytest.CaptureFixture[str]
PAGE = """<!doctype html><title>Shop</title><h1>Shop</h1>
<label>Name <input id=n></label> <label>Colour <select><option>Red<option>Blue</select></label>
<label><input type=checkbox> Gift</label>
<div><b>Ada</b> <button onclick="o.textContent='replied to Ada'">Reply</button></div>
<div><b>Grace</b> <button onclick="o.textContent='replied to Grace'">Reply</button></div>
<a href="l.html">Next page</a><p id=o></p>"""


def talk(page: Path, *lines: str, monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setattr("sys.stdin", io.StringIO("\n".join(lines) + "\n"))
    return run(["chat", "--url", str(page), "--json"])


def test_a_conversation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Out) -> None:
    page = tmp_path / "page.html"
    page.write_text(PAGE, encoding="utf-8")
    assert (
        talk(page, "click on Reply", "2", "check Gift", "undo that", "what can I say", "quit", monkeypatch=monkeypatch)
        == 0
    )
    choose, replied, checked, undone, told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert (choose["event"], len(choose["candidates"])) == ("choose", 2)
    assert {one["words"][-5:] for one in choose["candidates"]} == {'"Ada"', 'race"'}
    assert (replied["outcome"], replied["actions"][0]["words"]) == ("done", choose["candidates"][1]["words"])
    assert checked["actions"][0]["tier"] == "shown"
    assert (undone["outcome"], undone["reason"]) == ("done", "I restored Gift")
    assert "undo that" in told["reason"]


def test_where_is_needed(capsys: Out) -> None:
    assert run(["chat"]) == 2
    assert "--attach" in capsys.readouterr().err
