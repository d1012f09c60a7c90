"""The microphone that the page has, for a browser on another machine or one that owns the only microphone."""

from __future__ import annotations

import base64
import time
from collections.abc import Iterator
from importlib.resources import files

import numpy as np

from webagent.errors import UsageError
from webagent.voice.hearing import Sound
from webagent_envs.page import Page

__all__ = ["page_microphone"]

_EVERY = 0.1  # seconds between two looks for new sound
_PATIENCE = 10.0  # seconds for the person to allow the microphone


def page_microphone(page: Page) -> Iterator[Sound]:
    """What the microphone of the browser hears; begun anew on every new page.

    Args:
        page: one with a secure address (``https``, ``localhost`` or a file).

    Raises:
        UsageError: the page may not, or cannot, use a microphone.
    """
    script = files("webagent.live").joinpath("ear.js").read_text(encoding="utf-8")
    waited = 0.0
    while True:
        state = page.evaluate(f"({script})()")
        if state["error"]:
            raise UsageError(
                f"the page cannot use a microphone ({state['error']}); allow it, or listen without --page-mic"
            )
        waited = waited + _EVERY if state["waiting"] else 0.0
        if waited > _PATIENCE:
            raise UsageError("the browser waits for leave to use the microphone: allow it there, then try again")
        yield np.frombuffer(base64.b64decode(state["sound"]), "<i2").astype(np.int16)
        time.sleep(_EVERY)
