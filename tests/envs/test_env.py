"""The environment: Gymnasium's contract, the tasks, rewards, ends, and recovery."""

import asyncio
import contextlib
import multiprocessing
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import gymnasium
import pytest
from gymnasium.utils.env_checker import check_env

import webagent_envs  # noqa: F401  (registers the environments)
from webagent_envs.chromium import launch
from webagent_envs.env import WebEnv
from webagent_envs.errors import InvalidAction, UnknownTask
from webagent_envs.spaces import Click, Goto, Say, Stop, Type, to_dict
from webagent_envs.tasks import ALL, DEMOS56, find_task, task_names

SAMPLE = (
    "click-test",
    "click-checkboxes",
    "email-inbox",
    "use-autocomplete",
    "choose-date",
    "click-pie",
    "tic-tac-toe",
    "flight.AA",
)


@pytest.fixture
def make():
    made = []

    def maker(task="click-test", **kwargs):
        env = gymnasium.make(f"webagent/{task}-v1", **kwargs)
        made.append(env)
        return env

    yield maker
    for env in made:
        env.close()


@pytest.mark.parametrize("mode", ["elements", "text", "tensor"])
@pytest.mark.parametrize("task", ["click-test", "login-user"])
def test_check_env(task, mode):
    check_env(gymnasium.make(f"webagent/{task}-v1", obs_mode=mode).unwrapped)


def test_check_env_of_a_page():
    check_env(gymnasium.make("webagent/Page-v1", html="<button>OK</button>", instruction="press OK").unwrapped)


@pytest.mark.slow
@pytest.mark.parametrize("task", ALL)
def test_check_env_of_every_task(task):
    check_env(gymnasium.make(f"webagent/{task}-v1").unwrapped)


def test_every_task_is_known():
    assert len(ALL) == 134
    assert len(DEMOS56) == len(set(DEMOS56)) == 56
    assert set(DEMOS56) < set(ALL)
    assert task_names("demos56") == DEMOS56
    assert task_names("click-test, webagent/login-user-v1") == ("click-test", "login-user")
    assert (find_task("click-test").max_steps, find_task("flight.AA").limit_ms) == (20, 60000)
    with pytest.raises(UnknownTask, match="did you mean click-test"):
        find_task("click-tset")


@pytest.mark.parametrize("task", SAMPLE)
@pytest.mark.parametrize("input", ["trusted", "dom"])
def test_the_same_seed_gives_the_same_episode(task, input):
    def play():
        env = WebEnv(task, input=input)
        env.action_space.seed(5)
        seen = [env.reset(seed=7)]
        for _ in range(6):
            seen.append(env.step(env.action_space.sample()))
            if seen[-1][2]:
                break
        env.close()
        return seen

    assert play() == play()


def test_another_seed_gives_another_episode(make):
    env = make("login-user")
    instructions = {env.reset(seed=seed)[1]["instruction"] for seed in range(4)}
    assert len(instructions) == 4
    assert env.reset(seed=2)[1]["seed"] == 2
    drawn = env.reset()[1]["seed"]
    env.reset(seed=2)
    assert env.reset()[1]["seed"] == drawn


def test_nothing_is_left_of_the_last_episode(make):
    env = make("login-user")
    first, _ = env.reset(seed=1)
    fields = [e for e in first.elements if e.editable]
    env.step(Type(fields[0].ref, "left over"))
    again, _ = env.reset(seed=1)
    assert again == first
    assert not any(element.focused for element in again.elements)


def test_an_episode_and_its_info(make):
    env = make()
    seen, info = env.reset(seed=1)
    assert set(info) == {"is_success", "raw_reward", "task", "seed", "instruction", "url", "action_error", "step_ms"}
    button = next(e for e in seen.elements if e.tag == "button")
    seen, reward, terminated, truncated, info = env.step({"kind": "click", "ref": button.ref})
    assert (reward, terminated, truncated, info["is_success"], info["raw_reward"]) == (1.0, True, False, True, 1.0)
    assert seen.actions == (Click(button.ref),)
    assert not any("sync-task-cover" in e.attributes.get("id", "") for e in seen.elements)


def test_rewards(make):
    ends = {}
    for reward in ("success", "raw", "miniwob"):
        env = make("click-button", reward=reward)
        seen, info = env.reset(seed=3)
        wrong = next(e for e in seen.elements if e.tag == "button" and f'"{e.name}"' not in info["instruction"])
        ends[reward] = env.step(Click(wrong.ref))[1]
    assert ends["success"] == 0
    assert ends["raw"] < 0
    env = make(reward="miniwob")
    seen, _ = env.reset(seed=1)
    assert env.step(Click(next(e for e in seen.elements if e.tag == "button").ref))[1] == pytest.approx(1.0, abs=0.01)


def test_stop_ends_and_the_limit_truncates(make):
    env = make(max_steps=2)
    env.reset(seed=1)
    assert env.step(Stop())[1:4] == (0.0, True, False)
    env.reset(seed=1)
    assert env.step(Say("one"))[2:4] == (False, False)
    assert env.step(Say("two"))[2:4] == (False, True)


def test_the_original_time_limit(make):
    env = make(time_limit="original", max_steps=1000)
    env.reset(seed=1)
    _, reward, terminated, truncated, info = env.step({"kind": "wait", "seconds": 10.5})
    assert (reward, terminated, truncated, info["raw_reward"]) == (0.0, True, False, -1.0)
    env = make(time_limit="steps")
    env.reset(seed=1)
    assert env.step({"kind": "wait", "seconds": 30})[2] is False


def test_free_text_commands_come_without_their_solution(make):
    _, info = make("email-inbox-nl-turk").reset(seed=1)
    assert isinstance(info["instruction"], str)
    assert "{" not in info["instruction"]


def test_icons_are_there_from_the_start(make):
    seen, _ = make("email-inbox").reset(seed=1)
    stars = [e for e in seen.elements if e.attributes.get("class") == "star"]
    assert len(stars) >= 3
    assert all(star.box[2] == 12 for star in stars)


def test_actions_that_fit_nothing(make):
    env = make()
    env.reset(seed=1)
    assert "element 999" in env.step(Click(999))[4]["action_error"]
    for nonsense in (
        {"kind": "fly"},
        {"kind": "click", "ref": "7"},
        {"kind": "click", "ref": 7, "speed": 1},
        "click",
        None,
    ):
        with pytest.raises(InvalidAction, match=r"no action|not an action"):
            env.step(nonsense)


def test_options_are_checked():
    with pytest.raises(ValueError, match="obs_mode='pixels' is not possible"):
        WebEnv("click-test", obs_mode="pixels")
    with pytest.raises(ValueError, match="either url= or html="):
        WebEnv()
    with pytest.raises(UnknownTask):
        WebEnv("no-such-task")
    env = WebEnv("click-test")
    with pytest.raises(gymnasium.error.ResetNeeded):
        env.step(Stop())
    env.close()
    env.close()


def test_leaving_the_page_of_the_task_truncates_and_the_next_reset_works(make):
    env = make()
    first, _ = env.reset(seed=1)
    _, _, terminated, truncated, info = env.step(Goto("about:blank"))
    assert (terminated, truncated) == (False, True)
    assert "was left" in info["action_error"]
    assert env.reset(seed=1)[0] == first


def test_a_page_that_hangs_or_crashes_truncates_and_the_next_reset_works():
    env = WebEnv(html="<button id=a onclick='for(;;);'>Hang</button>", instruction="x")
    env._settings = type(env._settings)(clock="virtual", timeout=1.0)
    seen, _ = env.reset(seed=1)
    _, _, terminated, truncated, info = env.step(Click(seen.elements[1].ref))
    assert (terminated, truncated) == (False, True)
    assert "endless loop" in info["action_error"]
    assert env.reset(seed=1)[0] == seen
    env.page.browser.connection.tell(_crash(env))
    assert "crashed" in env.step(Say("x"))[4]["action_error"]
    assert env.reset(seed=1)[0] == seen
    env.close()


def _crash(env):
    from webagent_envs.cdp import Command

    return Command("Page.crash", {}, env.page._tab.session)


def test_a_killed_browser_is_replaced():
    env = WebEnv("click-test")
    first, _ = env.reset(seed=1)
    os.kill(env.page.browser.pid, signal.SIGKILL)
    _, _, terminated, truncated, info = env.step(Say("x"))
    assert (terminated, truncated) == (False, True)
    assert "start it again" in info["action_error"]
    assert env.reset(seed=1)[0] == first
    env.close()


def test_render(make):
    env = make(render_mode="rgb_array")
    env.reset(seed=1)
    picture = env.render()
    assert picture.shape == (320, 500, 3)
    assert picture.std() > 5
    env = make("login-user", render_mode="ansi")
    env.reset(seed=1)
    assert 'button "Login"' in env.render()


def test_tensor_view_and_its_masked_choice(make):
    env = make("login-user", obs_mode="tensor")
    arrays, info = env.reset(seed=1)
    core = env.unwrapped
    mask = env.get_wrapper_attr("action_masks")()
    assert (mask == info["action_mask"]).all()
    assert arrays["mask"].sum() == len(core.observation.elements)
    user, password = core._tensor.typed(info["instruction"])[:2]
    rows = [row for row, e in enumerate(core.observation.elements) if e.editable]
    login = next(row for row, e in enumerate(core.observation.elements) if e.tag == "button")
    size, texts = core._tensor.elements, core._tensor.texts
    choices = [size + rows[0] * texts, size + rows[1] * texts + 1, login]
    assert all(mask[choice] for choice in choices)
    assert user != password
    for choice in choices:
        *_, info = env.step(choice)
    assert info["is_success"]


def test_samples_fit_their_spaces(make):
    env = make("click-checkboxes")
    env.reset(seed=1)
    space = env.unwrapped.action_space
    space.seed(0)
    for _ in range(50):
        action = space.sample()
        assert action in space
        assert to_dict(action) in space
    assert Click(float("nan")) not in space
    assert {"kind": "press", "keys": "Nonsense"} not in space
    assert "click" not in space
    seen = env.unwrapped.observation_space.sample()
    assert seen in env.unwrapped.observation_space


def test_vectors():
    envs = gymnasium.make_vec("webagent/click-test-v1", num_envs=2, vectorization_mode="sync")
    seen, infos = envs.reset(seed=[1, 2])
    actions = tuple(Click(next(e for e in one.elements if e.tag == "button").ref) for one in seen)
    _, rewards, terminated, _, infos = envs.step(actions)
    assert rewards.tolist() == [1.0, 1.0]
    assert terminated.all()
    assert infos["is_success"].all()
    envs.close()


def one_episode(task="click-test"):
    env = WebEnv(task)
    seen, _ = env.reset(seed=1)
    button = next(e for e in seen.elements if e.tag == "button")
    reward = env.step(Click(button.ref))[1]
    env.close()
    return reward


def test_in_a_running_event_loop():
    async def main():
        return one_episode()

    assert asyncio.run(main()) == 1.0


def test_in_a_thread():
    results = []
    threads = [threading.Thread(target=lambda: results.append(one_episode())) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [1.0, 1.0]


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")  # forking under threads is what is tested
def test_in_forked_and_spawned_workers(browser):
    assert browser.alive
    for method in ("fork", "spawn"):
        with multiprocessing.get_context(method).Pool(1) as pool:
            assert pool.apply(one_episode) == 1.0
            pool.close()
            pool.join()
    assert one_episode() == 1.0


def test_nothing_is_left_behind():
    environment = {**os.environ, "PYTHONPATH": "envs"}
    program = "from webagent_envs.chromium import launch\nb = launch()\nprint(b.pid, b._process.profile, flush=True)\n"
    for ending in ("", "import os; os._exit(0)"):
        command = [sys.executable, "-c", program + ending]
        run = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True, env=environment)
        pid, profile = run.stdout.split()
        assert _gone(int(pid))
    launch().close()  # sweeps up after those that could not
    assert not Path(profile).exists()


def _gone(pid):
    for _ in range(100):
        try:
            if Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z":
                return True
        except OSError:
            return True
        threading.Event().wait(0.05)
    return False


def test_a_browser_can_be_given_by_way_of_gymnasium():
    with contextlib.closing(launch(still=True)) as browser:
        env = gymnasium.make("webagent/click-test-v1", browser=browser)
        env.reset(seed=1)
        assert env.unwrapped.page.browser is browser
