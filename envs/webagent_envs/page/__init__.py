"""One page of a browser, seen and used as a person would: observe it, act on it."""

from webagent_envs.page.facts import Facts
from webagent_envs.page.page import Page
from webagent_envs.page.settings import Dialog, PageSettings
from webagent_envs.page.tabs import TabInfo

__all__ = ["Dialog", "Facts", "Page", "PageSettings", "TabInfo"]
