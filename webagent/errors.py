"""Everything that webagent raises on purpose; the command line turns each into one line and an exit code.

    WebagentError             (exit 1) the task failed
      UsageError              (exit 2) the request itself is wrong
        DataError             (exit 2) a file or folder of demonstrations cannot be used
        CheckpointError       (exit 2) a checkpoint is missing, damaged or of another version
      DownloadError           (exit 1) something could not be fetched from the network
      UnsureError             (exit 4) the policy is not sure enough to act, or was not allowed to

Browser faults come from `webagent_envs.errors` (exit 3). Each message names the thing and ends with what to do next.
"""

__all__ = ["CheckpointError", "DataError", "DownloadError", "UnsureError", "UsageError", "WebagentError"]


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


class UnsureError(WebagentError):
    """The policy is not sure enough to act, or was not allowed to."""

    exit_code = 4
