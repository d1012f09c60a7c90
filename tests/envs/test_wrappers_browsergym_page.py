"""Every action of BrowserGym, on a page of our own."""

import re

import gymnasium
import pytest

from webagent_envs.wrappers.browsergym_actions import ACTIONS
from webagent_envs.wrappers.calls import find_calls

PAGE = """<title>Desk</title>
<p>Hello <a href="#there">you</a> there</p>
<input id="name" value="old"> <input id="box" type="checkbox"> <input id="other">
<select id="one"><option value="r">Red</option><option value="b">Blue</option></select>
<select id="many" multiple><option>Ash</option><option>Oak</option><option>Elm</option></select>
<button id="press">Press</button>
<div id="pad" style="width: 90px; height: 60px; overflow: auto; background: #ddd"><p style="height: 500px">pad</p></div>
<div id="goal" style="width: 90px; height: 40px; background: #eee">goal</div>
<input id="file" type="file" multiple> <button id="ask" onclick="document.getElementById('file').click()">Ask</button>
<iframe srcdoc="<title>Inner</title><button>Inside</button>" width="200" height="60"></iframe>
<pre id="log"></pre>
<script>
  for (const kind of ['click', 'dblclick', 'contextmenu', 'mousedown', 'mouseup', 'mouseover', 'auxclick', 'keyup']) {
    document.addEventListener(kind, (event) => {
      const held = ['ctrl', 'shift'].filter((name) => event[name + 'Key']).join('+');
      const what = kind === 'keyup' ? event.key : event.button;
      document.getElementById('log').textContent += `${kind} ${event.target.id} ${what} ${held};`;
    });
  }
</script>"""


class Desk:
    """An agent before the page: it acts by calls, and looks into the page to see what came of them."""

    done: set[str] = set()  # noqa: RUF012  (of all tests)

    def __init__(self, env):
        self.env = env
        self.obs, _ = env.reset()
        self.page = env.unwrapped._env.page
        elements = env.unwrapped._env.observation.elements
        self.bid = {e.attributes["id"]: str(e.ref) for e in elements if "id" in e.attributes}

    def act(self, text):
        """Do it; ``<name>`` is the bid of the element with that id, ``@name`` its middle."""
        text = re.sub(r"<(\w+)>", lambda found: repr(self.bid[found[1]]), text)
        text = re.sub(r"@(\w+)", lambda found: self.middle(self.bid[found[1]]), text)
        Desk.done |= {call.name for call in find_calls(text)}
        self.obs, _, _, truncated, _ = self.env.step(text)
        assert (self.obs["last_action_error"], truncated) == ("", False), text

    def middle(self, bid):
        left, top, width, height = self.obs["extra_element_properties"][bid]["bbox"]
        return f"{left + width / 2}, {top + height / 2}"

    def now(self, expression):
        return self.page.evaluate(f"(($) => {expression})((id) => document.getElementById(id))")

    def log(self):
        """The events since the last look."""
        text = self.now("$('log').textContent")
        self.now("$('log').textContent = ''")
        return text

    def tree(self):
        return [(node["role"]["value"], node["name"]["value"]) for node in self.obs["axtree_object"]["nodes"]]


@pytest.fixture
def desk(site):
    settings = {"start_url": site.add("/desk", PAGE), "goal": "Tidy up."}
    env = gymnasium.make("webagent-browsergym/openended", task_kwargs=settings, screenshot=False)
    yield Desk(env)
    env.close()


def test_what_is_seen(desk):
    obs = desk.obs
    assert obs["goal"] == "Tidy up." and obs["open_pages_titles"] == ("Desk",) and obs["url"].endswith("/desk")
    texts = [name for role, name in desk.tree() if role in ("StaticText", "link")]
    assert texts[:5] == ["Hello", "you", "you", "there", "old"]
    assert ("RootWebArea", "Inner") in desk.tree()
    assert desk.env.observation_space.contains(obs)


def test_fields(desk):
    desk.act("fill(<name>, 'new')")
    assert desk.now("$('name').value") == "new"
    desk.act("clear(<name>)")
    assert desk.now("$('name').value") == ""
    desk.act("check(<box>) check(<box>)")
    desk.act("check(<box>)")
    assert desk.now("$('box').checked") is True
    desk.act("uncheck(<box>)")
    assert desk.now("$('box').checked") is False


def test_lists(desk):
    desk.act("select_option(<one>, 'b')")
    assert desk.now("$('one').value") == "b"
    desk.act("select_option(<many>, ['Ash', 'Elm'])")
    assert desk.now("[...$('many').selectedOptions].map((o) => o.text)") == ["Ash", "Elm"]


def test_clicks(desk):
    desk.act("click(<press>, modifiers=['Shift'])")
    assert "click press 0 shift;" in desk.log()
    desk.act("click(<press>, button='right', modifiers=['Control'])")
    assert "contextmenu press 2 ctrl;" in desk.log()
    desk.act("dblclick(<press>)")
    assert "dblclick press 0 ;" in desk.log()
    desk.act("dblclick(<press>, button='middle')")
    assert desk.log().count("auxclick press 1 ;") == 2
    desk.act("hover(<goal>)")
    assert "mouseover goal" in desk.log()


def test_keys(desk):
    desk.act("focus(<other>)")
    assert desk.obs["focused_element_bid"] == desk.bid["other"]
    desk.act("keyboard_type('ab') keyboard_insert_text('cd')")
    desk.act("keyboard_down('Shift') keyboard_press('x') keyboard_up('Shift')")
    assert desk.now("$('other').value") == "abcdX"
    desk.act("press(<other>, 'ControlOrMeta+KeyA') keyboard_press('Delete')")
    assert desk.now("$('other').value") == ""


def test_the_pointer(desk):
    dragged = r"mousedown press 0 ;.*mouseup goal 0 ;"
    desk.act("drag_and_drop(<press>, <goal>)")
    assert re.search(dragged, desk.log())
    desk.act("mouse_down(@press) mouse_up(@goal)")
    assert re.search(dragged, desk.log())
    desk.act("mouse_drag_and_drop(@press, @goal)")
    assert re.search(dragged, desk.log())
    desk.act("mouse_move(@goal) mouse_click(@goal) mouse_dblclick(@goal)")
    said = desk.log()
    assert "click goal 0 ;" in said and "dblclick goal 0 ;" in said


def test_files(desk, tmp_path):
    paths = [tmp_path / name for name in ("a.txt", "b.txt")]
    for path in paths:
        path.write_text("text")
    names = "[...$('file').files].map((file) => file.name)"
    desk.act(f"upload_file(<file>, {list(map(str, paths))!r}) mouse_upload_file(@ask, {str(paths[0])!r})")
    assert desk.now(names) == ["a.txt"]
    desk.act(f"upload_file(<file>, {list(map(str, paths))!r})")
    assert desk.now(names) == ["a.txt", "b.txt"]
    desk.act(f"upload_file(<ask>, {str(paths[1])!r})")
    assert desk.now(names) == ["b.txt"]


def test_scrolling(desk):
    desk.act("scroll_at(@pad, 0, 40)")
    assert desk.now("$('pad').scrollTop") == 40
    desk.act("hover(<pad>) scroll(0, 30)")
    assert desk.now("$('pad').scrollTop") == 70


def test_tabs(desk, site):
    other = site.add("/other", "<title>Other</title><h1>Other</h1>")
    desk.act(f"goto({other!r})")
    assert desk.obs["open_pages_titles"] == ("Other",)
    desk.act("go_back()")
    assert desk.obs["url"].endswith("/desk")
    desk.act("go_forward() new_tab()")
    assert desk.obs["active_page_index"].tolist() == [1] and len(desk.obs["open_pages_urls"]) == 2
    desk.act("tab_focus(0)")
    assert desk.obs["url"] == other
    desk.act("tab_focus(1) tab_close()")
    assert len(desk.obs["open_pages_urls"]) == 1


def test_words(desk):
    desk.act("noop(50) send_msg_to_user('so far') report_infeasible('enough')")
    assert [message["role"] for message in desk.obs["chat_messages"]][2:] == ["assistant", "infeasible"]


def test_no_action_was_forgotten():
    if len(Desk.done) < 5:
        pytest.skip("the other tests of this file did not run")
    assert Desk.done == set(ACTIONS)
