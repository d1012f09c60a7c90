"""The measurement of teaching: its flows, its sums, and (slowly) one flow in a real application."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, Literal

import pytest

from scripts.liveapps.play import Case, Verdict
from scripts.liveapps.showing import Act, read_flows
from scripts.liveapps.teaching import COUNTS, Bench, Report, Taught, sample, summed, table, teach
from scripts.liveapps.worlds import opened
from webagent_envs.chromium import Browser, launch
from webagent_envs.spaces import Action, Click, Element, Observation, Say, Select, Type


def test_the_flows_are_many_and_nothing_that_is_asked_was_shown() -> None:
    flows = read_flows()
    apps = Counter(flow.app for flow in flows)
    assert len(flows) >= 22 and len(apps) >= 4 and min(apps.values()) >= 5
    assert len({(flow.app, flow.name) for flow in flows}) == len({flow.key for flow in flows}) == len(flows)
    for flow in flows:
        said = [(one.start, one.command, one.wanted) for one in flow.shown]
        said += [(one.start, one.command, one.wanted) for one in flow.asked]
        commands = [command for _, command, _ in said]
        assert len(flow.shown) == 3 and len(set(commands)) == len(commands)
        assert [one.how for one in flow.asked] == ["values", "words"]
        assert all(len(shown.acts) >= 2 for shown in flow.shown)
        assert all(wanted and start.startswith("/") for start, _, wanted in said)


def test_the_others_are_of_all_applications() -> None:
    trials = sample()
    assert len({(one.app, one.start, one.command) for one in trials}) == 40
    assert len({one.app for one in trials}) == 5


def page() -> Observation:
    """A list of two groups with a button for each, and a field that says nothing but what stands in it."""
    return Observation(
        instruction="",
        elements=(
            Element(ref=1, tag="ul"),
            Element(ref=2, tag="li", parent=1),
            Element(ref=3, tag="b", parent=2, text="Groups"),
            Element(ref=4, tag="button", role="button", parent=2, name="Add", clickable=True),
            Element(ref=5, tag="li", parent=1),
            Element(ref=6, tag="b", parent=5, text="Users"),
            Element(ref=7, tag="button", role="button", parent=5, name="Add", clickable=True),
            Element(ref=8, tag="input", role="textbox", value="Untitled", editable=True),
        ),
    )


@pytest.mark.parametrize(
    ("act", "action"),
    [
        (Act("click", "button", "Add"), Click(4)),
        (Act("click", "button", "Add", row="Users"), Click(7)),
        (Act("type", "textbox", "Untitled", "Ideas"), Type(8, "Ideas")),
        (Act("choose", "textbox", "Untitled", "Ideas"), Select(8, "Ideas")),
        (Act("click", "button", "Remove"), None),
        (Act("click", "link", "Add"), None),
    ],
)
def test_what_a_person_does_is_found_by_role_and_name(act: Act, action: Action | None) -> None:
    assert act.action(page()) == action


def outcome(number: int, shown: int, verdict: Verdict, how: Literal["values", "words"] = "values") -> Taught:
    """A command of a flow that ended so."""
    flow = read_flows()[number]
    asked = next(one for one in flow.asked if one.how == how)
    changed: dict[str, Any] = {}
    return Taught(flow.name, flow.key, how, shown, Case(flow.trial(asked), verdict, False, changed, "", "", (), 1.0))


def test_only_flows_that_fail_untaught_count() -> None:
    report = Report("weights", "code")
    for count in COUNTS:
        report.taught += [outcome(0, count, "right"), outcome(1, count, "right" if count else "wrong")]
        report.taught.append(outcome(1, count, "right" if count == 3 else "asked", "words"))
    result = summed(report)
    assert (result["flows"], result["able_untaught"]) == (1, 1)
    assert [result["all"][str(count)]["count"] for count in COUNTS] == [0, 1, 2]
    assert [result["values"][str(count)]["count"] for count in COUNTS] == [0, 1, 1]
    assert "| all | 1 | 0 of 2: 0 % (0 to 66) | 1 of 2: 50 %" in table(result)


# -- the application itself


class Ignorant:
    """A policy that knows nothing."""

    def act(self, observation: Observation) -> list[tuple[Action, float]]:
        return [(Say("?"), 0.1)]


@pytest.fixture
def browser() -> Iterator[Browser]:
    with closing(launch()) as started:
        yield started


@pytest.mark.slow
def test_what_is_shown_in_an_application_is_done_with_other_values(browser: Browser, tmp_path: Path) -> None:
    flow = next(flow for flow in read_flows() if flow.app == "django")
    bench = Bench(browser, Ignorant(), tmp_path / "demos", tmp_path / "out.json", counts=(0, 1))
    with opened(flow.app) as (root, world):
        tried = list(teach(flow, Report("weights", "code"), root, world, bench))
    verdicts = {(one.shown, one.how): one.case.verdict for one in tried}
    assert verdicts[0, "values"] == "asked", tried
    assert verdicts[1, "values"] == "right", tried
