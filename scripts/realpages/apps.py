"""The real applications that webagent is tried on: installs them outside the repository, and starts them."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

__all__ = ["APPS", "App", "install", "started"]

HERE = Path(__file__).parent
INSTALLED = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "webagent" / "apps"
START_TIMEOUT = 180.0


@dataclass(frozen=True)
class App:
    """An application.

    Attributes:
        packages: what pip, or npm when `npm`, installs.
        path: answers as soon as it is ready.
        command: starts it, given the folder of its data and the port.
        prepare: fills that folder.
        environment: what it needs besides, given that folder.
        after: fills it when it runs, given its address.
        venv: its virtual environment, when it shares one.
        npm: it is installed by npm.
    """

    packages: tuple[str, ...]
    path: str
    command: Callable[[Path, int], list[str | Path]]
    prepare: Callable[[Path], None] = lambda folder: None
    environment: Callable[[Path], dict[str, str]] = lambda folder: {}
    after: Callable[[str], None] = lambda root: None
    venv: str = ""
    npm: bool = False


def program(venv: str, name: str) -> Path:
    """A program of a virtual environment."""
    return INSTALLED / venv / "bin" / name


def run(*command: str | Path, cwd: Path | None = None, text: str = "") -> None:
    """Run something to its end; what it says is shown only when it fails."""
    done = subprocess.run(command, cwd=cwd, input=text, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{command[0]} failed:\n{done.stdout}{done.stderr}")


def wagtail_site(folder: Path) -> None:
    """The site that `wagtail start` makes, with some pages; made once, because that takes a minute."""
    python, pages = program("django", "python"), (HERE / "wagtail_site.py").read_text()
    made = INSTALLED / "django" / f"wagtail-site-{zlib.crc32(pages.encode()):08x}"
    if not made.exists():
        new = Path(tempfile.mkdtemp(dir=made.parent))
        run(program("django", "wagtail"), "start", "mysite", new)
        run(python, "manage.py", "migrate", "-v0", cwd=new)
        run(python, "manage.py", "shell", cwd=new, text=pages)
        new.rename(made)
    shutil.copytree(made, folder, dirs_exist_ok=True)


def jupyter_files(folder: Path) -> None:
    """Four files to work on."""
    (folder / "files" / "plots").mkdir(parents=True)
    shutil.copy(HERE / "analysis.ipynb", folder / "files")
    (folder / "files" / "data.csv").write_text("a,b\n1,2\n")
    (folder / "files" / "notes.md").write_text("# Notes\n")


def tiddlywiki() -> Path:
    """Where its own program and documentation are."""
    return INSTALLED / "tiddlywiki" / "node_modules" / "tiddlywiki"


def streamlit(*what: str | Path) -> Callable[[Path, int], list[str | Path]]:
    """Starts Streamlit with an application."""
    flags = ("--server.headless", "true", "--browser.gatherUsageStats", "false")
    return lambda folder, port: [program("streamlit", "streamlit"), *what, "--server.port", str(port), *flags]


def server(name: str, file: str, *more: str) -> Callable[[Path, int], list[str | Path]]:
    """Starts a file of ours with the Python of an application."""
    return lambda folder, port: [program(name, "python"), HERE / file, str(port), *more]


APPS = {
    "django": App(
        ("django==5.2.*",),
        "/admin/login/",
        lambda folder, port: [program("django", "python"), HERE / "django_admin.py", str(port), folder / "django"],
    ),
    "wagtail": App(
        ("wagtail==8.0.*",),
        "/admin/login/",
        lambda folder, port: [program("django", "python"), folder / "manage.py", "runserver", str(port), "--noreload"],
        wagtail_site,
        venv="django",
    ),
    "nicegui": App(("nicegui==3.18.*",), "/", server("nicegui", "nicegui_app.py")),
    "streamlit": App(("streamlit==1.67.*",), "/", streamlit("hello")),
    "gradio": App(("gradio==6.31.*",), "/", server("gradio", "gradio_app.py")),
    "tiddlywiki": App(
        ("tiddlywiki@5.4.1",),
        "/",
        lambda folder, port: [
            "node",
            tiddlywiki() / "tiddlywiki.js",
            tiddlywiki() / "editions" / "tw5.com",
            "--listen",
            f"port={port}",
        ],
        npm=True,
    ),
    "jupyterlab": App(
        ("jupyterlab==4.6.*",),
        "/lab",
        lambda folder, port: [
            program("jupyter", "jupyter-lab"),
            "--allow-root",
            "--no-browser",
            f"--port={port}",
            "--ServerApp.token=",
            "--ServerApp.password=",
            "--ServerApp.disable_check_xsrf=True",  # its API is used from outside, too
            f"--notebook-dir={folder / 'files'}",
        ],
        jupyter_files,
        lambda folder: {
            "JUPYTER_CONFIG_DIR": str(folder / "jupyter"),
            "JUPYTERLAB_SETTINGS_DIR": str(folder / "settings"),
            "JUPYTERLAB_WORKSPACES_DIR": str(folder / "workspaces"),
        },
        venv="jupyter",
    ),
    "labelstudio": App(
        ("label-studio==1.23.*",),
        "/user/login/",
        lambda folder, port: [
            *(program("labelstudio", "label-studio"), "start", "--no-browser", "--port", str(port)),
            *("--username", "admin@example.com", "--password", "label-studio-1"),
        ],
        environment=lambda folder: {"LABEL_STUDIO_BASE_DATA_DIR": str(folder), "COLLECT_ANALYTICS": "false"},
        after=lambda root: run(sys.executable, HERE / "label_studio_data.py", root),
    ),
}


def install(name: str) -> None:
    """Install an application, unless it is there."""
    app = APPS[name]
    if app.npm:
        if not (INSTALLED / name / "node_modules").exists():
            run("npm", "install", "--silent", "--prefix", INSTALLED / name, *app.packages)
        return
    venv = INSTALLED / (app.venv or name)
    if not (venv / "bin" / "pip").exists():
        run(sys.executable, "-m", "venv", venv)
    marker = venv / f".{name}"
    if not marker.exists():
        run(venv / "bin" / "pip", "install", "-q", *app.packages)
        marker.touch()


@contextlib.contextmanager
def started(name: str, folder: Path, app: App | None = None) -> Iterator[str]:
    """An application that runs, as its address.

    Args:
        name: of the application, which is installed first.
        folder: an empty one for its data.
        app: how it is started, when not as in `APPS`.
    """
    install(name)
    app = app or APPS[name]
    app.prepare(folder)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    log = folder / "server.log"
    with log.open("wb") as said:
        environment = {**os.environ, **app.environment(folder)}
        command = app.command(folder, port)
        process = subprocess.Popen(
            command, cwd=folder, stdin=subprocess.DEVNULL, stdout=said, stderr=said, env=environment
        )
    try:
        root = f"http://127.0.0.1:{port}"
        _await(root + app.path, process, log)
        app.after(root)
        yield root
    finally:
        process.terminate()
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _await(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_TIMEOUT
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(address, timeout=10):
                return
        except OSError:
            time.sleep(0.3)
    raise SystemExit(f"{address} does not answer; the server said:\n{log.read_text(errors='replace')[-3000:]}")
