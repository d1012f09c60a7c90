"""The file that shows episodes, in a real browser."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from webagent.data.dataset import write_info, write_shard
from webagent.data.records import Episode, Step
from webagent.errors import DataError
from webagent.live.view import write_view
from webagent_envs.page import Page
from webagent_envs.spaces import Click, Element, Observation, Type, to_dict

ROOT = Path(__file__).parents[2]


@pytest.fixture
def shown(open_page: Callable[..., Page], tmp_path: Path) -> Callable[[Path], Page]:
    """Makes the file, and opens it."""

    def show(source: Path) -> Page:
        out = tmp_path / "view.html"
        write_view(source, out)
        page = open_page(size=(1000, 700))
        page.goto(out.as_uri())
        deadline = time.monotonic() + 10
        while not page.evaluate("document.querySelectorAll('.row').length && document.querySelector('h2') ? 1 : 0"):
            assert time.monotonic() < deadline
            time.sleep(0.05)
        return page

    return show


def ask(page: Page, expression: str) -> Any:
    return page.evaluate_inside(expression)


def rows(page: Page) -> list[str]:
    return list(ask(page, "[...document.querySelectorAll('.row .what')].map((row) => row.textContent)"))


def test_recordings(shown: Callable[[Path], Page]) -> None:
    page = shown(ROOT / "demos")
    assert len(rows(page)) == 6
    assert "✓ book an aisle seat to Oslo" in rows(page)
    ask(page, "open(3)")
    time.sleep(0.3)
    assert ask(page, "[...document.querySelectorAll('#steps button')].map((one) => one.textContent)") == [
        '1. click the tab "Travel"',
        '2. choose "Oslo" in the drop-down list "City"',
        '3. click the radio button "Aisle"',
        '4. click the button "Book"',
    ]
    assert ask(page, "document.querySelector('.shot img').src.slice(0, 22)") == "data:image/png;base64,"
    assert "role and name" in ask(page, "document.querySelector('table').textContent")
    ask(page, "open(0)")
    time.sleep(0.3)
    drawn = ask(page, "[...document.querySelectorAll('.e.button')].map((one) => one.textContent)")
    assert drawn.count("Reply") == 4
    mark, reply = ask(
        page,
        "[document.querySelector('.mark'), [...document.querySelectorAll('.e')].filter((one) => one.textContent "
        "=== 'Reply')[2]].map((one) => one.getBoundingClientRect().top)",
    )
    assert abs(mark - reply) < 8


def test_search_and_filters(shown: Callable[[Path], Page]) -> None:
    page = shown(ROOT / "demos")
    ask(page, "search = document.getElementById('search'), search.value = 'LOOK for'")
    ask(page, "search.dispatchEvent(new Event('input'))")
    assert rows(page) == ["✓ look for telescope"]
    assert ask(page, "document.getElementById('count').textContent") == "1 of 6 episodes"


def many(folder: Path, count: int) -> Path:
    button = Element(ref=2, parent=1, tag="button", role="button", name="Go", text="Go", box=(5, 5, 50, 20))
    elements = (Element(ref=1, tag="body", box=(0, 0, 300, 200)), button)

    def episodes() -> Any:
        for number in range(count):
            command = f"Press go {number}"
            seen = Observation(instruction=command, viewport=(300, 200), elements=elements)
            step = Step(seen, Click(2))
            yield Episode(
                id=str(number), task=f"task{number % 7}", command=command, steps=(step,), success=number % 5 > 0,
                source="made",
            )  # fmt: skip

    write_shard(folder / "data" / "part-00000.parquet", episodes())
    write_info(folder, source="made")
    return folder


def test_ten_thousand_episodes_do_not_stall(shown: Callable[[Path], Page], tmp_path: Path) -> None:
    page = shown(many(tmp_path / "many", 10_000))
    assert len(rows(page)) < 60
    ask(page, "list = document.getElementById('list'), list.scrollTop = 9990 * 48")
    time.sleep(0.3)
    assert "✓ Press go 9999" in rows(page)
    began = time.monotonic()
    ask(page, "open(7777)")
    while ask(page, "document.querySelector('h2').textContent") != "Press go 7777":
        assert time.monotonic() < began + 3
    assert ask(page, "document.querySelector('#causes button').textContent").endswith("2,000")
    ask(page, "document.querySelector('#causes button').click()")
    assert ask(page, "document.getElementById('count').textContent") == "2,000 of 10,000 episodes"


def test_a_trace_shows_what_was_weighed(shown: Callable[[Path], Page], tmp_path: Path) -> None:
    trace = tmp_path / "trace"
    trace.mkdir()
    elements = (
        Element(ref=1, tag="button", role="button", name="Yes", text="Yes", box=(0, 0, 40, 20)),
        Element(ref=2, tag="input", role="textbox", name="Why", editable=True, box=(0, 30, 90, 20)),
    )
    seen = to_dict(Observation(instruction="say yes", viewport=(200, 100), elements=elements))
    scores = [{"action": to_dict(Click(1)), "confidence": 0.9}, {"action": to_dict(Type(2, "x")), "confidence": 0.05}]
    line = {"step": 0, "observation": seen, "action": to_dict(Click(1)), "done": {"error": "covered"}, "scores": scores}
    (trace / "steps.jsonl").write_text(json.dumps(line) + "\n")
    result = {"outcome": "failed", "reason": "stuck: “click Yes” was done before", "command": "say yes"}
    (trace / "result.json").write_text(json.dumps(result))
    page = shown(trace)
    assert ask(page, "document.querySelector('#causes button span').textContent") == "failed: stuck: … was done before"
    assert "90.0 %" in ask(page, "document.querySelector('table').textContent")
    assert ask(page, "document.querySelector('.error').textContent") == "The page refused: covered"
    assert ask(page, "document.querySelectorAll('.mark.other').length") == 1


def test_results_of_an_evaluation(shown: Callable[[Path], Page], tmp_path: Path) -> None:
    results = tmp_path / "results.json"
    tasks = {"a-task": {"episodes": 10, "successes": 10}, "b-task": {"episodes": 10, "successes": 3}}
    results.write_text(json.dumps({"mean": 0.65, "tasks": tasks}))
    assert rows(shown(results)) == ["✓ 10 of 10 done", "✗ 3 of 10 done"]
    run = tmp_path / "run"
    (run / "episodes" / "a-task").mkdir(parents=True)
    episode = {"task": "a-task", "seed": 7, "command": "go", "success": False, "raw_reward": -1.0, "steps": 1,
               "cause": "time is up", "trace": [{"action": {"kind": "click", "ref": 3}}]}  # fmt: skip
    (run / "episodes" / "a-task" / "7-x.json").write_text(json.dumps(episode))
    page = shown(run)
    assert rows(page) == ["✗ go"]
    assert ask(page, "document.querySelector('#causes button').textContent") == "time is up1"


def test_anything_else_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="is no recording, dataset, trace or evaluation"):
        write_view(tmp_path, tmp_path / "out.html")
