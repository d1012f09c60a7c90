"""A browser that stands still: pages are drawn when it is due, one at a time, and learn of everything in the same step."""

# ruff: noqa: E501  (pages read better unbroken)

import io
import stat
import threading

import pytest
from PIL import Image

from webagent_envs.chromium import find_browser, launch
from webagent_envs.errors import DeadlineExceeded
from webagent_envs.page import Page, PageSettings
from webagent_envs.page.drawing import Drawing
from webagent_envs.spaces import Click, Drag, Hover, Press, Scroll, Wait
from webagent_envs.together import together

LOG = "<ol id=log style='position:fixed;right:0;top:0;margin:0'></ol><script>const note=(t)=>log.insertAdjacentHTML('beforeend','<li>'+t)</script>"
MOVES = "<style>#b{display:block;width:80px;height:30px}</style><button id=b>B</button>"
TALL = "<div id=s style='height:50px;width:90px;overflow:auto'><p style='height:900px'>x</div>"


class Seen:
    """A page in use: what is on it, by id, and what it has noted."""

    def __init__(self, page):
        self.page = page
        self.seen = page.observe("x")

    def do(self, action, *keys):
        self.seen, error = self.page.step(action(*(self[key].ref for key in keys)) if keys else action, "x")
        assert error == ""
        return self

    def __getitem__(self, key):
        return next(e for e in self.seen.elements if e.attributes.get("id") == key)

    @property
    def log(self):
        return [e.text for e in self.seen.elements if e.tag == "li"]


@pytest.fixture(params=["trusted", "dom"])
def use(request, open_page):
    return lambda html, **settings: Seen(open_page(LOG + html, clock="virtual", input=request.param, **settings))


@pytest.fixture
def trusted(open_page):
    return lambda html: Seen(open_page(LOG + html, clock="virtual"))


@pytest.fixture
def frames(monkeypatch):
    """The frames that are drawn."""
    drawn = []
    frame = Drawing._frame
    monkeypatch.setattr(Drawing, "_frame", lambda self, **params: drawn.append(params) or frame(self, **params))
    return drawn


def test_a_headless_shell_stands_still(browser):
    assert browser.still == ("headless" in find_browser().name)


def test_one_that_cannot_is_used_as_it_is(tmp_path):
    program = tmp_path / "headless-that-ignores-flags"
    flags = r"s/--enable-begin-frame-control//;s/--run-all-compositor-stages-before-draw//"
    program.write_text(f'#!/bin/sh\nexec {find_browser()} $(echo "$@" | sed "{flags}")\n')
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    browser = launch(program, still=True)
    assert not browser.still
    page = Page.open(browser, PageSettings(clock="virtual"))
    page.set_html(LOG + MOVES + "<script>b.onmouseover=()=>note('over')</script>")
    page.ready()
    assert Seen(page).do(Hover, "b").do(Wait(0.1)).log == ["over"]
    assert Image.open(io.BytesIO(page.screenshot())).size == (1280, 720)
    browser.close()


def test_a_page_with_real_time_needs_frames_of_its_own(browser):
    with pytest.raises(ValueError, match="without still=True"):
        Page.open(browser, PageSettings(clock="real"))


def test_nothing_is_drawn_without_need(use, frames):
    page = use(MOVES + "<input id=i>")
    frames.clear()
    page.do(Click, "b").do(Click, "i").do(Press("A")).do(Wait(1.0))
    assert frames == []


def test_focus_from_the_start(use):
    assert use("<input id=i><input id=j autofocus>")["j"].focused


def test_hovering_is_seen_at_once(trusted):
    html = "<style>#b:hover{color:rgb(255,0,0)}</style><script>b.onmouseover=()=>note('over');b.onmouseout=()=>note('out')</script>"
    page = trusted(MOVES + "<a id=a style='position:absolute;left:300px'>away</a>" + html)
    for _ in range(5):
        assert page.do(Hover, "b")["b"].color == "#ff0000"
        assert page.do(Hover, "a")["b"].color != "#ff0000"
    assert page.log == ["over", "out"] * 5


def test_what_comes_under_a_resting_pointer_is_hovered(trusted):
    html = "<div id=c style='display:none;position:fixed;inset:0'>over all</div><script>b.onclick=()=>c.style.display='block';c.onmouseover=()=>note('over')</script>"
    assert trusted(MOVES + html).do(Click, "b").log == ["over"]


def test_a_drag_moves_step_by_step(trusted):
    html = "<div id=c style='position:absolute;left:300px;top:200px'>there</div><script>addEventListener('mousemove',(e)=>e.buttons&&note(e.clientX))</script>"
    first = trusted(MOVES + html).do(Drag, "b", "c").log
    assert len(first) == 5
    assert first == sorted(first, key=float)


def test_scrolling_is_told(use):
    page = use(TALL + "<script>s.onscroll=()=>note('scroll')</script>")
    assert page.do(lambda ref: Scroll(ref, 0, 60), "s").log == ["scroll"]
    assert page.do(lambda ref: Scroll(ref, 0, 60), "s").log == ["scroll"] * 2


def test_observers_are_told(use):
    html = "<button id=r>R</button><script>new ResizeObserver(()=>note('size')).observe(b);new IntersectionObserver(()=>note('meets')).observe(b);r.onclick=()=>{b.style.width='120px'};</script>"
    page = use(MOVES + html)
    assert sorted(page.log) == ["meets", "size"]
    assert sorted(page.do(Click, "r").log) == ["meets", "size", "size"]


def test_the_end_of_a_transition_is_told(use):
    html = "<style>#b{transition:width 9s}</style><script>b.onclick=()=>b.style.width='120px';b.ontransitionend=()=>note('end')</script>"
    page = use(MOVES + html).do(Click, "b")
    assert page.log == ["end"]
    assert page["b"].box[2] == 120


def test_a_picture_shows_what_is_there_now(open_page):
    page = open_page("<body bgcolor=white>", clock="virtual", size=(321, 123))
    for red in range(0, 250, 10):
        page.evaluate(f"document.body.style.background = 'rgb({red}, 9, 9)'")
        picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
        assert (picture.size, picture.getpixel((160, 60))) == ((321, 123), (red, 9, 9))


def test_pages_are_drawn_one_at_a_time(open_page, browser):
    pages = [open_page(LOG, clock="virtual") for _ in range(5)]

    def draw(page):
        for _ in range(10):
            page._tab.drawing.draw()
            page.screenshot()

    together([lambda page=page: draw(page) for page in pages])
    threads = [threading.Thread(target=draw, args=(page,)) for page in pages[:2]]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert browser.alive
    assert "GPU process exited" not in browser._process.last_words()


def test_a_page_that_cannot_be_drawn_holds_nobody_up(open_page):
    hung = open_page(TALL + "<script>s.onscroll=()=>{for(;;);}</script>", clock="virtual", timeout=2.0)
    other = open_page(MOVES, clock="virtual")
    hung.evaluate("document.getElementById('s').scrollTop = 30")
    with pytest.raises(DeadlineExceeded):
        hung._tab.drawing.draw()
    for _ in range(3):
        other._tab.drawing.draw()
    assert other.screenshot()
