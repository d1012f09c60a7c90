"""One page of a browser, seen and used as a person would: observe it, act on it."""

from webagent_envs.page.page import Page, PageSettings, TabInfo
from webagent_envs.page.tab import Dialog

__all__ = ["Dialog", "Page", "PageSettings", "TabInfo"]
