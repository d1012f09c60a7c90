"""Serves the flight pages on this machine only: they need an origin that their frame shares with them."""

from __future__ import annotations

import functools
import os
import sys
import threading
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

__all__ = ["address_of"]

_starting = threading.Lock()


def _after_fork() -> None:
    global _starting
    _starting = threading.Lock()  # the thread that held it may not exist here


os.register_at_fork(after_in_child=_after_fork)


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128  # many pages ask at once

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Pages end whenever they like, also in the middle of an answer."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


@functools.lru_cache(maxsize=1)
def _server(root: Path, owner: int) -> ThreadingHTTPServer:
    server = _Server(("127.0.0.1", 0), functools.partial(_Quiet, directory=str(root)))
    threading.Thread(target=server.serve_forever, name="webagent-task-pages", daemon=True).start()
    return server


def address_of(page: Path, root: Path) -> str:
    """Address of a file under ``root``; the server starts on first use, once in every process."""
    with _starting:
        port = _server(root, os.getpid()).server_address[1]
    return f"http://127.0.0.1:{port}/{page.relative_to(root).as_posix()}"
