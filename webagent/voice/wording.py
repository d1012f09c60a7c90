"""How commands are worded by voice: the frames around labels that the engines expect. What they mean is for others."""

from __future__ import annotations

__all__ = ["BARE", "CHOOSING", "EMPTY", "FILLING", "NOUNS", "TYPING", "VERBS"]

VERBS = (
    "click",
    "press",
    "open",
    "go to",
    "show",
    "select",
    "choose",
    "tick",
    "check",
    "uncheck",
    "untick",
    "switch to",
    "turn on",
    "turn off",
    "close",
    "expand",
    "collapse",
    "toggle",
    "delete",
    "edit",
    "add",
    "pick",
    "tap",
    "click on",
    "sort by",
    "search",
    "copy",
    "hide",
    "enable",
    "disable",
    "change",
    "remove",
    "follow",
    "read",
    "start",
)
"""What is said before a label, likeliest first."""

NOUNS = (
    "button",
    "link",
    "tab",
    "menu",
    "field",
    "box",
    "check box",
    "list",
    "page",
    "option",
    "icon",
    "row",
    "drop down",
)
"""What may be said after it."""

CHOOSING = ("from", "in", "as", "under", "next to", "for")
"""What stands between two labels."""

TYPING = ("type", "enter", "write", "put", "search for", "fill in")
"""What is said before free words."""

FILLING = ("into", "in", "as", "to")
"""What stands between free words and the label of a field, or the other way round."""

BARE = (
    "stop",
    "cancel",
    "cancel that",
    "undo",
    "undo that",
    "yes",
    "no",
    "what can i say",
    "show numbers",
    "hide numbers",
    "numbers",
    "go to sleep",
    "wake up",
    "scroll down",
    "scroll up",
    "scroll to the top",
    "scroll to the bottom",
    "go back",
    "go forward",
    "reload",
    "press enter",
    "press escape",
    "press tab",
    "next tab",
    "previous tab",
    "close tab",
    "new tab",
    "no the other one",
    "the other one",
    "not that one",
    "why",
)
"""What is said with no label at all."""

EMPTY = frozenset(
    (
        " ".join((*VERBS, *NOUNS, *CHOOSING, *TYPING, *FILLING))
        + " a an the my me i you it its them this that these those please is are be do not any more some of on off at"
        + " with by and or into set put make give get take use want would like should can could hers her his their"
        + " first second third last next one button called named new value which who what where visit view there"
    ).split()
) - frozenset(("new", "search", "add", "copy", "edit", "delete", "menu", "row", "page", "list", "start", "options"))
"""Words that name nothing on a page."""
