"""The harness of the five real applications: its commands, its judge, and (slowly) the applications themselves."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import pytest

from scripts.liveapps.play import GONE, Trial, judged, meant, play, read_trials
from webagent_envs.chromium import Browser, launch
from webagent_envs.spaces import Action, Click, Observation, Select, Stop, Type, Wait

Ranked = list[tuple[Action, float]]


def test_the_commands_are_many_and_all_different() -> None:
    trials = read_trials()
    apps = Counter(trial.app for trial in trials)
    assert len(trials) >= 100 and len(apps) == 5 and min(apps.values()) >= 15
    assert len({(trial.app, trial.start, trial.command) for trial in trials}) == len(trials)
    assert all(trial.wanted and trial.start.startswith("/") for trial in trials)


@pytest.mark.parametrize(
    ("outcome", "changed", "verdict"),
    [
        ("done", {"group A": "", "group B": GONE}, "right"),
        ("done", {"group A": ""}, "wrong"),  # it says so, and it is not
        ("done", {}, "wrong"),
        ("unsure", {"group A": "", "group B": GONE}, "asked"),  # done, but it does not know
        ("unsure", {"group A": ""}, "asked"),
        ("refused", {}, "asked"),
        ("failed", {}, "failed"),
        ("unsure", {"group A": "", "group C": GONE}, "wrong"),
        ("failed", {"group A": "other"}, "wrong"),
    ],
)
def test_verdicts(outcome: str, changed: dict[str, Any], verdict: str) -> None:
    assert judged(outcome, changed, meant({"group A": "", "group B": None})) == verdict


# -- the applications themselves


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with closing(launch()) as started:
        yield started


class Script:
    """Does one step after the other, each on the first element that has the name."""

    def __init__(self, *steps: tuple[str, Callable[[int], Action]]) -> None:
        self._steps = steps

    def act(self, observation: Observation) -> Ranked:
        done = sum(not isinstance(action, Wait) for action in observation.actions)
        if done == len(self._steps):
            return [(Stop(), 0.9)]
        name, action = self._steps[done]
        fitting = [one for one in observation.elements if name in (one.name, one.attributes.get("id"), one.value)]
        clickable = [one for one in fitting if one.clickable or one.editable] or fitting
        return [(action(clickable[0].ref) if clickable else Wait(2.0), 0.9)]


def typed(text: str) -> Callable[[int], Action]:
    return lambda ref: Type(ref, text)


OK = "Confirm changes to this tiddler"
SCRIPTS = {
    "django": ("name the group Reviewers", Script(("id_name", typed("Reviewers")), ("Save", Click))),
    "wagtail": (
        "call the collection Posters",
        Script(("id_name", typed("Posters")), ("id_parent", lambda ref: Select(ref, "Root")), ("Create", Click)),
    ),
    "tiddlywiki": ("called Holidays", Script(("new tiddler", Click), ("New Tiddler", typed("Holidays")), (OK, Click))),
    "jupyterlab": ("create a new text file", Script(("Text File", Click))),
    "streamlit": ("Grace as your name", Script(("Your name", typed("Grace")), ("Place order", Click))),
}


def trial_of(app: str) -> Trial:
    return next(trial for trial in read_trials([app]) if SCRIPTS[app][0] in trial.command)


@pytest.mark.slow
@pytest.mark.parametrize("app", SCRIPTS)
def test_what_a_person_would_do_is_right_and_nothing_is_not(app: str, browser: Browser) -> None:
    trial = trial_of(app)
    (right,) = play([trial], browser, SCRIPTS[app][1])
    assert (right.verdict, right.harm) == ("right", False), right
    (nothing,) = play([trial], browser, Script())
    assert (nothing.verdict, nothing.changed) == ("wrong", {}), nothing
