"""Tell your browser what to do, and it does it."""

__version__ = "0.1.0"
