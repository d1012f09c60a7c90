"""Names of browsers that a person may have running. Clients of a session import this, so it imports nothing."""

__all__ = ["BROWSERS"]

BROWSERS = ("chrome", "chromium", "edge", "brave")
