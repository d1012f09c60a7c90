"""A person's own browser: only one tab of it is touched, and everything is left as it was."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from webagent_envs.chromium import Browser, attach, find_browser
from webagent_envs.errors import PageUnreachable
from webagent_envs.page import Page
from webagent_envs.page.open_tabs import in_front, open_tabs
from webagent_envs.spaces import Click, TabNew, Type

KEPT = """<title>{title}</title><script>
const natives = () => [Element.prototype.attachShadow, ...['shadowRoot', 'mode'].map((name, at) =>
  Object.getOwnPropertyDescriptor([Element, ShadowRoot][at].prototype, name).get)];
const before = natives();
const facts = () => JSON.stringify([natives().every((one, at) => one === before[at]), document.visibilityState,
  innerWidth, devicePixelRatio, Object.getOwnPropertyNames(window).includes('__webagent__')]);
</script><input id=i aria-label=Name><button onclick="this.textContent=i.value||'pressed'">Press</button>"""


@pytest.fixture(scope="module")
def program() -> list[str]:
    """The full Chromium: the headless shell has all tabs in front."""
    flags = ["--headless", "--remote-debugging-port=0", "--no-first-run"] + ["--no-sandbox"] * (os.geteuid() == 0)
    return [str(find_browser(headless=False)), *flags]


@pytest.fixture
def visited(program: list[str], tmp_path: Path) -> Iterator[Browser]:
    command = [*program, f"--user-data-dir={tmp_path}", "about:blank"]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
        port_file = tmp_path / "DevToolsActivePort"
        while not port_file.exists() or "\n" not in port_file.read_text():
            time.sleep(0.02)
        browser = attach(f"http://127.0.0.1:{port_file.read_text().splitlines()[0]}")
        while not open_tabs(browser):
            time.sleep(0.02)
        yield browser
        browser.close()
        process.terminate()


def show(browser: Browser, url: str, *, front: bool = True) -> str:
    """Open a tab as a person would; its target id."""
    target = browser.connection.call("Target.createTarget", 5, url=url, background=not front)["targetId"]
    while tell(browser, target, "location + document.readyState") != f"{url}complete":
        time.sleep(0.02)
    return str(target)


def tell(browser: Browser, target: str, expression: str) -> object:
    """What a page says, asked by somebody else than us."""
    connection = browser.connection
    session = connection.call("Target.attachToTarget", 5, targetId=target, flatten=True)["sessionId"]
    value = connection.call("Runtime.evaluate", 5, session, expression=expression)["result"].get("value")
    connection.call("Target.detachFromTarget", 5, sessionId=session)
    return value


def press(page: Page, name: str) -> str:
    """Press a button by its name; what went wrong."""
    ref = next(element.ref for element in page.observe("x").elements if element.name == name)
    return page.step(Click(ref), "x")[1]


def test_everything_is_left_as_it_was(visited: Browser, site) -> None:
    behind = show(visited, site.add("/behind", KEPT.format(title="Behind")))
    inner = site.add("/inner", KEPT.format(title="Inner"))
    front = show(visited, site.add("/front", KEPT.format(title="Front") + f"<iframe src='{inner}'></iframe>"))
    tabs = [tab.target_id for tab in open_tabs(visited)]
    before = {target: tell(visited, target, "facts()") for target in (behind, front)}
    for _ in range(2):
        for target in (behind, front):
            page = Page.attach(visited, target=target)
            name = next(element.ref for element in page.observe("x").elements if element.name == "Name")
            assert page.step(Type(name, "Ada"), "x")[1] == ""
            assert tell(visited, target, "natives()[0] === before[0]") is False
            assert press(page, "Press" if "Press" in str(page.observe("x")) else "Ada") == ""
            page.close()
        assert {target: tell(visited, target, "facts()") for target in (behind, front)} == before
        assert str(tell(visited, front, "frames[0].eval('facts()')")).startswith("[true,")
        assert tell(visited, behind, "document.querySelector('button').textContent") == "Ada"
    assert [tab.target_id for tab in open_tabs(visited)] == tabs


def test_what_the_page_has_closed_stays_closed(visited: Browser, site) -> None:
    make = "<button onclick=\"const host=document.body.appendChild(document.createElement('p'));host.id='host';"
    make += "host.attachShadow({mode:'closed'}).innerHTML='<button>Inside</button>'\">Make</button>"
    target = show(visited, site.add("/closed", f"<title>Closed</title>{make}"))
    page = Page.attach(visited, target=target)
    assert press(page, "Make") == ""
    assert any(element.name == "Inside" for element in page.observe("x").elements)
    page.close()
    assert tell(visited, target, "String(host.shadowRoot)") == "null"


def test_a_tab_behind_is_used_and_stays_there(visited: Browser, site) -> None:
    behind = show(visited, site.add("/behind", KEPT.format(title="Behind")))
    front = show(visited, site.add("/front", KEPT.format(title="Front")))
    tabs = open_tabs(visited)
    assert in_front(visited, tabs).target_id == front
    page = Page.attach(visited, named="behind")
    assert press(page, "Press") == ""
    assert tell(visited, front, "document.visibilityState + document.hasFocus()") == "visibletrue"
    page.close()
    assert tell(visited, behind, "document.visibilityState + document.querySelector('button').textContent") == (
        "hiddenpressed"
    )
    assert Page.attach(visited).target_id == front


def test_what_a_command_opens_stays_open_and_behind(visited: Browser, site) -> None:
    other = site.add("/other", "<title>Other</title><p>other")
    link = f"<title>First</title><a target=_blank href='{other}'>Open</a>"
    first = show(visited, site.add("/first", link))
    page = Page.attach(visited, target=first)
    page.observe("x")
    seen, error = page.step(TabNew(other), "x")
    assert (error, seen.title) == ("", "Other")
    page.close()
    assert in_front(visited, open_tabs(visited)).target_id == first
    page = Page.attach(visited, target=first)
    assert press(page, "Open") == ""
    assert page.observe("x").title == "Other"
    page.close()
    assert [tab.title for tab in open_tabs(visited)].count("Other") == 2


def test_tabs_are_named_by_number_and_by_words(visited: Browser, site) -> None:
    for title in ("Inbox", "Inbox of Ada"):
        show(visited, site.add(f"/{len(title)}", f"<title>{title}</title>{title}"))
    assert Page.attach(visited, named="2").observe("x").title == "Inbox"
    assert Page.attach(visited, named="inbox OF").observe("x").title == "Inbox of Ada"
    assert Page.attach(visited, named="inbox").observe("x").title == "Inbox"
    with pytest.raises(PageUnreachable, match=r"several tabs.*2: “Inbox”.*3: “Inbox of Ada”"):
        Page.attach(visited, named="inb")
    with pytest.raises(PageUnreachable, match=r"no tab is “Spam”.*“Inbox”"):
        Page.attach(visited, named="Spam")


def test_a_stuck_tab_is_named_soon(visited: Browser, site) -> None:
    stuck = show(visited, site.add("/stuck", "<title>Stuck</title><script>setTimeout(() => {for (;;);}, 300)</script>"))
    time.sleep(0.5)
    for named in ("", "Stuck"):
        began = time.monotonic()
        with pytest.raises(PageUnreachable, match=r"“Stuck”.*--tab"):
            Page.attach(visited, named=named)
        assert time.monotonic() - began < 10
    assert Page.attach(visited, named="about:blank").observe("x").url == "about:blank"
    visited.connection.call("Target.closeTarget", 5, targetId=stuck)
