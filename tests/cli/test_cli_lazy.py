"""`webagent --help` and `import webagent` stay light: measured by what was imported, not by the clock."""

import ast
import importlib
import subprocess
import sys
from pathlib import Path

import pytest

import webagent
from webagent.cli.app import COMMANDS, cli

HEAVY = {"anyio", "gymnasium", "mcp", "numpy", "playwright", "pyarrow", "rich", "torch", "websockets"}


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


WITHOUT_TORCH = "import sys; sys.modules['torch'] = None\nfrom webagent.cli.app import run\n"


def test_a_command_is_done_without_torch(tmp_path: Path) -> None:
    """What is None in sys.modules cannot be imported."""
    page = tmp_path / "page.html"
    page.write_text("<title>Before</title><button onclick=\"document.title = 'After'\">Refresh</button>")
    command = ["do", "Click on the Refresh button", "--url", str(page), "--yes", "--max-steps", "2", "--json"]
    done = modules_after(f"{WITHOUT_TORCH}code = run({command!r})\nassert code == 0")
    assert "numpy" in done


@pytest.mark.parametrize(
    "verb",
    [["train", "--data", ".", "--out", "x"], ["practice", "--data", ".", "--out", "x"], ["finetune", "--out", "x"]],
)
def test_who_learns_without_torch_is_told_how_to_get_it(verb: list[str], tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", f"{WITHOUT_TORCH}sys.exit(run({verb!r}))"], capture_output=True, text=True, cwd=tmp_path
    )
    assert done.returncode == 2
    assert done.stderr.strip() == "Error: learning needs torch: python -m pip install 'webagent[learn]'"
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "code",
    [
        "from webagent.policy import Policy; Policy.load()",
        "import webagent.policy.agents, webagent.evaluate.run, webagent.evaluate.audit, webagent.evaluate.offline",
        "import webagent.live.agent, webagent.live.conversation, webagent.live.explain, webagent.live.session.server",
        "import webagent.learn.collect, webagent.learn.players, webagent.learn.labels, webagent.learn.examples",
    ],
)
def test_to_act_imports_no_torch(code: str) -> None:
    assert "torch" not in modules_after(code)
