"""One page of a browser, seen and used as a person would: observe it, act on it."""

from webagent_envs.page.ears import Heard
from webagent_envs.page.facts import Facts
from webagent_envs.page.page import Page
from webagent_envs.page.settings import Dialog, PageSettings
from webagent_envs.page.source import TELL
from webagent_envs.page.tabs import TabInfo

__all__ = ["TELL", "Dialog", "Facts", "Heard", "Page", "PageSettings", "TabInfo"]
