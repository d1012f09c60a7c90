"""Live pages: real time, navigation, other tabs, dialogs, and everything that goes wrong on the web."""

# ruff: noqa: E501  (pages read better unbroken)

import threading
import time

import pytest

from webagent_envs.errors import BrowserCrashed, DeadlineExceeded, PageClosed, PageUnreachable
from webagent_envs.page import Dialog
from webagent_envs.spaces import Back, Click, Forward, Goto, Press, Reload, TabClose, TabNew, TabSwitch, Type, Wait


def one(observation, **wanted):
    """The only element that is like that."""
    found = [e for e in observation.elements if all(getattr(e, key) == value for key, value in wanted.items())]
    assert len(found) == 1, (wanted, found)
    return found[0]


def texts(observation):
    return [element.text for element in observation.elements if element.text]


def test_a_click_follows_a_link_to_the_next_page(open_page, site):
    second = site.add("/slow-second", "<h1>Second</h1>")
    page = open_page()
    page.goto(site.add("/first", f"<a href='{second}'>Go on</a>"))
    seen = page.observe("go on")
    seen, error = page.step(Click(one(seen, name="Go on", tag="a").ref), "go on", seen.actions)
    assert error == ""
    assert (seen.url, texts(seen)) == (second, ["Second"])
    assert all(element.new for element in seen.elements)


def test_history_and_addresses(open_page, site):
    first, second = site.add("/a", "<p>A</p>"), site.add("/b", "<p>B</p>")
    page = open_page()
    page.goto(first)
    page.observe("x")
    for action, wanted in ((Goto(second), "B"), (Back(), "A"), (Forward(), "B"), (Reload(), "B")):
        seen, error = page.step(action, "x")
        assert (error, texts(seen)) == ("", [wanted]), action
    assert "no page to go forward to" in page.step(Forward(), "x")[1]


def test_what_a_request_brings_is_waited_for(open_page, site):
    site.add("/slow-data", "fresh news")
    html = "<button onclick=\"fetch('/slow-data').then(r=>r.text()).then(t=>{out.textContent=t})\">Load</button><p id=out></p>"
    page = open_page()
    page.goto(site.add("/news", html))
    seen = page.observe("load")
    seen, _ = page.step(Click(one(seen, tag="button").ref), "load")
    assert "fresh news" in texts(seen)


def test_a_still_page_costs_nothing_and_a_restless_one_is_bounded(open_page, site):
    page = open_page()
    page.goto(site.add("/still", "<button>One</button>"))
    ref = one(page.observe("x"), tag="button").ref
    started = time.monotonic()
    for _ in range(10):
        page.step(Click(ref), "x")
    assert time.monotonic() - started < 1.5
    page.goto(
        site.add(
            "/restless",
            "<button>One</button><p id=p></p><script>setInterval(()=>{p.textContent=Date.now()},5)</script>",
        )
    )
    ref = one(page.observe("x"), tag="button").ref
    started = time.monotonic()
    page.step(Click(ref), "x")
    assert time.monotonic() - started < 3


def test_typing_and_pressing_reach_the_page(open_page, site):
    page = open_page()
    page.goto(
        site.add(
            "/form",
            "<form onsubmit='event.preventDefault();o.textContent=f.value'><input id=f value=old></form><p id=o></p>",
        )
    )
    seen = page.observe("x")
    ref = one(seen, tag="input").ref
    seen, error = page.step(Type(ref, "new words"), "x")
    assert (error, one(seen, tag="input").value) == ("", "new words")
    seen, _ = page.step(Press("Enter"), "x")
    assert "new words" in texts(seen)


def test_passwords_are_masked_on_live_pages(open_page, site):
    page = open_page()
    page.goto(site.add("/pw", "<input type=password value=secret>"))
    assert one(page.observe("x"), tag="input").value == "•" * 6


def test_the_page_cannot_disturb_or_see_the_script(open_page, site):
    page = open_page()
    page.goto(
        site.add(
            "/odd",
            "<script>Array.prototype.toJSON=()=>'no';JSON.stringify=()=>'no';Element.prototype.getAttribute=()=>1</script><button>OK</button>",
        )
    )
    assert one(page.observe("x"), tag="button").name == "OK"
    assert page._tab.call("Runtime.evaluate", expression="typeof __webagent__")["result"]["value"] == "undefined"


def test_tabs(open_page, site):
    other = site.add("/slow-other", "<h1>Other</h1>")
    page = open_page()
    page.goto(site.add("/tabs", f"<title>Main</title><a target=_blank href='{other}'>Open</a>"))
    seen = page.observe("x")
    seen, error = page.step(Click(one(seen, tag="a").ref), "x")
    assert (error, seen.url, texts(seen)) == ("", other, ["Other"])
    assert [tab.current for tab in page.tabs] == [False, True]
    seen, _ = page.step(TabSwitch(0), "x")
    assert seen.title == "Main"
    assert "there is no tab 5" in page.step(TabSwitch(5), "x")[1]
    seen, _ = page.step(TabNew(other), "x")
    assert seen.url == other
    assert len(page.tabs) == 3
    for _ in range(2):
        seen, error = page.step(TabClose(), "x")
        assert error == ""
    assert seen.title == "Main"
    assert "last tab" in page.step(TabClose(), "x")[1]


@pytest.mark.parametrize(
    ("script", "answer"), [("alert('hi')", "undefined"), ("confirm('sure?')", "true"), ("prompt('who?','me')", "me")]
)
def test_dialogs_hang_nothing(open_page, site, script, answer):
    page = open_page()
    page.goto(site.add("/dialog", f'<button onclick="o.textContent=String({script})">Ask</button><p id=o></p>'))
    seen, error = page.step(Click(one(page.observe("x"), tag="button").ref), "x")
    assert error == ""
    assert answer in texts(seen)
    assert [dialog.type for dialog in page.dialogs] == [script.split("(")[0]]


def test_dialogs_are_answered_by_the_handler(open_page, site):
    asked: list[Dialog] = []

    def refuse(dialog: Dialog) -> bool:
        asked.append(dialog)
        return False

    page = open_page(on_dialog=refuse)
    page.goto(site.add("/dialog", "<button onclick=\"o.textContent=confirm('sure?')\">Ask</button><p id=o></p>"))
    seen, _ = page.step(Click(one(page.observe("x"), tag="button").ref), "x")
    assert "false" in texts(seen)
    assert asked == [Dialog("confirm", "sure?")]


def test_leaving_a_page_that_asks_to_stay(open_page, site):
    page = open_page()
    page.goto(
        site.add("/stay", "<button>x</button><script>onbeforeunload=e=>{e.preventDefault();return 'stay'}</script>")
    )
    page.step(Click(one(page.observe("x"), tag="button").ref), "x")
    second = site.add("/second", "<p>left</p>")
    seen, error = page.step(Goto(second), "x")
    assert (error, texts(seen)) == ("", ["left"])


def test_a_covered_element_says_by_what(open_page, site):
    page = open_page()
    cover = "<div id=c aria-label='Cookies' style='position:fixed;inset:0;background:#fff'></div>"
    page.goto(site.add("/covered", f"<button>Buy</button>{cover}"))
    _, error = page.step(Click(one(page.observe("x"), tag="button").ref), "x")
    assert "is covered by" in error
    assert "Cookies" in error


def test_elements_far_down_are_scrolled_to(open_page, site):
    page = open_page(size=(300, 200))
    page.goto(site.add("/long", "<div style='height:3000px'></div><button onclick='this.textContent=1'>Far</button>"))
    seen = page.observe("x")
    button = one(seen, tag="button")
    assert not button.in_viewport
    seen, error = page.step(Click(button.ref), "x")
    assert (error, one(seen, tag="button").text) == ("", "1")
    assert seen.scroll[1] > 2000


def test_waiting_lets_the_time_of_the_page_go_by(open_page, site):
    page = open_page()
    page.goto(site.add("/later", "<p id=p>soon</p><script>setTimeout(()=>{p.textContent='now'},400)</script>"))
    assert texts(page.observe("x")) == ["soon"]
    assert texts(page.step(Wait(0.6), "x")[0]) == ["now"]


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1:1/", "http://no-such-host.invalid/", "file:///no/such/file.html", "nonsense"]
)
def test_unreachable_addresses(open_page, address):
    page = open_page()
    with pytest.raises(PageUnreachable, match="check the address"):
        page.goto(address)
    seen, error = page.step(Goto(address), "x")
    assert "check the address" in error
    assert seen.instruction == "x"


def test_a_page_that_never_answers(open_page, site):
    page = open_page()
    started = time.monotonic()
    with pytest.raises(PageUnreachable, match="in time"):
        page.goto(site.root + "/hang", timeout=0.7)
    assert time.monotonic() - started < 3
    page.goto(site.add("/fine", "<p>fine</p>"), timeout=5)
    assert texts(page.observe("x")) == ["fine"]


def test_a_page_that_can_be_read_is_used_though_a_picture_never_ends(open_page, site):
    page = open_page()
    page.goto(site.add("/picture", f"<p>text</p><img src='{site.root}/hang.png'>"), timeout=0.7)
    assert texts(page.observe("x")) == ["text"]


def test_a_page_whose_text_never_ends(open_page, site):
    page = open_page()
    with pytest.raises(PageUnreachable, match="never finishes loading"):
        page.goto(site.add("/endless", "<p>once upon a time"), timeout=0.7)


def test_a_window_that_closes_itself_leaves_the_one_it_came_from(open_page, site):
    popup = site.add("/popup", "<title>Popup</title><button onclick='window.close()'>Bye</button>")
    page = open_page()
    page.goto(site.add("/opener", f"<title>Opener</title><button onclick=\"window.open('{popup}')\">Open</button>"))
    seen, _ = page.step(Click(one(page.observe("x"), tag="button").ref), "x")
    assert seen.title == "Popup"
    seen, error = page.step(Click(one(seen, tag="button").ref), "x")
    assert (error, seen.title) == ("", "Opener")


def test_a_page_that_is_closed(open_page, site):
    page = open_page()
    page.goto(site.add("/fine", "<button>fine</button>"))
    ref = one(page.observe("x"), tag="button").ref
    page.browser.connection.call("Target.closeTarget", 5, targetId=page.target_id)
    with pytest.raises(PageClosed, match="open it again"):
        page.step(Click(ref), "x")


@pytest.mark.parametrize("clock", ["real", "virtual"])
def test_an_endless_loop_meets_its_deadline(open_page, site, clock):
    page = open_page(clock=clock, timeout=1.0)
    page.goto(site.add("/loop", "<button onclick='for(;;);'>Loop</button>"))
    ref = one(page.observe("x"), tag="button").ref
    started = time.monotonic()
    with pytest.raises(DeadlineExceeded):
        page.step(Click(ref), "x")
    assert time.monotonic() - started < 4


def test_a_renderer_that_crashes(open_page, site):
    page = open_page()
    page.goto(site.add("/fine", "<p>fine</p>"))
    page.observe("x")
    with pytest.raises(BrowserCrashed, match="crashed"):
        page._tab.call("Page.crash")


def test_two_pages_in_two_threads(open_page, site):
    url = site.add("/count", "<button onclick='this.textContent=+this.textContent+1'>0</button>")
    pages = [open_page(), open_page()]
    results = []

    def play(page):
        page.goto(url)
        ref = one(page.observe("x"), tag="button").ref
        for _ in range(20):
            seen, _ = page.step(Click(ref), "x")
        results.append(one(seen, tag="button").text)

    threads = [threading.Thread(target=play, args=(page,)) for page in pages]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == ["20", "20"]
