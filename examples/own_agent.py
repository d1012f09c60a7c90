"""An agent of your own: `webagent bench run --suite smoke --policy examples/own_agent.py:FirstNamed --out out`."""

from __future__ import annotations

from typing import Any

from webagent_envs.spaces import Observation


class FirstNamed:
    """Clicks the first thing whose words all stand in the command, and nothing twice."""

    def reset(self, seed: int) -> None:
        """An episode begins."""
        self.done: set[int] = set()

    def act(self, observation: Observation) -> dict[str, Any]:
        """The next action, as plain data; an `Action` will do as well."""
        command = observation.instruction.lower()
        for element in observation.elements:
            if element.clickable and element.ref not in self.done and element.label.lower() in command:
                self.done.add(element.ref)
                return {"kind": "click", "ref": element.ref}
        return {"kind": "stop"}
