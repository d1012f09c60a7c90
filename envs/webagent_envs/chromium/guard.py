"""Ends a browser whose owner was killed: nothing else can, for a killed process does not tidy up."""

from __future__ import annotations

import contextlib
import os
import signal
from pathlib import Path

__all__ = ["Guard"]

SHELL = "/bin/sh"
# The pipe ends with the last process that holds it. What is being killed may write for a while longer on a busy
# machine, so the profile is gone only when it stays so and no process is left; where nobody buries the dead, some
# seconds must do.
# "kill -KILL --" is refused by dash; the form with -s is that of POSIX.
SCRIPT = """
read -r _
kill -s KILL -- "-$1"
for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
  rm -rf -- "$2"
  sleep 0.2
  [ -e "$2" ] || kill -s 0 -- "-$1" || exit
done
"""


class Guard:
    """A small process that waits for the end of this one; then it ends the browser and removes its profile.

    Args:
        group: process group of the browser.
        profile: its folder.
    """

    def __init__(self, group: int, profile: Path) -> None:
        read, self._write = os.pipe()
        try:
            self._pid = os.posix_spawn(
                SHELL,
                [SHELL, "-c", SCRIPT, "webagent-guard", str(group), str(profile)],
                os.environ,
                file_actions=[
                    (os.POSIX_SPAWN_DUP2, read, 0),
                    (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0),
                    (os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0),
                ],
                setpgroup=0,  # what interrupts us must not end it
            )
        finally:
            os.close(read)

    def dismiss(self) -> None:
        """There is nothing to guard any more."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self._pid, signal.SIGKILL)
        with contextlib.suppress(ChildProcessError):
            os.waitpid(self._pid, 0)
        os.close(self._write)

    def abandon(self) -> None:
        """In a forked child: it is the parent that is waited for."""
        os.close(self._write)
