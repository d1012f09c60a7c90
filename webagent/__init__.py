"""Tell your browser what to do, and it does it.

    from webagent import Agent
    with Agent() as agent:
        agent.do("click on Sign in", url="page.html")

Names are imported when first used: ``import webagent`` alone loads neither NumPy nor a browser.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from webagent.data.records import Episode, Step
    from webagent.live.agent import Agent
    from webagent.live.result import Result
    from webagent.policy import Policy
    from webagent_envs.spaces import Action, Element, Observation

__version__ = "0.1.0"

__all__ = ["Action", "Agent", "Element", "Episode", "Observation", "Policy", "Result", "Step"]

_HOMES = {
    "Action": "webagent_envs.spaces",
    "Agent": "webagent.live.agent",
    "Element": "webagent_envs.spaces",
    "Episode": "webagent.data.records",
    "Observation": "webagent_envs.spaces",
    "Policy": "webagent.policy",
    "Result": "webagent.live.result",
    "Step": "webagent.data.records",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'webagent' has no attribute {name!r}; it has {', '.join(__all__)}")
    value = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
