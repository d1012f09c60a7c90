"""What a script in the page came to."""

from __future__ import annotations

from typing import Any

import msgspec

from webagent_envs.cdp import ProtocolError, Reply, decoded
from webagent_envs.errors import BrowserError

__all__ = ["Moved", "value_of"]


class Moved(BrowserError):
    """The document went away while a script ran in it."""


class _RemoteValue(msgspec.Struct, frozen=True):
    value: Any = None


class _Evaluated(msgspec.Struct, frozen=True, rename="camel"):
    result: _RemoteValue
    exception_details: dict[str, Any] | None = None


_decode = msgspec.json.Decoder(_Evaluated).decode


def value_of(reply: Reply) -> Any:
    """The value that a ``Runtime.evaluate`` came to.

    Raises:
        Moved: the document went away meanwhile.
        ProtocolError: the expression threw.
    """
    if reply.error is not None:
        raise Moved(f"the page moved on ({reply.error.message}); look at it again")
    evaluated = decoded(_decode, reply.result)
    if evaluated.exception_details is not None:
        thrown = evaluated.exception_details
        what = thrown.get("exception", {}).get("description") or thrown.get("text")
        raise ProtocolError(f"a script in the page failed: {what}")
    return evaluated.result.value
