"""The check of the conversion: it must notice what is wrong, or its good marks mean nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from webagent.data import verify
from webagent.data.verify import Verdict, VerifyReport, verify_conversion, verify_demonstrations


@pytest.fixture
def conversion(record, make_node):
    field = make_node("INPUT_text", box=(2, 60, 120, 20), value="")
    button = make_node("BUTTON", "Submit", box=(2, 150, 90, 30))
    episode = record(field, button)
    episode.press(field)
    episode.type(field, "ada")
    episode.finish(button)
    return episode.convert()


def test_a_right_conversion(conversion) -> None:
    verdict = verify_conversion("a-task", "Enter ADA.", conversion)
    assert verdict.outcome == "kept"
    assert verdict.target == {"same": 2}
    assert verdict.effect == {"shown": 1, "ended": 1}
    assert verdict.typed == {"command": 1}


def test_an_action_on_another_node_is_noticed(conversion) -> None:
    first, last = conversion.drafts
    last.key = first.key
    assert verify_conversion("a-task", "", conversion).target == {"same": 1, "other": 1}


def test_another_text_is_noticed(conversion) -> None:
    conversion.drafts[0].text = "bob"
    verdict = verify_conversion("a-task", "Enter ADA.", conversion)
    assert verdict.effect == {"missing": 1, "ended": 1}
    assert verdict.typed == {"elsewhere": 1}


def test_a_click_without_effect_is_noticed(conversion) -> None:
    first, _ = conversion.drafts
    first.kind, first.write, first.until = "click", None, first.at
    assert verify_conversion("a-task", "", conversion).effect == {"missing": 1, "ended": 1}


def test_the_table_gives_reasons_below_nine_tenths(conversion) -> None:
    good = verify_conversion("a-task", "", conversion)
    report = VerifyReport([good, Verdict("a-task", "too odd", {}, {}, {}), *[good._replace(task="b-task")] * 19])
    first, second = report.table().splitlines()[2:]
    assert first == "| a-task | 2 | 50% | 2 | 100.0% | 50.0% | 50.0% | 1 too odd |"
    assert second.endswith("|  |")
    assert report.to_dict()["tasks"]["a-task"]["outcome"] == {"kept": 1, "too odd": 1}


def test_the_table_goes_into_a_document(tmp_path: Path, monkeypatch, record, make_node) -> None:
    button = make_node("BUTTON", "one", box=(2, 60, 40, 12))
    episode = record(button)
    episode.finish(button)
    folder = tmp_path / "demos" / "2017-a" / "press-it"
    folder.mkdir(parents=True)
    (folder / "press-it_1.json").write_bytes(episode.encode())
    (folder / "press-it_2.json").write_bytes(b"{")
    document = tmp_path / "page.md"
    document.write_text("# Title\n<!-- verified -->\nold\n<!-- verified -->\nend\n")
    monkeypatch.setattr("sys.argv", ["verify", str(tmp_path / "demos"), "--document", str(document)])
    verify.main()
    text = document.read_text()
    assert text.startswith("# Title\n<!-- verified -->\n\n| task |")
    assert text.endswith("<!-- verified -->\nend\n")
    assert "| press-it | 1 | 100% | 1 | 100.0% | 0.0% | 100.0% |  |" in text
    assert verify_demonstrations(tmp_path / "demos").to_dict()["outcome"] == {"kept": 1.0}
