"""Fast resets are exact: the next episode cannot be told from one in a page that was just loaded."""

from contextlib import closing

import pytest

from webagent_envs.env import WebEnv
from webagent_envs.page import Page, PageSettings
from webagent_envs.proof import difference
from webagent_envs.spaces import Click, Goto, TabNew, Type
from webagent_envs.tasks import ALL
from webagent_envs.tasks.in_place import IN_PLACE, findings, way_of

SAMPLE = (
    "book-flight",
    "click-checkboxes",
    "click-link",
    "click-tab-2",
    "email-inbox",
    "login-user",
    "tic-tac-toe",
    "use-slider",
)
INPUTS = ("trusted", "dom")


def test_every_task_was_tried():
    for input in INPUTS:
        assert set(findings()[input]) == set(ALL)
        assert all(bool(found.reason) == (found.way == "load") for found in findings()[input].values())
    assert way_of("no-such-task", "dom") == "load"


@pytest.mark.parametrize("input", INPUTS)
@pytest.mark.parametrize("task", SAMPLE)
def test_a_page_that_was_put_back_is_as_new(browser, task, input):
    way = way_of(task, input)
    assert way in IN_PLACE
    assert difference(task, input, way, range(100, 102), browser) == ""


@pytest.mark.slow
@pytest.mark.parametrize("input", INPUTS)
@pytest.mark.parametrize("task", ALL)
def test_every_page_that_is_put_back_is_as_new(browser, task, input):
    way = way_of(task, input)
    if way in IN_PLACE:
        assert difference(task, input, way, range(100, 106), browser) == ""


def test_the_proof_finds_what_is_left_over(browser):
    assert "differs" in difference("chase-circle", "dom", "rebuild", range(3), browser)


def test_a_page_loaded_beforehand_is_as_new():
    fast, slow = WebEnv("flight.AA", reset_mode="fast"), WebEnv("flight.AA", reset_mode="load")
    assert way_of("flight.AA", "trusted") == "load"
    for seed in (1, 2, 3, 4):
        seen, _ = fast.reset(seed=seed)
        assert seen == slow.reset(seed=seed)[0]
        assert fast.step(Click(seen.elements[-1].ref)) == slow.step(Click(seen.elements[-1].ref))
    assert fast.page.target_id != slow.page.target_id
    used = fast.page.target_id
    fast.reset(seed=5)
    assert fast.page.target_id != used
    fast.close()
    slow.close()


@pytest.mark.parametrize(
    ("html", "can"),
    [
        ("<script>var n = (window.n || 0) + 1; onload = () => (document.body.dataset.n = n)</script><p>", True),
        ("<p>1<script>document.title = 'in the body'</script>", False),
        ("<script type='module'>document.title = 'later'</script><p>", False),
    ],
)
def test_scripts_are_run_again_where_they_can_be(browser, tmp_path, html, can):
    file = tmp_path / "page.html"
    file.write_text(f"<!doctype html><title>Again</title>{html}")
    with closing(Page.open(browser, PageSettings(size=(160, 210), clock="virtual"))) as page:
        page.goto(file.as_uri())
        first = page.observe("")
        assert page.keep_source() is can
        page.evaluate("document.body.append('left over'); window.left = 1; addEventListener('click', () => 1)")
        again = page.begin_again("")
        assert (again == first) if can else (again is None)
        assert page.evaluate("[typeof left, document.body.dataset.n]") == (
            ["undefined", "1"] if can else ["number", None]
        )


@pytest.mark.parametrize(
    "leave", [Goto("about:blank"), TabNew("about:blank"), Goto("javascript:void(location.hash='x')")]
)
def test_a_page_that_was_left_is_loaded(leave):
    env = WebEnv("login-user", reset_mode="fast")
    first, _ = env.reset(seed=1)
    fields = [element for element in first.elements if element.editable]
    env.step(Type(fields[0].ref, "left over"))
    env.step(leave)
    assert env.reset(seed=1)[0] == first
    assert len(env.page.tabs) == 1
    env.close()


@pytest.mark.parametrize("way", ["click-link", "use-slider", "flight.AA"])
def test_a_page_that_showed_another_task_is_as_new(way):
    with closing(WebEnv("email-inbox")) as moved, closing(WebEnv(way)) as new:
        moved.reset(seed=1)
        first = moved.page
        for _ in range(2):
            moved.change_task(way)
            for seed in (1, 2):
                seen, info = moved.reset(seed=seed)
                assert seen == new.reset(seed=seed)[0]
                assert info["task"] == way
            moved.change_task("click-test")
            moved.reset(seed=1)
        assert moved.max_steps == WebEnv("click-test").max_steps
        if way != "flight.AA":
            assert moved.page is first
