"""Where webagent keeps what lasts: sessions, a browser profile, memory. Nothing outside it is written unasked."""

from __future__ import annotations

import os
from pathlib import Path

__all__ = ["home", "private_folder"]

VARIABLE = "WEBAGENT_HOME"


def home() -> Path:
    """The folder that ``WEBAGENT_HOME`` names, or else the one that the system has for data of applications."""
    named = os.environ.get(VARIABLE)
    if named:
        return Path(named).expanduser().absolute()
    from platformdirs import user_data_path

    return user_data_path("webagent", appauthor=False)


def private_folder(name: str) -> Path:
    """A folder in `home` that only its owner can look into; made when it is missing."""
    folder = home() / name
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    return folder
