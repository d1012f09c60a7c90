"""Every kind of action, by real mouse and keys and by events made in the page."""

# ruff: noqa: E501  (pages read better unbroken)

import pytest

from webagent_envs.spaces import (
    Click,
    ClickAt,
    DoubleClick,
    Drag,
    Hover,
    Press,
    Say,
    Scroll,
    Select,
    Stop,
    Type,
    Wait,
)

LOG = """<style>body{margin:20px}button,#pad{width:80px;height:30px}#log{position:fixed;right:0;top:0;margin:0}</style><ol id=log></ol>
<script>const note=(t)=>log.insertAdjacentHTML('beforeend','<li>'+t+'</li>');
const watch=(id,...types)=>types.forEach(t=>document.getElementById(id).addEventListener(t,e=>note(t+(e.ctrlKey?'+ctrl':'')+(e.shiftKey?'+shift':''))))</script>"""


class Hands:
    """A page in use: what is on it, by id, and what it has noted."""

    def __init__(self, page):
        self.page = page
        self.seen = page.observe("x")
        self.error = ""

    def do(self, kind, key="", *args, **kwargs):
        ref = () if key == "" else (self[key].ref,)
        self.seen, self.error = self.page.step(kind(*ref, *args, **kwargs), "x")
        return self

    def __getitem__(self, key):
        return next(e for e in self.seen.elements if e.attributes.get("id") == key)

    @property
    def log(self):
        return [e.text for e in self.seen.elements if e.tag == "li" and e.parent == self["log"].ref]


@pytest.fixture(params=["trusted", "dom"])
def use(request, open_page):
    return lambda html, **settings: Hands(open_page(LOG + html, clock="virtual", input=request.param, **settings))


def test_click(use):
    types = "'mouseover','mousedown','focus','mouseup','click','dblclick'"
    hands = use(f"<button id=b>B</button><script>watch('b',{types})</script>").do(Click, "b")
    assert hands.log == ["mouseover", "mousedown", "focus", "mouseup", "click"]
    assert hands["b"].focused


def test_click_with_modifiers(use):
    hands = use("<button id=b>B</button><script>watch('b','click')</script>").do(Click, "b", ("Control", "Shift"))
    assert hands.log == ["click+ctrl+shift"]


def test_double_click(use):
    hands = use("<button id=b>B</button><script>watch('b','click','dblclick')</script>").do(DoubleClick, "b")
    assert hands.log == ["click", "click", "dblclick"]


def test_a_click_hits_the_innermost_part(use):
    html = (
        "<div id=outer style='width:80px;height:30px'><span id=inner style='display:block;height:30px'>x</span></div>"
    )
    hands = use(html + "<script>watch('inner','click');watch('outer','click')</script>").do(Click, "outer")
    assert hands.log == ["click", "click"]


def test_checkbox_radio_and_label(use):
    hands = use("<input id=c type=checkbox><label id=l><input id=r type=radio>Radio</label>")
    assert hands.do(Click, "c")["c"].checked
    assert not hands.do(Click, "c")["c"].checked
    assert hands.do(Click, "l")["r"].checked


def test_hover_in_and_out(use):
    html = "<button id=a>A</button><button id=b>B</button><script>watch('a','mouseenter','mouseleave');watch('b','mouseenter')</script>"
    assert use(html).do(Hover, "a").do(Hover, "b").log == ["mouseenter", "mouseleave", "mouseenter"]


def test_drag(use):
    html = """<div id=pad style='background:#eee'></div><div id=goal style='margin-top:40px;height:30px;background:#ccc'></div>
      <script>watch('pad','mousedown');watch('goal','mousemove','mouseup')</script>"""
    log = use(html).do(Drag, "pad", 0, 0, 60).log
    assert log[0] == "mousedown"
    assert log[-1] == "mouseup"
    assert "mousemove" in log
    hands = use(html)
    assert hands.do(Drag, "pad", hands["goal"].ref).log[-1] == "mouseup"


def test_type_replaces_and_says_so(use):
    html = "<input id=f value=old><textarea id=t>old</textarea><p id=e contenteditable>old</p><script>watch('f','keydown','input','keyup','change')</script>"
    hands = use(html).do(Type, "f", "Hi")
    assert hands["f"].value == "Hi"
    assert hands["f"].focused
    assert hands.log == ["keydown", "input", "keyup"] * 2 or hands.log == [
        "keydown+shift",
        "input",
        "keyup+shift",
        "keydown",
        "input",
        "keyup",
    ]
    assert hands.do(Type, "t", "two\nlines")["t"].value == "two\nlines"
    assert "change" in hands.log
    assert hands.do(Type, "e", "new")["e"].value == "new"
    assert hands.do(Type, "f", "")["f"].value == ""
    assert hands.do(Type, "f", 'é漢 "quoted"')["f"].value == 'é漢 "quoted"'


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("date", "11/22/2026", "2026-11-22"),
        ("date", "2026-11-22", "2026-11-22"),
        ("date", "November 22, 2026", "2026-11-22"),
        ("time", "9:05 PM", "21:05"),
        ("time", "21:05", "21:05"),
        ("time", "12:00 a.m.", "00:00"),
        ("month", "11/2026", "2026-11"),
        ("datetime-local", "11/22/2026 9:05 PM", "2026-11-22T21:05"),
        ("color", "#ff8800", "#ff8800"),
        ("range", "70", "70"),
        ("number", "42", "42"),
    ],
)
def test_native_fields_take_what_a_person_writes(use, kind, text, value):
    hands = use(f"<input id=f type={kind}><script>watch('f','input','change')</script>").do(Type, "f", text)
    assert (hands.error, hands["f"].value) == ("", value)
    assert "input" in hands.log


def test_native_fields_refuse_what_they_cannot_take(use):
    hands = use("<input id=f type=date>").do(Type, "f", "next Tuesday")
    assert "does not take" in hands.error


def test_press(use):
    html = "<form onsubmit=\"event.preventDefault();note('submit')\"><input id=f value=abc></form><script>watch('f','keydown')</script>"
    hands = use(html)
    hands.seen, hands.error = hands.page.step(Press("Enter", hands["f"].ref), "x")
    assert hands.log == ["keydown", "submit"]
    hands.do(Press, "", "Control+A")
    hands.do(Press, "", "x")
    assert hands["f"].value == "x"
    assert "no key 'Nonsense'" in hands.do(Press, "", "Nonsense").error


def test_tab_moves_the_focus(use):
    hands = use("<input id=a><input id=b>").do(Click, "a").do(Press, "", "Tab")
    assert hands["b"].focused


def test_select(use):
    html = "<select id=s><option>One<option>Two words<option id=three>Three<option disabled>Off</select><script>watch('s','input','change')</script>"
    hands = use(html).do(Select, "s", "Two words")
    assert (hands["s"].value, hands.log) == ("Two words", ["input", "change"])
    assert hands.do(Select, "s", " tWO   words ")["s"].value == "Two words"
    assert '"One", "Two words", "Three"' in hands.do(Select, "s", "Four").error
    assert "disabled" in hands.do(Select, "s", "Off").error
    assert hands.do(Click, "three")["s"].value == "Three"


def test_a_closed_list_does_not_open_a_popup_that_swallows_the_next_click(use):
    html = "<select id=s><option>One<option>Two</select><button id=b>B</button><script>watch('b','click');watch('s','click')</script>"
    assert use(html).do(Click, "s").do(Click, "b").log == ["click", "click"]


def test_select_several(use):
    hands = use("<select id=s multiple size=3><option id=a>A<option id=b>B<option id=c>C</select>")
    assert hands.do(Select, "s", "A").do(Select, "s", "C")["s"].value == "A, C"
    assert hands.do(Click, "b")["s"].value == "B"
    assert hands.do(Click, "c", ("Control",))["s"].value == "B, C"


def test_scroll(use):
    hands = use(
        "<div id=d style='height:60px;overflow:auto'><p id=p style='height:500px'>x</p></div><div style='height:3000px'></div>"
    )
    assert hands.do(Scroll, "d", 0, 50)["d"].scroll[:2] == (0, 50)
    assert hands.do(Scroll, "p", 0, 20)["d"].scroll[1] == 70
    hands.seen, _ = hands.page.step(Scroll(0, 0, 40), "x")
    assert hands.seen.scroll == (0, 40)


def test_what_is_out_of_view_is_scrolled_to(use):
    html = "<div style='height:60px;overflow:auto'><p style='height:500px'>x</p><button id=b>B</button></div><script>watch('b','click')</script>"
    assert use(html).do(Click, "b").log == ["click"]


def test_click_at(use):
    hands = use(
        "<button id=b style='position:absolute;left:100px;top:100px'>B</button><script>watch('b','click')</script>"
    )
    hands.seen, hands.error = hands.page.step(ClickAt(110, 110), "x")
    assert hands.log == ["click"]


def test_say_and_stop_touch_nothing(use):
    hands = use("<button id=b>B</button>")
    before = hands.seen.elements
    assert hands.do(Say, "", "hello").seen.elements == before
    assert hands.do(Stop).seen.elements == before


def test_time_goes_by_only_in_steps(use):
    hands = use("<p id=p>0</p><script>const t0=Date.now();setTimeout(()=>{p.textContent=Date.now()-t0},5000)</script>")
    assert hands.do(Say, "", "x")["p"].text == "0"
    assert hands.do(Wait, "", 3)["p"].text == "0"
    assert hands.do(Wait, "", 3)["p"].text == "5000"


def test_short_delays_and_animations_end_within_the_step(use):
    html = """<button id=b>B</button><div id=d style='height:0;overflow:hidden'>x</div><script>
      b.onclick=()=>setTimeout(()=>{let h=0;const grow=()=>{d.style.height=(h+=2)+'px';if(h<40)requestAnimationFrame(grow);else note('done')};grow()},300)</script>"""
    hands = use(html).do(Click, "b")
    assert hands.log == ["done"]
    assert hands["d"].box[3] == 40


def test_frames_and_shadow_roots_can_be_used(use):
    html = """<iframe srcdoc="<button id=f onclick='this.textContent=1'>F</button>"></iframe><div id=host></div>
      <script>host.attachShadow({mode:'open'}).innerHTML="<button id=s>S</button><input id=i>";host.shadowRoot.getElementById('s').onclick=()=>note('shadow')</script>"""
    hands = use(html).do(Click, "f").do(Click, "s").do(Type, "i", "in")
    assert (hands["f"].text, hands.log, hands["i"].value) == ("1", ["shadow"], "in")


@pytest.mark.parametrize(
    "kind",
    [
        Click,
        DoubleClick,
        Hover,
        Drag,
        lambda ref: Type(ref, "x"),
        lambda ref: Select(ref, "x"),
        lambda ref: Press("a", ref),
    ],
)
def test_an_element_that_is_not_there_is_an_error_not_an_exception(use, kind):
    hands = use("<button id=b>B</button>")
    hands.seen, hands.error = hands.page.step(kind(999), "x")
    assert "element 999 is not on the page" in hands.error
    assert hands["b"]


def test_elements_that_cannot_be_used_say_why(use):
    html = """<button id=off disabled>Off</button><input id=ro readonly><p id=p>text</p><input id=h style='visibility:hidden'>
      <button id=hide>Hide</button><button id=gone>Gone</button><script>hide.onclick=()=>{gone.style.display='none'}</script>"""
    hands = use(html)
    assert "is disabled" in hands.do(Click, "off").error
    assert "is read-only" in hands.do(Type, "ro", "x").error
    assert "takes no text" in hands.do(Type, "p", "x").error
    assert "is no list" in hands.do(Select, "p", "x").error
    assert "is hidden" in hands.do(Click, "h").error
    gone = hands["gone"].ref
    hands.do(Click, "hide")
    hands.seen, hands.error = hands.page.step(Click(gone), "x")
    assert "is not rendered" in hands.error


def test_errors_in_the_page_do_not_matter(use):
    hands = use(
        "<button id=b onclick=\"note('ok');throw new Error('page bug')\">B</button><script>setTimeout(()=>{throw 1},10)</script>"
    ).do(Click, "b")
    assert (hands.error, hands.log) == ("", ["ok"])
