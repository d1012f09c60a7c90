"""Agents written for BrowserGym run when their id is changed, and its own functions read what we show."""

import json
import os
import random
import re
import subprocess
from collections import Counter
from pathlib import Path

import gymnasium
import pytest

from webagent_envs.chromium import find_browser
from webagent_envs.peers import PEERS
from webagent_envs.tasks import ALL
from webagent_envs.tasks.table import html_folder
from webagent_envs.wrappers.browsergym import BrowserGymEnv
from webagent_envs.wrappers.browsergym_actions import ACTIONS, key_name
from webagent_envs.wrappers.calls import Call, find_calls

FLATTEN = Path(__file__).parent / "programs" / "browsergym_flatten.py"
COMPARED = (
    "click-checkboxes", "choose-list", "click-link", "click-tab-2", "use-spinner", "email-inbox", "click-dialog",
    "use-autocomplete", "book-flight", "click-shape", "click-widget", "social-media", "read-table", "click-menu",
    "click-collapsible", "login-user", "search-engine", "navigate-tree", "tic-tac-toe", "enter-password",
)  # fmt: skip
PAGE = """<title>Desk</title>
<p>Hello <a href="#there">you</a> there</p>
<input id="name" value="old"> <input id="box" type="checkbox"> <input id="other">
<select id="one"><option value="r">Red</option><option value="b">Blue</option></select>
<select id="many" multiple><option>Ash</option><option>Oak</option><option>Elm</option></select>
<button id="press">Press</button>
<div id="pad" style="width: 90px; height: 60px; overflow: auto; background: #ddd"><p style="height: 500px">pad</p></div>
<div id="goal" style="width: 90px; height: 40px; background: #eee">goal</div>
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


@pytest.fixture
def made():
    """Makes environments as programs for BrowserGym do, and closes them."""
    envs = []

    def make(name, **options):
        envs.append(gymnasium.make(f"webagent-browsergym/{name}", **options))
        return envs[-1]

    yield make
    for env in envs:
        env.close()


def tree_of(observation):
    """Role, name and bid of every node, in order."""
    return [
        (node["role"]["value"], node["name"]["value"], node.get("browsergym_id"))
        for node in observation["axtree_object"]["nodes"]
    ]


def bid_of(observation, role, name=""):
    return next(bid for kind, called, bid in tree_of(observation) if (kind, called) == (role, name))


# -- what agents say


@pytest.mark.parametrize(
    ("text", "calls"),
    [
        ("click('12')", [Call("click", ["12"], {})]),
        ('fill("a", "with ) and \\" in it")', [Call("fill", ["a", 'with ) and " in it'], {})]),
        ("I will now press it:\n```\nclick('12', button=\"right\")\n```", [Call("click", ["12"], {"button": "right"})]),
        ("# click('1')\nclick('2') hover('3')", [Call("click", ["2"], {}), Call("hover", ["3"], {})]),
        ('select_option(\'c48\', ["red", "green"],)', [Call("select_option", ["c48", ["red", "green"]], {})]),
        ("scroll(-50.2, -100)", [Call("scroll", [-50.2, -100], {})]),
        ("noop()", [Call("noop", [], {})]),
        ("I think (perhaps) that f(x) is best", []),
        ("click(open('secrets').read())", [Call("open", ["secrets"], {}), Call("read", [], {})]),
        ("click(*['1'])", []),
        ("click('12'", []),
        ("", []),
    ],
)
def test_finding_calls(text, calls):
    assert find_calls(text) == calls


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("Backspace", "Backspace"),
        ("Meta+Shift+KeyT", "Meta+Shift+T"),
        ("ShiftLeft+Digit4", "Shift+4"),
        ("Control++", "Control++"),
        ("Backquote", "`"),
        ("Shift+a", "Shift+A"),
    ],
)
def test_keys(theirs, ours):
    assert key_name(theirs) == ours


def test_every_task_has_an_id():
    named = {name for name in gymnasium.registry if name.startswith("webagent-browsergym/")}
    assert named == {f"webagent-browsergym/miniwob.{task}" for task in ALL} | {"webagent-browsergym/openended"}


# -- the example agent of their manual, and others like it


def test_an_agent_that_clicks_at_random(made):
    env = made("miniwob.click-checkboxes")
    obs, _info = env.reset(seed=7)
    draw = random.Random(0)
    terminated = truncated = False
    while not (terminated or truncated):
        bids = [bid for bid, known in obs["extra_element_properties"].items() if known["visibility"] > 0.5]
        obs, reward, terminated, truncated, _info = env.step(f"I click something. click({draw.choice(bids)!r})")
    assert terminated and reward in (0.0, 1.0)
    assert obs["last_action_error"] == ""


def test_doing_what_is_asked(made):
    env = made("miniwob.click-checkboxes")
    obs, info = env.reset(seed=1)
    assert env.observation_space.contains(obs)
    assert obs["goal"] == obs["goal_object"][0]["text"] == obs["chat_messages"][1]["message"]
    assert info["task_info"]["DONE_GLOBAL"] is False
    wanted = re.match("Select (.*) and click Submit", obs["goal"])[1].split(", ")
    boxes = [f"check({bid_of(obs, 'checkbox', name)!r})" for name in wanted if name != "nothing"]
    obs, reward, terminated, _, _ = env.step("\n".join(boxes))  # several at once
    assert (reward, terminated, obs["last_action_error"]) == (0.0, False, "")
    obs, reward, terminated, _, info = env.step(f"click({bid_of(obs, 'button', 'Submit')!r})")
    assert (reward, terminated) == (1.0, True)
    assert info["task_info"]["RAW_REWARD_GLOBAL"] == 1


def test_filling_and_choosing(made):
    env = made("miniwob.login-user")
    obs, _ = env.reset(seed=1)
    user, password = re.findall('"(.*?)"', obs["goal"])
    fields = [bid for role, _, bid in tree_of(obs) if role == "textbox"]
    env.step(f"fill({fields[0]!r}, {user!r})")
    obs, *_ = env.step(f"fill({fields[1]!r}, {password!r})")
    assert obs["focused_element_bid"] == fields[1]
    assert env.step(f"press({fields[1]!r}, 'Tab')\nkeyboard_press('Enter')")[1:3] == (1.0, True)
    env = made("miniwob.choose-list")
    obs, _ = env.reset(seed=1)
    wanted = re.match("Select (.*) from the list", obs["goal"])[1]
    obs, *_ = env.step(f"select_option({bid_of(obs, 'combobox')!r}, {wanted!r})")
    assert env.step(f"click({bid_of(obs, 'button', 'Submit')!r})")[1:3] == (1.0, True)


def test_theirs_counts_half_a_success(made):
    for reward, expected in (("success", 0.0), ("positive", 1.0)):
        env = made("miniwob.ascending-numbers", reward=reward, screenshot=False)
        obs, _ = env.reset(seed=1)
        nodes = obs["axtree_object"]["nodes"]
        one = next(node for node in nodes if node["name"]["value"] == "1")
        above = next(node for node in nodes if node["nodeId"] == one["parentId"])
        obs, *_ = env.step(f"click({above['browsergym_id']!r})")  # the numbers are covered now
        covers = [bid for role, _, bid in tree_of(obs) if role == "graphics-symbol"]
        _, given, terminated, _, info = env.step(f"click({covers[-1]!r})")
        assert terminated and 0 < info["raw_reward"] < 1
        assert given == expected


def test_bids_stay_with_their_elements(made):
    env = made("miniwob.click-tab-2", screenshot=False)
    obs, _ = env.reset(seed=1)
    before = tree_of(obs)
    obs, *_ = env.step(f"click({bid_of(obs, 'link', 'Tab #2')!r})")
    after = {(role, name): bid for role, name, bid in tree_of(obs) if role == "tab"}
    assert after == {(role, name): bid for role, name, bid in before if role == "tab"}


def test_reporting_that_it_cannot_be_done(made):
    env = made("miniwob.click-test", screenshot=False)
    env.reset(seed=1)
    obs, reward, terminated, _, _ = env.step('report_infeasible("no such button")')
    assert (reward, terminated) == (0.0, True)
    assert obs["chat_messages"][-1]["role"] == "infeasible"
    env = made("miniwob.click-test", screenshot=False, terminate_on_infeasible=False)
    env.reset(seed=1)
    assert env.step('report_infeasible("no such button")')[2] is False
    obs, *_ = env.step('send_msg_to_user("hm")')
    assert obs["chat_messages"][-1]["message"] == "hm"


@pytest.mark.parametrize(
    ("action", "error"),
    [
        ("no call at all", "ValueError: Received an empty action"),
        ("dance('12')", "NameError: Invalid action type 'dance'"),
        ("__import__('os').system('true')", "NameError: Invalid action type '__import__'"),
        ("click(12)", "ValueError: expected a string"),
        ("click('a12')", 'ValueError: Could not find element with bid "a12"'),
        ("click('99999')", "99999"),
        ("click()", "TypeError"),
        ("click('1', button='fourth')", "fourth"),
        ("send_msg_to_user(5)", "ValueError"),
        ("keyboard_press('NoSuchKey')", "InvalidAction"),
        ("tab_close()", "last tab"),
    ],
)
def test_errors_are_observed(made, action, error):
    env = made("miniwob.click-test", screenshot=False)
    env.reset(seed=1)
    obs, reward, terminated, truncated, info = env.step(action)
    assert error in obs["last_action_error"] and info["action_error"]
    assert (reward, terminated, truncated, obs["last_action"]) == (0.0, False, False, action)


def test_only_actions_of_their_action_set(made):
    class HighLevelActionSet:  # what is looked at of theirs
        def __init__(self):
            self.action_set, self.multiaction = {"click": None, "noop": None}, False

        def to_python_code(self, action):
            raise AssertionError("nothing is made into code")

    env = made("miniwob.click-test", action_mapping=HighLevelActionSet().to_python_code, screenshot=False)
    env.reset(seed=1)
    assert "Invalid action type 'hover'" in env.step("hover('1')")[0]["last_action_error"]
    assert "multi-action" in env.step("noop(0) noop(0)")[0]["last_action_error"]
    assert env.step("noop(0)")[0]["last_action_error"] == ""


def test_settings():
    with pytest.raises(ValueError, match="never executed"):
        BrowserGymEnv("click-test", action_mapping=str.upper)
    with pytest.raises(ValueError, match="start_url"):
        BrowserGymEnv()
    with pytest.raises(TypeError, match="colour"):
        BrowserGymEnv("click-test", colour="red")
    with pytest.raises(ValueError, match="positive"):
        BrowserGymEnv("click-test", reward="all")
    BrowserGymEnv("click-test", slow_mo=0, pre_observation_delay=0, viewport={"width": 1, "height": 1}).close()


def test_a_page_that_dies_truncates_and_the_next_reset_works(made):
    env = made("miniwob.click-test", screenshot=False)
    env.reset(seed=1)
    page = env.unwrapped._env.page
    page.browser.connection.call("Target.closeTarget", 5, targetId=page.target_id)
    obs, reward, terminated, truncated, info = env.step("noop(0)")
    assert (reward, terminated, truncated) == (0.0, False, True)
    assert info["action_error"] and env.observation_space.contains(obs)
    obs, _ = env.reset(seed=1)
    assert obs["goal"] == "Click the button."


# -- any page, and every action


def test_every_action_on_any_page(made, site):
    other = site.add("/other", "<title>Other</title><h1>Other</h1>")
    env = made("openended", task_kwargs={"start_url": site.add("/desk", PAGE), "goal": "Tidy up."}, screenshot=False)
    obs, _ = env.reset()
    done = set()
    page = env.unwrapped._env.page

    def act(text):
        nonlocal obs
        done.update(call.name for call in find_calls(text))
        obs, _, _, truncated, _ = env.step(text)
        assert (obs["last_action_error"], truncated) == ("", False), text

    def now(expression):
        return page.evaluate(expression)

    def log():
        text = now("document.getElementById('log').textContent")
        now("document.getElementById('log').textContent = ''")
        return text

    def middle(bid):
        left, top, width, height = obs["extra_element_properties"][bid]["bbox"]
        return f"{left + width / 2}, {top + height / 2}"

    assert obs["goal"] == "Tidy up." and obs["open_pages_titles"] == ("Desk",) and obs["url"].endswith("/desk")
    texts = [name for role, name, _ in tree_of(obs) if role in ("StaticText", "link")]
    assert texts[:5] == ["Hello", "you", "you", "there", "old"]
    assert ("RootWebArea", "Inner") in [node[:2] for node in tree_of(obs)]
    ids = {
        name: next(str(e.ref) for e in env.unwrapped._env.observation.elements if e.attributes.get("id") == name)
        for name in ("name", "box", "other", "one", "many", "press", "pad", "goal")
    }
    act(f"fill('{ids['name']}', 'new')")
    assert now("document.getElementById('name').value") == "new"
    act(f"clear('{ids['name']}')")
    assert now("document.getElementById('name').value") == ""
    act(f"check('{ids['box']}') check('{ids['box']}')")
    act(f"check('{ids['box']}')")
    assert now("document.getElementById('box').checked") is True
    act(f"uncheck('{ids['box']}')")
    assert now("document.getElementById('box').checked") is False
    act(f"select_option('{ids['one']}', 'b')")
    assert now("document.getElementById('one').value") == "b"
    act(f"select_option('{ids['many']}', ['Ash', 'Elm'])")
    assert now("[...document.getElementById('many').selectedOptions].map((o) => o.text)") == ["Ash", "Elm"]
    log()
    act(f"click('{ids['press']}', modifiers=['Shift'])")
    assert "click press 0 shift;" in log()
    act(f"click('{ids['press']}', button='right', modifiers=['Control'])")
    assert "contextmenu press 2 ctrl;" in log()
    act(f"dblclick('{ids['press']}')")
    assert "dblclick press 0 ;" in log()
    act(f"dblclick('{ids['press']}', button='middle')")
    assert log().count("auxclick press 1 ;") == 2
    act(f"hover('{ids['goal']}')")
    assert "mouseover goal" in log()
    act(f"focus('{ids['other']}')")
    assert obs["focused_element_bid"] == ids["other"]
    act(
        "keyboard_type('ab') keyboard_insert_text('cd') keyboard_down('Shift') keyboard_press('x') keyboard_up('Shift')"
    )
    assert now("document.getElementById('other').value") == "abcdX"
    act(f"press('{ids['other']}', 'ControlOrMeta+KeyA') keyboard_press('Delete')")
    assert now("document.getElementById('other').value") == ""
    log()
    act(f"drag_and_drop('{ids['press']}', '{ids['goal']}')")
    assert re.search(r"mousedown press 0 ;.*mouseup goal 0 ;", log())
    act(f"mouse_move({middle(ids['goal'])}) mouse_click({middle(ids['goal'])}) mouse_dblclick({middle(ids['goal'])})")
    said = log()
    assert "click goal 0 ;" in said and "dblclick goal 0 ;" in said
    act(f"mouse_down({middle(ids['press'])}) mouse_up({middle(ids['goal'])})")
    assert re.search(r"mousedown press 0 ;.*mouseup goal 0 ;", log())
    act(f"mouse_drag_and_drop({middle(ids['press'])}, {middle(ids['goal'])})")
    assert re.search(r"mousedown press 0 ;.*mouseup goal 0 ;", log())
    act(f"scroll_at({middle(ids['pad'])}, 0, 40)")
    assert now("document.getElementById('pad').scrollTop") == 40
    act(f"hover('{ids['pad']}') scroll(0, 30)")
    assert now("document.getElementById('pad').scrollTop") == 70
    act("noop(50) send_msg_to_user('so far')")
    act(f"goto({other!r})")
    assert obs["open_pages_titles"] == ("Other",)
    act("go_back()")
    assert obs["url"].endswith("/desk")
    act("go_forward() new_tab()")
    assert obs["active_page_index"].tolist() == [1] and len(obs["open_pages_urls"]) == 2
    act("tab_focus(0)")
    assert obs["url"] == other
    act("tab_focus(1) tab_close()")
    assert len(obs["open_pages_urls"]) == 1
    act("report_infeasible('enough')")
    assert done == set(ACTIONS)


# -- BrowserGym's own functions, and its own observations


def lines_of(tree):
    """Roles, names and states, without bids, and without what depends on the version of Chrome."""
    lines = []
    for line in tree.splitlines():
        line = re.sub(r"^\t*(\[\w+\] )?", "", line)
        line = re.sub(
            r", (url|controls|describedby|live|relevant|modal|multiselectable|orientation)='?[^,]*|, atomic", "", line
        )
        if not line.startswith(("InlineTextBox", "ListMarker")) and line not in ("StaticText ''", "image ''"):
            lines.append(line)
    return Counter(lines)


@pytest.mark.slow
@pytest.mark.skipif(not PEERS["browsergym"][0].python.exists(), reason="`webagent bench env` installs it")
def test_their_functions_read_ours_as_they_read_theirs(made):
    seen = {}
    for task in COMPARED:
        env = made(f"miniwob.{task}", screenshot=False)
        observation, _ = env.reset(seed=1)
        keys = ("goal", "axtree_object", "dom_object", "extra_element_properties")
        seen[task] = {key: observation[key] for key in keys}
    pages = (html_folder() / "miniwob").as_uri() + "/"
    order = {"seen": seen, "seed": 1, "pages": pages, "browser": str(find_browser())}
    command = [str(PEERS["browsergym"][0].python), str(FLATTEN)]
    done = subprocess.run(command, input=json.dumps(order), capture_output=True, text=True, env=dict(os.environ))
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout.strip().splitlines()[-1])
    assert len(said["ids"]) > 100
    assert [name for name in said["ids"] if f"webagent-{name}" not in gymnasium.registry] == []
    for task in COMPARED:
        ours, theirs = said["ours"][task], said["theirs"][task]
        assert ours["goal"] == theirs["goal"], task
        mine, other = lines_of(ours["tree"]), lines_of(theirs["tree"])
        assert (mine & other).total() >= 0.9 * (mine | other).total(), (task, mine - other, other - mine)
        assert all(part for name, part in ours.items() if name != "marked"), task
