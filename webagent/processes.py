"""Processes of a pool: what they have in common wherever they work."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading

__all__ = ["begin_worker", "use_one_core"]


def begin_worker() -> None:
    """Make this process one that leaves ending to its parent, and ends when that does.

    Ctrl-C reaches every process of a terminal, but the parent says when to end. That the parent was killed is noticed
    by none of a pool's processes: they would wait for work for ever, their browsers beside them.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def use_one_core() -> None:
    """Let the libraries of linear algebra that are loaded by now work in one thread: the other cores are others'."""
    from threadpoolctl import threadpool_limits

    threadpool_limits(limits=1)


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
