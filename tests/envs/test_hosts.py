"""Wherever Python runs: notebooks, event loops, threads, forked and spawned workers; and nothing outlives it."""

import asyncio
import concurrent.futures
import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import nbformat
import psutil
import pytest
from nbclient import NotebookClient

from webagent_envs.chromium import shared
from webagent_envs.env import WebEnv
from webagent_envs.spaces import Click, Say
from webagent_envs.vector import WebVectorEnv

FORKING = pytest.mark.filterwarnings(
    "ignore:This process:DeprecationWarning"
)  # forking under threads is what is tested
slow = pytest.mark.slow
LIMIT = 60.0  # seconds that a worker may take
ENVIRONMENT = {
    **os.environ,
    "PYTHONPATH": os.pathsep.join([str(Path(__file__).parents[2] / "envs"), str(Path(__file__).parent)]),
}


def episode(seed=1, env=None):
    """All that a short episode answers."""
    made = env or WebEnv("click-checkboxes")
    made.action_space.seed(seed)
    answers = [made.reset(seed=seed)]
    for _ in range(4):
        answers.append(made.step(made.action_space.sample()))
        if answers[-1][2]:
            break
    if env is None:
        made.close()
    return answers


def vector_episode():
    envs = WebVectorEnv(2, task="click-test")
    seen, _ = envs.reset(seed=1)
    pressed = tuple(Click(next(e.ref for e in one.elements if e.tag == "button")) for one in seen)
    rewards = envs.step(pressed)[1].tolist()
    envs.close()
    return rewards


def test_in_a_notebook():
    source = Path(__file__).read_text().split("def vector_episode")[0].split("def episode")[1]
    cells = [
        "from webagent_envs.env import WebEnv\nimport asyncio; asyncio.get_running_loop()\ndef episode" + source,
        "env = WebEnv('click-checkboxes', render_mode='rgb_array')\nprint(len(episode(1, env)))",
        "env.render().shape",
        "env.close()",
    ]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    NotebookClient(notebook, timeout=LIMIT, kernel_name="python3").execute(env=ENVIRONMENT)
    said = [cell["outputs"] for cell in notebook.cells]
    assert said[1][0]["text"].strip() == str(len(episode()))
    assert "3)" in said[2][0]["data"]["text/plain"]


def test_under_a_running_event_loop():
    async def main():
        ticks = 0

        async def tick():
            nonlocal ticks
            while True:
                ticks += 1
                await asyncio.sleep(0.001)

        ticking = asyncio.create_task(tick())
        here = episode(2)  # blocks, as any call that is no coroutine
        elsewhere = await asyncio.gather(*(asyncio.to_thread(episode, seed) for seed in (1, 2)))
        ticking.cancel()
        return here, elsewhere, ticks

    here, elsewhere, ticks = asyncio.run(main())
    assert elsewhere == [episode(1), here]
    assert ticks > 3


def test_in_several_threads_at_once():
    wanted = {seed: episode(seed) for seed in range(4)}
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        assert dict(zip(range(4), pool.map(episode, range(4)), strict=True)) == wanted
        assert list(pool.map(lambda _: vector_episode(), range(2))) == [[1.0, 1.0]] * 2


def test_one_environment_in_two_threads_in_turn():
    env = WebEnv("click-checkboxes")
    answers = []
    for seed in (1, 2):
        thread = threading.Thread(target=lambda seed=seed: answers.append(episode(seed, env)))
        thread.start()
        thread.join()
    answers.append(episode(1, env))
    env.close()
    assert answers == [episode(1), episode(2), episode(1)]


def test_the_browser_dies_under_several_threads():
    def play(seed):
        env = WebEnv("click-checkboxes", timeout=20)
        env.reset(seed=seed)
        ready.wait()
        while not env.step(Say("x"))[3]:  # until it is killed, or the steps are used up
            pass
        return episode(seed, env)

    wanted = [episode(seed) for seed in range(3)]
    ready = threading.Barrier(4)
    with concurrent.futures.ThreadPoolExecutor(3) as pool:
        played = [pool.submit(play, seed) for seed in range(3)]
        ready.wait()
        os.kill(shared().pid, signal.SIGKILL)
        assert [one.result(LIMIT) for one in played] == wanted


HANGING = "<button onclick='for(;;);'>x</button><p>y"


@pytest.mark.parametrize("vector", [pytest.param(False, marks=slow), True])
def test_a_step_that_is_interrupted(vector):
    settings = {"html": HANGING, "instruction": "x", "timeout": 2.0}
    env = WebVectorEnv(2, **settings) if vector else WebEnv(**settings)
    first, _ = env.reset(seed=1)
    hang = Click((first[0] if vector else first).elements[1].ref)
    started = time.monotonic()
    threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT)).start()
    with pytest.raises(KeyboardInterrupt):
        env.step((hang, hang) if vector else hang)
    assert time.monotonic() - started < 5
    if vector:  # what was interrupted still hangs
        assert env.step((Say("x"), Say("x")))[3].all()
    else:
        assert env.step(Say("x"))[3]
    assert env.reset(seed=1)[0] == first
    env.close()


@FORKING
@pytest.mark.parametrize("method", ["fork", "spawn", pytest.param("forkserver", marks=slow)])
def test_in_worker_processes(browser, method):
    assert browser.alive
    context = multiprocessing.get_context(method)
    with concurrent.futures.ProcessPoolExecutor(2, mp_context=context) as pool:
        assert list(pool.map(vector_episode_of_worker, range(2), timeout=LIMIT)) == [([1.0, 1.0], True)] * 2
    assert vector_episode() == [1.0, 1.0]


def vector_episode_of_worker(_):
    return vector_episode(), shared().pid in {child.pid for child in psutil.Process().children()}


@FORKING
def test_after_a_fork_each_has_a_browser_of_its_own():
    env = WebEnv("click-checkboxes")
    wanted = episode(3, env)
    env.reset(seed=3)
    ours = shared().pid
    read, write = os.pipe()
    child = os.fork()
    if not child:
        try:
            error = env.step(Say("x"))[4]["action_error"]
            again = episode(3, env) == wanted
            os.write(write, f"{again} {shared().pid != ours} {error}".encode())
            shared().close()
        finally:
            os._exit(0)
    os.close(write)
    with os.fdopen(read) as answer:
        said = answer.read()
    os.waitpid(child, 0)
    assert said.startswith("True True the browser was closed")
    assert shared().pid == ours
    assert env.step(Say("x"))[3] is False
    assert episode(3, env) == wanted
    env.close()


STARTED = """
import os, signal, sys, threading, time
from webagent_envs.env import WebEnv
from webagent_envs.spaces import Click
env = WebEnv(html="<button onclick='for(;;);'>x</button>", instruction="x")
seen, _ = env.reset(seed=1)
browser = env.page.browser
print(browser.pid, browser._process.profile, flush=True)
"""
ENDINGS = {
    "the end": "",
    "an exception": "raise ValueError",
    "sys.exit": "sys.exit(3)",
    "os._exit": "os._exit(3)",
    "SIGTERM": "os.kill(os.getpid(), signal.SIGTERM)",
    "SIGKILL": "os.kill(os.getpid(), signal.SIGKILL)",
    "SIGINT in a step": "threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT)).start(); env.step(Click(2))",
    "SIGKILL in a step": "threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGKILL)).start(); env.step(Click(2))",
    "SIGKILL, the browser stopped": "os.kill(browser.pid, signal.SIGSTOP); os.kill(os.getpid(), signal.SIGKILL)",
    "the end, the browser stopped": "os.kill(browser.pid, signal.SIGSTOP)",
    "the end, the browser killed": "os.kill(browser.pid, signal.SIGKILL)",
}


FAST = ("the end", "SIGTERM", "SIGKILL", "SIGKILL, the browser stopped")


@pytest.mark.parametrize("ending", [pytest.param(name, marks=() if name in FAST else slow) for name in ENDINGS])
def test_nothing_outlives_the_process(ending):
    command = [sys.executable, "-c", STARTED + ENDINGS[ending]]
    run = subprocess.run(command, capture_output=True, text=True, timeout=LIMIT, env=ENVIRONMENT, check=False)
    group, profile = run.stdout.split()
    deadline = time.monotonic() + 10
    while members(int(group), profile) or Path(profile).exists():
        assert time.monotonic() < deadline, (members(int(group), profile), list(Path(profile).rglob("*")))
        time.sleep(0.02)


def members(group, profile):
    """What is left of a browser: its processes, and who watches over them."""
    left = []
    for process in psutil.process_iter(["cmdline", "status"]):
        try:
            ours = os.getpgid(process.pid) == group or profile in (process.info["cmdline"] or ())
        except ProcessLookupError:
            continue
        if ours and process.info["status"] != psutil.STATUS_ZOMBIE:
            left.append(process.info["cmdline"])
    return left


def is_alive(process):
    try:
        return process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:  # it ended after it was listed
        return False


def test_nothing_outlives_the_environments():
    def live():
        return sum(is_alive(process) for process in psutil.Process(shared().pid).children(recursive=True))

    def play():
        envs = [WebEnv("click-test") for _ in range(4)]
        for env in envs:
            env.reset(seed=1)
        for env in envs:
            env.close()

    play()
    before, held = live(), len(psutil.Process().open_files())
    for _ in range(2):
        play()
    deadline = time.monotonic() + 10
    while live() > before or len(psutil.Process().open_files()) > held:
        assert time.monotonic() < deadline
        time.sleep(0.05)
