"""The parts that pages of our own are built of, and whole pages put together from them."""

from __future__ import annotations

from collections.abc import Callable
from html import escape

from webagent.data.pages.maker import Maker, page_frame

__all__ = ["make_page"]

_TICKS = ["Select row", "Select {}", "Choose row {}", "Mark {}"]
_STEMS = {
    "Save": ["Save", "Save and close", "Save as template", "Save for later", "Save all"],
    "Add": ["Add", "Add row", "Add all", "Add to list", "Add a comment", "Add person"],
    "Delete": ["Delete", "Delete all", "Delete forever", "Delete selected"],
    "Send": ["Send", "Send later", "Send a copy", "Send and archive"],
    "Copy": ["Copy", "Copy link", "Copy as text", "Copy all"],
    "Open": ["Open", "Open in new tab", "Open folder", "Open recent"],
    "Show": ["Show", "Show all", "Show details", "Show less"],
    "Remove": ["Remove", "Remove all", "Remove filter", "Remove from cart"],
    "Export": ["Export", "Export all", "Export as PDF", "Export selection"],
}
"""Labels that begin alike: the shorter one is a part of the longer ones."""
_KEYS = "ABCDEFGHKLMNOPQRSUVXYZ"


def navigation(m: Maker) -> str:
    """Links at the top, with a search field or account links now and then."""
    links = [m.link(word) for word in m.words("nav", 3, 8)]
    inner = (
        " ".join(links) if m.chance(0.5) else "<ul class=row>" + "".join(f"<li>{link}</li>" for link in links) + "</ul>"
    )
    more = search(m) if m.chance(0.4) else ""
    account = " ".join(m.icon_button(w) if m.chance(0.3) else m.link(w) for w in m.words("account", 1, 3))
    return f"<header><nav>{inner}</nav><div class=row>{more}{account}</div></header>"


def search(m: Maker) -> str:
    """A search field with a button, an icon, or nothing beside it."""
    hint, kind = escape(m.word("searches")), m.one(["search", "text"])
    named = m.one([f'placeholder="{hint}"', f'aria-label="{hint}"', f'placeholder="{hint}" aria-label="Search"'])
    go = m.one([m.button("Search"), m.icon_button("Search"), "", "", m.button("Go")])
    return f"<form role=search onsubmit='return false'><input type={kind} {named}>{go}</form>"


def sidebar(m: Maker) -> str:
    """Links, entries of a tree or categories at the side."""
    head = f"<h3>{escape(m.word('sections'))}</h3>" if m.chance(0.6) else ""
    words = m.words(m.one(["nav", "topics", "folders"]), 4, 11)
    if m.chance(0.2):
        rows = "".join(f'<div role="treeitem" tabindex="0" class="item">{escape(word)}</div>' for word in words)
        return f'<aside class="side">{head}<div role="tree">{rows}</div></aside>'
    rows = "".join(f"<li>{m.link(word)}</li>" for word in words)
    return f'<aside class="side">{head}<ul>{rows}</ul></aside>'


def footer(m: Maker) -> str:
    """Links at the bottom."""
    links = (
        m.controls(2, 5)
        if m.chance(0.4)
        else ["Privacy policy", "Terms of service", "Imprint", "Contact", "Help", "Sitemap", "Careers", "Accessibility"]
    )
    return "<footer>" + " · ".join(m.link(link) for link in m.some(links, 2, 5)) + "</footer>"


def table(m: Maker) -> str:
    """A table of records: check boxes in front, values, and the same buttons in each row."""
    first = m.one(["people", "companies", "products", "files", "tasks", "cities"])
    keys, columns = m.words(first, 3, 9), m.words("columns", 1, 4)
    actions = m.words("row_actions", 0, 3)
    ticks, icons, spoken = m.chance(0.4), m.chance(0.3), m.chance(0.4)
    edits = m.number(0, len(columns)) if m.chance(0.3) else 0
    name = m.one(["Name", "Item", "Title", "Record"])
    heads = [f"<a href='?sort={c}'>{c}</a>" if m.chance(0.3) else c for c in columns]
    top = ("<th><input type=checkbox></th>" if ticks else "") + "".join(f"<th>{h}</th>" for h in [name, *heads])
    rows = []
    for key in keys:
        named = f" aria-label='{escape(m.one(_TICKS).format(key))}'" if spoken else ""
        cells = [f"<td><input type=checkbox{named}></td>"] if ticks else []
        cells.append(f"<td>{m.link(key) if m.chance(0.3) else escape(key)}</td>")
        cells += [f"<td>{_cell(m, column, place < edits)}</td>" for place, column in enumerate(columns)]
        if actions:
            cells.append("<td>" + " ".join(_action(m, action, icons) for action in actions) + "</td>")
        rows.append(f"<tr>{''.join(cells)}</tr>")
    last = "<th></th>" if actions else ""
    above = m.select("Action", ["Delete selected", "Archive selected", "Export selected"], bare=True) + m.button("Go")
    whole = f"<table><thead><tr>{top}{last}</tr></thead><tbody>{''.join(rows)}</tbody></table>"
    return above + whole if ticks and m.chance(0.5) else whole


def _action(m: Maker, action: str, icon: bool) -> str:
    if icon:
        return m.icon_button(action)
    return m.one([m.link(action), f"<button{m.cls('btn')}>{escape(action)}</button>"])


def _cell(m: Maker, column: str, edit: bool) -> str:
    if edit:
        return m.one(
            [f"<input size=8{m.cls('input')}>", "<input type=number style='width:70px'>", "<input type=checkbox>"]
        )
    values = {
        "City": "cities", "Country": "countries", "Status": "statuses", "Owner": "people", "Company": "companies",
        "Type": "words",
    }  # fmt: skip
    if column in values:
        return escape(m.word(values[column]))
    if column in ("Date", "Due"):
        return f"2026-{m.number(1, 12):02}-{m.number(1, 28):02}"
    if column == "Email":
        return f"{m.word('words')}{m.number(1, 99)}@example.com"
    return str(m.number(1, 9999))


def form(m: Maker) -> str:
    """Fields, lists and boxes with a button or two."""
    parts = [m.field(label) for label in m.words("fields", 2, 7)]
    if m.chance(0.5):
        parts.append(m.select(*m.group("selects")))
    if m.chance(0.4):
        parts.append(m.radios(*m.group("radios")))
    if m.chance(0.5):
        parts.append(m.toggle(m.word("settings")))
    if m.chance(0.15):
        parts.append(f"<div>{escape(m.one(['Attachment', 'Photo', 'CV']))}: <input type=file></div>")
    head = f"<h2>{escape(m.word('sections'))}</h2>" if m.chance(0.6) else ""
    buttons = " ".join(m.button(word, kind="submit") for word in m.words("buttons", 1, 3))
    return f"<form onsubmit='return false'>{head}{''.join(parts)}<div>{buttons}</div></form>"


def record(m: Maker) -> str:
    """What is known of something, term by term, and fields to type some of it into."""
    values = {
        "Full name": "people", "City": "cities", "Country": "countries", "Company": "companies", "Product": "products",
        "Department": "departments", "File": "files", "Project": "projects", "Course": "courses", "Status": "statuses",
    }  # fmt: skip
    terms = {label: m.word(values[label]) for label in m.some(list(values), 2, 5)}
    terms |= {
        label: str(m.number(1, 99999)) for label in m.some(["Order number", "Year", "Amount", "Code", "Age"], 0, 2)
    }
    shown = m.some(list(terms), len(terms), len(terms))
    if m.chance(0.6):
        rows = "".join(f"<tr><td>{label}</td><td>{escape(terms[label])}</td></tr>" for label in shown)
        known = f"<table>{rows}</table>"
    else:
        known = "<dl>" + "".join(f"<dt>{label}</dt><dd>{escape(terms[label])}</dd>" for label in shown) + "</dl>"
    own = m.one(["Answer", "Value", "Copy", "Result", "Note", "Your entry"])
    asked = [own] if m.chance(0.4) else m.some(shown, 1, 3)
    fields = "".join(m.field(label) for label in asked) if m.chance(0.7) else f"<input type=text{m.cls('input')}>"
    return f"{known}<form onsubmit='return false'>{fields}{m.button(m.word('buttons'), kind='submit')}</form>"


def settings(m: Maker) -> str:
    """Switches and lists under headings."""
    parts = []
    for section in m.words("sections", 1, 3):
        rows = [m.toggle(word) for word in m.words("settings", 2, 5)]
        rows += [m.select(*m.group("selects")) for _ in range(m.number(0, 2))]
        end = m.button(m.one(["Save", "Save changes", "Apply", "Update"])) if m.chance(0.6) else ""
        parts.append(f"<section><h3>{escape(section)}</h3>{''.join(rows)}{end}</section>")
    return "".join(parts)


def mail(m: Maker) -> str:
    """A list of messages: sender, subject, and small buttons in each line."""
    icons = m.some(["Star", "Archive", "Delete", "Reply", "Mark as unread", "Pin", "Snooze"], 1, 3)
    rows = []
    for sender, subject in zip(m.words("people", 4, 8), m.words("subjects", 8, 8), strict=False):
        tools = "".join(m.icon_button(icon) for icon in icons)
        tick = "<input type=checkbox>" if m.chance(0.8) else ""
        rows.append(
            f"<div class=line>{tick}<b>{escape(sender)}</b>"
            f"<span class='grow item'>{escape(subject)}</span>{tools}</div>"
        )
    bar = "".join(
        m.button(word) for word in m.some(["Compose", "New message", "Refresh", "Mark all as read", "Write"], 1, 2)
    )
    return f"<div>{bar}</div>{''.join(rows)}"


def shop(m: Maker) -> str:
    """Cards of products with the same buttons."""
    buttons = m.some(["Add to cart", "Buy now", "Add to wishlist", "Details", "Compare"], 1, 2)
    cards = []
    for product in m.words("products", 3, 9):
        name = f"<h4>{m.link(product) if m.chance(0.5) else escape(product)}</h4>"
        count = "<input type=number value=1 style='width:50px' aria-label=Quantity>" if m.chance(0.3) else ""
        made = "".join(f"<button{m.cls('btn')}>{escape(b)}</button>" for b in buttons)
        cards.append(f"<div class=card>{name}<p>${m.number(3, 400)}.{m.number(0, 99):02}</p>{count}{made}</div>")
    return (
        f"{m.select('Sort by', ['Newest first', 'Price: low to high', 'Name'])}<div class=grid>{''.join(cards)}</div>"
    )


def toolbar(m: Maker) -> str:
    """Buttons that show pictures only, over a text."""
    words = m.words("icons", 4, 12) if m.chance(0.6) else m.controls(4, 12)
    icons = "".join(m.icon_button(word) for word in words)
    area = m.one(
        [
            "<div contenteditable style='min-height:60px;border:1px solid #ccc'></div>",
            "<textarea rows=4 cols=60></textarea>",
            "",
        ]
    )
    return f'<div role="toolbar">{icons}</div>{area}'


def menubar(m: Maker) -> str:
    """A menu bar as desktop programs have it; one menu may be open."""
    groups = [m.group("menus") for _ in range(4)]
    groups = list({name: (name, entries) for name, entries in groups}.values())
    bar = "".join(f'<div role="menuitem" tabindex="0" aria-haspopup="true" class="item">{n}</div>' for n, _ in groups)
    keys = m.chance(0.4)
    rows = "".join(
        f'<div role="menuitem" tabindex="-1" class="item"><span>{escape(entry)}</span>'
        f"{f' <span>Ctrl+{m.one(_KEYS)}</span>' if keys and m.chance(0.7) else ''}</div>"
        for entry in groups[0][1]
    )
    opened = f'<div role="menu" class="card" style="width:180px">{rows}</div>' if m.chance(0.5) else ""
    return f'<div role="menubar" class="row">{bar}</div>{opened}'


def tabs(m: Maker) -> str:
    """Tabs over a panel."""
    words = m.words("tabs", 3, 6)
    rows = "".join(
        f'<button role="tab" aria-selected="{"true" if i == 0 else "false"}">{escape(word)}</button>'
        for i, word in enumerate(words)
    )
    if m.chance(0.3):
        rows = "".join(f'<li role="tab" class="item" tabindex="0">{escape(word)}</li>' for word in words)
        return f'<ul role="tablist" class="row">{rows}</ul><div class="card">{paragraph(m)}</div>'
    return f'<div role="tablist">{rows}</div><div class="card">{paragraph(m)}</div>'


def dialog(m: Maker) -> str:
    """A dialog over the page."""
    head, asks = m.word("sections"), m.chance(0.6)
    parts = [m.field(label) for label in m.words("fields", 1, 3)] if asks else [paragraph(m)]
    words = m.words("buttons", 1, 3) if m.chance(0.5) else m.controls(1, 3)
    buttons = "".join(f"<button{m.cls('btn')}>{escape(b)}</button>" for b in words)
    close = m.icon_button("Close") if m.chance(0.7) else ""
    inner = f"<h3>{escape(head)} {close}</h3>{''.join(parts)}{buttons}"
    return f'<div role="dialog" aria-label="{escape(head)}" class="modal">{inner}</div>'


def paragraph(m: Maker) -> str:
    """Some text, with a link in it now and then."""
    words = [m.word("sentences").capitalize() + "." for _ in range(m.number(1, 3))]
    inner = f" {m.link(m.word('topics'))}." if m.chance(0.4) else ""
    return f"<p>{escape(' '.join(words))}{inner}</p>"


def articles(m: Maker) -> str:
    """Headings, texts and the same link under each."""
    more = m.one(["Read more", "Continue reading", "Learn more", "Details"])
    rows = [f"<article><h3>{escape(t)}</h3>{paragraph(m)}{m.link(more)}</article>" for t in m.words("topics", 2, 5)]
    return "".join(rows)


def pages(m: Maker) -> str:
    """Numbers of pages to turn to."""
    rows = "".join(f"<a href='?p={n}'>{n}</a> " for n in range(1, m.number(4, 9)))
    before, after = m.one(["Previous", "‹ Prev", "Newer"]), m.one(["Next", "Next ›", "Older"])
    return f"<nav aria-label=Pagination><a href='?p=0'>{before}</a> {rows}<a href='?p=2'>{after}</a></nav>"


def calendar(m: Maker) -> str:
    """A month with a button for each day."""
    month = m.one(["March 2026", "April 2026", "May 2027", "June 2026", "October 2026"])
    days = "".join(f"<button style='width:42px'>{day}</button>{'<br>' if day % 7 == 0 else ''}" for day in range(1, 31))
    return f"<div>{m.icon_button('Previous month')} <b>{month}</b> {m.icon_button('Next month')}</div><div>{days}</div>"


def todo(m: Maker) -> str:
    """A list of tasks with a box and small buttons each, and a field to add one."""
    buttons = m.some(["Edit", "Delete", "Remove", "Move up", "Move down"], 1, 2)
    rows = []
    for task in m.words("tasks", 3, 7):
        tools = "".join(m.icon_button(b) if m.chance(0.3) else f"<button>{b}</button>" for b in buttons)
        rows.append(f"<li class=line><input type=checkbox><span class=grow>{escape(task)}</span>{tools}</li>")
    hint = m.one(["What needs to be done?", "New task", "Add a task"])
    return f"<div><input placeholder='{hint}'>{m.button('Add')}</div><ul>{''.join(rows)}</ul>"


def controls(m: Maker) -> str:
    """Fields with plus and minus, and buttons to run something."""
    rows = []
    for label in m.some(
        ["Quantity", "Steps", "Seed", "Width", "Height", "Guests", "Rooms", "Adults", "Children"], 1, 3
    ):
        plus, minus = ("+", "−") if m.chance(0.5) else ("Increase", "Decrease")
        rows.append(
            f"<div class=row><span>{label}</span><button>{minus}</button>"
            f"<input type=number value=1><button>{plus}</button></div>"
        )
    area = m.field(m.one(["Prompt", "Message", "Notes"])) if m.chance(0.5) else ""
    slide = f"<div><label>{m.one(['Volume', 'Temperature', 'Opacity'])} <input type=range></label></div>"
    buttons = "".join(m.button(b) for b in m.some(["Run", "Submit", "Clear", "Generate", "Stop", "Flag", "Undo"], 2, 3))
    return f"{''.join(rows)}{slide}{area}<div>{buttons}</div>"


def alike(m: Maker) -> str:
    """Buttons or links whose labels begin alike."""
    stem = m.one(list(_STEMS))
    make = m.link if m.chance(0.2) else m.button
    return "<div>" + " ".join(make(label) for label in m.some(_STEMS[stem], 2, 5)) + "</div>"


def actions(m: Maker) -> str:
    """Controls for all kinds of things: buttons, links, a menu that is open, or pictures only."""
    form = m.number(0, 3)
    if form == 0:
        return f'<div role="toolbar">{"".join(m.icon_button(label) for label in m.controls(4, 10))}</div>'
    if form == 1:
        rows = [f'<div role="menuitem" tabindex="-1" class="item">{escape(label)}</div>' for label in m.controls(4, 8)]
        return f'<div role="menu" class="card" style="width:220px">{"".join(rows)}</div>'
    if form == 2:
        return "<ul>" + "".join(f"<li>{m.link(label)}</li>" for label in m.controls(4, 8)) + "</ul>"
    return "<div>" + " ".join(m.button(label) for label in m.controls(3, 8)) + "</div>"


def cards(m: Maker) -> str:
    """Things with controls of their own, which say what they are about."""
    rows = []
    for name, labels in dict(m.named_controls() for _ in range(m.number(2, 6))).items():
        made = "".join(m.icon_button(label) if m.chance(0.6) else m.button(label) for label in labels)
        rows.append(f"<div class=card><h4>{escape(name)}</h4>{made}</div>")
    return f"<div class=grid>{''.join(rows)}</div>"


def accordion(m: Maker) -> str:
    """Questions that unfold, with a link or a button in one that is open."""
    rows = [f"<details><summary>{escape(word)}</summary>{paragraph(m)}</details>" for word in m.words("topics", 3, 6)]
    return "".join(rows)


_BLOCKS: tuple[tuple[Callable[[Maker], str], float], ...] = (
    (table, 2.0), (form, 2.5), (record, 1.0), (settings, 1.5), (mail, 1.2), (shop, 1.0), (toolbar, 1.2), (menubar, 0.7),
    (tabs, 1.0),
    (articles, 0.8), (pages, 0.5), (calendar, 0.4), (todo, 1.0), (controls, 1.0), (accordion, 0.6), (paragraph, 0.5),
    (alike, 1.5), (actions, 4.0), (cards, 2.0),
)  # fmt: skip


def make_page(seed: int) -> tuple[str, str]:
    """A page made from a seed: its title and its HTML."""
    m = Maker(seed)
    weights = [weight for _, weight in _BLOCKS]
    shares = [weight / sum(weights) for weight in weights]
    picked = m.random.choice(len(_BLOCKS), size=m.number(1, 4), replace=False, p=shares)
    parts = []
    for place in picked:
        head = f"<h2>{escape(m.word('sections'))}</h2>" if m.chance(0.35) else ""
        parts.append(f"<section>{head}{_BLOCKS[place][0](m)}</section>")
    title = m.one([m.word("nav"), m.word("sections"), m.word("companies")])
    main = f"<h1>{escape(title)}</h1>" * m.chance(0.7) + "".join(parts)
    side = sidebar(m) if m.chance(0.4) else ""
    body = f"<div class=columns>{side}<main class=main>{main}</main></div>" if side else f"<main>{main}</main>"
    top = navigation(m) if m.chance(0.65) else ""
    end = footer(m) if m.chance(0.4) else ""
    over = dialog(m) if m.chance(0.12) else ""
    return title, page_frame(m, title, f"{top}{body}{end}{over}")
