"""From what a person writes after ``--url`` to an address."""

from __future__ import annotations

import re
from pathlib import Path

from webagent.errors import UsageError

__all__ = ["page_address"]

_SCHEME = re.compile(r"(about|blob|chrome|data|edge|file|https?|view-source):", re.IGNORECASE)
_LOCAL = re.compile(r"(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?(/|$)")


def page_address(text: str) -> str:
    """The address of a page given as URL, as file, or as a bare host name.

    Raises:
        UsageError: it is none of these.
    """
    text = text.strip()
    if not text:
        raise UsageError("the address is empty; give --url an address or a file")
    if _SCHEME.match(text):
        return text
    path = Path(text).expanduser()
    if path.is_file():
        return path.resolve().as_uri()
    if _LOCAL.match(text):
        return f"http://{text}"
    host = text.split("/", 1)[0]
    if "." not in host.strip(".") or host.endswith((".html", ".htm")):
        raise UsageError(f"no file {text!r} here, and it is no address either; write https://… for an address")
    return f"https://{text}"
