"""What an action would set going, as far as the page tells: for whoever decides whether a person is asked first."""

from __future__ import annotations

import msgspec

from webagent_envs.cdp import ProtocolError

__all__ = ["Facts", "decode_facts"]


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """About one element, read anew from the page.

    Attributes:
        there: it is still in the page; if not, nothing else is known.
        ref: of the element.
        tag: of the element.
        name: what the control is called that a click on it operates.
        text: what stands in the element.
        type: of that control, such as ``"submit"``.
        box: left, top, width, height in CSS pixels.
        secret: it is a password field.
        upload: it takes files of this machine.
        seen: a person can see it: it is not tiny, and not all but transparent.
        url: address of the document that it is in.
        method: how the form is sent that this would send (``"get"``, ``"post"``, ``"dialog"``); ``""`` for none.
        leads: address that this leads to, by a link or by sending a form; ``""`` for none.
        pays: the form that this would send asks for a card.
    """

    there: bool
    ref: int = 0
    tag: str = ""
    name: str = ""
    text: str = ""
    type: str = ""
    box: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)
    secret: bool = False
    upload: bool = False
    seen: bool = True
    url: str = ""
    method: str = ""
    leads: str = ""
    pays: bool = False


_decode = msgspec.json.Decoder(Facts).decode


def decode_facts(text: object) -> Facts:
    """Facts out of their JSON text.

    Raises:
        ProtocolError: it is none.
    """
    try:
        return _decode(str(text))
    except msgspec.DecodeError as error:
        raise ProtocolError(f"the page disturbs the script that looks at it ({error}): load it again") from None
