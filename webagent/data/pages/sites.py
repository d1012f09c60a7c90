"""Sites of our own, made from a seed: lists of things, what each thing holds, and the screens to add and remove them.

A site is one document. Its screens are sections of which one is shown; what is marked with ``data-go`` shows another.
Real applications share this shape whatever they are about: what differs is the words, the markup and the way to go.
"""

from __future__ import annotations

from html import escape
from typing import NamedTuple

from webagent.data.pages.builder import Builder, Property
from webagent.data.pages.maker import Maker, page_frame
from webagent.data.pages.values import vocabulary

__all__ = ["Property", "Screen", "Site", "Thing", "make_site"]

_SCRIPT = """
const shown = (name) => document.querySelectorAll('[data-screen]').forEach((part) => {
  part.hidden = part.dataset.screen !== name;
});
document.addEventListener('click', (event) => {
  const box = event.target.closest('[aria-checked]');
  if (box) box.setAttribute('aria-checked', box.getAttribute('aria-checked') !== 'true');
  const way = event.target.closest('[data-go], [data-opens], a, button[type=submit], input[type=submit]');
  if (way && (way.tagName !== 'INPUT' || way.type === 'submit')) event.preventDefault();
  const part = way && way.dataset.opens && document.getElementById(way.dataset.opens);
  if (part) part.hidden = !part.hidden;
  if (way && way.dataset.go) shown(way.dataset.go);
  const option = event.target.closest('[data-picks]');
  if (option) {
    const list = document.getElementById(option.dataset.picks);
    if (list.tagName === 'INPUT') list.value = option.textContent; else list.textContent = option.textContent;
    option.parentNode.hidden = true;
  }
});
document.addEventListener('keydown', (event) => {
  if (event.key === 'Enter' && event.target.dataset.enter) shown(event.target.dataset.enter);
});
document.addEventListener('submit', (event) => event.preventDefault());
"""


class Screen(NamedTuple):
    """Where a thing is added or changed.

    Attributes:
        properties: the first is what the thing is called.
        save: id of the button that ends it.
        remove: id of the button that removes the thing; ``""`` for none.
        others: labels and ids of the buttons that save it in another way.
    """

    properties: tuple[Property, ...]
    save: str
    remove: str = ""
    others: tuple[tuple[str, str], ...] = ()


class Thing(NamedTuple):
    """One entry of a list.

    Attributes:
        name: what it is called.
        open: id of what opens it.
        screen: what it shows then.
        remove: id of the button beside it that removes it; ``""`` for none.
        box: id of the box before it; ``""`` for none.
        unfold: id of the button beside it that has to be pressed before ``remove`` shows; ``""`` for none.
    """

    name: str
    open: str
    screen: Screen
    remove: str = ""
    box: str = ""
    unfold: str = ""


class Kind(NamedTuple):
    """Things of one kind.

    Attributes:
        noun: what one is called.
        plural: what several are called.
        entry: id of the link to their list.
        things: those there are.
        add: id of the button that adds one; ``""`` when the list itself holds the field.
        form: where one is added.
        search: id of the field that searches them; ``""`` for none.
        confirm: id of the button that confirms a removal; ``""`` when none is asked for.
        quick: id of the link beside the kind's name that adds one; ``""`` for none.
    """

    noun: str
    plural: str
    entry: str
    things: tuple[Thing, ...]
    add: str
    form: Screen
    search: str
    confirm: str
    quick: str = ""


class Site(NamedTuple):
    """A site.

    Attributes:
        title: of the document.
        html: the document.
        kinds: what it holds.
        here: number of the kind whose list is shown first; -1 for a start screen.
        unfold: id of the button that shows the entries of the menu; ``""`` when they always show.
        settings: id of the link to the settings, and what can be set there.
        leave: ids to press, one after the other, to sign out.
    """

    title: str
    html: str
    kinds: tuple[Kind, ...]
    here: int
    unfold: str
    settings: tuple[str, Screen]
    leave: tuple[str, ...]


def make_site(seed: int) -> Site:
    """A site made from a seed."""
    b = Builder(seed)
    m = b.m
    title = m.one([m.word("companies"), m.word("nav"), m.word("sections")])
    names = m.some(list(vocabulary()["kinds"]), 2, 6)
    here = m.number(-1, len(names) - 1)
    places = [f"list-{number}" for number in range(len(names))]
    made = [_kind(b, name, place) for name, place in zip(names, places, strict=True)]
    entries = [b.entry(m.one([kind.plural.capitalize(), kind.plural.title()]), place)
               for (kind, _), place in zip(made, places, strict=True)]  # fmt: skip
    kinds = tuple(kind._replace(entry=id) for (kind, _), (id, _) in zip(made, entries, strict=True))
    settings, options = _settings(b)
    fold = b.button(m.one(["Menu", "☰", "More", "All sections"]), opens="entries") if m.chance(0.15) else ("", "")
    leave, account = _account(b)
    way, link = b.entry(m.one(["Settings", "Preferences", "Options", "Configuration"]), "settings")
    menu = " ".join(html for _, html in entries) + link
    bar = f"<nav id=entries{' hidden' if fold[0] else ''}>{menu}</nav>"
    first = places[here] if here >= 0 else "start"
    kinds, table = _table(b, kinds)
    about = f"<p>{escape(m.word('sentences'))}</p>{table}"
    screens = [f"<section data-screen=start><h1>{escape(title)}</h1>{about}</section>"]
    screens += [html for _, html in made] + [_screen("settings", "Settings", options)]
    main = f"<main class=main>{''.join(screens)}</main>"
    if m.chance(0.5):
        body = f"<header><b>{escape(title)}</b> {fold[1]}{bar}{account}</header>{main}"
    else:
        side = f"<aside class=side>{fold[1]}{bar}</aside>"
        body = f"<header><b>{escape(title)}</b> {account}</header><div class=columns>{side}{main}</div>"
    html = page_frame(m, title, f"{body}<script>{_SCRIPT}shown({first!r})</script>")
    return Site(title, html, kinds, here, fold[0], (way, settings), leave)


def _table(b: Builder, kinds: tuple[Kind, ...]) -> tuple[tuple[Kind, ...], str]:
    """The kinds with what can be done to each, as start screens list them: no two of them with names of their own."""
    m = b.m
    if m.chance(0.5) or not all(kind.add for kind in kinds):
        return kinds, ""
    add, change = m.one(["Add", "New", "+ Add", "Create"]), m.one(["Change", "View", "Manage", "Show all"])
    found, rows = [], []
    for number, kind in enumerate(kinds):
        quick, new = b.marked(m.link(add), f"list-{number}-add")
        _, more = b.marked(m.link(change), f"list-{number}")
        found.append(kind._replace(quick=quick))
        rows.append(f"<tr><th>{escape(kind.plural.capitalize())}</th><td>{new}</td><td>{more}</td></tr>")
    return tuple(found), f"<table>{''.join(rows)}</table>"


def _saving(b: Builder, save: str, place: str) -> tuple[tuple[tuple[str, str], ...], list[str]]:
    """Buttons beside ``save`` that save as well and go on in another way: labels with ids, and their markup."""
    m = b.m
    if m.chance(0.6):
        return (), []
    endings = ["close", "add another", "continue editing", "exit", "create new", "view"]
    labels = [f"{save.split()[0]} and {ending}" for ending in endings]
    made = {label: b.button(label, place) for label in m.some([*labels, "Save as draft", "Save as new"], 1, 2)}
    return tuple((label, id) for label, (id, _) in made.items()), [html for _, html in made.values()]


def _screen(name: str, head: str, inner: str) -> str:
    return f'<section data-screen="{name}"><h2>{escape(head)}</h2>{inner}</section>'


def _account(b: Builder) -> tuple[tuple[str, ...], str]:
    """What is pressed to sign out, and its markup: a link, or a menu that has to be opened."""
    m = b.m
    id, link = b.marked(m.link(m.one(["Log out", "Sign out", "Log off", "Sign off"])), "start")
    if m.chance(0.6):
        return (id,), f"<span>{m.link('Help')} {link}</span>"
    person = m.word("people")
    more, head = b.button(m.one(["Account", "My account", person, f"Signed in as {person}"]), opens="account")
    return (more, id), f"<span>{head}<div id=account hidden>{m.link('Profile')}<br>{link}</div></span>"


def _settings(b: Builder) -> tuple[Screen, str]:
    m = b.m
    found = [b.box(label) for label in m.words("settings", 2, 5)]
    if m.chance(0.5):
        found.append(b.choice(*m.group("selects")))
    save, button = b.button(m.one(["Save", "Save changes", "Apply", "Update"])) if m.chance(0.6) else ("", "")
    return Screen(tuple(one for one, _ in found), save), "".join(html for _, html in found) + button


def _kind(b: Builder, name: str, place: str) -> tuple[Kind, str]:
    """Things of one kind, and the markup of their screens."""
    m, about = b.m, vocabulary()["kinds"][name]
    noun, plural = name, about["plural"]
    labels = [m.one(about["named"]), *m.some(about["fields"], 1, 3)]
    names = m.words(about["list"], 3, 7)
    confirm = f"{place}-confirm" if b.confirms else ""
    yes, sure = _confirmation(b, noun, place) if confirm else ("", "")
    screens: list[str] = [sure]
    style = _style(m)
    things, rows = [], []
    for number, called in enumerate(names):
        screen, html = _item(b, labels, called, about, place, confirm)
        screens.append(_screen(f"{place}-{number}", m.one([called, f"{noun}: {called}", f"Edit {noun}"]), html))
        thing, row = _row(b, called, style, f"{place}-{number}", confirm or place)
        things.append(thing._replace(screen=screen))
        rows.append(row)
    form, fields = _form(b, labels, about, noun, place)
    direct = m.chance(0.12) and len(labels) == 1
    words = (
        m.one(["Add {}", "New {}", "Create {}", "Add a {}", "+ {}"]).format(noun)
        if b.own
        else m.one(["Add", "New", "Create", "+ New"])
    )
    add, button = ("", "") if direct else b.button(words, f"{place}-add")
    if not direct:
        screens.append(_screen(f"{place}-add", m.one([f"New {noun}", f"Add {noun}", f"Create a {noun}"]), fields))
    search, field = _search(b, plural, place) if m.chance(0.5) else ("", "")
    tools = "".join(m.some([field, button], 2, 2)) + (fields if direct else "")
    listed = tools + _listed(b, rows, labels[0]) if m.chance(0.7) else _listed(b, rows, labels[0]) + tools
    screens.insert(0, _screen(place, plural.capitalize(), listed))
    return Kind(noun, plural, "", tuple(things), add, form, search, yes), "".join(screens)


def _confirmation(b: Builder, noun: str, place: str) -> tuple[str, str]:
    m = b.m
    yes, button = b.button(m.one(["Delete", "Yes, delete it", "Yes", "Confirm", "OK", "Yes, I'm sure"]), place)
    _, other = b.button(m.one(["Cancel", "No, go back", "No", "Keep it"]), place)
    ask = m.one(["Are you sure?", f"Do you really want to delete this {noun}?", "This cannot be undone."])
    buttons = "".join(m.some([button, other], 2, 2))
    return yes, f'<section data-screen="{place}-confirm"><p>{ask}</p>{buttons}</section>'


def _item(
    b: Builder, labels: list[str], called: str, about: dict[str, list[str]], place: str, confirm: str
) -> tuple[Screen, str]:
    """What a thing shows: its fields, filled in."""
    m = b.m
    found = [b.property(labels[0], called), *(_other(b, label, about) for label in labels[1:])]
    called_so = m.one(["Save", "Save changes", "Update", "Done"])
    save, button = b.button(called_so, place)
    others, beside = _saving(b, called_so, place)
    remove, more = b.button(m.one(["Delete", "Remove", "Delete this"]), confirm or place) if m.chance(0.6) else ("", "")
    _, back = b.button(m.one(["Back", "Cancel", "Close"]), place)
    inner = "".join(html for _, html in found) + "".join(m.some([button, more, back, *beside], 9, 9))
    return Screen(tuple(one for one, _ in found), save, remove, others), inner


def _form(b: Builder, labels: list[str], about: dict[str, list[str]], noun: str, place: str) -> tuple[Screen, str]:
    """Where a thing is added."""
    m = b.m
    found = [b.property(labels[0]), *(_other(b, label, about) for label in labels[1:])]
    own = m.one([f"Create {noun}", f"Add {noun}", f"Save {noun}"])
    called_so = own if b.own and m.chance(0.5) else m.one(["Save", "Create", "Add", "Submit", "OK"])
    save, button = b.button(called_so, place)
    others, beside = _saving(b, called_so, place)
    _, back = b.button(m.one(["Cancel", "Back", "Discard"]), place)
    inner = "".join(html for _, html in found) + "".join(m.some([button, back, *beside], 9, 9))
    return Screen(tuple(one for one, _ in found), save, others=others), inner


def _other(b: Builder, label: str, about: dict[str, list[str]]) -> tuple[Property, str]:
    choices = vocabulary()["selects"].get(label) or about.get(label)
    if choices:
        return b.choice(label, choices)
    return b.box(label) if label in about.get("boxes", []) else b.property(label)


def _search(b: Builder, plural: str, place: str) -> tuple[str, str]:
    m = b.m
    hint = m.one(["Search", f"Search {plural}", f"Find {plural}", "Filter"])
    named = m.one(["placeholder", "aria-label"])
    return b.marked(f'<input type="{m.one(["search", "text"])}" {named}="{hint}">', enter=place)


class _Style(NamedTuple):
    """How the entries of a list look: whether a box stands before them, and what the buttons beside them are called."""

    box: bool
    linked: bool
    edit: str
    remove: str


def _style(m: Maker) -> _Style:
    linked = m.chance(0.7)
    edit = m.one(["Edit", "Open", "Change"]) if not linked or m.chance(0.4) else ""
    return _Style(m.chance(0.25), linked, edit, m.one(["Delete", "Remove"]) if m.chance(0.6) else "")


def _row(b: Builder, called: str, style: _Style, place: str, after: str) -> tuple[Thing, list[str]]:
    """An entry of a list, and its cells; ``place``: what it opens, ``after``: what follows when it is removed."""
    box = b.id() if style.box else ""
    cells = [f'<input type="checkbox" id="{box}">'] if box else []
    named, label = b.marked(b.m.link(called), place) if style.linked else ("", escape(called))
    edit, change = b.button(style.edit, place, small=True) if style.edit else ("", "")
    remove, bin_ = b.button(style.remove, after, small=True) if style.remove else ("", "")
    unfold = ""
    if remove and b.folds:
        part = b.id()
        unfold, button = b.button(b.m.one(["⋮", "…", "More", "Actions"]), small=True, opens=part)
        bin_ = f"{button}<span id={part} hidden>{bin_}</span>"
    return Thing(called, named or edit, Screen((), ""), remove, box, unfold), [*cells, label, change + bin_]


def _listed(b: Builder, rows: list[list[str]], head: str) -> str:
    """A list as this site shows lists."""
    if b.rows == "table":
        cells = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
        return f"<table><tr><th>{escape(head)}</th></tr>{cells}</table>"
    if b.rows == "list":
        return "<ul>" + "".join(f"<li class=line>{' '.join(row)}</li>" for row in rows) + "</ul>"
    return "<div class=grid>" + "".join(f"<div class=card>{'<br>'.join(row)}</div>" for row in rows) + "</div>"
