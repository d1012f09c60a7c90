"""Puts the in-page script together from its parts."""

from __future__ import annotations

import json
from functools import lru_cache
from importlib.resources import files

from webagent_envs.page.settings import PageSettings

__all__ = ["HANDLE", "TELL", "guests", "script"]

HANDLE = "__webagent__"
"""The one name that the script leaves in a page; not enumerable."""

TELL = "__webagent_tell__"
"""The function by which the script tells what a person does; in its own world only."""

PARTS = ("clock", "name", "observe", "drawing", "act", "facts", "dom", "copy", "settle", "renew", "rerun", "main")
FOLDER = files("webagent_envs").joinpath("page", "script")


@lru_cache
def guests(*, own: bool) -> tuple[str, ...]:
    """The small scripts that live among those of a page, live ones too.

    Args:
        own: the page is ours, and not that of a person, which must be left as it was.
    """
    guest = f"{FOLDER.joinpath('guest.js').read_text()}({json.dumps(own)})\n//# sourceURL=webagent-guest.js"
    return (guest, FOLDER.joinpath("own.js").read_text()) if own else (guest,)


@lru_cache(maxsize=32)
def script(*, settings: PageSettings, still: bool, own: bool) -> str:
    """JavaScript that gives the page its observer, its hands and, if wanted, its clock and its ears.

    Args:
        settings: of the page.
        still: no frame comes by itself.
        own: the page is ours, and not that of a person: it has a clipboard of its own.
    """
    virtual, listen = settings.clock == "virtual", settings.listen
    package = files("webagent_envs")
    roles = json.loads(package.joinpath("roles.json").read_text())
    config = json.dumps(
        {
            "virtual": virtual,
            "still": still,
            "mask": not virtual and not settings.open_secrets,
            "own": own,
            "ignore": settings.ignore,
            "roles": roles,
            "private": settings.private,
            "listen": None if listen is None else {"command": listen, "tell": TELL},
        }
    )
    wanted = PARTS if listen is None else (*PARTS, "listen")
    parts = "\n".join(FOLDER.joinpath(f"{part}.js").read_text() for part in wanted)
    return f"""(() => {{
'use strict';
const HANDLE = {json.dumps(HANDLE)};
if (Object.hasOwn(window, HANDLE)) return;
const CONFIG = {config};
const probe = () => {{ try {{ return ({settings.probe}); }} catch {{ return null; }} }};
{parts}
}})();
//# sourceURL=webagent.js
"""
