"""Text fields: what stands in the command or on the page is typed in."""

import re

from tests.envs.episodes.player import Player, fails, give_up, passes, submit_at_once

fails(
    "enter-text", "enter-text-2", "enter-text-dynamic", "enter-password", "login-user", "text-transform", "read-table",
    "read-table-2", "find-word", "simple-arithmetic", "simple-algebra", "visual-addition", "use-autocomplete",
    "use-autocomplete-nodelay", "scroll-text", "guess-number",
)(submit_at_once)  # fmt: skip


def answer(p: Player, text: str) -> None:
    p.type(p.find(tag="input"), text)
    p.submit()


@passes("enter-text", "enter-text-dynamic")
def quoted_text(p: Player) -> None:
    answer(p, p.quoted()[0])


@passes("enter-text-2")
def cased_text(p: Player) -> None:
    answer(p, p.quoted()[0].upper() if "upper case" in p.said else p.quoted()[0].lower())


@passes("enter-password")
def password(p: Player) -> None:
    p.type(p.find(marked="password"), p.quoted()[0])
    p.type(p.find(marked="verify"), p.quoted()[0])
    p.submit()


@passes("login-user")
def login(p: Player) -> None:
    p.type(p.find(marked="username"), p.quoted()[0])
    p.type(p.find(marked="password"), p.quoted()[1])
    p.submit()


@passes("login-user-popup")
def login_past_popup(p: Player) -> None:
    for mark, text in zip(("username", "password"), p.quoted(), strict=True):
        p.click(marked=mark)  # a pop-up may come up at this
        if p.all(marked="popup-cancel"):
            p.click(marked="popup-cancel")
        p.type(p.find(marked=mark), text)
    p.click(marked="subbtn")


@fails("login-user-popup")
def empty_login(p: Player) -> None:
    p.click(marked="subbtn")


@passes("text-transform")
def captcha(p: Player) -> None:
    answer(p, "".join(letter.text for letter in p.all(tag="span", inside=p.find(marked="captcha"))))


def table(p: Player) -> dict[str, str]:
    cells = [cell.text for cell in p.all(tag="td")]
    return dict(zip(cells[::2], cells[1::2], strict=True))


@passes("read-table")
def look_up(p: Player) -> None:
    answer(p, table(p)[re.search("value of (.*) into", p.said)[1]])


@passes("read-table-2")
def look_up_two(p: Player) -> None:
    for number in "12":
        p.type(p.find(marked=f"tt{number}"), table(p)[p.find(marked=f"ll{number}").text.rstrip(":")])
    p.submit()


@passes("find-word")
def nth_word(p: Player) -> None:
    answer(p, re.findall(r"[a-zA-Z]+", p.find(tag="p").text)[p.number() - 1])


@passes("simple-arithmetic")
def arithmetic(p: Player) -> None:
    one, sign, two = p.find(marked="math-problem").text.split()[:3]
    one, two = int(one), int(two)
    answer(p, str({"+": one + two, "-": one - two, "x": one * two}[sign]))


@passes("simple-algebra")
def algebra(p: Player) -> None:
    one, sign, two, _, result = p.find(marked="math-problem").text.split()
    if sign == "+":
        solution = int(result) - int(two if one == "x" else one)
    else:
        solution = int(result) + int(two) if one == "x" else int(one) - int(result)
    answer(p, str(solution))


@passes("visual-addition")
def count_blocks(p: Player) -> None:
    answer(p, str(len(p.all(marked="addition-block"))))


def fill_movie(p: Player, *values: str) -> None:
    for field, text in zip(("Genre", "Director", "Year|Date"), values, strict=True):
        label = next(e for e in p.seen.elements if re.search(field, e.text))
        row = p.seen.element(label.parent)
        while not p.all(tag="input", inside=row):
            row = p.seen.element(row.parent)
        p.type(p.find(tag="input", inside=row), text)
    p.click([e for e in p.seen.elements if e.text in ("Submit", "Search", "Go!")][-1])


@passes("multi-layouts", "multi-orderings")
def movie(p: Player) -> None:
    fill_movie(p, *re.search(r"for (.*) movies directed by (.*) from year (\d+)", p.said).groups())


@fails("multi-layouts", "multi-orderings")
def wrong_movie(p: Player) -> None:
    fill_movie(p, "none", "nobody", "0")


@passes("use-autocomplete", "use-autocomplete-nodelay")
def complete(p: Player) -> None:
    start, *end = p.quoted()
    p.type(p.find(tag="input"), start)
    items = [e for e in p.seen.elements if e.tag != "input" and e.text.startswith(start) and e.visible]
    p.click(next(item for item in items if item.text.endswith(tuple(end) or "")))
    p.submit()


@passes("scroll-text")
def last_word(p: Player) -> None:
    answer(p, re.findall(r"[a-zA-Z0-9]+", p.js("document.getElementById('text-area').value"))[-1])


def search(p: Player, page_of: int) -> None:
    p.type(p.find(marked="search-text"), p.quoted()[0])
    p.click(marked="search")
    place = int(re.search(r"the (\d+)(?:st|nd|rd|th)", p.said)[1]) - 1
    if place // 3:
        p.click(tag="a", text=str(place // 3 + 1))
    p.click(p.all(marked="search-title")[(place + page_of) % 3])


@passes("search-engine")
def nth_result(p: Player) -> None:
    search(p, 0)


@fails("search-engine")
def another_result(p: Player) -> None:
    search(p, 1)


@passes("phone-book")
def contact(p: Player) -> None:
    name, kind = re.search(r"Find (.*) in the contact book and click on their (\w+)", p.said).groups()
    while p.find(tag="h2").text != name:
        p.click(tag="a", text=">")
    p.click(tag="a", marked=kind)


@fails("phone-book")
def wrong_contact(p: Player) -> None:
    name, kind = re.search(r"Find (.*) in the contact book and click on their (\w+)", p.said).groups()
    while p.find(tag="h2").text == name:
        p.click(tag="a", text=">")
    p.click(tag="a", marked="email" if kind != "email" else "phone")


@passes("guess-number")
def guess(p: Player) -> None:
    low, high = 0, 9
    while not p.done:
        middle = (low + high) // 2
        answer(p, str(middle))
        low, high = (middle + 1, high) if p.all(marked="higher") else (low, middle - 1)


@passes("generate-number")
def generate(p: Player) -> None:
    def fits() -> bool:
        shown = p.find(marked="display-number").text
        if shown == "-":
            return False
        for word, test in (("less", int.__lt__), ("greater", int.__gt__)):
            if word in p.said:
                return test(int(shown), p.number())
        return int(shown) % 2 == ("odd" in p.said)

    while not fits():
        p.click(marked="generate")
    p.submit()


fails("generate-number")(give_up)


@passes("find-greatest")
def greatest(p: Player) -> None:
    values = []
    for place in range(3):
        p.click(p.all(marked="card")[place])
        values.append(int(p.all(marked="card-value", inside=p.all(marked="card")[place])[0].text))
    p.click(p.all(marked="card")[values.index(max(values))])
    p.submit()


fails("find-greatest")(submit_at_once)
