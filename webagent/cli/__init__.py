"""The command line. Nothing heavy is imported before a verb is known."""

from webagent.cli.app import main

__all__ = ["main"]
