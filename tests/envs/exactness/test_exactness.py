"""Episodes are exact: a few tasks here, all of them by scripts/prove, whose results are kept."""

import json
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import pytest

from tests.envs.exactness import original, outcomes
from tests.envs.exactness.prove import DOCUMENT, INPUTS, RESULTS, here, prove, there
from tests.envs.exactness.report import CHECKS, failures, page, reason
from webagent_envs.exact import difference
from webagent_envs.tasks import ALL

SAMPLE = ("click-checkboxes", "click-tab-2", "drag-items", "email-inbox", "login-user", "stock-market")


@pytest.fixture(scope="module")
def elsewhere():
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        yield pool


@pytest.mark.parametrize("input", INPUTS)
@pytest.mark.parametrize("task", SAMPLE)
def test_an_episode_repeats(elsewhere, task, input):
    copied = elsewhere.submit(there, task, input, (3,))
    records, found = here(task, input, (3,))
    process, vector = copied.result(120)
    assert found == {"again": "", "fast": ""}
    assert difference(records, process) == ""
    assert difference(records, vector) == ""


def test_a_difference_is_told():
    first = [b'[{"url": "a", "elements": [{"tag": "p", "ref": 3, "text": "one"}]}, {"task": ""}]']
    other = [b'[{"url": "a", "elements": [{"tag": "p", "ref": 3, "text": "two"}]}, {"task": ""}]']
    assert difference([first, first], [first, first]) == ""
    assert difference([first], [[*first, *first]]) == "1 of 1 episodes: one ends earlier"
    assert difference([first, first], [first, other]) == "1 of 2 episodes: at the start: text of p 3 ('one', 'two')"


def test_both_kinds_of_input_end_alike():
    assert outcomes.compared("click-tab-2") == {"passing": "", "failing": ""}


@pytest.mark.slow
def test_kinds_of_input_that_do_not_end_alike_are_told():
    assert "trusted: done, raw reward 1, dom: the script fails" in outcomes.compared("highlight-text")["passing"]


def test_a_task_that_is_not_the_original_is_told():
    shown = original.ours("click-link")
    assert original.compared(shown, shown) == {"train": "", "test": ""}
    found = original.compared(shown, [*shown[:-1], ("Click.", shown[-1][1])])
    assert found["train"] == ""
    assert found["test"].startswith("seed 2: another command: 'Click on")


@pytest.mark.slow
def test_every_task_is_exact_but_for_what_is_explained(tmp_path):
    unexplained = [case for case in failures(prove(ALL, tmp_path / "exact.json")) if not reason(*case[:3])]
    assert unexplained == []


@pytest.mark.skipif(not RESULTS.exists(), reason="nothing was proved yet: run scripts/prove")
def test_the_document_says_what_was_found():
    known = json.loads(RESULTS.read_text())
    assert set(known["tasks"]) == set(ALL)
    assert all(check in found[group] for found in known["tasks"].values() for group, check in CHECKS)
    assert DOCUMENT.read_text(encoding="utf-8") == page(known), "run scripts/prove"
