"""Acts on ordinary pages: frames of any origin, shadow roots, files, downloads, dialogs, dragging, clipboard."""

# ruff: noqa: E501  (pages read better unbroken)

import contextlib

import pytest

from tests.conftest import Site
from webagent_envs.chromium import find_browser, launch, shared
from webagent_envs.page import Page, PageSettings
from webagent_envs.spaces import Click, ClickAt, DoubleClick, Drag, Hover, Press, Scroll, Select, Type


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
