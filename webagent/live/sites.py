"""Which site an address belongs to, and whether two are the same to a person."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlsplit

__all__ = ["OWN", "among", "site_of"]

OWN = "a page of your own"
"""The site of files on this machine, and of pages that are empty or made by the person's own program."""

_OWN_SCHEMES = ("file", "about", "data")
_WEB = {"http": 80, "https": 443, "ws": 80, "wss": 443}


def site_of(url: str) -> str:
    """Host of an address, with its port when that is an unusual one; the scheme (``mailto:``) of what has no host."""
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").removeprefix("www."), parts.port
    except ValueError:
        return url  # whatever that is, it is the site of nothing else
    if parts.scheme in _OWN_SCHEMES:
        return OWN
    if parts.scheme == "blob":
        return site_of(parts.path)
    if not host:
        return f"{parts.scheme}:" if parts.scheme else ""
    return host if port in (None, _WEB.get(parts.scheme)) else f"{host}:{port}"


def among(site: str, sites: Iterable[str]) -> bool:
    """Whether a site is one of these, or belongs to the same owner: ``login.example.org`` does to ``example.org``."""
    return any(site == other or _above(other, site) or _above(site, other) for other in sites)


def _above(parent: str, child: str) -> bool:
    """Whether one host lies under another; ``localhost`` and top level domains are above nothing."""
    return "." in parent and child.endswith(f".{parent}")
