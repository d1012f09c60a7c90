"""What every test may use: one browser for the whole run, and a web site of its own on this machine."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from webagent_envs.chromium import Browser, shared
from webagent_envs.page import Page, PageSettings

# What a shell runs in the background ignores Ctrl-C, and so would all that the tests start.
if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


class Site:
    """A web site whose pages are given by the test that asks for them."""

    def __init__(self) -> None:
        self.pages: dict[str, str] = {}
        self.released = threading.Event()
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                path = self.path.split("?")[0]
                if path.startswith("/hang"):  # never answers, until the test is over
                    site.released.wait(30)
                    return
                if path.startswith("/slow"):
                    time.sleep(0.3)
                found = site.pages.get(path)
                body = ("not here" if found is None else found).encode()
                self.send_response(404 if found is None else 200)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                if path.startswith("/attachment"):  # a file to keep, and no page
                    self.send_header("Content-Disposition", 'attachment; filename="report.txt"')
                self.end_headers()
                if path.startswith("/endless"):  # says something, and then never ends
                    self.wfile.write(body)
                    self.wfile.flush()
                    site.released.wait(30)
                    return
                self.wfile.write(body)

            def log_message(self, *args: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()
        self.root = f"http://127.0.0.1:{self._server.server_address[1]}"

    def add(self, path: str, html: str) -> str:
        """Put a page on the site; its address."""
        self.pages[path] = html
        return self.root + path

    def close(self) -> None:
        self.released.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@pytest.fixture(scope="session", autouse=True)
def home_of_the_tests(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """What webagent keeps for its user goes into a folder of the tests."""
    before = os.environ.get("WEBAGENT_HOME")
    os.environ["WEBAGENT_HOME"] = str(tmp_path_factory.mktemp("home"))
    yield
    os.environ.pop("WEBAGENT_HOME")
    if before is not None:
        os.environ["WEBAGENT_HOME"] = before


@pytest.fixture
def browser() -> Browser:
    """The browser of this process, as environments share it; a new one when a test has killed the last."""
    return shared()


@pytest.fixture
def site() -> Iterator[Site]:
    made = Site()
    yield made
    made.close()


@pytest.fixture
def open_page() -> Iterator[Callable[..., Page]]:
    """Opens pages, e.g. ``open_page(clock="virtual")``, and closes them after the test."""
    pages: list[Page] = []

    def opened(html: str = "", **settings: object) -> Page:
        browser = shared(still=settings.get("clock") == "virtual")
        page = Page.open(browser, PageSettings(**settings))  # type: ignore[arg-type]
        pages.append(page)
        if html:
            page.set_html(html)
            page.ready()
        return page

    yield opened
    for page in pages:
        page.close()
