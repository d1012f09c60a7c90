"""A script of ours in every document of a tab, in a world that has none of the page's objects, and what it tells."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import msgspec

from webagent_envs.cdp import Command, Connection
from webagent_envs.errors import BrowserError

__all__ = ["World"]

BINDING = "webagentTell"
_TIMEOUT = 5.0  # seconds for the script to do something


class World:
    """A session of its own with a tab, apart from the one that acts; the script runs anew in every document.

    Args:
        connection: with the browser.
        target: the tab.
        name: of the world.
        source: the script; what it wants to tell, it gives as JSON to ``webagentTell``, which only its world has.
        heard: called with what the script of the present document tells.

    Attributes:
        context: the present document, as the browser numbers them; 0 when it has just been left.
    """

    def __init__(
        self, connection: Connection, target: str, name: str, source: str, heard: Callable[[dict[str, Any]], None]
    ) -> None:
        self._connection = connection
        self._target = target
        self._name = name
        self._heard = heard
        self.context = 0
        attached = connection.call("Target.attachToTarget", _TIMEOUT, targetId=target, flatten=True)
        self._session: str = attached["sessionId"]
        connection.subscribe(self._session, self._on_event)
        binding = {"name": BINDING, "executionContextName": name}
        script = {"source": source, "worldName": name, "runImmediately": True}
        wanted: list[tuple[str, dict[str, Any]]] = [("Page.enable", {}), ("Runtime.enable", {})]
        wanted += [("Runtime.addBinding", binding), ("Page.addScriptToEvaluateOnNewDocument", script)]
        connection.request([Command(method, params, self._session) for method, params in wanted], _TIMEOUT)

    def evaluate(self, expression: str) -> Any:
        """The value of an expression there; ``None`` when it has none, or the document has just gone."""
        if not self.context:
            return None
        params = {"expression": expression, "contextId": self.context, "returnByValue": True}
        command = Command("Runtime.evaluate", params, self._session)
        reply = self._connection.request([command], _TIMEOUT)[0]
        return None if reply.error else reply.get()["result"].get("value")

    def _on_event(self, method: str, params: msgspec.Raw) -> None:
        if method == "Runtime.executionContextCreated":
            context = msgspec.json.decode(params)["context"]
            if context["name"] == self._name and context["auxData"].get("frameId") == self._target:
                self.context = int(context["id"])
        elif method == "Runtime.executionContextsCleared":
            self.context = 0
        elif method == "Runtime.bindingCalled":
            called = msgspec.json.decode(params)
            if called["executionContextId"] == self.context:
                self._heard(msgspec.json.decode(called["payload"]))

    def close(self, last: str) -> None:
        """Let go of the tab, after a last expression that takes everything away."""
        with suppress(BrowserError):
            self.evaluate(last)
            detach = Command("Target.detachFromTarget", {"sessionId": self._session})
            self._connection.request([detach], _TIMEOUT)
        self._connection.subscribe(self._session, None)
