"""Find, launch, attach to and close a Chromium."""

from webagent_envs.chromium.browser import Browser, attach, launch, shared
from webagent_envs.chromium.find import Candidate, find_browser, search_report

__all__ = ["Browser", "Candidate", "attach", "find_browser", "launch", "search_report", "shared"]
