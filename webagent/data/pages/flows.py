"""Commands of several steps on a site of our own, and what carries them out: add, remove, rename, change, search."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Literal, NamedTuple

from numpy.random import Generator

from webagent.data.pages.command import bare, fuzzy, joined, polite
from webagent.data.pages.inventing import anything, invented
from webagent.data.pages.naming import pick, wordings
from webagent.data.pages.sites import Kind, Property, Screen, Site, Thing
from webagent.data.pages.values import fitting_text, vocabulary

__all__ = ["Act", "Flow", "flows"]

_QUOTED = 0.12
_SAYS_SO = 0.25  # share of the commands that end with "and save it" where that goes without saying
_OTHERWISE = 0.2  # share of those that are saved with another button, where there is one
_LONGEST = 200  # characters of a command


class Act(NamedTuple):
    """What is done to a control.

    Attributes:
        id: of the control; none where a key goes to what has the focus.
        what: pressed, typed into, chosen from, sent off with Enter, given a key, or dragged.
        text: what is typed or chosen, the key, or the id of what it is dragged to.
    """

    id: str
    what: Literal["press", "type", "choose", "enter", "key", "drag"] = "press"
    text: str = ""


class Flow(NamedTuple):
    """A command and what carries it out, one act after the other.

    Attributes:
        words: what is said.
        kind: what is wanted.
        acts: one or more.
        before: what was done before the command was given; no part of it.
    """

    words: str
    kind: str
    acts: tuple[Act, ...]
    before: tuple[Act, ...] = ()


def flows(site: Site, most: int, random: Generator) -> Iterator[Flow]:
    """Up to ``most`` commands for a site."""
    said: set[str] = set()
    for _ in range(2 * most):
        made = _WAYS[pick(random, list(_WAYS))](site, random)
        if made is None or made.words in said or len(made.words) > _LONGEST or not made.acts:
            continue
        said.add(made.words)
        yield made
        if len(said) == most:
            return


def _kind(site: Site, random: Generator) -> tuple[Kind, tuple[Act, ...]]:
    """One of the kinds, and the way to its list; what is shown already is meant more often."""
    number = site.here if site.here >= 0 and random.random() < 0.4 else int(random.integers(len(site.kinds)))
    kind = site.kinds[number]
    return kind, () if number == site.here else _through_menu(site, kind.entry)


def _through_menu(site: Site, entry: str) -> tuple[Act, ...]:
    return (Act(site.unfold), Act(entry)) if site.unfold else (Act(entry),)


def _thing(kind: Kind, random: Generator) -> Thing:
    return kind.things[int(random.integers(len(kind.things)))]


_NAMES = ("name", "new", "text", "value")
"""Parts of a wording that are said letter by letter."""


def _said(what: str, random: Generator, kind: Kind | None = None, way: tuple[Act, ...] = (), **parts: str) -> str:
    """One of the wordings of a kind of command; it says what kind of things it is about, if they are elsewhere."""
    forms: list[str] = [form for form in wordings()["flows"][what] if not way or "{noun" in form]
    nouns = {"noun": kind.noun, "nouns": kind.plural} if kind else {}
    given = {
        name: f'"{text}"' if name in _NAMES and random.random() < _QUOTED else text for name, text in parts.items()
    }
    plainly = pick(random, forms).format(**nouns, **given)
    words = polite(plainly, random, keep=parts.get("name", ""))
    return words if all(text in words for name, text in parts.items() if name in _NAMES) else plainly


def _name(kind: Kind, random: Generator) -> str:
    """What a new thing may be called: as another of its kind, some words, or anything."""
    taken = {thing.name for thing in kind.things}
    about = next(about for noun, about in vocabulary()["kinds"].items() if noun == kind.noun)
    form = random.random()
    if form < 0.3:
        return pick(random, [name for name in vocabulary()[about["list"]] if name not in taken])
    if form < 0.85:
        return invented(about["list"], random) if form < 0.5 else anything(random)
    words = [pick(random, vocabulary()["words"]) for _ in range(int(random.integers(1, 3)))]
    return fuzzy(" ".join(words).capitalize() if random.random() < 0.7 else " ".join(words).title(), random, "")


def _list(site: Site, random: Generator) -> Flow | None:
    kind, way = _kind(site, random)
    return Flow(_said("list", random, kind, way), "list", way)


def _open(site: Site, random: Generator) -> Flow | None:
    kind, way = _kind(site, random)
    thing = _thing(kind, random)
    if not thing.open:
        return None
    words = _said("open", random, kind, way, name=thing.name)
    return Flow(words, "open", (*way, Act(thing.open)))


def _add(site: Site, random: Generator) -> Flow | None:
    """Add a thing: its name, and now and then more of it."""
    kind, way = _kind(site, random)
    name, first = _name(kind, random), kind.form.properties[0]
    words = _said("add", random, kind, way, name=name, label=first.label.lower())
    if kind.add:
        way = (Act(kind.quick),) if kind.quick and site.here < 0 else (*way, Act(kind.add))
    acts = [*way, Act(first.id, "type", name)]
    others = [one for one in kind.form.properties[1:] if one.on is None]
    joint = pick(random, [" with {}", " and set {}", ", {}", " with the {}"])
    for one in others[: int(random.integers(0, 3)) if random.random() < 0.5 else 0]:
        filling, text = _filled(one, random)
        if not filling:
            break
        words += joint.format(pick(random, ["{} {}", "{} {}", "{}: {}"]).format(one.label.lower(), text))
        joint = pick(random, [" and {}", ", {}", " and the {}"])
        acts += filling
    words, save = _saved(words, kind.form, random)
    return Flow(words, "add", (*acts, save))


def _saved(words: str, screen: Screen, random: Generator, says_so: float = _SAYS_SO) -> tuple[str, Act]:
    """The words, now and then with what goes without saying at their end, or another way to save; and what saves."""
    form = random.random()
    if screen.others and form < _OTHERWISE:
        label, id = screen.others[int(random.integers(len(screen.others)))]
        return bare(words) + pick(random, wordings()["saving_by"]).format(label=label.lower()), Act(id)
    return bare(words) + pick(random, wordings()["saving"]) if form < says_so else words, Act(screen.save)


def _filled(one: Property, random: Generator) -> tuple[tuple[Act, ...], str]:
    """What gives a field another value, and how that value is said; nothing when it is too long."""
    if one.options:
        option = pick(random, list(one.options))
        return _chosen(one, option), option
    text, spoken = fitting_text(one.type, one.label, random)
    return ((Act(one.id, "type", text),), spoken) if len(text) < 40 else ((), "")


def _chosen(one: Property, option: str) -> tuple[Act, ...]:
    """What chooses: a native list in one act, one made of other elements is opened first."""
    if not one.picks:
        return (Act(one.id, "choose", option),)
    return Act(one.id), Act(one.picks[one.options.index(option)])


def _remove(site: Site, random: Generator) -> Flow | None:
    """Remove a thing: beside it, or on its own screen."""
    kind, way = _kind(site, random)
    thing = _thing(kind, random)
    if thing.remove:
        acts = [Act(thing.unfold)] if thing.unfold else []
        acts.append(Act(thing.remove))
    elif thing.open and thing.screen.remove:
        acts = [Act(thing.open), Act(thing.screen.remove)]
    else:
        return None
    words = _said("remove", random, kind, way, name=thing.name)
    return Flow(words, "remove", (*way, *acts, *([Act(kind.confirm)] if kind.confirm else [])))


def _rename(site: Site, random: Generator) -> Flow | None:
    kind, way = _kind(site, random)
    thing, new = _thing(kind, random), _name(kind, random)
    if not thing.open:
        return None
    first = thing.screen.properties[0]
    words = _said("rename", random, kind, way, name=thing.name, new=new, label=first.label.lower())
    words, save = _saved(words, thing.screen, random)
    return Flow(words, "rename", (*way, Act(thing.open), Act(first.id, "type", new), save))


def _change(site: Site, random: Generator) -> Flow | None:
    """Change another field of a thing."""
    kind, way = _kind(site, random)
    thing = _thing(kind, random)
    if not thing.open or len(thing.screen.properties) < 2:
        return None
    others = thing.screen.properties[1:]
    one = others[int(random.integers(len(others)))]
    parts = {"name": thing.name, "label": one.label.lower()}
    acts: tuple[Act, ...] = (Act(one.id),)
    if one.on is not None:
        words = _said("untick" if one.on else "tick", random, kind, way, **parts)
    else:
        acts, text = _filled(one, random)
        words = _said("change", random, kind, way, value=text, **parts)
    if not acts:
        return None
    words, save = _saved(words, thing.screen, random)
    return Flow(words, "change", (*way, Act(thing.open), *acts, save))


def _here(site: Site, random: Generator) -> Flow | None:
    """Fill in the screen that is shown, of a thing there is or of a new one; it is saved if the command says so."""
    kind, way = _kind(site, random)
    thing, is_new = _thing(kind, random), bool(kind.add) and random.random() < 0.5
    if not is_new and not thing.open:
        return None
    screen, last = (kind.form, kind.add) if is_new else (thing.screen, thing.open)
    first, *others = screen.properties
    name = _name(kind, random)
    words = _said("name_here", random, kind, name=name, label=first.label.lower())
    parts: list[tuple[str, tuple[Act, ...]]] = []
    if not others or random.random() >= 0.4:
        parts.append((words, (Act(first.id, "type", name),)))
    for place in random.permutation(len(others))[: int(random.integers(0, 3)) if parts else 1]:
        made = _set_here(others[place], random)
        parts += [made] if made else []
    if not parts:
        return None
    words, acts = parts[0][0], [act for _, acts in parts for act in acts]
    if len(parts) > 1:
        words = joined([part for part, _ in parts], random)
    if random.random() < 0.6:
        words, save = _saved(words, screen, random, 1.0)
        acts.append(save)
    return Flow(words, "here", tuple(acts), before=(*way, Act(last)))


def _set_here(one: Property, random: Generator) -> tuple[str, tuple[Act, ...]] | None:
    """Words for a field of the screen that is shown, and what they ask for."""
    if one.on is not None:
        label = pick(random, [one.label, one.label.lower()])
        return pick(random, wordings()["off" if one.on else "on"]).format(ref=label), (Act(one.id),)
    acts, text = _filled(one, random)
    return (_said("set_here", random, label=one.label.lower(), value=text), acts) if acts else None


def _mark(site: Site, random: Generator) -> Flow | None:
    """Tick the box before a thing."""
    kind, way = _kind(site, random)
    thing = _thing(kind, random)
    if not thing.box:
        return None
    return Flow(_said("mark", random, kind, way, name=thing.name), "mark", (*way, Act(thing.box)))


def _search(site: Site, random: Generator) -> Flow | None:
    """Search a list, and now and then open what comes first."""
    kind, way = _kind(site, random)
    if not kind.search:
        return None
    text = pick(random, [_thing(kind, random).name.split()[0], invented("queries", random), anything(random)])
    acts = (*way, Act(kind.search, "type", text), Act(kind.search, "enter"))
    if random.random() < 0.5 and kind.things[0].open:
        return Flow(_said("search_open", random, kind, way, text=text), "search", (*acts, Act(kind.things[0].open)))
    return Flow(_said("search_in", random, kind, way, text=text), "search", acts)


def _set(site: Site, random: Generator) -> Flow | None:
    """Change one of the settings."""
    entry, screen = site.settings
    one = screen.properties[int(random.integers(len(screen.properties)))]
    acts: tuple[Act, ...] = (Act(one.id),)
    if one.on is None:
        option = pick(random, list(one.options))
        acts = _chosen(one, option)
        words = _said("set", random, label=one.label.lower(), value=option)
    else:
        label = pick(random, [one.label, one.label.lower()])
        words = polite(pick(random, wordings()["off" if one.on else "on"]).format(ref=label), random)
        if random.random() < 0.3:
            words += pick(random, [" in the settings", " in settings"])
    return Flow(words, "set", (*_through_menu(site, entry), *acts, *([Act(screen.save)] if screen.save else [])))


def _leave(site: Site, random: Generator) -> Flow | None:
    return Flow(_said("leave", random), "leave", tuple(Act(id) for id in site.leave))


def _two(site: Site, random: Generator) -> Flow | None:
    """First the list, then what to do there."""
    kind, way = _kind(site, random)
    thing, name, form = _thing(kind, random), _name(kind, random), kind.form
    if not way:
        return None
    if kind.add and random.random() < 0.5:
        then = _said("add", random, kind, name=name, label=form.properties[0].label.lower())
        acts = [Act(kind.add), Act(form.properties[0].id, "type", name), Act(form.save)]
    elif thing.open:
        then, acts = _said("open", random, kind, name=thing.name), [Act(thing.open)]
    else:
        return None
    words = joined([_said("list", random, kind, way), then], random)
    return Flow(words, "two", (*way, *acts))


_WAYS: dict[str, Callable[[Site, Generator], Flow | None]] = {
    "list": _list, "open": _open, "add": _add, "remove": _remove, "rename": _rename, "change": _change, "mark": _mark,
    "search": _search, "set": _set, "leave": _leave, "two": _two, "add again": _add, "remove again": _remove,
    "change again": _change, "here": _here, "here again": _here,
}  # fmt: skip
