"""One static HTML file of episodes, to look at them in a browser."""

from webagent.live.view.build import Written, write_view

__all__ = ["Written", "write_view"]
