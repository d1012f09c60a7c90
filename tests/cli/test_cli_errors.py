"""Bad input: one clear line that says what to do next, the right exit code, no traceback."""

import json
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from webagent.cli.app import run
from webagent.errors import UnsureError

Out = pytest.CaptureFixture[str]


def fails(arguments: list[str], code: int, *words: str, capsys: Out) -> None:
    """Run a command that must fail with this code and one line on stderr that has these words."""
    assert run(arguments) == code
    told = capsys.readouterr()
    assert told.out == ""
    assert "Traceback" not in told.err
    lines = [line for line in told.err.splitlines() if line.startswith("Error: ")]
    assert len(lines) == 1, told.err
    assert all(word in lines[0] for word in words), lines[0]


@pytest.fixture
def page(tmp_path: Path) -> str:
    path = tmp_path / "page.html"
    path.write_text("<!doctype html><title>Test</title><button>Refresh</button>")
    return str(path)


@pytest.fixture
def silent_server() -> Iterator[str]:
    """Takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}/"


@pytest.mark.parametrize("command", ["", "   "])
def test_an_empty_command(command: str, page: str, capsys: Out) -> None:
    fails(["do", command, "--url", page], 2, "empty", "say what to do", capsys=capsys)


def test_no_place_to_act(capsys: Out) -> None:
    fails(["do", "click"], 2, "--url", "--cdp", "--attach", "webagent do --help", capsys=capsys)


def test_two_places_to_act(page: str, capsys: Out) -> None:
    fails(["do", "click", "--url", page, "--cdp", "127.0.0.1:1"], 2, "exactly one", capsys=capsys)


def test_a_file_that_is_not_there(capsys: Out) -> None:
    fails(["do", "click", "--url", "missing.html"], 2, "missing.html", "https://", capsys=capsys)


def test_an_unreachable_page(capsys: Out) -> None:
    fails(["do", "click", "--url", "http://127.0.0.1:9/"], 3, "127.0.0.1:9", capsys=capsys)


def test_a_page_that_never_finishes_loading(silent_server: str, capsys: Out) -> None:
    fails(["do", "click", "--url", silent_server, "--timeout", "1.5"], 3, silent_server, capsys=capsys)


def test_no_browser(page: str, monkeypatch: pytest.MonkeyPatch, capsys: Out) -> None:
    monkeypatch.setenv("WEBAGENT_BROWSER", "/nowhere/chromium")
    fails(["do", "click", "--url", page], 3, "/nowhere/chromium", capsys=capsys)


def test_a_browser_that_does_not_start(page: str, tmp_path: Path, capsys: Out) -> None:
    broken = tmp_path / "chromium"
    broken.write_text("#!/bin/sh\necho 'no display, no luck' >&2\nexit 1\n")
    broken.chmod(0o755)
    fails(["do", "click", "--url", page, "--browser", str(broken)], 3, "no luck", capsys=capsys)


def test_nobody_at_the_endpoint(capsys: Out) -> None:
    fails(["do", "click", "--cdp", "http://127.0.0.1:9"], 3, "127.0.0.1:9", "--remote-debugging-port", capsys=capsys)


def test_no_checkpoint(page: str, tmp_path: Path, capsys: Out) -> None:
    fails(["do", "click", "--url", page, "--policy", str(tmp_path)], 2, str(tmp_path), "webagent train", capsys=capsys)


def test_a_checkpoint_of_another_version(page: str, tmp_path: Path, capsys: Out) -> None:
    (tmp_path / "config.json").write_text('{"format_version": 999}')
    fails(["do", "click", "--url", page, "--policy", str(tmp_path)], 2, "999", "train", capsys=capsys)


def test_a_truncated_checkpoint(page: str, tmp_path: Path, capsys: Out) -> None:
    (tmp_path / "config.json").write_text('{"format_version": 1, "mo')
    fails(["do", "click", "--url", page, "--policy", str(tmp_path)], 2, "config.json", "again", capsys=capsys)


def test_an_unknown_task(capsys: Out) -> None:
    fails(["eval", "--tasks", "click-tset", "--episodes", "1", "--policy", "random"], 2, "click-tset", capsys=capsys)


def test_a_source_that_is_not_there(tmp_path: Path, capsys: Out) -> None:
    out = str(tmp_path / "out")
    fails(["data", "import", str(tmp_path / "no.tar.xz"), "--out", out], 2, "no.tar.xz", capsys=capsys)


def test_a_truncated_archive(tmp_path: Path, capsys: Out) -> None:
    archive = tmp_path / "demos.tar.xz"
    archive.write_bytes(b"\xfd7zXZ\x00 and then nothing")
    fails(["data", "import", str(archive), "--out", str(tmp_path / "out")], 2, "demos.tar.xz", capsys=capsys)


def test_a_folder_that_is_no_dataset(tmp_path: Path, capsys: Out) -> None:
    fails(["data", "info", str(tmp_path)], 2, str(tmp_path), capsys=capsys)
    fails(["train", "--data", str(tmp_path), "--out", str(tmp_path / "run")], 2, str(tmp_path), capsys=capsys)


@pytest.mark.parametrize("arguments", [["evla"], ["do", "x", "--jsn"], ["data", "imp"], ["eval", "--episodes", "0"]])
def test_usage(arguments: list[str], capsys: Out) -> None:
    fails(arguments, 2, "--help", capsys=capsys)


def test_no_arguments_shows_the_help(capsys: Out) -> None:
    assert run([]) == 2
    assert "webagent demo" in capsys.readouterr().err


def test_errors_as_json(capsys: Out) -> None:
    assert run(["do", "click", "--url", "missing.html", "--json"]) == 2
    told = json.loads(capsys.readouterr().out)
    assert told["outcome"] == "failed" and "missing.html" in told["reason"] and told["exit_code"] == 2


def test_a_lost_page_as_json(capsys: Out) -> None:
    assert run(["do", "click", "--url", "http://127.0.0.1:9/", "--json"]) == 3
    told = json.loads(capsys.readouterr().out)
    assert told["outcome"] == "failed" and told["actions"] == [] and told["page_lost"]


def broken_cli(error: BaseException, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(**settings: object) -> int:
        raise error

    monkeypatch.setattr("webagent.cli.app.cli.main", fail)


@pytest.mark.parametrize(
    ("error", "code", "words"),
    [
        (UnsureError("not sure; say it differently"), 4, "not sure"),
        (PermissionError(13, "Permission denied", "/root/x"), 1, "Permission denied: /root/x; choose a place"),
        (ZeroDivisionError("division by zero"), 1, "defect of webagent: ZeroDivisionError"),
    ],
)
def test_other_errors(error: Exception, code: int, words: str, monkeypatch: pytest.MonkeyPatch, capsys: Out) -> None:
    broken_cli(error, monkeypatch)
    fails(["anything"], code, words, capsys=capsys)


def test_debug_shows_the_traceback(monkeypatch: pytest.MonkeyPatch, capsys: Out) -> None:
    broken_cli(ZeroDivisionError("division by zero"), monkeypatch)
    monkeypatch.setenv("WEBAGENT_DEBUG", "1")
    assert run(["anything"]) == 1
    assert "Traceback" in capsys.readouterr().err


def test_a_closed_pipe_is_quiet() -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "webagent", "--help"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout and process.stderr
    process.stdout.close()
    assert process.stderr.read() == ""
    process.stderr.close()
    process.wait(timeout=30)


def test_closed_stdout_and_stdin_do_no_harm() -> None:
    done = subprocess.run(
        f"{sys.executable} -m webagent --help >&- <&-", shell=True, stderr=subprocess.PIPE, check=True
    )
    assert done.stderr == b""


def test_control_c_is_one_line() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"http://127.0.0.1:{server.getsockname()[1]}/"
        command = [sys.executable, "-m", "webagent", "do", "click", "--url", address]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
            server.settimeout(60)
            asking, _ = server.accept()  # the browser wants the page, which never comes
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=60)
            asking.close()
    assert (process.returncode, out, err.split()) == (130, "", ["Interrupted."]), err
