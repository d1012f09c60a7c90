"""Fetch the public demonstrations for a user: they are referred to, not shipped."""

from __future__ import annotations

import http.client
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

from webagent.data.source import unpack
from webagent.errors import DataError, DownloadError

__all__ = ["URL", "download"]

URL = "https://codeload.github.com/stanfordnlp/miniwob-plusplus-demos/tar.gz/6506e1a"
"""The repository at the commit that everything here was measured on; about 100 MB."""

_BLOCK = 1 << 18
_PATIENCE = 60.0
"""Seconds without a byte before the connection counts as dead."""
_AGAIN = "run the same command again, and it goes on where it stopped"

Progress = Callable[[int, "int | None"], None]


def download(out: Path, *, url: str = URL, progress: Progress | None = None) -> Path:
    """Fetch the archive and unpack it into the folder ``out``.

    Args:
        out: folder to put the recordings in; made when missing.
        url: address of a ``.tar.gz`` in the layout of the repository.
        progress: called with (bytes so far, bytes in all or ``None`` when the server does not say).

    Returns:
        ``out``, which `import_demonstrations` takes as a source.

    Raises:
        DownloadError: the address cannot be reached, or what came is no complete archive.
        DataError: it is no address.
    """
    if not url.startswith(("http://", "https://")):
        raise DataError(f"{url} is no web address: it must begin with https://")
    done = out / ".complete"
    if done.exists():
        return out
    out.mkdir(parents=True, exist_ok=True)
    partial = out / "archive.partial"
    try:
        _fetch(url, partial, progress)
    except (OSError, http.client.HTTPException) as error:
        raise DownloadError(f"{url} cannot be fetched ({error}): check the connection, then {_AGAIN}") from None
    try:
        unpack(partial, out)
    except DataError:
        partial.unlink()
        raise DownloadError(f"{url} gave no complete archive: run the same command again") from None
    done.touch()
    partial.unlink()
    return out


def _fetch(url: str, partial: Path, progress: Progress | None) -> None:
    have = partial.stat().st_size if partial.exists() else 0
    try:
        response = _open(url, have)
    except urllib.error.HTTPError as error:
        if error.code != http.HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
            raise
        return  # nothing is left to fetch
    with response:
        going_on = response.status == http.HTTPStatus.PARTIAL_CONTENT
        have = have if going_on else 0
        length = response.headers.get("Content-Length")
        total = have + int(length) if length else None
        with partial.open("ab" if going_on else "wb") as file:
            while block := response.read(_BLOCK):
                file.write(block)
                have += len(block)
                if progress is not None:
                    progress(have, total)
    if total is not None and have < total:
        raise ConnectionError(f"it broke off after {have} of {total} bytes")


def _open(url: str, have: int) -> http.client.HTTPResponse:
    request = urllib.request.Request(url, headers={"User-Agent": "webagent"})
    if have:
        request.add_header("Range", f"bytes={have}-")
    response: http.client.HTTPResponse = urllib.request.urlopen(request, timeout=_PATIENCE)
    return response
