"""Acts on ordinary pages: frames of any origin, shadow roots, files, downloads, dialogs, dragging, clipboard."""

# ruff: noqa: E501  (pages read better unbroken)

import contextlib
import pathlib
import time

import pytest

from tests.conftest import Site
from webagent_envs.chromium import find_browser, launch, shared
from webagent_envs.page import Page, PageSettings
from webagent_envs.spaces import (
    Click,
    ClickAt,
    DoubleClick,
    Drag,
    Goto,
    Hover,
    Press,
    Reload,
    Scroll,
    Select,
    TabClose,
    TabNew,
    TabSwitch,
    Type,
    Wait,
)


class Hands:
    """A page in use: what is on it, by id."""

    def __init__(self, page, address):
        self.page = page
        page.goto(address)
        page.ready()
        self.seen = page.observe("x")
        self.error = ""

    def do(self, action):
        self.seen, self.error = self.page.step(action, "x", (action,))
        return self

    def click(self, key, **more):
        return self.do(Click(self[key].ref, **more))

    def __getitem__(self, key):
        found = [e for e in self.seen.elements if e.attributes.get("id") == key]
        assert len(found) == 1, (key, [(e.tag, e.attributes) for e in self.seen.elements], self.error)
        return found[0]


@pytest.fixture(scope="module")
def isolating(tmp_path_factory):
    """A browser that gives every site a process of its own, as those with windows do."""
    program = tmp_path_factory.mktemp("browser") / "isolating"
    program.write_text(f'#!/bin/sh\nexec {find_browser()} --site-per-process "$@"\n')
    program.chmod(0o755)
    browser = launch(program)
    yield browser
    browser.close()


@pytest.fixture
def other_site():
    """A second site, under another name of this machine."""
    made = Site()
    made.root = made.root.replace("127.0.0.1", "localhost")
    yield made
    made.close()


@pytest.fixture(params=["real", "virtual"])
def clock(request):
    return request.param


@pytest.fixture(params=["trusted", "dom"])
def input(request):
    return request.param


@pytest.fixture
def visit(clock, input):
    """Opens an address with both clocks and both inputs."""
    with contextlib.ExitStack() as pages:

        def visited(address, within=None, **settings):
            browser = within or shared(still=clock == "virtual")
            page = Page.open(browser, PageSettings(clock=clock, input=input, **settings))
            pages.callback(page.close)
            return Hands(page, address)

        yield visited


# -- frames

INNER = """<body style='margin:0'><button id=b style='width:90px;height:30px' onclick='this.textContent="done"'>B</button>
  <input id=i><select id=s><option>One<option>Two</select>
  <div id=d style='height:50px;overflow:auto'><p id=p style='height:400px'>x</p><button id=low onclick='this.textContent="low done"'>Low</button></div>"""
AROUND = "<body style='margin:0'><h1 style='margin:0;height:40px'>Top</h1><iframe id=f src='{}' style='margin:10px;border:5px solid;width:300px;height:200px'></iframe><button id=after onclick='this.textContent=1'>After</button>"


@pytest.fixture(params=["one process", "own process"])
def frames(request, visit, site, other_site, isolating):
    """A page with a frame of another origin."""
    within = isolating if request.param == "own process" else None
    return lambda: visit(site.add("/around", AROUND.format(other_site.add("/inner", INNER))), within)


def test_a_frame_of_another_origin_is_seen_where_it_stands(frames):
    hands = frames()
    assert hands["b"].box == (15, 55, 90, 30)
    assert hands["b"].in_viewport
    assert [e.attributes.get("id") for e in hands.seen.elements if e.attributes.get("id")] == [
        "f", "b", "i", "s", "d", "p", "low", "after",
    ]  # fmt: skip
    assert len({e.ref for e in hands.seen.elements}) == len(hands.seen.elements)
    body = next(e for e in hands.seen.elements if e.ref == hands["b"].parent)
    assert (body.tag, body.parent) == ("body", hands["f"].ref)


def test_a_frame_of_another_origin_can_be_used(frames):
    hands = frames()
    ref = hands["b"].ref
    assert hands.click("b")["b"].text == "done"
    assert hands["b"].ref == ref
    assert hands.do(Type(hands["i"].ref, "Hello"))["i"].value == "Hello"
    assert hands["i"].focused
    assert hands.do(Press("End")).do(Press("x"))["i"].value == "Hellox"
    assert hands.do(Press("Backspace", hands["i"].ref))["i"].value == "Hello"
    assert hands.do(Select(hands["s"].ref, "Two"))["s"].value == "Two"
    assert hands.do(Scroll(hands["d"].ref, 0, 30))["d"].scroll[1] == 30
    assert hands.click("low")["low"].text == "low done"
    assert hands.click("after")["after"].text == "1"
    assert (hands.error, hands["i"].focused) == ("", False)
    assert "no option" in hands.do(Select(hands["s"].ref, "Three")).error
    assert "takes no text" in hands.do(Type(hands["p"].ref, "x")).error
    assert "is not on the page" in hands.do(Click(7_000_001)).error


def test_what_a_frame_of_another_origin_shows_next_has_new_refs(frames, other_site):
    hands = frames()
    before = {e.ref for e in hands.seen.elements}
    second = other_site.add("/slow-second", "<button id=b2>Second</button>")
    hands.page._eyes.evaluate(hands["b"].ref, f"void (location.href = '{second}')")
    hands.click("after")
    assert hands["b2"].new
    assert hands["b2"].ref not in before
    assert hands.click("b2").error == ""
    assert hands["after"].ref in before


def test_frames_in_frames(visit, site, other_site, isolating):
    inmost = site.add(
        "/inmost", "<body style='margin:0'><button id=c style='height:20px' onclick='this.textContent=1'>C</button>"
    )
    middle = other_site.add(
        "/middle", f"<body style='margin:0'><iframe id=m src='{inmost}' style='border:0;margin:7px'></iframe>"
    )
    srcdoc = f"<body style=margin:0><iframe id=o src='{middle}' style='border:0'></iframe>"
    hands = visit(
        site.add(
            "/outer",
            f'<body style="margin:0"><iframe id=s srcdoc="{srcdoc}" style="border:0;margin-left:100px"></iframe>',
        ),
        isolating,
    )
    assert hands["c"].box[:2] == (107, 7)
    assert hands.click("c")["c"].text == "1"


def test_a_frame_far_down_is_scrolled_to(visit, site, other_site, isolating):
    inner = other_site.add(
        "/far", "<div style='height:900px'></div><button id=b onclick='this.textContent=1'>B</button>"
    )
    hands = visit(
        site.add("/long", f"<div style='height:3000px'></div><iframe src='{inner}' style='height:120px'></iframe>"),
        isolating,
    )
    assert not hands["b"].in_viewport
    hands.click("b")
    assert (hands.error, hands["b"].text, hands["b"].in_viewport) == ("", "1", True)


def test_a_frame_that_is_busy_for_ever_does_not_hold_the_page(visit, site, other_site, isolating):
    inner = other_site.add("/busy", "<button id=b>B</button><script>setTimeout(()=>{for(;;);},300)</script>")
    hands = visit(site.add("/host", f"<iframe src='{inner}'></iframe><button id=after>After</button>"), isolating)
    hands.page._eyes.evaluate(hands["b"].ref, "void (Element.prototype.checkVisibility = 1)")
    while any(e.attributes.get("id") == "b" for e in hands.seen.elements):
        hands.click("after")
    assert hands.click("after").error == ""
    assert hands["after"].focused


# -- shadow roots


@pytest.mark.parametrize("mode", ["open", "closed"])
def test_shadow_roots(visit, site, mode):
    html = f"""<div id=host></div><p id=log></p><script>
      const root = host.attachShadow({{mode: '{mode}'}});
      root.innerHTML = "<button id=s>S</button><input id=i><div id=deep></div>";
      root.getElementById('s').onclick = () => (log.textContent = [host.shadowRoot === root, root.mode]);
      root.getElementById('deep').attachShadow({{mode: '{mode}'}}).innerHTML = "<button id=t onclick='this.textContent=1'>T</button>";
    </script>"""
    hands = visit(site.add("/shadow", html)).click("s")
    assert hands["log"].text == ("true,open" if mode == "open" else "false,closed")
    assert hands.do(Type(hands["i"].ref, "in"))["i"].value == "in"
    assert hands["i"].focused
    assert hands.click("t")["t"].text == "1"


# -- dragging

CARRY = """<body style='margin:0'><style>div,a,img{display:block;width:80px;height:40px;margin:5px}</style>
  <div id=card draggable=true style='background:#cde'>Card</div><div id=bin style='background:#eee'>Bin</div><div id=no style='background:#fee'>No</div><p id=log></p>
  <script>let seen = []; const note = (t) => { if (seen.at(-1) !== t) seen.push(t); log.textContent = seen.join(' '); };
  for (const t of ['mousedown', 'dragstart', 'dragend', 'mouseup', 'click']) card.addEventListener(t, (e) => note(t + (t === 'dragend' ? ':' + e.dataTransfer.dropEffect : '')));
  card.addEventListener('dragstart', (e) => e.dataTransfer.setData('text/plain', 'the card'));
  for (const t of ['dragenter', 'dragover', 'dragleave', 'drop']) bin.addEventListener(t, (e) => { e.preventDefault(); note(t); if (t === 'drop') { note(e.dataTransfer.getData('text/plain')); bin.append(card); } });
  </script>"""


def test_html_dragging(visit, site, input):
    hands = visit(site.add("/carry", CARRY))
    hands.do(Drag(hands["card"].ref, to=hands["bin"].ref))
    assert hands.error == ""
    steps = hands["log"].text.split(" dragend")[0]
    assert steps == "mousedown dragstart dragenter dragover drop the card"
    assert hands["card"].parent == hands["bin"].ref
    assert "dragend" in hands["log"].text
    hands.do(Drag(hands["card"].ref, to=hands["no"].ref))
    assert hands["card"].parent == hands["bin"].ref
    assert hands["log"].text.count("drop the card") == 1
    assert hands.click("card")["log"].text.endswith("mouseup click")


def test_html_dragging_that_the_page_forbids_is_a_drag_of_the_mouse(visit, site):
    hands = visit(
        site.add("/forbid", CARRY + "<script>addEventListener('dragstart', (e) => e.preventDefault())</script>")
    )
    hands.do(Drag(hands["card"].ref, dx=10, dy=5))
    assert hands["log"].text == "mousedown dragstart mouseup click"


SKETCH = """<body style='margin:0'><canvas id=c width=200 height=150 style='background:#eee'></canvas><p id=log></p><script>
  let at = null, seen = []; const shape = c.getContext('2d');
  c.onmousedown = (e) => { at = [e.offsetX, e.offsetY]; seen = [at.join()]; };
  c.onmousemove = (e) => { if (e.buttons) { seen.push([e.offsetX, e.offsetY].join()); shape.moveTo(...at); shape.lineTo(e.offsetX, e.offsetY); shape.stroke(); } };
  c.onmouseup = (e) => { log.textContent = seen.join(' '); };
  c.addEventListener('mousemove', (e) => { if (!e.buttons) document.title = [e.offsetX, e.offsetY].join(); });
  c.ondblclick = (e) => { log.textContent = 'twice ' + [e.offsetX, e.offsetY, e.ctrlKey].join(); };</script>"""


def test_points_of_a_canvas(visit, site):
    hands = visit(site.add("/sketch", SKETCH))
    hands.do(Drag(0, x=20, y=30, dx=100, dy=50))
    assert hands["log"].text == "20,30 40,40 60,50 80,60 100,70 120,80"
    assert hands.do(Hover(0, x=11, y=12)).seen.title == "11,12"
    assert hands.do(DoubleClick(0, ("Control",), x=33, y=44))["log"].text == "twice 33,44,true"


def test_a_range_is_slid_by_coordinates(visit, site, input):
    hands = visit(
        site.add(
            "/range",
            "<body style='margin:0'><input id=r type=range min=0 max=100 value=0 style='width:216px;height:20px;margin:0'>",
        )
    )
    hands.do(Drag(0, x=8, y=10, dx=100))
    assert int(hands["r"].value) == (50 if input == "trusted" else 0), hands.error


def test_a_drag_takes_time_of_the_page(browser, site, input):
    page = Page.open(browser, PageSettings(clock="virtual", input=input))
    timed = "<div id=d style='width:200px;height:50px;background:#eee'></div><p id=log></p><script>d.onmousemove = (e) => { if (e.buttons) log.textContent += ' ' + Math.round(performance.now()); }</script>"
    with contextlib.closing(page):
        hands = Hands(page, site.add("/timed", timed))
        hands.do(Drag(hands["d"].ref, dx=50))
        times = [int(time) for time in hands["log"].text.split()]
    assert [time - times[0] for time in times] == [0, 17, 33, 50, 67]


# -- selecting text

TEXT = """<body style='margin:10px;font:16px monospace'><p id=p style='margin:0;width:500px'>Some words to select</p>
  <input id=i value='more words here' style='font:16px monospace;width:300px;padding:0;border:0'>"""
LETTER = 9.6


def selected(hands):
    """The text that is selected: in the field that has the focus, or in the page."""
    of_field = "(f => f.value.slice(f.selectionStart, f.selectionEnd))(document.activeElement)"
    return hands.page.evaluate(f"document.activeElement.value === undefined ? String(getSelection()) : {of_field}")


def letter(element, number):
    """Where the letter of this number begins."""
    left, top, _, height = element.box
    return {"x": left + LETTER * number, "y": top + height / 2}


MENU = """<button id=b>Row</button><ul id=menu hidden><li id=cut>Cut</ul><p id=said></p><script>
const said = (event) => void (document.getElementById('said').textContent += `${event.type} ${event.button} ${event.buttons};`);
for (const type of ['mousedown', 'mouseup', 'click', 'auxclick']) document.getElementById('b').addEventListener(type, said);
document.getElementById('b').addEventListener('contextmenu', (event) => {
  event.preventDefault(); said(event); document.getElementById('menu').hidden = false;
});
</script>"""


def test_the_right_button_opens_a_menu(visit, site):
    hands = visit(site.add("/menu", MENU))
    hands.click("b", button="right")
    assert (hands.error, hands["cut"].visible) == ("", True)
    said = hands["said"].text
    assert said.startswith("mousedown 2 2;contextmenu 2 ")
    assert said.endswith(";mouseup 2 0;auxclick 2 0;")


def test_text_is_selected_by_dragging(visit, site):
    hands = visit(site.add("/text", TEXT))
    hands.do(Drag(0, **letter(hands["p"], 0.1), dx=LETTER * 10))
    assert selected(hands) == "Some words"
    hands.do(Drag(0, **letter(hands["i"], 5.1), dx=-LETTER * 5))
    assert selected(hands) == "more "
    hands.do(Press("x"))
    assert hands["i"].value == "xwords here"


def test_a_word_is_selected_by_a_double_click(visit, site):
    hands = visit(site.add("/text", TEXT))
    hands.do(DoubleClick(0, **letter(hands["p"], 7)))
    assert selected(hands).strip() == "words"
    hands.do(DoubleClick(0, **letter(hands["i"], 12)))
    assert selected(hands) == "here"


def test_text_is_selected_by_keys(visit, site):
    hands = visit(site.add("/text", TEXT)).click("i").do(Press("Home"))
    for _ in range(4):
        hands.do(Press("Shift+ArrowRight"))
    assert selected(hands) == "more"
    hands.do(Press("Control+A"))
    assert selected(hands) == "more words here"
    assert hands.do(Press("x"))["i"].value == "x"


def test_a_click_puts_the_caret_where_it_hits(visit, site):
    hands = visit(site.add("/text", TEXT))
    hands.do(DoubleClick(0, **letter(hands["i"], 12)))
    hands.do(ClickAt(**letter(hands["i"], 4.1)))
    assert hands.do(Press("!"))["i"].value == "more! words here"


# -- files

UPLOAD = """<input id=one type=file><input id=many type=file multiple>
  <label id=label style='display:block'>Photo<input id=photo type=file style='display:none'></label>
  <button id=ask onclick='late.click()'>Attach</button><input id=late type=file multiple style='display:none'><p id=p>text</p><p id=log></p>
  <script>addEventListener('change', (e) => { log.textContent = e.target.id + ':' + [...e.target.files].map((f) => f.name + f.size).join(); });</script>"""


def test_files_are_given_to_fields(visit, site, tmp_path):
    first, second = tmp_path / "first.txt", tmp_path / "second.txt"
    first.write_text("1")
    second.write_text("22")
    hands = visit(site.add("/upload", UPLOAD))
    assert hands.do(Type(hands["one"].ref, str(first)))["log"].text == "one:first.txt1"
    assert hands["one"].value.endswith("first.txt")
    assert hands.do(Type(hands["many"].ref, f"{first}\n{second}\n"))["log"].text == "many:first.txt1,second.txt2"
    assert hands.do(Type(hands["label"].ref, str(second)))["log"].text == "photo:second.txt2"
    assert str(tmp_path / "none.txt") in hands.do(Type(hands["one"].ref, str(tmp_path / "none.txt"))).error
    assert "one file" in hands.do(Type(hands["one"].ref, f"{first}\n{second}")).error


def test_a_click_opens_no_file_dialog(visit, site, tmp_path, input):
    (tmp_path / "a.txt").write_text("1")
    hands = visit(site.add("/upload", UPLOAD))
    for key in ("one", "label", "ask", "one", "ask"):
        assert hands.click(key).error == ""
    if input == "trusted":
        assert hands.do(Type(hands["ask"].ref, str(tmp_path / "a.txt")))["log"].text == "late:a.txt1"
    assert "takes no text" in hands.do(Type(hands["p"].ref, "x")).error


def test_a_file_in_a_frame_of_another_origin(visit, site, other_site, isolating, tmp_path):
    (tmp_path / "a.txt").write_text("1")
    inner = other_site.add("/upload", UPLOAD)
    for within in (isolating,):
        hands = visit(site.add("/around", f"<iframe src='{inner}' width=400 height=300></iframe>"), within)
        assert hands.do(Type(hands["one"].ref, str(tmp_path / "a.txt")))["log"].text == "one:a.txt1"
        assert hands.click("ask").error == ""


# -- downloads


def test_downloads_land_in_a_folder(visit, site, browser):
    file = site.add("/attachment", "the report")
    links = f"<a id=a href='{file}'>A</a> <a id=b href='{file}' target=_blank>B</a> <a id=c download=notes.csv href='data:text/csv,1'>C</a> <button id=d onclick=\"window.open('{file}')\">D</button>"
    hands = visit(site.add("/links", links))
    for key in "abcd":
        assert hands.click(key).error == "", key
        assert hands["a"]
    assert [tab.url for tab in hands.page.tabs] == [site.root + "/links"]
    found = hands.page.downloads
    assert [one.name for one in found] == ["report.txt", "report.txt", "notes.csv", "report.txt"]
    assert found[0].url == file
    assert [pathlib.Path(one.path).read_text() for one in found] == ["the report", "the report", "1", "the report"]
    assert len({one.path for one in found}) == 4
    assert hands.do(Goto(file)).error == ""
    assert len(hands.page.downloads) == 5
    hands.page.close()
    assert not pathlib.Path(found[0].path).exists()


def test_downloads_can_be_kept(visit, site, tmp_path):
    file = site.add("/attachment", "the report")
    hands = visit(
        site.add("/links", f"<iframe srcdoc=\"<a id=a href='{file}'>A</a>\"></iframe>"),
        downloads=str(tmp_path / "kept"),
    )
    hands.click("a")
    hands.page.close()
    assert (tmp_path / "kept" / "report.txt").read_text() == "the report"


# -- dialogs


def kinds(hands):
    return [dialog.type for dialog in hands.page.dialogs]


def test_dialogs_when_a_page_loads(visit, site):
    hands = visit(
        site.add(
            "/load", "<script>alert(1); document.title = prompt('who?', 'me') + confirm('sure?')</script><p id=p>x</p>"
        )
    )
    assert kinds(hands) == ["alert", "prompt", "confirm"]
    assert hands.seen.title == "metrue"


@pytest.mark.parametrize("script", ["while (true) alert(1)", "setInterval(() => alert(1), 1); while (true) confirm(2)"])
def test_dialogs_without_end(visit, site, script):
    hands = visit(site.add("/alerts", f"<button id=b onclick='{script}'>B</button>"))
    started = time.monotonic()
    hands.click("b")
    assert time.monotonic() - started < 8
    assert kinds(hands)
    assert hands.error == ""


STAY = "<button id=b>x</button><script>onbeforeunload = (e) => { e.preventDefault(); return 'stay'; }</script>"


def test_a_page_that_asks_to_stay_is_left(visit, site):
    address, second = site.add("/stay", STAY), site.add("/second", "<p id=p>second</p>")
    hands = visit(address, on_dialog=lambda dialog: False)
    assert hands.click("b").do(Reload()).error == ""
    assert hands.click("b").do(Goto(second))["p"].text == "second"
    hands.page.goto(address)
    hands.do(Wait(0.01)).click("b")
    hands.page.goto(second)
    hands.do(TabNew(address)).click("b").do(TabClose())
    assert (hands.error, hands.seen.url) == ("", second)
    assert len(hands.page.tabs) == 1


def test_dialogs_of_a_frame_of_another_origin(visit, site, other_site, isolating):
    inner = other_site.add("/ask", "<button id=b onclick='this.textContent = confirm(1)'>B</button>")
    hands = visit(site.add("/around", f"<iframe src='{inner}'></iframe>"), isolating)
    assert hands.click("b")["b"].text == "true"
    assert kinds(hands) == ["confirm"]


def test_a_window_that_opens_with_a_dialog(visit, site):
    popup = site.add("/popup", "<title>Popup</title><script>alert('hello')</script><p id=p>x</p>")
    hands = visit(site.add("/opener", f"<button id=b onclick=\"window.open('{popup}')\">B</button>"))
    started = time.monotonic()
    assert hands.click("b")["p"].text == "x"
    assert (hands.seen.title, hands.error) == ("Popup", "")
    assert time.monotonic() - started < 5


# -- clipboard

FIELDS = """<input id=a value='from here'><input id=b><textarea id=t></textarea><p id=p>plain words</p><p id=log></p><button id=c onclick="navigator.clipboard.writeText('by script')">C</button>
  <script>for (const t of ['copy', 'cut', 'paste', 'beforeinput', 'input']) addEventListener(t, (e) => { if (e.target.id !== 'log') log.textContent += ' ' + t + (t === 'paste' ? ':' + e.clipboardData.getData('text') : ''); });</script>"""


def test_copy_cut_and_paste(visit, site):
    hands = visit(site.add("/fields", FIELDS)).click("a").do(Press("Control+A")).do(Press("Control+C"))
    hands.click("b").do(Press("Control+V"))
    assert (hands["a"].value, hands["b"].value) == ("from here", "from here")
    assert hands["log"].text == "copy paste:from here beforeinput input"
    hands.click("a").do(Press("Control+A")).do(Press("Control+X")).do(Press("Control+V", hands["t"].ref))
    assert (hands["a"].value, hands["t"].value) == ("", "from here")
    hands.click("c").do(Press("Control+V", hands["a"].ref))
    assert hands["a"].value == "by script"


def test_a_copy_outlives_its_page_and_stays_in_it(visit, site):
    first, second = (visit(site.add("/fields", FIELDS)) for _ in range(2))
    first.click("a").do(Press("Control+A")).do(Press("Control+C"))
    second.do(Press("Control+V", second["b"].ref))
    assert second["b"].value == ""
    first.do(Goto(site.add("/next", "<input id=n>")))
    assert first.do(Press("Control+V", first["n"].ref))["n"].value == "from here"


def test_what_a_page_copies_and_pastes_by_itself(visit, site):
    html = """<input id=a value=x><p id=log></p><script>addEventListener('copy', (e) => { e.clipboardData.setData('text/plain', 'instead'); e.preventDefault(); });
      addEventListener('paste', (e) => { e.preventDefault(); log.textContent = e.clipboardData.getData('text/plain'); })</script>"""
    hands = (
        visit(site.add("/own", html)).click("a").do(Press("Control+A")).do(Press("Control+C")).do(Press("Control+V"))
    )
    assert (hands["a"].value, hands["log"].text) == ("x", "instead")


def test_copy_between_frames(visit, site, other_site, isolating):
    inner = other_site.add("/fields", FIELDS)
    hands = visit(site.add("/around", f"<iframe src='{inner}' width=500 height=200></iframe><input id=o>"), isolating)
    hands.click("a").do(Press("Control+A")).do(Press("Control+C")).click("o").do(Press("Control+V"))
    assert hands["o"].value == "from here"
    hands.do(Press("Control+V", hands["b"].ref))
    assert hands["b"].value == "from here"


# -- modifiers, windows


def test_modifier_clicks(visit, site):
    html = """<button id=b>B</button><select id=s multiple size=4 style='height:90px'><option id=s1>1<option id=s2>2<option id=s3>3</select><p id=log></p>
      <script>for (const t of ['click', 'dblclick']) b.addEventListener(t, (e) => { log.textContent += ' ' + t + [e.altKey, e.ctrlKey, e.metaKey, e.shiftKey].map(Number).join(''); });</script>"""
    hands = visit(site.add("/held", html))
    for modifiers, wanted in ((("Alt",), "1000"), (("Control", "Shift"), "0101"), (("Meta",), "0010")):
        assert hands.click("b", modifiers=modifiers)["log"].text.endswith(f"click{wanted}")
    left, top, width, height = hands["b"].box
    hands.do(ClickAt(left + width / 2, top + height / 2, ("Shift",)))
    assert hands["log"].text.endswith("click0001")
    assert hands.do(DoubleClick(hands["b"].ref, ("Control",)))["log"].text.endswith("dblclick0100")
    hands.click("s1").click("s3", modifiers=("Control",))
    assert hands["s"].value == "1, 3"
    hands.click("s1").click("s3", modifiers=("Shift",))
    assert hands["s"].value == "1, 2, 3"


def test_windows_that_a_page_opens_and_closes(visit, site):
    second = site.add("/second", "<title>Second</title><button id=bye onclick='window.close()'>Bye</button>")
    html = f"<title>First</title><button id=o onclick=\"w = window.open('{second}')\">Open</button><a id=a href='{second}' target=_blank>A</a><button id=x onclick='w.close()'>Close</button>"
    hands = visit(site.add("/first", html))
    assert hands.click("o").seen.title == "Second"
    assert hands.click("bye").seen.title == "First"
    assert hands.click("a").seen.title == "Second"
    assert hands.do(TabSwitch(0)).seen.title == "First"
    assert [tab.title for tab in hands.page.tabs] == ["First", "Second"]
    hands.click("o").do(TabSwitch(0)).click("x").do(Wait(0.2))
    assert (hands.error, hands.seen.title, len(hands.page.tabs)) == ("", "First", 2)


def test_a_scroll_is_told_once_and_within_the_step(browser, site, input):
    page = Page.open(browser, PageSettings(clock="virtual", input=input))
    html = "<div id=d style='height:60px;overflow:auto'><div style='height:900px'></div></div><p id=log></p><script>let n = 0; d.onscroll = () => { log.textContent = ++n + ':' + d.scrollTop; }</script>"
    with contextlib.closing(page):
        hands = Hands(page, site.add("/scroll", html))
        for number in range(1, 6):
            assert hands.do(Scroll(hands["d"].ref, 0, 20))["log"].text == f"{number}:{20 * number}"
            hands.page.screenshot()  # a frame is drawn
