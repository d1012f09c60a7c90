"""What a tab, or a frame with a process of its own, is told before it is used."""

from __future__ import annotations

from typing import Any

from webagent_envs.page.settings import TabSettings
from webagent_envs.page.source import TELL, guests

__all__ = ["preparations", "scripts"]

Call = tuple[str, dict[str, Any]]
"""A method of the protocol and its parameters."""


def preparations(settings: TabSettings) -> list[Call]:
    """Commands for a tab that was just met."""
    wanted: list[Call] = [
        ("Page.enable", {}),
        ("Inspector.enable", {}),
        ("Emulation.setFocusEmulationEnabled", {"enabled": True}),
    ]
    if settings.own:
        wanted.append(("Page.setInterceptFileChooserDialog", {"enabled": True}))
    if settings.size is not None:
        width, height = settings.size
        metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        wanted.append(("Emulation.setDeviceMetricsOverride", metrics))
    if settings.clock == "virtual":
        wanted.append(("Emulation.setTimezoneOverride", {"timezoneId": "UTC"}))
    else:
        wanted.append(("Network.enable", {}))
    return wanted + scripts(settings)


def scripts(settings: TabSettings) -> list[Call]:
    """Commands that put our scripts among those of every document."""
    sources = [*guests(own=settings.own)]
    if settings.clock == "virtual":
        sources.insert(0, settings.source)
    method = "Page.addScriptToEvaluateOnNewDocument"
    wanted: list[Call] = [(method, {"source": source, "runImmediately": True}) for source in sources]
    if settings.listens:
        apart = {"source": settings.source, "runImmediately": True, "worldName": settings.world}
        wanted += [
            ("Runtime.enable", {}),
            ("Runtime.addBinding", {"name": TELL, "executionContextName": settings.world}),
            (method, apart),
        ]
    return wanted
