"""Programs written for Farama's MiniWoB++ run when their id is changed, and see what they would see there."""

import json
import math
import os
import shutil
import subprocess
import sys
from pathlib import Path

import gymnasium
import numpy as np
import pytest
from gymnasium.utils.env_checker import check_env

import webagent_envs
from webagent_envs.errors import UnknownTask
from webagent_envs.tasks import ALL
from webagent_envs.wrappers.farama import ActionSpaceConfig, ActionTypes, FaramaEnv
from webagent_envs.wrappers.farama_actions import chord
from webagent_envs.wrappers.farama_spaces import UTTERANCE_LENGTH
from webagent_envs.wrappers.fields import fields_of

PLAY = Path(__file__).parent / "programs" / "farama_play.py"
ROOTS = [str(Path(webagent_envs.__file__).parents[1])]
PRESETS = ("all_supported", "shi17", "liu18", "humphreys22", "all_supported_mac_os", "humphreys22_mac_os")
# by more than a scroll bar and the width of the window, see docs/dropin.md
SAME = (
    "click-test-2", "login-user", "click-dialog", "click-tab-2", "click-shape", "use-autocomplete", "enter-date",
    "choose-date", "enter-password", "tic-tac-toe", "search-engine", "use-spinner", "click-menu", "navigate-tree",
    "click-widget", "read-table", "click-option", "grid-coordinate", "drag-items", "use-slider",
    "click-checkboxes",
)  # fmt: skip
# every way of taking a command apart
FIELDS = (
    "choose-date", "click-checkboxes", "click-shape", "count-shape", "email-inbox", "enter-time", "find-word",
    "generate-number", "order-food", "sign-agreement", "social-media-some", "use-autocomplete",
)  # fmt: skip
WITH_SCROLL_BAR = ("email-inbox", "order-food", "book-flight")


@pytest.fixture
def made():
    """Makes environments as programs for MiniWoB++ do, and closes them."""
    envs = []

    def make(task, **options):
        envs.append(gymnasium.make(f"webagent-miniwob/{task}-v1", **options))
        return envs[-1]

    yield make
    for env in envs:
        env.close()


def element_of(observation, **wanted):
    return next(
        element
        for element in observation["dom_elements"]
        if all(element[key] == value for key, value in wanted.items())
    )


def middle(element):
    return [float(element["left"][0] + element["width"][0] / 2), float(element["top"][0] + element["height"][0] / 2)]


# -- ids, spaces, fields: the same as theirs


def test_every_id_of_theirs_is_one_of_ours():
    pytest.importorskip("miniwob")
    theirs = [name for name in gymnasium.registry if name.startswith("miniwob/")]
    assert len(theirs) >= 125
    assert [name for name in theirs if f"webagent-{name}" not in gymnasium.registry] == []
    assert len([name for name in gymnasium.registry if name.startswith("webagent-miniwob/")]) == len(ALL)


def test_an_unknown_task_is_named():
    with pytest.raises(UnknownTask, match="click-tset"):
        FaramaEnv("click-tset")
    with pytest.raises(ValueError, match="base_url"):
        FaramaEnv("click-test", base_url="http://localhost/")
    with pytest.raises(ValueError, match="all_supported"):
        FaramaEnv("click-test", action_space_config="some")


@pytest.mark.parametrize("name", PRESETS)
def test_presets_are_theirs(name):
    theirs = pytest.importorskip("miniwob.action").ActionSpaceConfig.get_preset(name)
    ours = ActionSpaceConfig.get_preset(name)
    for key in ("action_types", "coord_bins", "scroll_amount", "scroll_time", "allowed_keys", "text_max_len"):
        mine, other = getattr(ours, key), getattr(theirs, key)
        assert mine == other or list(mine) == list(other)
    theirs.screen_width, theirs.screen_height = 160, 210
    space, other = ActionSpaceConfig.on_screen(theirs, (160, 210)).get_action_space(), theirs.get_action_space()
    assert list(space) == list(other)
    for key in set(space) - {"text"}:
        assert space[key] == other[key]
    other.seed(3)
    for _ in range(20):
        action = other.sample()
        assert space.contains(action)
        if "coords" in action:
            expected = pytest.approx(theirs.compute_raw_coords(action))
            assert ours.on_screen(name, (160, 210)).compute_raw_coords(action) == expected


def test_the_spaces_of_observations_are_theirs(made):
    theirs = pytest.importorskip("miniwob.observation").get_observation_space(160, 210)
    ours = made("click-test").observation_space
    assert list(ours) == list(theirs)
    assert ours["screenshot"] == theirs["screenshot"]
    mine, other = ours["dom_elements"].feature_space, theirs["dom_elements"].feature_space
    assert list(mine) == list(other)
    assert all(mine[key] == other[key] for key in mine if hasattr(other[key], "low") or key in ("ref", "parent"))


def compare_fields(tasks, seeds):
    extractors = pytest.importorskip("miniwob.fields").FIELD_EXTRACTORS
    compared = 0
    for task in sorted(set(tasks) & set(extractors)):
        env = FaramaEnv(task, field_extractor=lambda command: [("command", command)], record_screenshots=False)
        for seed in seeds:
            observation, _ = env.reset(seed=seed)
            command = observation["utterance"]
            if observation["fields"][0][0] == "command" and len(command) < UTTERANCE_LENGTH:
                try:
                    expected = [(str(name), str(value)) for name, value in extractors[task](command)]
                except ValueError:
                    expected = []  # theirs fails on commands that it does not foresee
                assert fields_of(task, command) == expected, command
                compared += 1
        env.close()
    return compared


def test_fields_are_theirs():
    assert compare_fields(FIELDS, (1, 2)) == 2 * len(FIELDS)


@pytest.mark.slow
def test_fields_are_theirs_in_every_task():
    assert compare_fields(ALL, range(5)) > 600


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("<Enter>", "Enter"),
        ("C-a", "Control+a"),
        ("C-S-<ArrowLeft>", "Control+Shift+ArrowLeft"),
        ("-", "-"),
        ("C--", "Control+-"),
        ("<NumpadAdd>", "+"),
        ("<Numpad7>", "7"),
        ("<NumpadEnter>", "Enter"),
        ("<RightShift>", "Shift"),
        ("<F5>", "F5"),
        ("M-v", "Meta+v"),
    ],
)
def test_keys(theirs, ours):
    assert chord(theirs) == ours


def test_their_package_is_not_needed():
    program = (
        "import sys, gymnasium, webagent_envs\n"
        "env = gymnasium.make('webagent-miniwob/click-test-v1')\n"
        "env.reset(seed=1); env.close()\n"
        "assert not {'miniwob', 'selenium'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", program], check=True, env=environment(), timeout=60)


# -- playing


def test_the_example_of_their_manual(made):
    env = made("click-test-2")
    observation, info = env.reset(seed=1)
    assert observation["utterance"] == "Click button ONE."
    assert observation["fields"] == (("target", "ONE"),)
    assert info["root_dom"].tag == "body"
    for element in observation["dom_elements"]:
        if element["text"] == "ONE":
            break
    action = env.unwrapped.create_action(ActionTypes.CLICK_ELEMENT, ref=element["ref"])
    observation, reward, terminated, truncated, info = env.step(action)
    assert reward > 0.9
    assert (terminated, truncated) == (True, False)
    assert info["raw_reward"] == 1 and info["done"]
    assert observation["utterance"] == "" and observation["dom_elements"] == ()
    _, again, terminated, _, _ = env.step(action)  # theirs goes on like this too
    assert (again, terminated) == (reward, True)


def test_their_own_names_do_as_well(made):
    theirs = pytest.importorskip("miniwob.action")
    reward = pytest.importorskip("miniwob.reward")
    config = theirs.ActionSpaceConfig(action_types=[theirs.ActionTypes.NONE, theirs.ActionTypes.CLICK_ELEMENT])
    env = made("click-test-2", action_space_config=config, reward_processor=reward.get_binary_reward)
    observation, _ = env.reset(seed=1)
    wrong = element_of(observation, text="TWO")["ref"]
    action = env.unwrapped.create_action(theirs.ActionTypes.CLICK_ELEMENT, ref=wrong)
    assert action["action_type"] == 1
    assert env.step(action)[1:3] == (-1.0, True)


@pytest.mark.filterwarnings("ignore:.*symmetric and normalized")
def test_the_checker_of_gymnasium_is_content():
    for preset in ("all_supported", "humphreys22"):
        env = FaramaEnv("click-checkboxes", action_space_config=preset)
        check_env(env, skip_render_check=True)
        env.close()


def test_every_kind_of_action(made):
    env = made("enter-text")
    observation, _ = env.reset(seed=3)
    assert env.observation_space.contains(observation)
    word = observation["fields"][0][1]
    create = env.unwrapped.create_action

    def value():
        return element_of(observation, tag="input_text")["value"]

    field = element_of(observation, tag="input_text")
    observation, *_ = env.step(create(ActionTypes.CLICK_COORDS, coords=middle(field)))
    assert element_of(observation, tag="input_text")["flags"].tolist() == [1, 1, 0, 1]
    observation, *_ = env.step(create(ActionTypes.TYPE_TEXT, text="Aé-1"))
    assert value() == "Aé-1"
    key = env.unwrapped.action_space_config.allowed_keys.index
    observation, *_ = env.step(create(ActionTypes.PRESS_KEY, key=key("C-a")))
    observation, *_ = env.step(create(ActionTypes.PRESS_KEY, key=key("Q")))
    assert value() == "Q"
    observation, *_ = env.step(create(ActionTypes.PRESS_KEY, key=key("<Backspace>")))
    observation, *_ = env.step(create(ActionTypes.TYPE_FIELD, field=7))  # there is no such field: nothing
    assert value() == ""
    observation, *_ = env.step(create(ActionTypes.FOCUS_ELEMENT_AND_TYPE_FIELD, ref=field["ref"], field=0))
    assert value() == word
    observation, *_ = env.step(create(ActionTypes.DBLCLICK_COORDS, coords=middle(field)))
    observation, *_ = env.step(create(ActionTypes.FOCUS_ELEMENT_AND_TYPE_TEXT, ref=field["ref"], text="x"))
    assert value() == "x"  # the double click had selected the word
    observation, *_ = env.step(create(ActionTypes.NONE))
    observation, *_ = env.step(None)
    _, _, _, _, info = env.step(create(ActionTypes.CLICK_ELEMENT, ref=999))
    assert "999" in info["action_error"]


def test_dragging_by_pressing_and_releasing(made):
    env = made("drag-box", action_space_config="shi17")
    observation, _ = env.reset(seed=1)
    boxes = [element for element in observation["dom_elements"] if element["tag"] == "div" and element["flags"][3]]
    small, large = sorted(boxes, key=lambda element: float(element["width"][0]))[:2]
    start, end = middle(small), middle(large)
    create = env.unwrapped.create_action
    env.step(create(ActionTypes.MOUSEDOWN_COORDS, coords=start))
    observation, *_ = env.step(create(ActionTypes.MOUSEUP_COORDS, coords=end))
    moved = element_of(observation, ref=small["ref"])
    assert math.dist(middle(moved), start) > 5


def test_scrolling_what_is_under_the_pointer(made):
    env = made("click-scroll-list", action_space_config="humphreys22")
    observation, _ = env.reset(seed=1)
    option = element_of(observation, tag="option")
    x, y = middle(element_of(observation, ref=option["parent"]))
    cell = [int(x * 51 / 160), int(y * 51 / 210)]
    create = env.unwrapped.create_action
    observation, *_ = env.step(create(ActionTypes.SCROLL_DOWN_COORDS, coords=cell))
    down = element_of(observation, ref=option["ref"])["top"][0]
    assert down < option["top"][0]
    observation, *_ = env.step(create(ActionTypes.SCROLL_UP_COORDS, coords=cell))
    assert element_of(observation, ref=option["ref"])["top"][0] > down


def test_time_goes_by_and_runs_out(made):
    env = made("click-test", wait_ms=950)
    observation, _ = env.reset(seed=1)
    nothing = env.unwrapped.create_action(ActionTypes.NONE)
    _, reward, _, _, info = env.step(nothing)
    assert (reward, info["elapsed"]) == (0.0, 1.0)
    button = element_of(observation, tag="button")["ref"]
    *_, info = env.step(env.unwrapped.create_action(ActionTypes.CLICK_ELEMENT, ref=button))
    assert info["env_reward"] == pytest.approx(0.9)
    env.reset(seed=1)
    for _ in range(10):
        _, reward, terminated, truncated, info = env.step(nothing)
    assert (reward, terminated, truncated, info["reason"]) == (-1.0, True, False, "timed out")


def test_pictures(made):
    env = made("click-shape")
    with_picture, _ = env.reset(seed=1)
    assert with_picture["screenshot"].shape == (210, 160, 3)
    assert with_picture["screenshot"].dtype == np.uint8
    assert with_picture["screenshot"].std() > 10
    without, _ = env.reset(seed=1, options={"record_screenshots": False})
    assert not without["screenshot"].any()
    env.unwrapped.set_record_screenshots(True)
    again, *_ = env.step(None)
    assert (again["screenshot"] == with_picture["screenshot"]).all()
    env.unwrapped.visualize_attention([[0.5] * 20] * 20)  # the page shows that beside the task
    assert env.unwrapped._env.page.evaluate("document.getElementById('attention-canvas').width") == 160


def test_data_modes(made):
    env = made("email-inbox-forward-nl-turk", record_screenshots=False)
    said = {
        mode: [env.reset(seed=seed, options={"data_mode": mode})[0]["utterance"] for seed in range(3)]
        for mode in ("train", "test")
    }
    assert said["train"] != said["test"]
    env.unwrapped.set_data_mode("train")
    assert env.reset(seed=0)[0]["utterance"] == said["train"][0]


def test_flight_pages(made):
    env = made("flight.AA")
    observation, _ = env.reset(seed=1)
    assert observation["screenshot"].shape == (667, 375, 3)
    assert observation["fields"]


def test_a_page_that_dies_truncates_and_the_next_reset_works(made):
    env = made("click-test")
    env.reset(seed=1)
    page = env.unwrapped._env.page
    page.browser.connection.call("Target.closeTarget", 5, targetId=page.target_id)
    observation, reward, terminated, truncated, info = env.step(env.unwrapped.create_action(ActionTypes.NONE))
    assert (reward, terminated, truncated) == (0.0, False, True)
    assert info["action_error"]
    assert env.observation_space.contains(observation)
    observation, _ = env.reset(seed=1)
    assert observation["utterance"] == "Click the button."


def test_the_tree(made):
    env = made("email-inbox")
    _, info = env.reset(seed=1)
    root = info["root_dom"]
    elements = root.subtree_elements
    deepest = max(elements, key=lambda element: element.depth)
    assert deepest.ancestor_path[-1] is deepest and deepest.lca(root) is root
    assert deepest.lca(deepest.parent) is deepest.parent
    assert root.diff(root) == []
    subject = next(element for element in elements if element.classes == "email-thread")
    *_, after = env.step(env.unwrapped.create_action(ActionTypes.CLICK_ELEMENT, ref=subject.ref))
    assert root.diff(after["root_dom"])
    assert root.visualize().count("\n") == len(elements) - 1


# -- the same program with their package and with ours


def environment():
    return {**os.environ, "PYTHONPATH": os.pathsep.join(ROOTS)}


def played(module, order):
    done = subprocess.run(
        [sys.executable, str(PLAY), module], input=json.dumps(order), capture_output=True, text=True, env=environment()
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.strip().splitlines()[-1])


def without_the_window(element, *names):
    """The width of the body is that of the window, which in their package depends on the browser."""
    left_out = {*names, *(("width",) if element["tag"] == "body" else ())}
    return {
        key: [round(number, 1) for number in value] if isinstance(value, list) else value
        for key, value in element.items()
        if key not in left_out
    }


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("chromedriver"), reason="Selenium needs one")
def test_their_package_and_ours_show_the_same():
    options = {"wait_ms": 300, "refresh_freq": 1}
    order = {"tasks": [*SAME, *WITH_SCROLL_BAR], "seeds": [1, 5], "steps": 4, "options": options}
    theirs, ours = played("miniwob", order), played("webagent", order)
    for task in order["tasks"]:
        left_out = ("left", "top", "width", "height") if task in WITH_SCROLL_BAR else ()
        # in later episodes their pointer is where the last one left it, and what lies there may look different
        assert task in WITH_SCROLL_BAR or ours[task][0][0]["picture"] == theirs[task][0][0]["picture"], task
        for their_episode, our_episode in zip(theirs[task], ours[task], strict=True):
            for expected, seen in zip(their_episode, our_episode, strict=True):
                for key in ("utterance", "fields", "raw_reward", "done"):
                    assert seen[key] == expected[key], (task, key)
                assert [without_the_window(element, *left_out) for element in seen["dom_elements"]] == [
                    without_the_window(element, *left_out) for element in expected["dom_elements"]
                ], task
                # theirs falls by the real clock
                assert seen["reward"] == pytest.approx(expected["reward"], abs=0.5), task
