"""Downloading, from a web server on this machine."""

from __future__ import annotations

import io
import tarfile
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from webagent.data.importer import download, import_demonstrations
from webagent.errors import DataError, DownloadError


class Shop:
    """Serves one archive; what it does wrong is chosen by the path."""

    def __init__(self, archive: bytes) -> None:
        self.ranges: list[str | None] = []
        shop = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                asked = self.headers.get("Range")
                shop.ranges.append(asked)
                if self.path == "/missing":
                    self.send_error(404)
                    return
                start = int(asked.removeprefix("bytes=").removesuffix("-")) if asked and self.path != "/whole" else 0
                if start >= len(archive):
                    self.send_error(416)
                    return
                self.send_response(206 if start else 200)
                if self.path != "/nolength":
                    self.send_header("Content-Length", str(len(archive) - start))
                self.end_headers()
                end = len(archive) // 2 if self.path == "/breaks" and not asked else len(archive)
                self.wfile.write(archive[start:end])

            def log_message(self, *args: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        self.root = f"http://127.0.0.1:{self._server.server_address[1]}"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def shop(record, make_node) -> Iterator[Shop]:
    button = make_node("BUTTON", "one", box=(2, 60, 40, 12))
    episode = record(button)
    episode.finish(button)
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as tar:
        member = tarfile.TarInfo("miniwob-plusplus-demos-6506e1a/2017-a/press-it/press-it_1.json")
        member.size = len(episode.encode())
        tar.addfile(member, io.BytesIO(episode.encode()))
        link = tarfile.TarInfo("miniwob-plusplus-demos-6506e1a/2017-b/press-it/press-it_1.json")
        link.type, link.linkname = tarfile.SYMTYPE, "../../2017-a/press-it/press-it_1.json"
        tar.addfile(link)
    made = Shop(packed.getvalue())
    yield made
    made.close()


@pytest.mark.parametrize("path", ["/archive.tar.gz", "/nolength"])
def test_what_is_downloaded_can_be_imported(shop: Shop, tmp_path: Path, path: str) -> None:
    seen: list[tuple[int, int | None]] = []
    place = download(tmp_path / "demos", url=shop.root + path, progress=lambda done, total: seen.append((done, total)))
    assert import_demonstrations(place, tmp_path / "out").kept == 1
    assert seen
    assert not list(place.glob("*.partial"))


@pytest.mark.parametrize("path", ["/breaks", "/whole"])
def test_a_broken_download_goes_on(shop: Shop, tmp_path: Path, path: str) -> None:
    place = tmp_path / "demos"
    with pytest.raises(DownloadError, match=r"cannot be fetched .* run the same command again"):
        download(place, url=shop.root + "/breaks")
    assert download(place, url=shop.root + path) == place
    assert shop.ranges[1] is not None
    assert import_demonstrations(place, tmp_path / "out").kept == 1


def test_a_download_is_not_done_twice(shop: Shop, tmp_path: Path) -> None:
    download(tmp_path / "demos", url=shop.root + "/archive.tar.gz")
    download(tmp_path / "demos", url=shop.root + "/archive.tar.gz")
    assert len(shop.ranges) == 1


def test_an_archive_that_was_fetched_but_not_unpacked(shop: Shop, tmp_path: Path) -> None:
    place = download(tmp_path / "first", url=shop.root + "/archive.tar.gz")
    assert place.exists()
    (tmp_path / "demos").mkdir()
    with pytest.raises(DownloadError):
        download(tmp_path / "demos", url=shop.root + "/breaks")
    partial = tmp_path / "demos" / "archive.partial"
    assert partial.exists()
    download(tmp_path / "demos", url=shop.root + "/archive.tar.gz")
    assert not partial.exists()


def test_a_page_that_is_not_there(shop: Shop, tmp_path: Path) -> None:
    with pytest.raises(DownloadError, match=r"/missing cannot be fetched \(HTTP Error 404"):
        download(tmp_path / "demos", url=shop.root + "/missing")


def test_nobody_answers(tmp_path: Path) -> None:
    with pytest.raises(DownloadError, match=r"cannot be fetched .* check the connection"):
        download(tmp_path / "demos", url="http://127.0.0.1:9/archive.tar.gz")


def test_no_web_address(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="is no web address"):
        download(tmp_path / "demos", url="file:///etc/passwd")


def test_what_came_is_no_archive(site, tmp_path: Path) -> None:
    with pytest.raises(DownloadError, match="gave no complete archive"):
        download(tmp_path / "demos", url=site.add("/archive.tar.gz", "<html>login please</html>"))
    assert not (tmp_path / "demos" / "archive.partial").exists()
