"""docs/tasks is what the code says, and has a page for each group."""

from pathlib import Path

from tests.envs.episodes.reference import group, reference
from webagent_envs.tasks import ALL

PAGES = Path(__file__).parents[3] / "docs" / "tasks"


def test_the_table_is_current():
    assert (PAGES / "index.md").read_text(encoding="utf-8") == reference(), "run scripts/task-docs"


def test_every_group_has_a_page_that_names_its_tasks():
    missing = [name for name in ALL if f"`{name}`" not in (PAGES / f"{group(name)}.md").read_text(encoding="utf-8")]
    assert missing == []
