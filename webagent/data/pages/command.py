"""Commands for a target: what is to be done, said with one of its references."""

from __future__ import annotations

import re
from typing import NamedTuple

import numpy as np
from numpy.random import Generator

from webagent.data.pages import naming, ordering, standing
from webagent.data.pages.inventing import anything, invented
from webagent.data.pages.naming import Reference, family, pick, wordings
from webagent.data.pages.scene import Scene, Target, plain, tidy
from webagent.data.pages.values import typed_text, vocabulary
from webagent_envs.spaces import Action, Click, DoubleClick, Hover, Press, Select, Type

__all__ = [
    "Command",
    "bare",
    "command_for",
    "form_command",
    "fuzzy",
    "joined",
    "login_command",
    "search_command",
    "ticks_command",
]

_TOGGLES = ("checkbox", "switch")
_RARE = 0.02
_WEIGHTS = {
    "text": 1.5, "role": 0.8, "part": 1.5, "paraphrase": 4.0, "position": 2.0, "row": 2.4, "cell": 2.0, "section": 1.2,
    "relation": 1.2, "value": 0.6, "target": 1.5, "kind": 0.8,
}  # fmt: skip
"""How often each kind of wording is used where it is possible."""
_NO_PLEASE = ("let me", "take me", "don't", "do not", "I ", "I'm ", "where ", "the ")
_ASKING = ("where ", "how ", "what ", "who ", "which ", "when ", "why ", "can ", "could ", "may ", "is ", "are ", "am ",
           "do you ", "does ", "did ", "has ", "have you ", "was ", "will ", "shall ")  # fmt: skip
_LAST_JOINTS = [" and ", ", then ", " and then ", ", and ", ", and then ", ", after that ", ". Then ", " and finally "]
_NAMING = re.compile(r"\bas | be |make |^\{ref\}|\bfor ")
"""Wordings in which a name has to stand."""
_ENTERS = re.compile(r"\b(?:log ?in|sign ?in|log ?on|sign ?on|enter|continue|go)\b")
"""What a button that logs in is called."""
_NAMES = ("text", "role", "part", "paraphrase", "cell", "section", "row")
"""Kinds of wording that can stand where a name stands: "use X as <name>"."""


class Command(NamedTuple):
    """A command and the actions that carry it out.

    Attributes:
        words: what is said.
        kind: kind of wording, or what is done: ``"type"``, ``"choose"``, ``"form"``, ``"search"``, ``"back"``, ...
        actions: one or more.
    """

    words: str
    kind: str
    actions: tuple[Action, ...]


def references(scene: Scene, target: Target, title: str, random: Generator) -> dict[str, list[Reference]]:
    """Words that mean this target only, by kind of wording; ``title``: of the page that a link leads to."""
    found: dict[str, list[Reference]] = {}
    intended = list(naming.by_intent(scene, target, random))
    # What people say of an intent was written for it; words exchanged within a label often are what nobody says.
    reworded = intended or list(naming.by_synonym(scene, target, random))
    if reworded:
        found["paraphrase"] = reworded
    for way in (
        *(naming.by_label, naming.by_part, naming.by_value),
        *(
            standing.by_row,
            standing.by_tick,
            standing.by_cell,
            standing.by_section,
            standing.by_region,
        ),
        *(standing.by_relation, ordering.by_order, ordering.by_neighbours),
    ):
        for reference in way(scene, target, random):
            found.setdefault(reference.kind, []).append(reference)
    for reference in naming.by_title(title, target, random):
        found.setdefault(reference.kind, []).append(reference)
    return found


def command_for(scene: Scene, target: Target, title: str, random: Generator) -> Command | None:
    """A command about a target; ``None`` if no words mean it alone."""
    ways = references(scene, target, title, random)
    if not ways:
        return None
    kinds = sorted(ways)
    shares = np.array([_WEIGHTS[kind] for kind in kinds])
    kind = kinds[int(random.choice(len(kinds), p=shares / shares.sum()))]
    reference = pick_reference(random, ways[kind])
    if random.random() < _RARE and not reference.command and target.kind != "select":
        return _rare(target, reference, random)
    if target.kind == "select":
        return _choose(scene, target, reference, random)
    if family(target) == "field" and target.element.editable and random.random() < 0.85:
        return _type(target, reference, random)
    if target.kind in _TOGGLES:
        return _toggle(scene, target, reference, random)
    if target.kind == "slider":
        return None
    action = Click(target.ref)
    if reference.sentence:
        return Command(_sentence(reference.words, random), reference.kind, (action,))
    if reference.command and (random.random() < 0.6 or reference.kind == "paraphrase"):
        return Command(polite(reference.words, random), reference.kind, (action,))
    verbs = wordings()["click"][target.kind]
    if plain(reference.words).split()[0] in wordings()["imperatives"]:
        verbs = [verb for verb in verbs if verb.startswith(("click", "press", "hit", "select", "choose", "open"))]
    return _said(pick(random, verbs), reference, reference.kind, action, random)


def _rare(target: Target, reference: Reference, random: Generator) -> Command:
    if random.random() < 0.5:
        return _said(pick(random, wordings()["hover"]), reference, "hover", Hover(target.ref), random)
    return _said(pick(random, wordings()["double"]), reference, "double", DoubleClick(target.ref), random)


def pick_reference(random: Generator, choices: list[Reference]) -> Reference:
    """One of them."""
    return choices[int(random.integers(len(choices)))]


def _said(form: str, reference: Reference, kind: str, action: Action, random: Generator) -> Command:
    return Command(polite(form.format(ref=reference.words), random), kind, (action,))


def _type(target: Target, reference: Reference, random: Generator) -> Command:
    text, spoken = typed_text(target, random)
    quoted = f'"{spoken}"' if random.random() < 0.25 else spoken
    form = pick(random, _forms("type", reference)).format(ref=_field_words(reference, random), text=quoted)
    return Command(polite(form, random, keep=spoken), "type", (Type(target.ref, text),))


def _forms(action: str, reference: Reference) -> list[str]:
    """Ways to say an action that go with a reference."""
    forms: list[str] = wordings()[action]
    named = reference.kind in _NAMES
    return forms if named else [form for form in forms if not _NAMING.search(form)]


def _field_words(reference: Reference, random: Generator) -> str:
    """Say "email" as people do: also "the email", "my email", "the email field"."""
    if reference.kind not in ("text", "part", "paraphrase") or reference.words.startswith(("the ", '"')):
        return reference.words
    ways = [reference.words, f"the {reference.words}", f"the {reference.words} field", f"my {reference.words}"]
    return pick(random, ways)


def _choose(scene: Scene, target: Target, reference: Reference, random: Generator) -> Command | None:
    options = [scene.by_ref[ref] for ref in scene.within(target.ref) if scene.by_ref[ref].tag == "option"]
    texts = [plain(option.label) for option in options]
    free = [
        o for o in options if not o.selected and not o.disabled and tidy(o.label) and texts.count(plain(o.label)) == 1
    ]
    free = [
        option
        for option in free
        if option.parent == target.ref and len(option.label) <= 40 and any(map(str.isalnum, option.label))
    ]
    if not free or len(options) > 80:
        return None
    option = free[int(random.integers(len(free)))]
    action = Select(option.parent, option.text or option.name)
    said = " ".join(option.label.split())
    quoted = f'"{said}"' if random.random() < 0.15 else said
    if scene.times[plain(tidy(said))] <= 1 and random.random() < 0.3:
        return Command(
            polite(pick(random, wordings()["choose_alone"]).format(option=quoted), random), "choose", (action,)
        )
    form = pick(random, _forms("choose", reference)).format(option=quoted, ref=_field_words(reference, random))
    return Command(polite(form, random), "choose", (action,))


def _toggle(scene: Scene, target: Target, reference: Reference, random: Generator) -> Command:
    verbs = wordings()["off" if is_on(scene, target) else "on"]
    if random.random() < 0.1:
        verbs = wordings()["either"]
    elif reference.words.split()[0].lower() in wordings()["imperatives"] and is_on(scene, target):
        verbs = [*verbs[:4], "don't {ref}", "do not {ref}"]
    return _said(pick(random, verbs), reference, "toggle", Click(target.ref), random)


def is_on(scene: Scene, target: Target) -> bool:
    """Whether a box is ticked; of a label, the box that it hides."""
    if target.element.tag != "label":
        return target.element.checked
    wanted = target.element.attributes.get("for", "")
    inner = set(scene.within(target.ref))
    boxes = [e for e in scene.observation.elements if e.ref in inner or (wanted and e.attributes.get("id") == wanted)]
    return any(box.checked for box in boxes)


def search_command(scene: Scene, random: Generator) -> Command | None:
    """Say "search for X": type into the only search box, then press the button beside it, or Enter."""
    boxes = [target for target in scene.targets if target.kind == "search" or _searches(target)]
    if len(boxes) != 1 or not boxes[0].element.editable:
        return None
    box = boxes[0]
    text = pick(random, [*vocabulary()["queries"][:3], invented("queries", random), anything(random)])
    quoted = f'"{text}"' if random.random() < 0.2 else text
    words = polite(pick(random, wordings()["search"]).format(text=quoted), random, keep=text)
    last: Action = Press("Enter", box.ref)
    for target in scene.targets:
        if target.kind == "button" and plain(target.label) in ("search", "go", "find") and _close(target, box):
            last = Click(target.ref)
    return Command(words, "search", (Type(box.ref, text), last))


def login_command(scene: Scene, random: Generator) -> Command | None:
    """Say "log in as X with Y": type both, then press the button after them."""
    secrets = [t for t in scene.targets if t.element.attributes.get("type") == "password"]
    users = [t for t in scene.targets if family(t) == "field" and t.element.editable and t not in secrets]
    users = [t for t in users if secrets and t.place < secrets[0].place]
    buttons = [t for t in scene.targets if t.kind == "button" and secrets and t.place > secrets[0].place]
    if len(secrets) != 1 or not users or not buttons or not _ENTERS.search(plain(buttons[0].label)):
        return None
    user, secret = typed_text(users[-1], random)[0], typed_text(secrets[0], random)[0]
    words = polite(pick(random, wordings()["login"]).format(user=user, secret=secret), random, keep=user)
    if user not in words or secret not in words:
        return None
    return Command(words, "login", (Type(users[-1].ref, user), Type(secrets[0].ref, secret), Click(buttons[0].ref)))


def _searches(target: Target) -> bool:
    return target.kind == "field" and plain(target.label).split()[:1] in (["search"], ["find"])


def _close(a: Target, b: Target) -> bool:
    return abs(a.box[1] + a.box[3] - b.box[1] - b.box[3]) < 30 and 0 <= a.box[0] - b.box[2] < 60


def form_command(scene: Scene, random: Generator) -> Command | None:
    """Two or three fields of a page, often with a button at the end."""
    names = {target.ref: list(naming.by_label(scene, target, random)) for target in scene.targets}
    fields = [t for t in scene.targets if names[t.ref] and (t.kind in ("field", *_TOGGLES, "select"))]
    if len(fields) < 2:
        return None
    start = int(random.integers(len(fields) - 1))
    chosen = fields[start : start + int(random.integers(2, 4))]
    parts: list[str] = []
    actions: list[Action] = []
    for target in chosen:
        reference = names[target.ref][0]
        made = (
            _type(target, reference, random) if target.kind == "field"
            else _choose(scene, target, reference, random) if target.kind == "select"
            else _toggle(scene, target, reference, random)
        )  # fmt: skip
        if made is not None:
            parts.append(made.words)
            actions += made.actions
    if actions:
        _then_press(scene, names, parts, actions, random)
    if len(actions) < 2:
        return None
    return Command(joined(parts, random), "form", tuple(actions))


def ticks_command(scene: Scene, random: Generator) -> Command | None:
    """Several boxes with one verb, often with a button at the end: "tick A, B and C, then press Save"."""
    names = {target.ref: list(naming.by_label(scene, target, random)) for target in scene.targets}
    on = bool(random.random() < 0.2)
    boxes = [t for t in scene.targets if t.kind in _TOGGLES and names[t.ref] and is_on(scene, t) == on]
    if len(boxes) < 2:
        return None
    order = random.permutation(len(boxes))[: int(random.integers(2, 5))]
    chosen = [boxes[place] for place in sorted(order.tolist())]
    called = [names[target.ref][0].words for target in chosen]
    verbs = wordings()["off" if on else "on"]
    listed = ", ".join(called[:-1]) + pick(random, [" and ", ", and ", ", "]) + called[-1]
    parts = [pick(random, verbs).format(ref=listed)]
    actions: list[Action] = [Click(target.ref) for target in chosen]
    _then_press(scene, names, parts, actions, random)
    words = joined(parts, random) if len(parts) > 1 else polite(parts[0], random)
    return Command(words, "ticks", tuple(actions))


def _then_press(
    scene: Scene, names: dict[int, list[Reference]], parts: list[str], actions: list[Action], random: Generator
) -> None:
    """Now and then a button after what is acted on already."""
    last = max(target.place for target in scene.targets if target.ref in {getattr(a, "ref", 0) for a in actions})
    buttons = [t for t in scene.targets if t.kind == "button" and names[t.ref] and t.place > last][:2]
    if buttons and random.random() < 0.5:
        reference = names[buttons[0].ref][-1 if random.random() < 0.5 else 0]
        parts.append(pick(random, ["press {}", "click {}", "hit {}"]).format(reference.words))
        actions.append(Click(buttons[0].ref))


def joined(parts: list[str], random: Generator) -> str:
    """Several commands as one: "A, B and then C"."""
    said = [bare(part) for part in parts]
    between, last = pick(random, [" and ", ", then ", " and then ", ", ", "; ", ", and "]), pick(random, _LAST_JOINTS)
    words = between.join(said[:-1]) + last + said[-1]
    return f"first {words}" if random.random() < 0.1 else words


def bare(words: str) -> str:
    """A command without the politeness around it."""
    for ending in wordings()["after"]:
        words = words.removesuffix(ending)
    for beginning in wordings()["before"]:
        if words.casefold().startswith(beginning.casefold()):
            words = words[len(beginning) :]
    return words


def polite(words: str, random: Generator, keep: str = "") -> str:
    """The command as somebody says it: with fillers, and now and then with a slip; ``keep`` stays as it is."""
    if random.random() < 0.2 and not words.startswith(_NO_PLEASE):
        words = pick(random, wordings()["before"]) + words
    if random.random() < 0.15:
        words += pick(random, wordings()["after"])
    if random.random() < 0.35:
        words = words[:1].upper() + words[1:]
    return fuzzy(words, random, keep)


def _sentence(words: str, random: Generator) -> str:
    """A whole sentence as somebody says it: with a sign at its end now and then."""
    if random.random() < 0.3:
        words += "?" if words.startswith(_ASKING) else "."
    if random.random() < 0.35:
        words = words[:1].upper() + words[1:]
    return fuzzy(words, random)


def fuzzy(words: str, random: Generator, keep: str = "") -> str:
    """Slips: no capitals, no articles, two letters swapped. Nothing that is to be typed changes."""
    head, found, tail = words.partition(keep) if keep else (words, "", "")
    chance = random.random()
    if chance < 0.22:
        head, tail = head.lower(), tail.lower()
    elif chance < 0.235:
        head, tail = head.upper(), tail.upper()
    if random.random() < 0.12:
        head, tail = (part.replace(" the ", " ") for part in (head, tail))
    if random.random() < 0.04:
        long = [i for i in range(1, len(head) - 3) if head[i : i + 4].isalpha()]
        if long:
            i = long[int(random.integers(len(long)))]
            head = head[:i] + head[i + 1] + head[i] + head[i + 2 :]
    return head + found + tail
