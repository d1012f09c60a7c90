"""The suite of real pages: its files fit each other, and what is judged right is right."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from webagent.cli.app import run
from webagent.errors import DataError
from webagent.evaluate.realpages.rankers import by_overlap, by_vectors
from webagent.evaluate.realpages.score import hit_of, score_suite
from webagent.evaluate.realpages.select import Selector, find, same_thing
from webagent.evaluate.realpages.snapshots import read_snapshots, write_snapshots
from webagent.evaluate.realpages.suite import PAGES, Case, WordedCommand, read_suite
from webagent_envs.spaces import Click, Element, Observation, Select, Type

PAGE = Observation(
    instruction="",
    elements=(
        Element(ref=1, tag="table"),
        Element(ref=2, tag="tr", parent=1),
        Element(ref=3, tag="td", parent=2, text="Grace"),
        Element(ref=4, tag="button", parent=2, role="button", name="Edit", clickable=True),
        Element(ref=5, tag="svg", parent=4),
        Element(ref=6, tag="tr", parent=1),
        Element(ref=7, tag="td", parent=6, text="Alan"),
        Element(ref=8, tag="button", parent=6, role="button", name="Edit", clickable=True),
        Element(ref=9, tag="label", name="Email", text="Email", attributes={"for": "m"}),
        Element(ref=10, tag="input", name="Email", editable=True, attributes={"id": "m"}),
        Element(ref=11, tag="select", name="Size"),
        Element(ref=12, tag="option", parent=11, role="option", text="Small"),
        Element(ref=13, tag="option", parent=11, role="option", text="Large"),
        Element(ref=14, tag="button", role="button", name="Hidden", visible=False),
    ),
)


def case(action: str, ref: int, command: str = "do it", text: str = "") -> Case:
    worded = WordedCommand("app", "page", command, "text", action, (Selector(),), text)
    return Case(worded, PAGE, (ref,))


@pytest.mark.parametrize(
    ("selector", "refs"),
    [
        (Selector(name="edit"), [4, 8]),
        (Selector(name="Edit", row="Alan"), [8]),
        (Selector(name="Edit", nth=0), [4]),
        (Selector(name="Edit", nth=-1), [8]),
        (Selector(name="Edit", nth=-2), [4]),
        (Selector(name="Edit", nth=2), []),
        (Selector(starts="ema", tag="input"), [10]),
        (Selector(attributes={"id": "m"}), [10]),
        (Selector(role="button", within=Selector(tag="tr", nth=1)), [8]),
        (Selector(name="Hidden"), []),
    ],
)
def test_selectors(selector: Selector, refs: list[int]) -> None:
    assert [element.ref for element in find(PAGE, selector)] == refs


def test_a_part_or_the_label_of_a_thing_is_as_good_as_the_thing() -> None:
    assert same_thing(PAGE, 4, 4) and same_thing(PAGE, 5, 4) and same_thing(PAGE, 9, 10)
    assert not same_thing(PAGE, 2, 4) and not same_thing(PAGE, 8, 4) and not same_thing(PAGE, 3, 10)


def test_the_first_of_three_different_elements_counts() -> None:
    hit = hit_of(case("click", 8), [Click(4), Click(5), Click(8)])
    assert (hit.top1, hit.top3, hit.exact) == (False, True, False)
    assert not hit_of(case("click", 8), [Click(1), Click(2), Click(3), Click(8)]).top3
    assert hit_of(case("click", 8), [Click(8)]).exact
    assert not hit_of(case("click", 8), []).top1


def test_of_a_list_the_option_must_be_right_too() -> None:
    assert hit_of(case("select", 11, text="Large"), [Select(11, "large")]).exact
    assert not hit_of(case("select", 11, text="Large"), [Select(11, "Small")]).top1


def test_what_is_typed_matters_for_the_action_only() -> None:
    hit = hit_of(case("type", 10, text="a@b.c"), [Type(10, "else")])
    assert hit.top1 and not hit.exact
    assert hit_of(case("type", 10, text="a@b.c"), [Type(10, "a@b.c")]).exact


@pytest.mark.parametrize("rank", [by_overlap, by_vectors])
def test_the_baselines_find_what_is_named_in_full(rank) -> None:  # type: ignore[no-untyped-def]
    page = Observation(instruction="choose Large", elements=PAGE.elements)
    assert rank(page)[0] == Select(11, "Large")


def test_the_suite_is_whole() -> None:
    cases = read_suite()
    apps = Counter(one.worded.app for one in cases)
    assert len(cases) >= 300 and len(apps) == 8 and min(apps.values()) >= 25
    assert set(Counter(one.worded.wording for one in cases)) == {
        "text", "paraphrase", "role", "position", "row", "type", "choose", "toggle",
    }  # fmt: skip
    asked = [(one.worded.app, one.worded.page, one.worded.command.casefold()) for one in cases]
    assert len(set(asked)) == len(asked)
    for one in cases:
        if one.worded.action == "select":
            options = [e for e in one.observation.elements if e.parent in one.refs]
            assert one.worded.text in [" ".join((e.text or e.name).split()) for e in options], one.worded
        elif one.worded.action == "type":
            assert one.worded.text in one.worded.command, one.worded
            assert all(e.editable for e in one.observation.elements if e.ref in one.refs), one.worded


def test_the_recorded_pages_are_small() -> None:
    assert PAGES.stat().st_size < 3_000_000


def test_snapshots_come_back(tmp_path: Path) -> None:
    write_snapshots(tmp_path / "pages.xz", {"b/x": PAGE, "a/y": PAGE})
    assert list(read_snapshots(tmp_path / "pages.xz").items()) == [("a/y", PAGE), ("b/x", PAGE)]
    (tmp_path / "pages.xz").write_bytes(b"nothing")
    with pytest.raises(DataError, match=r"pages\.xz"):
        read_snapshots(tmp_path / "pages.xz")


def test_the_report_has_intervals_and_baselines() -> None:
    report = score_suite(cases=read_suite()[::50])
    assert report["low"] <= report["element_top1"] <= report["high"]
    assert report["element_top1"] <= report["element_top3"]
    for table in (report, *report["baselines"].values()):
        assert sum(row["rows"] for row in table["by"]["app"].values()) == report["rows"]
    assert len(report["wrong"]) == round((1 - report["element_top1"]) * report["rows"])


def test_what_ranks_nothing_cannot_be_scored(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["eval", "--suite", "realpages", "--policy", "random"]) == 2
    assert "checkpoint" in capsys.readouterr().err


@pytest.mark.slow
def test_the_table_has_a_line_for_each_wording_and_application(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["eval", "--suite", "realpages"]) == 0
    names = [line.split()[0] for line in capsys.readouterr().out.splitlines()]
    assert {"all", "paraphrase", "toggle", "django", "wagtail"} <= set(names)
