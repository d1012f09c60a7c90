"""docs/tasks is what the code says, and has a page for each group."""

from pathlib import Path

from tests.envs.episodes.reference import group, reference
from tests.envs.episodes.rewards import has_held_out, rewards_of
from webagent_envs.tasks import ALL, find_task

PAGES = Path(__file__).parents[3] / "docs" / "tasks"


def test_the_table_is_current():
    assert (PAGES / "index.md").read_text(encoding="utf-8") == reference(), "run scripts/task-docs"


def test_every_group_has_a_page_that_names_its_tasks():
    missing = [name for name in ALL if f"`{name}`" not in (PAGES / f"{group(name)}.md").read_text(encoding="utf-8")]
    assert missing == []


def test_rewards_are_read_from_the_pages():
    assert str(rewards_of(find_task("tic-tac-toe"))) == "1, -0.5, -0.75"
    assert str(rewards_of(find_task("click-checkboxes"))) == "computed"
    assert str(rewards_of(find_task("hover-shape"))) == "none"
    assert rewards_of(find_task("click-test")).decays
    assert not rewards_of(find_task("flight.AA")).decays
    assert [name for name in ALL if has_held_out(find_task(name))] == [
        "click-checkboxes-transfer",
        "click-test-transfer",
        "email-inbox-forward-nl",
        "email-inbox-forward-nl-turk",
        "email-inbox-nl-turk",
        "flight.AA",
        "flight.Alaska",
    ]


def test_a_page_of_a_group_tells_what_is_held_out():
    held_out = [name for name in ALL if has_held_out(find_task(name))]
    pages = {name: (PAGES / f"{group(name)}.md").read_text(encoding="utf-8") for name in held_out}
    assert [name for name, page in pages.items() if 'data_mode="test"' not in page] == []
