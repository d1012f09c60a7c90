"""One small local process that stays attached to a browser, and how commands reach it."""
