"""`webagent --help` and `import webagent` stay light: measured by what was imported, not by the clock."""

import ast
import importlib
import subprocess
import sys
from pathlib import Path

import pytest

import webagent
from webagent.cli.app import COMMANDS, cli

HEAVY = {"gymnasium", "numpy", "playwright", "pyarrow", "rich", "torch", "websockets"}


def modules_after(code: str) -> set[str]:
    """Top-level names in sys.modules of a fresh interpreter that ran ``code``."""
    script = f"{code}\nimport sys\nprint(*sorted(sys.modules), sep='\\n', file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return {name.partition(".")[0] for name in done.stderr.split()}


@pytest.mark.parametrize(
    "code",
    [
        "import webagent",
        "from webagent.cli.app import run; run(['--help'])",
        "from webagent.cli.app import run; run(['--version'])",
        *(f"from webagent.cli.app import run; run(['{verb}', '--help'])" for verb in COMMANDS),
    ],
)
def test_nothing_heavy_is_imported(code: str) -> None:
    assert modules_after(code) & HEAVY == set()


def test_every_verb_can_be_imported_and_has_an_example() -> None:
    for name in COMMANDS:
        command = cli.get_command(None, name)  # type: ignore[arg-type]
        assert command is not None and command.name == name
        members = getattr(command, "commands", {name: command}).values()
        assert all(member.examples and member.help for member in members), name


def test_all_names_are_sorted_and_importable() -> None:
    assert webagent.__all__ == sorted(webagent._HOMES)
    for name, home in webagent._HOMES.items():
        assert getattr(webagent, name) is getattr(importlib.import_module(home), name)
    assert set(webagent.__all__) <= set(dir(webagent))


def test_type_checkers_see_the_same_names() -> None:
    tree = ast.parse(Path(webagent.__file__).read_text())
    block = next(node for node in tree.body if isinstance(node, ast.If))
    imports = {alias.name: node.module for node in block.body for alias in node.names}  # type: ignore[attr-defined]
    assert imports == webagent._HOMES


def test_unknown_name_is_refused_with_the_known_ones() -> None:
    with pytest.raises(AttributeError, match="Agent, Element"):
        webagent.Nothing  # noqa: B018
