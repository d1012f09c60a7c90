"""Spoken feedback, through the voice that the system has."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Sequence

from webagent.errors import UsageError

__all__ = ["Voice"]

_PROGRAMS: tuple[tuple[str, ...], ...] = (("say",), ("spd-say", "--wait"), ("espeak-ng",), ("espeak",), ("flite", "-t"))
_WINDOWS = (
    "Add-Type -AssemblyName System.Speech;"
    "(New-Object System.Speech.Synthesis.SpeechSynthesizer).Speak([Console]::In.ReadToEnd())"
)


class Voice:
    """Says things one after the other, without being waited for; what is new cuts short what is old."""

    def __init__(self) -> None:
        """Find a voice.

        Raises:
            UsageError: this system has none.
        """
        self._command = _find()
        self._speaking: subprocess.Popen[bytes] | None = None

    def say(self, text: str) -> None:
        """Say it."""
        self.hush()
        from_input = self._command[0] == "powershell"
        command = [*self._command] if from_input else [*self._command, text]
        self._speaking = subprocess.Popen(
            command,
            stdin=subprocess.PIPE if from_input else subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        if from_input and self._speaking.stdin is not None:
            self._speaking.stdin.write(text.encode())
            self._speaking.stdin.close()

    def hush(self) -> None:
        """Be silent at once."""
        if self._speaking is not None and self._speaking.poll() is None:
            self._speaking.terminate()
            self._speaking.wait()

    def finish(self) -> None:
        """Wait until everything is said."""
        if self._speaking is not None:
            self._speaking.wait()


def _find() -> Sequence[str]:
    if sys.platform == "win32":
        return ("powershell", "-NoProfile", "-Command", _WINDOWS)
    for program in _PROGRAMS:
        if shutil.which(program[0]):
            return program
    raise UsageError("this system has no voice for --say: install one, e.g. `apt-get install espeak-ng`")
