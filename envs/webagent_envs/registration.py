"""Makes every environment known to Gymnasium; nothing heavy is imported before one is made."""

from __future__ import annotations

import gymnasium

from webagent_envs.tasks.table import ALL

__all__ = ["PAGE_ID", "register_all"]

PAGE_ID = "webagent/Page-v1"
ENTRY_POINT = "webagent_envs.timing:timed_env"
VECTOR_ENTRY_POINT = "webagent_envs.vector:WebVectorEnv"
FARAMA_ENTRY_POINT = "webagent_envs.wrappers.farama:FaramaEnv"
BROWSERGYM_ENTRY_POINT = "webagent_envs.wrappers.browsergym:BrowserGymEnv"


def register_all() -> None:
    """Register ``webagent/TASK-v1`` for every task, and ``webagent/Page-v1``."""
    # the environment counts its own steps (max_steps=), so that the limit is part of it
    for name in ALL:
        gymnasium.register(
            f"webagent/{name}-v1", ENTRY_POINT, vector_entry_point=VECTOR_ENTRY_POINT, kwargs={"task": name}
        )
    gymnasium.register(PAGE_ID, ENTRY_POINT, vector_entry_point=VECTOR_ENTRY_POINT)
    _register_drop_ins()


def _register_drop_ins() -> None:
    """Register every task under its ids in other packages, with ``webagent-`` in front."""
    for name in ALL:
        gymnasium.register(f"webagent-miniwob/{name}-v1", FARAMA_ENTRY_POINT, kwargs={"subdomain": name})
        gymnasium.register(f"webagent-browsergym/miniwob.{name}", BROWSERGYM_ENTRY_POINT, kwargs={"task": name})
    gymnasium.register("webagent-browsergym/openended", BROWSERGYM_ENTRY_POINT)
