"""Everything that the environments raise on purpose.

    BrowserError            something is wrong with the browser side
      BrowserNotFound       no Chromium on this machine
      BrowserCrashed        the browser, or a page's renderer, went away
      PageUnreachable       the address cannot be opened, or never finishes loading
      PageClosed            the page closed itself or was closed by a person
      DeadlineExceeded      the page or the browser did not answer in time
    Stopped                 whoever wanted it wants it no longer
    UnknownTask             no task page has this name
    InvalidAction           the action cannot be decoded, or does not fit this page

Each message names the thing and ends with what to do next.
"""

__all__ = [
    "BrowserCrashed",
    "BrowserError",
    "BrowserNotFound",
    "DeadlineExceeded",
    "InvalidAction",
    "PageClosed",
    "PageUnreachable",
    "Stopped",
    "UnknownTask",
]


class BrowserError(RuntimeError):
    """Something is wrong with the browser side."""


class BrowserNotFound(BrowserError):
    """No Chromium could be found or started on this machine."""


class BrowserCrashed(BrowserError):
    """The browser, or the process that renders a page, went away."""


class PageUnreachable(BrowserError):
    """The address cannot be opened, or the page never finishes loading."""


class PageClosed(BrowserError):
    """The page closed itself, or a person closed it."""


class DeadlineExceeded(BrowserError):
    """The page or the browser did not answer in time."""


class Stopped(Exception):
    """Whoever wanted it wants it no longer. No fault of the browser: nothing that copes with faults may go on."""


class UnknownTask(ValueError):
    """No task page has this name."""


class InvalidAction(ValueError):
    """The action cannot be decoded, or does not fit this page."""
