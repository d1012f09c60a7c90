"""Serves the flight pages on this machine only: they need an origin that their frame shares with them."""

from __future__ import annotations

import functools
import os
import threading
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

__all__ = ["address_of"]


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@functools.lru_cache(maxsize=1)
def _server(root: Path, owner: int) -> ThreadingHTTPServer:
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Quiet, directory=str(root)))
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, name="webagent-task-pages", daemon=True).start()
    return server


def address_of(page: Path, root: Path) -> str:
    """Address of a file under ``root``; the server starts on first use, once in every process."""
    port = _server(root, os.getpid()).server_address[1]
    return f"http://127.0.0.1:{port}/{page.relative_to(root).as_posix()}"
