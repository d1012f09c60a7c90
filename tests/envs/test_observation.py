"""Every field of an Element, on pages made by hand."""

# ruff: noqa: E501  (pages read better unbroken)

import pytest

from webagent_envs.gym_spaces import ElementsSpace
from webagent_envs.spaces import Click, Hover, Scroll, Stop

PIXEL = "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"


@pytest.fixture
def look(open_page):
    """Shows some HTML and gives its elements by their id attribute."""

    def looked(html, **settings):
        page = open_page(html, clock="virtual", **settings)
        seen = page.observe("look")
        assert seen in ElementsSpace()
        return {element.attributes.get("id", element.tag): element for element in seen.elements}

    return looked


@pytest.mark.parametrize(
    ("html", "role"),
    [
        ("<a id=x href=/>t</a>", "link"),
        ("<button id=x>t</button>", "button"),
        ("<input id=x>", "textbox"),
        ("<input id=x type=checkbox>", "checkbox"),
        ("<input id=x type=range>", "slider"),
        ("<input id=x type=submit>", "button"),
        ("<select id=x><option>o</select>", "combobox"),
        ("<textarea id=x></textarea>", "textbox"),
        ("<div id=x contenteditable>t</div>", "textbox"),
        ("<div id=x role='TAB other'>t</div>", "tab"),
        ("<h2 id=x>t</h2>", "heading"),
        ("<div id=x>t</div>", ""),
    ],
)
def test_role(look, html, role):
    assert look(html)["x"].role == role


@pytest.mark.parametrize(
    ("html", "name"),
    [
        ("<button id=x> Save \n  all </button>", "Save all"),
        ("<button id=x aria-label=Close>×</button>", "Close"),
        ("<b id=l>Your</b><b id=m>name</b><input id=x aria-labelledby='l m'>", "Your name"),
        ("<label for=x>E-mail</label><input id=x>", "E-mail"),
        ("<label>Phone <input id=x></label>", "Phone"),
        ("<img id=x alt='A cat' width=9 height=9>", "A cat"),
        ("<button id=x><img alt=Search width=9 height=9></button>", "Search"),
        ("<button id=x><svg width=9 height=9><title>Menu</title></svg></button>", "Menu"),
        ("<svg id=x width=9 height=9><title>Chart</title><rect width=9 height=9 /></svg>", "Chart"),
        ("<input id=x type=submit>", "Submit"),
        ("<input id=x type=button value=Go>", "Go"),
        ("<div id=x title=Hint>t</div>", "Hint"),
        ("<div id=x>just text</div>", ""),
        ("<label id=x>Label itself</label>", "Label itself"),
        ("<fieldset id=x><legend>Colours</legend><input></fieldset>", "Colours"),
        ("<a id=x href=/><span>Read</span> <b style='display:none'>not</b>more</a>", "Read more"),
        ("<input id=x placeholder=Hint>", ""),
    ],
)
def test_name(look, html, name):
    assert look(html)["x"].name == name


def test_text_is_the_elements_own(look):
    found = look("<div id=a>  one <b id=b>two</b>\n three </div><p id=long>" + "word " * 200 + "</p>")
    assert found["a"].text == "one three"
    assert found["b"].text == "two"
    assert found["b"].parent == found["a"].ref
    assert len(found["long"].text) == 500


@pytest.mark.parametrize(
    ("html", "value"),
    [
        ("<input id=x value=abc>", "abc"),
        ("<input id=x type=password value=abc>", "abc"),
        ("<textarea id=x>some\ntext</textarea>", "some\ntext"),
        ("<select id=x><option>a<option selected>b</select>", "b"),
        ("<select id=x multiple><option selected>a<option selected>b</select>", "a, b"),
        ("<input id=x type=checkbox value=on>", ""),
        ("<input id=x type=range value=30>", "30"),
        ("<div id=x contenteditable><p>deep</p></div>", "deep"),
    ],
)
def test_value(look, html, value):
    assert look(html)["x"].value == value


def test_state(look):
    html = """<input id=a type=checkbox checked><div id=b role=switch aria-checked=true>on</div><div id=c role=tab aria-selected=true>t</div>
      <input id=d disabled><fieldset disabled><button id=e>x</button></fieldset><div id=f role=button aria-disabled=true>x</div>
      <input id=g autofocus placeholder=Hint><input id=h readonly><select id=i><option id=j selected>1<option id=k>2</select>"""
    found = look(html)
    assert {key for key, element in found.items() if element.checked} == {"a", "b"}
    assert {key for key, element in found.items() if element.selected} == {"c", "j"}
    assert {key for key, element in found.items() if element.disabled} == {"d", "e", "f", "fieldset"}
    assert {key for key, element in found.items() if element.focused} == {"g"}
    assert {key for key, element in found.items() if element.editable} == {"g"}
    assert found["g"].placeholder == "Hint"


def test_options_are_always_listed(look):
    found = look(
        "<select id=s style='width:80px;height:20px'><optgroup id=g label=G><option id=a>A<option id=b>B</optgroup></select>"
    )
    assert found["a"].box == found["b"].box == found["g"].box == found["s"].box
    assert found["b"].visible
    assert found["b"].clickable
    assert found["g"].name == "G"
    found = look("<select id=s size=2><option id=a>A<option id=b>B<option>3<option>4<option id=c>C</select>")
    assert found["a"].box[1] < found["b"].box[1]
    assert found["b"].in_viewport
    assert not found["c"].in_viewport
    assert found["s"].scroll is not None


def test_clickable(look):
    html = """<div id=plain>x</div><div id=handler onclick='1'>x</div><div id=pointer style='cursor:pointer'>x <b id=inner>y</b><button id=nature>z</button></div>
      <div id=tab tabindex=0>x</div><div id=program tabindex=-1>x</div><label id=label>x</label><a id=link href=/>x</a>"""
    found = look(html)
    assert {key for key, e in found.items() if e.clickable} == {"handler", "pointer", "nature", "tab", "label", "link"}


def test_boxes_and_what_is_seen_of_them(look):
    html = """<style>body{margin:0}</style><div id=a style='position:absolute;left:10px;top:20px;width:30.5px;height:40px'>x</div>
      <div id=hidden style='visibility:hidden'>x</div><div id=clear style='opacity:0'><b id=inside>x</b></div><div id=gone style='display:none'>x</div>
      <div id=empty></div><div id=collapsed style='height:0'><i id=child>x</i></div><div id=far style='position:absolute;top:5000px'>x</div>
      <div style='overflow:hidden;height:20px;position:relative'><p id=cut style='position:absolute;top:100px'>x</p></div>
      <div style='overflow:auto;height:50px' id=scroller><p style='height:100px'>x</p><p id=below>x</p></div>
      <details id=shut><summary id=sum>s</summary><p id=closed>x</p></details><input id=none style='width:0;height:0;padding:0;border:0'>"""
    found = look(html)
    assert found["a"].box == (10, 20, 30.5, 40)
    assert not {"gone", "empty", "closed"} & set(found)
    assert not any(found[key].visible for key in ("hidden", "clear", "inside", "none"))
    assert found["collapsed"].box[3] == 0
    assert "child" in found
    assert {key for key, e in found.items() if not e.in_viewport} == {"far", "cut", "below", "none"} | {
        key for key in ("collapsed",) if not found[key].in_viewport
    }
    assert found["scroller"].scroll is not None
    assert found["scroller"].scroll[1] == 0 < found["scroller"].scroll[3]


def test_what_sticks_out_of_a_clip_is_not_in_view_unless_it_is_placed_outside(look):
    html = """<div style='overflow:hidden;width:50px;height:50px'><b id=fixed style='position:fixed;left:200px;top:200px'>x</b>
      <b id=free style='position:absolute;left:200px;top:100px'>x</b><b id=cut style='position:relative;left:200px'>x</b></div>"""
    found = look(html)
    assert (found["fixed"].in_viewport, found["free"].in_viewport, found["cut"].in_viewport) == (True, True, False)


def test_colours(look):
    html = """<p id=a style='color:red;background:rgb(0,128,255)'>x</p><p id=b style='color:transparent'>x</p>
      <svg width=40 height=40><circle id=c cx=9 cy=9 r=5 fill=green /><rect id=d width=9 height=9 fill=none stroke=red /><text id=e y=30 fill=blue>t</text></svg>"""
    found = look(html)
    assert (found["a"].color, found["a"].background) == ("#ff0000", "#0080ff")
    assert (found["b"].color, found["b"].background) == ("", "")
    assert (found["c"].color, found["d"].color, found["e"].color) == ("#008000", "", "#0000ff")


def test_attributes(look):
    found = look("""<input id=x class='a b' type=number name=n min=1 max=9 step=2 data-secret=1 aria-label=L style='top:0'>
      <select id=s multiple size=3><option>o</select><svg width=50 height=40><circle id=c cx=9 cy=8 r=7 /><path id=p d='M0 0L9 9' stroke=red /></svg>""")
    assert found["x"].attributes == {
        "id": "x", "class": "a b", "type": "number", "name": "n", "min": "1", "max": "9", "step": "2", "aria-label": "L",
    }  # fmt: skip
    assert found["s"].attributes == {"id": "s", "multiple": "", "size": "3"}
    assert found["c"].attributes == {"id": "c", "cx": "9", "cy": "8", "r": "7"}
    assert found["p"].attributes["d"] == "M0 0L9 9"
    assert found["svg"].attributes == {"width": "50", "height": "40"}


def test_shadow_roots_and_frames_are_walked(look):
    html = """<style>body{margin:0}</style><div id=host><b id=light>slotted</b></div>
      <iframe id=f style='position:absolute;left:100px;top:50px;border:5px solid;width:200px;height:100px'
        srcdoc="<style>body{margin:0}</style><button id=framed style='position:absolute;left:10px;top:10px'>In</button>"></iframe>
      <script>host.attachShadow({mode:'open'}).innerHTML='<p id=shadow>s</p><slot></slot>'</script>"""
    found = look(html)
    assert found["shadow"].parent == found["light"].parent == found["host"].ref
    assert found["framed"].box[:2] == (115, 65)
    assert found["framed"].name == "In"


def test_the_same_node_keeps_its_ref_and_only_new_ones_are_new(open_page):
    html = (
        "<button id=b onclick=\"p.insertAdjacentHTML('beforeend','<i id=fresh>new</i>')\">Add</button><p id=p>old</p>"
    )
    page = open_page(html, clock="virtual")
    first = page.observe("x")
    assert not any(element.new for element in first.elements)
    button = next(e for e in first.elements if e.tag == "button")
    second, _ = page.step(Click(button.ref), "x")
    assert [e.attributes["id"] for e in second.elements if e.new] == ["fresh"]
    assert {e.ref for e in first.elements} < {e.ref for e in second.elements}
    third, _ = page.step(Stop(), "x", second.actions)
    assert not any(element.new for element in third.elements)
    assert third.actions == (Click(button.ref), Stop())


def test_page_level_fields(open_page):
    page = open_page("<title>T</title><body style='height:2000px'>x", clock="virtual", size=(320, 200))
    page.observe("do it")
    seen, _ = page.step(Scroll(0, 0, 150), "do it")
    assert (seen.instruction, seen.title, seen.url) == ("do it", "T", "about:blank")
    assert (seen.viewport, seen.scroll) == ((320, 200), (0, 150))


def test_harness_elements_are_left_out(open_page):
    page = open_page("<div id=query>secret</div><p>shown</p>", clock="virtual", ignore=("query",))
    assert [e.text for e in page.observe("x").elements if e.text] == ["shown"]


def test_pictures_that_are_on_their_way_are_waited_for(open_page, site):
    site.add("/slow.gif", "")
    page = open_page(clock="virtual")
    page.goto(
        site.add("/icons", f"<style>.icon{{content:url({PIXEL});width:12px}}</style><span id=i class=icon></span>")
    )
    page.ready()
    assert [e.box[2] for e in page.observe("x").elements if e.attributes.get("id") == "i"] == [12]


def test_a_link_over_two_lines_is_clicked_where_it_is(open_page):
    html = "<div style='width:120px;font:16px monospace'>xxxxxxxxx <a id=a href=/ onclick='out.textContent=1;return false'>ab abcdefg</a></div><p id=out></p>"
    page = open_page(html, clock="virtual")
    link = next(e for e in page.observe("x").elements if e.tag == "a")
    seen, error = page.step(Click(link.ref), "x")
    assert error == ""
    assert next(e for e in seen.elements if e.attributes.get("id") == "out").text == "1"


def test_css_hover_and_transitions_come_to_their_end(open_page):
    html = """<style>#a:hover b{left:100px}b{position:absolute;left:0;transition:left 3s}body{margin:0}</style><div id=a style='height:50px'>x<b id=b>y</b></div>"""
    page = open_page(html, clock="virtual")
    target = next(e for e in page.observe("x").elements if e.attributes.get("id") == "a")
    seen, _ = page.step(Hover(target.ref), "x")
    assert next(e for e in seen.elements if e.attributes.get("id") == "b").box[0] == 100
