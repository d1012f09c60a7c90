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
from webagent_envs.wrappers.browsergym_actions import key_name
from webagent_envs.wrappers.calls import Call, find_calls

FLATTEN = Path(__file__).parent / "programs" / "browsergym_flatten.py"
COMPARED = (
    "click-checkboxes", "choose-list", "click-link", "click-tab-2", "use-spinner", "email-inbox", "click-dialog",
    "use-autocomplete", "book-flight", "click-shape", "click-widget", "click-button", "read-table", "click-menu",
    "click-collapsible", "login-user", "click-option", "navigate-tree", "tic-tac-toe", "enter-password",
)  # fmt: skip


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
    differ = {}
    for task in COMPARED:
        ours, theirs = said["ours"][task], said["theirs"][task]
        assert ours["goal"] == theirs["goal"], task
        assert all(part for name, part in ours.items() if name != "marked"), task
        mine, other = lines_of(ours["tree"]), lines_of(theirs["tree"])
        if (mine & other).total() < 0.9 * (mine | other).total():
            differ[task] = dict(mine - other), dict(other - mine)
    assert differ == {}
