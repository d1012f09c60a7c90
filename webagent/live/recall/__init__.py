"""Acting by what was shown once: a demonstration is recalled, and done with the words of the new command."""

from webagent.live.recall.recalling import Recalling, with_memory

__all__ = ["Recalling", "with_memory"]
