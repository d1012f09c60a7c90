"""What a person has set once and for all: ``config.toml`` in webagent's folder."""

from __future__ import annotations

from pathlib import Path

import msgspec

from webagent.errors import UsageError
from webagent.home import home

__all__ = ["TALK_KEY", "Config", "config_file", "read_config"]

TALK_KEY = "Control+Shift+Period"


class Config(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The settings.

    Attributes:
        allow: sites on which nothing is asked about, e.g. ``["example.org", "localhost:8000"]``.
        hotkey: opens the bar in the page, e.g. ``"Control+Shift+Space"``.
        talk_key: held in the page to speak, or pressed before and after.
    """

    allow: tuple[str, ...] = ()
    hotkey: str = "Control+Shift+Space"
    talk_key: str = TALK_KEY


def config_file() -> Path:
    """Where the settings are, whether there are any or not."""
    return home() / "config.toml"


def read_config() -> Config:
    """The settings; without a file, as they come.

    Raises:
        UsageError: the file cannot be understood.
    """
    file = config_file()
    try:
        return msgspec.toml.decode(file.read_bytes(), type=Config)
    except FileNotFoundError:
        return Config()
    except msgspec.DecodeError as error:
        raise UsageError(f"{file} cannot be understood: {error}; correct it or delete it") from None
