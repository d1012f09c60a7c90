"""Five applications, each with what it keeps: read from its database, its API or its files, and put back again."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import re
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import quote, urlencode
from urllib.request import HTTPCookieProcessor, Request, build_opener, urlopen

from scripts.realpages.apps import APPS, App, run, started, streamlit, tiddlywiki

__all__ = ["WORLDS", "State", "World", "opened"]

State = dict[str, Any]
"""What an application keeps, by a name for each thing; nothing that changes by itself."""

HERE = Path(__file__).parent


class World(Protocol):
    """A running application.

    Attributes:
        cookies: of somebody who is logged in.
        ready: what every page of it shows as soon as it is there; ``""`` when there is nothing.
    """

    cookies: dict[str, str]
    ready: str

    def state(self) -> State:
        """What it keeps now."""

    def reset(self) -> None:
        """Put everything back to how it began."""


def queried(file: Path, **queries: str) -> State:
    """Rows of a database: the first column names them, the others are what is kept."""
    found: State = {}
    with contextlib.closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True, timeout=10)) as database:
        for what, query in queries.items():
            for name, *values in database.execute(query.format(admin="admin")):
                found[f"{what} {name}".strip()] = values[0] if len(values) == 1 else values
    return found


class Database:
    """An application on a SQLite database, with an administrator who is logged in."""

    ready = ""

    def __init__(self, root: str, file: Path) -> None:
        self._file = file
        self.cookies = logged_in(root)
        self._first = file.with_suffix(".first")
        shutil.copy(file, self._first)

    def reset(self) -> None:
        """Put the database back, under the server's feet."""
        first, database = sqlite3.connect(self._first), sqlite3.connect(self._file, timeout=10)
        with contextlib.closing(first), contextlib.closing(database):
            first.backup(database)


def logged_in(root: str) -> dict[str, str]:
    """Cookies of an administrator."""
    cookies = CookieJar()
    browser = build_opener(HTTPCookieProcessor(cookies))
    page = browser.open(f"{root}/admin/login/").read().decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    assert token, page
    form = {"username": "admin", "password": "admin", "csrfmiddlewaretoken": token[1], "next": "/admin/"}
    browser.open(Request(f"{root}/admin/login/", urlencode(form).encode(), {"Referer": f"{root}/admin/login/"})).read()
    return {cookie.name: cookie.value or "" for cookie in cookies}


PEOPLE = """SELECT username, first_name, last_name, email, is_staff, is_superuser, is_active FROM auth_user"""
MEMBERS = """SELECT username, group_concat(g.name) FROM auth_user u JOIN auth_user_groups m ON m.user_id = u.id
  JOIN auth_group g ON g.id = m.group_id GROUP BY username"""
ALLOWED = """SELECT g.name, ifnull(group_concat(p.codename), '') FROM auth_group g LEFT JOIN auth_group_permissions m
  ON m.group_id = g.id LEFT JOIN auth_permission p ON p.id = m.permission_id GROUP BY g.name"""
SESSIONS = "SELECT '', count(*) FROM django_session"


class Django(Database):
    """Django's tutorial with its admin site."""

    def __init__(self, root: str, folder: Path) -> None:
        super().__init__(root, folder / "django" / "db.sqlite3")

    def state(self) -> State:
        """What is in the database."""
        return queried(
            self._file,
            user=PEOPLE,
            groups=MEMBERS,
            group=ALLOWED,
            sessions=SESSIONS,
            question="SELECT id, question_text, date(pub_date) FROM auth_question",
            choices="""SELECT question_id, group_concat(choice_text || ' ' || votes) FROM
              (SELECT * FROM auth_choice ORDER BY id) GROUP BY question_id""",
        )


class Wagtail(Database):
    """The site that `wagtail start` makes."""

    def __init__(self, root: str, folder: Path) -> None:
        super().__init__(root, folder / "db.sqlite3")

    def state(self) -> State:
        """What is in the database."""
        return queried(
            self._file,
            user=PEOPLE,
            groups=MEMBERS,
            group="SELECT name, 1 FROM auth_group",
            sessions=SESSIONS,
            page="SELECT id, title, live FROM wagtailcore_page",
            draft="""SELECT p.id, json_extract(r.content, '$.title') FROM wagtailcore_page p JOIN wagtailcore_revision r
              ON r.id = p.latest_revision_id WHERE p.has_unpublished_changes""",
            redirect="SELECT old_path, redirect_link FROM wagtailredirects_redirect",
            collection="SELECT name, 1 FROM wagtailcore_collection",
            site="SELECT id, site_name, hostname FROM wagtailcore_site",
            theme="SELECT user_id, theme FROM wagtailusers_userprofile WHERE theme != 'system'",
        )


class TiddlyWiki:
    """A wiki of four tiddlers on its own server."""

    ready = ""

    def __init__(self, root: str, folder: Path) -> None:
        self.cookies: dict[str, str] = {}
        self._root = root
        self._folder = folder / "wiki" / "tiddlers"
        self._first = self._stored()

    def _stored(self) -> dict[str, dict[str, str]]:
        found = {}
        for file in self._folder.rglob("*.tid"):
            head, _, text = file.read_text("utf-8").partition("\n\n")
            fields = dict(line.split(": ", 1) for line in head.splitlines() if ": " in line)
            if "title" in fields and "draft.of" not in fields and fields["title"] != "$:/StoryList":
                kept = {name: value for name, value in fields.items() if name not in CHANGES_BY_ITSELF}
                found[fields["title"]] = {**kept, "text": text.strip()}
        return found

    def state(self) -> State:
        """What its files say: of each tiddler the text and the tags, and all that it has besides."""
        return {
            title: [fields["text"], fields.get("tags", ""), *(fields[name] for name in sorted(fields.keys() - SAID))]
            for title, fields in self._stored().items()
        }

    def reset(self) -> None:
        """Give the server back what it had."""
        now = self._stored()
        drafts = json.load(urlopen(f"{self._root}/recipes/default/tiddlers.json"))
        for title in (now.keys() - self._first.keys()) | {one["title"] for one in drafts if "draft.of" in one}:
            self._send("DELETE", f"bags/default/tiddlers/{quote(title, safe='')}")
        for title, fields in self._first.items():
            if now.get(title) != fields:
                self._send("PUT", f"recipes/default/tiddlers/{quote(title, safe='')}", fields)

    def _send(self, method: str, path: str, body: dict[str, str] | None = None) -> None:
        headers = {"X-Requested-With": "TiddlyWiki", "Content-Type": "application/json"}
        data = json.dumps(body).encode() if body else None
        urlopen(Request(f"{self._root}/{path}", data, headers, method=method)).close()


CHANGES_BY_ITSELF = {"created", "modified", "creator", "modifier", "revision", "bag"}
SAID = {"title", "text", "tags", "type"}
TIDDLERS = {
    "Shopping list": ("", "milk, bread"),
    "Bread": ("recipe", "Flour, water, salt."),
    "Tomato soup": ("recipe", "Tomatoes, cream."),
    "Ideas": ("", "A garden on the roof."),
    "$:/DefaultTiddlers": ("", "[[Shopping list]] [[Ideas]]"),
    "$:/SiteTitle": ("", "Kitchen"),
}


def wiki_files(folder: Path) -> None:
    """A new wiki that its server saves."""
    run("node", tiddlywiki() / "tiddlywiki.js", folder / "wiki", "--init", "server")
    tiddlers = folder / "wiki" / "tiddlers"
    tiddlers.mkdir()
    for title, (tags, text) in TIDDLERS.items():
        name = re.sub(r"\W", "_", title)
        (tiddlers / f"{name}.tid").write_text(f"tags: {tags}\ntitle: {title}\n\n{text}")


class JupyterLab:
    """Four files and the settings."""

    ready = ""

    def __init__(self, root: str, folder: Path) -> None:
        self.cookies: dict[str, str] = {}
        self._root = root
        self._files, self._settings = folder / "files", folder / "settings"
        self._first = folder / "first"
        shutil.copytree(self._files, self._first)

    def state(self) -> State:
        """Every file with what is in it, of notebooks the cells; every setting that was changed."""
        found: State = {}
        for path in sorted(self._files.rglob("*")):
            name = str(path.relative_to(self._files))
            if ".ipynb_checkpoints" in name:
                continue
            read = cells if path.suffix == ".ipynb" else text
            found[name] = "folder" if path.is_dir() else read(path)
        for path in self._settings.rglob("*.jupyterlab-settings"):
            for name, value in json.loads(re.sub(r"^\s*//.*$", "", path.read_text(), flags=re.M)).items():
                found[f"setting {name}"] = value
        return found

    def reset(self) -> None:
        """Put the files and settings back, and end the kernels."""
        for session in json.load(urlopen(f"{self._root}/api/sessions")):
            urlopen(Request(f"{self._root}/api/sessions/{session['id']}", method="DELETE")).close()
        for child in self._files.iterdir():
            shutil.rmtree(child) if child.is_dir() else child.unlink()
        shutil.copytree(self._first, self._files, dirs_exist_ok=True)
        shutil.rmtree(self._settings, ignore_errors=True)


def text(path: Path) -> str:
    """What is written in a file, but for the white space around it."""
    return path.read_text(errors="replace").strip()


def cells(path: Path) -> list[list[object]]:
    """Of each cell the kind, what is written in it, and whether it has put anything out."""
    with contextlib.suppress(ValueError):
        return [
            [cell["cell_type"], "".join(cell["source"]), bool(cell.get("outputs"))]
            for cell in json.loads(path.read_text())["cells"]
        ]
    return []


class Streamlit:
    """Our own application of its elements, which keeps what stands in them in a file."""

    ready = "0 orders, 0 opinions"

    def __init__(self, root: str, folder: Path) -> None:
        self.cookies: dict[str, str] = {}
        self._file = folder / "state.json"

    def state(self) -> State:
        """What stands in the elements, and what was sent."""
        return dict(json.loads(self._file.read_text())) if self._file.exists() else {}

    def reset(self) -> None:
        """Nothing to do: a page that is opened begins anew."""


WORLDS: dict[str, tuple[type[Any], App]] = {
    "django": (Django, APPS["django"]),
    "wagtail": (Wagtail, APPS["wagtail"]),
    "tiddlywiki": (
        TiddlyWiki,
        dataclasses.replace(
            APPS["tiddlywiki"],
            prepare=wiki_files,
            command=lambda folder, port: [
                *("node", tiddlywiki() / "tiddlywiki.js", folder / "wiki", "--listen", f"port={port}")
            ],
        ),
    ),
    "jupyterlab": (JupyterLab, APPS["jupyterlab"]),
    "streamlit": (
        Streamlit,
        dataclasses.replace(
            APPS["streamlit"],
            command=streamlit("run", HERE / "streamlit_app.py"),
            environment=lambda folder: {"LIVEAPPS_STATE": str(folder / "state.json")},
        ),
    ),
}


@contextlib.contextmanager
def opened(name: str) -> Iterator[tuple[str, World]]:
    """One of the five, running: its address, and what it keeps."""
    kind, app = WORLDS[name]
    temporary = tempfile.TemporaryDirectory(prefix=f"liveapps-{name}-", ignore_cleanup_errors=True)
    with temporary as folder, started(name, Path(folder), app) as root:
        yield root, kind(root, Path(folder))
