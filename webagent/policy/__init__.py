"""The policy: (command, page) -> the next browser action."""

from webagent.policy.policy import Policy, Ranked

__all__ = ["Policy", "Ranked"]
