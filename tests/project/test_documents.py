"""README's examples run, its pictures and links exist, and docs/cli.md is what the commands say of themselves."""

import json
import os
import re
import shlex
import shutil
import sys
from importlib.resources import files
from pathlib import Path

import anyio
import pytest
from mcp import Client, StdioServerParameters, stdio_client

from webagent.cli.app import cli, run
from webagent.cli.reference import reference

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.fixture
def beside_a_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the page.html that the examples speak of."""
    shutil.copy(str(files("webagent.live") / "demo_page.html"), tmp_path / "page.html")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def blocks(language: str, text: str = README) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


BENCHMARK = (ROOT / "docs" / "benchmark.md").read_text(encoding="utf-8")


def console_lines(text: str = README) -> list[str]:
    return [line[2:] for block in blocks("console", text) for line in block.splitlines() if line.startswith("$ ")]


@pytest.mark.parametrize("code", blocks("python"))
def test_python_examples_run(code: str, beside_a_page: Path, capsys: pytest.CaptureFixture[str]) -> None:
    exec(compile(code, "README.md", "exec"), {"__name__": "__main__"})
    promised = re.findall(r"#> (.+)$", code, re.MULTILINE)
    assert capsys.readouterr().out.splitlines()[: len(promised)] == promised


@pytest.mark.parametrize("line", [line for line in console_lines() if "--url page.html" in line])
def test_console_examples_on_a_page_run(line: str, beside_a_page: Path) -> None:
    assert run(shlex.split(line)[1:]) == 0


@pytest.mark.parametrize("line", [line for line in console_lines(README + BENCHMARK) if line.startswith("webagent")])
def test_console_examples_have_the_right_options(line: str) -> None:
    command, arguments = cli, shlex.split(line.partition(" |")[0])[1:]
    while (arguments and hasattr(command, "commands")) or command is cli:
        command = command.get_command(None, arguments.pop(0))  # type: ignore[arg-type, assignment]
    assert command is not None
    command.make_context("webagent", arguments, **cli.context_settings)  # click keeps what it makes of these


def test_the_agent_that_is_shown_is_the_example() -> None:
    (shown,) = blocks("python", BENCHMARK)
    example = (ROOT / "examples" / "own_agent.py").read_text(encoding="utf-8")
    plain = re.sub(r": (?:int|Observation|set\[int\])|( -> [^:]+)(?=:)", "", example)
    plain = re.sub(r'\n +"""[AT][^"]+"""', "", plain)
    assert shown in plain


def test_the_reference_is_what_the_commands_say() -> None:
    assert (ROOT / "docs" / "cli.md").read_text(encoding="utf-8") == reference(), "run scripts/cli-docs"


@pytest.mark.parametrize("page", [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")], ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\(([^)#]+)", page.read_text(encoding="utf-8"))
    assert [target for target in targets if "://" not in target and not (page.parent / target).exists()] == []


def test_the_tree_in_the_readme_is_the_tree() -> None:
    tree = next(block for block in blocks("text") if "spaces.py" in block)
    folder = ROOT
    for line in tree.splitlines():
        name = line.split()[0]
        if not line.startswith(" "):
            folder = ROOT / name
        path = folder if not line.startswith(" ") else folder / name
        assert path.exists(), line


def test_pictures_are_small() -> None:
    pictures = list((ROOT / "docs" / "images").glob("*.png"))
    assert pictures and all(picture.stat().st_size <= 300_000 for picture in pictures)


def test_the_json_that_is_shown_is_what_comes_out(beside_a_page: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shown = json.loads(blocks("json", (ROOT / "docs" / "agent.md").read_text(encoding="utf-8"))[0])
    assert run(["do", "click on the Refresh button", "--url", "page.html", "--json"]) == 0
    real = json.loads(capsys.readouterr().out)
    assert real.keys() == shown.keys() and real["actions"][0].keys() == shown["actions"][0].keys()


MCP = (ROOT / "docs" / "mcp.md").read_text(encoding="utf-8")


@pytest.fixture
def as_installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A `webagent` on the search path that is this one: clients of the protocol hand hardly a variable on."""
    script = tmp_path / "bin" / "webagent"
    script.parent.mkdir()
    kept = {"PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "WEBAGENT_HOME": str(tmp_path / "home")}
    exports = "".join(f"export {name}={shlex.quote(value)}\n" for name, value in kept.items())
    script.write_text(f'#!/bin/sh\n{exports}exec {shlex.quote(sys.executable)} -m webagent "$@"\n')
    script.chmod(0o755)
    monkeypatch.setenv("PATH", str(script.parent), prepend=os.pathsep)


@pytest.mark.usefixtures("as_installed")
def test_the_client_that_is_shown_runs(beside_a_page: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (code,) = blocks("python", MCP)
    exec(compile(code, "mcp.md", "exec"), {"__name__": "__main__"})
    promised = re.findall(r"# prints (.+)$", code, re.MULTILINE)
    assert promised and capfd.readouterr().out.splitlines() == promised


@pytest.mark.usefixtures("as_installed")
def test_the_configuration_that_is_shown_works(site) -> None:
    ((_, shown),) = json.loads(blocks("json", MCP)[0])["mcpServers"].items()
    page = site.add("/page", files("webagent.live").joinpath("demo_page.html").read_text(encoding="utf-8"))

    async def talk() -> None:
        async with Client(stdio_client(StdioServerParameters(**shown))) as client:
            done = await client.call_tool("do", {"command": "click on the Refresh button", "url": page})
            assert done.structured_content["outcome"] == "done"

    anyio.run(talk)


def test_the_tools_that_are_shown_are_the_tools() -> None:
    from webagent.live.mcp.server import TOOLS

    rows = re.findall(r"^\| `(\w+)` \| (.*?) \|", MCP, re.MULTILINE)
    shown = {name: set(re.findall(r"`(\w+)`", arguments)) for name, arguments in rows if name in TOOLS}
    assert shown == {name: set(tool.takes.__struct_fields__) for name, tool in TOOLS.items()}
