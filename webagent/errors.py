"""Everything that webagent raises on purpose; the command line turns each into one line and an exit code.

    WebagentError             (exit 1) the task failed
      UsageError              (exit 2) the request itself is wrong
        DataError             (exit 2) a file or folder of demonstrations cannot be used
        CheckpointError       (exit 2) a checkpoint is missing, damaged or of another version
      DownloadError           (exit 1) something could not be fetched from the network
      SessionFault            (any)    the session could not meet a request, or went away
      UnsureError             (exit 4) the policy is not sure enough to act, or was not allowed to

Browser faults come from `webagent_envs.errors` (exit 3). Each message names the thing and ends with what to do next.
"""

from __future__ import annotations

__all__ = [
    "CheckpointError",
    "DataError",
    "DownloadError",
    "SessionFault",
    "UnsureError",
    "UsageError",
    "WebagentError",
    "explained",
]


class WebagentError(Exception):
    """The task failed."""

    exit_code = 1


class UsageError(WebagentError):
    """The request itself is wrong."""

    exit_code = 2


class DataError(UsageError):
    """A file or folder of demonstrations cannot be used."""


class CheckpointError(UsageError):
    """A checkpoint is missing, damaged or of another version."""


class DownloadError(WebagentError):
    """Something could not be fetched from the network."""


class SessionFault(WebagentError):
    """The session could not meet a request, or went away.

    Args:
        reason: why, and what to do next.
        exit_code: as of the command line.
    """

    def __init__(self, reason: str, exit_code: int = 1) -> None:
        super().__init__(reason)
        self.exit_code = exit_code


class UnsureError(WebagentError):
    """The policy is not sure enough to act, or was not allowed to."""

    exit_code = 4


def explained(error: Exception) -> tuple[str, int]:
    """The one place where an exception becomes a line and an exit code."""
    if isinstance(error, WebagentError):
        return str(error), error.exit_code
    # Not before now: the environments bring in Gymnasium and NumPy.
    from webagent_envs.errors import BrowserError, InvalidAction, UnknownTask

    if isinstance(error, BrowserError):
        return str(error), 3
    if isinstance(error, (InvalidAction, UnknownTask)):
        return str(error), 2
    if isinstance(error, OSError) and error.strerror:
        advice = "; choose a place where you may write, or allow it" if isinstance(error, PermissionError) else ""
        return f"{error.strerror}: {error.filename or 'the operating system gave no path'}{advice}", 1
    return (
        f"this is a defect of webagent: {type(error).__name__}: {error}. Set WEBAGENT_DEBUG=1 to see where, "
        "and report it with the output of `webagent info`.",
        1,
    )
