"""The policy and its training know no task by name: what they can do is learned."""

import re
from pathlib import Path

import pytest

from webagent_envs.tasks import ALL

ROOT = Path(__file__).parents[2]
# The demonstration says which tasks it shows; a help text names two as an example.
SHOWN = {ROOT / "webagent" / "live" / "demo.py", ROOT / "webagent" / "cli" / "evaluate.py"}
SOURCES = sorted(set((ROOT / "webagent").rglob("*.py")) - SHOWN)
SOURCES += [*(ROOT / "envs" / "webagent_envs").glob("*.py"), *(ROOT / "envs" / "webagent_envs" / "page").rglob("*.*s")]


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_source_names_a_task(source: Path) -> None:
    strings = set(re.findall(r"[\"']([^\"'\n]*)[\"']", source.read_text(encoding="utf-8")))
    named = {name for name in ALL if "-" in name and any(name in text.split(",") for text in strings)}
    # a docstring may give a name as an example of what a field holds
    allowed = {"click-test"}
    assert named - allowed == set()
