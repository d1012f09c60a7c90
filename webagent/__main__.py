"""Lets ``python -m webagent`` stand for ``webagent``."""

from webagent.cli import main

main()
