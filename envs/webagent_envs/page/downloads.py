"""What a page downloads, and the files that are chosen for its uploads."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from pathlib import Path

import msgspec

from webagent_envs.cdp import Command
from webagent_envs.chromium import Browser
from webagent_envs.errors import InvalidAction
from webagent_envs.page.tabs import Tabs

__all__ = ["Download", "Downloads", "chosen_files"]


class Download(msgspec.Struct, frozen=True):
    """A file that a page has downloaded.

    Attributes:
        name: the name that the page suggests for it.
        path: where it is.
        url: where it came from.
    """

    name: str
    path: str
    url: str


class Downloads:
    """The downloads of one page of ours; in a person's own browser they are left alone.

    Args:
        browser: that of the page.
        tabs: of the page.
        folder: where the files go; ``""`` for one that goes with the page.
    """

    def __init__(self, browser: Browser, tabs: Tabs, folder: str) -> None:
        self.finished: list[Download] = []
        self._ended: set[str] = set()
        self._browser = browser
        self._tabs = tabs
        self._kept = bool(folder)
        self._folder = Path(folder).expanduser().absolute() if folder else self._temporary()
        if not tabs.context_id:
            return
        wanted = {"behavior": "allowAndName", "browserContextId": tabs.context_id, "eventsEnabled": True}
        command = Command("Browser.setDownloadBehavior", {**wanted, "downloadPath": str(self._folder)})
        browser.connection.tell(command)

    def _temporary(self) -> Path:
        if self._browser.folder is None:
            return Path(tempfile.mkdtemp(prefix="webagent-downloads-"))
        return self._browser.folder / "downloads" / (self._tabs.context_id or "none")

    def wait(self, deadline: float) -> None:
        """Wait until none of them is under way or to be expected, or until ``deadline`` of `time.monotonic`."""
        tab = self._tabs.current
        if not self._browser.downloads and self._tabs.downloads <= self._ended and not tab.astray:
            return
        # A navigation that becomes a download has ended some milliseconds before the download is told of.
        connection = self._browser.connection
        connection.listen_until(lambda: not tab.astray and not self._under_way(), tab.session, deadline)
        tab.astray.clear()

    def _under_way(self) -> bool:
        """Take in those that have ended; whether there are others."""
        others = not self._tabs.downloads <= self._ended | set(self._browser.downloads)
        for guid, news in list(self._browser.downloads.items()):
            if not self._is_ours(guid, news):
                continue
            if news.get("state", "inProgress") == "inProgress":
                others = True
                continue
            del self._browser.downloads[guid]
            self._ended.add(guid)
            if news["state"] == "completed":
                self.finished.append(self._named(guid, news["suggestedFilename"], news["url"]))
        return others

    def _is_ours(self, guid: str, news: dict[str, str]) -> bool:
        if Path(news.get("filePath", "")).parent == self._folder or guid in self._tabs.downloads:
            return True
        target = self._browser.targets.get(news.get("frameId", ""), {})
        return bool(self._tabs.context_id) and target.get("browserContextId") == self._tabs.context_id

    def _named(self, guid: str, suggested: str, url: str) -> Download:
        """Give a file that was saved under its id the name that the page suggests."""
        name = Path(suggested).name or "download"
        path, number = self._folder / name, 1
        while path.exists():
            path = self._folder / f"{Path(name).stem} ({number}){Path(name).suffix}"
            number += 1
        with contextlib.suppress(FileNotFoundError):  # somebody has cleared the folder
            (self._folder / guid).rename(path)
        return Download(suggested, str(path), url)

    def close(self) -> None:
        """Remove the folder, unless it is to be kept. Idempotent."""
        for guid, news in list(self._browser.downloads.items()):
            if self._is_ours(guid, news):
                del self._browser.downloads[guid]
        if not self._kept:
            shutil.rmtree(self._folder, ignore_errors=True)


def chosen_files(text: str, several: bool) -> list[str]:
    """The files that ``text`` names, one a line.

    Raises:
        InvalidAction: naming the one that is not there, or when only one can be taken.
    """
    paths = [Path(line.strip()).expanduser() for line in text.splitlines() if line.strip()]
    for path in paths:
        if not path.is_file():
            raise InvalidAction(f"there is no file {path}: give the path of one that is on this machine")
    if len(paths) > 1 and not several:
        raise InvalidAction(f"the field takes one file, not {len(paths)}: give one path")
    return [str(path.absolute()) for path in paths]
