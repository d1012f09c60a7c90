"""Everything that can go wrong with a page or a browser: the step ends in time and says why, the next reset works."""

import contextlib
import os
import re
import signal
import threading
import time
from pathlib import Path

import psutil
import pytest

from webagent_envs.cdp import Command
from webagent_envs.env import WebEnv
from webagent_envs.errors import BrowserError
from webagent_envs.spaces import Click, Goto, Say, Wait
from webagent_envs.vector import WebVectorEnv

slow = pytest.mark.slow
INPUTS = ("trusted", pytest.param("dom", marks=slow))
SHORT = 1.5  # timeout where it is waited for
LONG = 15.0  # where it must not be
SLACK = 5.0  # other work on the machine

INSIDE = {
    "endless loop": "for(;;);",
    "endless loop in a timer": "setTimeout(() => {for(;;);}, 10)",
    "endless promises": "(function again() { Promise.resolve().then(again) })()",
    "endless timers": "(function breed() { setTimeout(breed, 0); setTimeout(breed, 0) })()",
    "endless loop in what the script calls": "Element.prototype.getBoundingClientRect = () => {for(;;);}",
    "allocates": "const all = []; for(;;) all.push(new Array(3e7).fill(0.5))",
}
GARBLED = {
    "map": "Array.prototype.map = () => {throw 'mine'}; Array.prototype.forEach = 0",
    "iterators": "Array.prototype[Symbol.iterator] = null",
    "toJSON": "Array.prototype.toJSON = () => 'mine'",
    "toJSON of all": "Object.prototype.toJSON = () => 'mine'",
    "setters": "Object.defineProperty(Object.prototype, 'text', {get() {return 'mine'}})",
    "boxes": "Element.prototype.getBoundingClientRect = () => ({left: 'mine'})",
    "styles": "window.getComputedStyle = () => null",
    "selectors": "Document.prototype.querySelectorAll = Element.prototype.querySelectorAll = () => {throw 'mine'}",
    "listeners": "EventTarget.prototype.addEventListener = () => {throw 'mine'}",
    "stringify": "JSON.stringify = JSON.parse = () => 'mine'",
    "Date and Promise": "Date = Promise = null",
    "collections": "Map = Set = WeakMap = WeakRef = null",
    "attributes": "Element.prototype.getAttribute = () => ({}); Element.prototype.hasAttribute = () => {throw 'mine'}",
    "errors": "setInterval(() => {throw 'mine'}, 5); throw 'mine'",
    "half characters": "document.title = document.body.append('\\\\ud800'), '\\\\udc00'",
    "endless alerts": "for(;;) alert('again')",
    "its own end": "document.documentElement.remove()",
}
MOVES = {
    "closes itself": "self.close()",
    "nothing there": "location = 'http://127.0.0.1:1/'",
    "blank": "location = 'about:blank'",
    "reloads for ever": "setInterval(() => location.reload(), 1)",
    "holds on": "self.onbeforeunload = () => {for(;;);}",
}


def some(names, fast):
    """All of them, of which only a few are tried every time."""
    return [pytest.param(name, marks=() if name in fast else slow) for name in names]


def page_of(scripts):
    """A page with a button for each fault, and one that counts."""
    buttons = "".join(f'<button id="b{i}" onclick="{script}">{name}</button>' for i, (name, script) in scripts)
    return f'<title>Faults</title><button onclick="n.textContent++">count</button><p id=n>0</p>{buttons}'


FAULTS = {**INSIDE, **GARBLED, **MOVES}
PAGE = page_of(list(enumerate(FAULTS.items())))


@pytest.fixture
def make():
    made = []

    def maker(task="", **settings):
        page = {} if task or "url" in settings else {"html": PAGE}
        made.append(WebEnv(task, instruction="x", **page, **settings))
        return made[-1]

    yield maker
    for env in made:
        env.close()


def press(seen, name):
    return Click(next(e.ref for e in seen.elements if e.tag == "button" and e.name == name))


def renderers_of(env):
    found = []
    for process in psutil.Process(env.page.browser.pid).children(recursive=True):
        with contextlib.suppress(psutil.Error):  # it has just ended
            if process.status() != psutil.STATUS_ZOMBIE and "--type=renderer" in process.cmdline():
                found.append(process)
    return found


def renderer_of(env):
    """The process that works when the page does."""
    before = {process: process.cpu_times().user for process in renderers_of(env)}
    env.page.evaluate("(() => { let i = 3e8; while (i) i-- })()")
    alive = [process for process in renderers_of(env) if process in before]
    return max(alive, key=lambda process: process.cpu_times().user - before[process]).pid


def failed(env, action, within):
    """The error of a step that must fail, and how long it took."""
    started = time.monotonic()
    _, reward, terminated, truncated, info = env.step(action)
    seconds = time.monotonic() - started
    assert (reward, terminated, truncated) == (0.0, False, True), info
    assert info["action_error"].count(":") or info["action_error"].count(";"), "what to do next is not said"
    assert seconds < within + SLACK
    return info["action_error"]


def plays_as_ever(env, input):
    """The episode of an environment that never failed."""
    other = WebEnv(env.task, input=input) if env.task else WebEnv(html=PAGE, instruction="x", input=input)
    try:
        for one in (env, other):
            one.action_space.seed(3)
        seen = env.reset(seed=7)
        assert seen == other.reset(seed=7)
        last = seen[0].elements[-1].ref
        for action in (Click(last), Say("x"), Wait(0.2)):
            ours, wanted = env.step(action), other.step(action)
            assert ours == wanted
            if ours[2]:
                break
    finally:
        other.close()


# -- what a page does to itself


@pytest.mark.parametrize("input", INPUTS)
@pytest.mark.parametrize("name", some(INSIDE, ("endless loop",)))
def test_a_page_that_hangs_is_given_up(make, name, input):
    env = make(input=input, timeout=SHORT if name != "allocates" else 90.0)
    seen, _ = env.reset(seed=1)
    error = failed(env, press(seen, name), 90.0 if name == "allocates" else SHORT)
    assert ("crashed" if name == "allocates" else "endless loop") in error
    plays_as_ever(env, input)


@pytest.mark.parametrize("input", INPUTS)
def test_a_page_that_garbles_what_the_script_uses(make, input):
    env = make(input=input)
    for name in GARBLED:
        seen, _ = env.reset(seed=1)
        for action in (press(seen, name), press(seen, "count"), Say("x")):
            _, _, _, truncated, info = env.step(action)
            assert not truncated or info["action_error"], name
            if truncated:
                break
        assert env.reset(seed=1)[0] == seen, name
    plays_as_ever(env, input)


@pytest.mark.parametrize("input", INPUTS)
@pytest.mark.parametrize("name", some(MOVES, ("closes itself", "nothing there", "reloads for ever")))
def test_a_page_that_moves_on(make, name, input):
    env = make(input=input, timeout=3.0)
    seen, _ = env.reset(seed=1)
    started = time.monotonic()
    for action in (press(seen, name), Wait(0.1)):
        _, _, _, truncated, info = env.step(action)
        if truncated:
            assert info["action_error"]
            break
    assert truncated == (name == "closes itself")
    assert env.reset(seed=1)[0] == seen
    assert time.monotonic() - started < 3 * 3.0 + SLACK


@pytest.mark.parametrize("address", ["about:blank", "chrome://crash", "http://127.0.0.1:1/", "404", "data:,x"])
def test_leaving_a_task(make, site, address):
    env = make("click-test")
    first = env.reset(seed=1)
    error = failed(env, Goto(site.root + "/no" if address == "404" else address), 1.0)
    assert re.search("was left|crashed", error)
    assert env.reset(seed=1) == first


# -- what happens to it from outside


def sends(sent, whom):
    """Damage is prepared first, and done when what comes back is called."""

    def prepared(env):
        process = whom(env)
        return lambda: os.kill(process, sent)

    return prepared


def browser_of(env):
    return env.page.browser.pid


def commands(method, **more):
    def prepared(env):
        connection = env.page.browser.connection
        parameters = {key: value(env) for key, value in more.items()}
        return lambda: connection.tell(Command(method, parameters))

    return prepared


DAMAGE = {
    "kill the renderer": sends(signal.SIGKILL, renderer_of),
    "stop the renderer": sends(signal.SIGSTOP, renderer_of),
    "close the page": commands("Target.closeTarget", targetId=lambda env: env.page.target_id),
    "kill the browser": sends(signal.SIGKILL, browser_of),
    "stop the browser": sends(signal.SIGSTOP, browser_of),
    "quit the browser": commands("Browser.close"),
    "close the pipe": lambda env: env.page.browser.connection._transport.close,
}
ONE_PAGE = [name for name in DAMAGE if "page" in name or "renderer" in name]


@pytest.fixture
def impatient(monkeypatch):
    """Stuck browsers are known as such sooner."""
    monkeypatch.setattr("webagent_envs.chromium.browser.ANSWER_TIMEOUT", 1.5)


@pytest.mark.parametrize("input", INPUTS)
@pytest.mark.parametrize("name", some(DAMAGE, ("kill the renderer", "close the page", "kill the browser")))
def test_damage_between_two_steps(make, impatient, name, input):
    timeout = SHORT if "stop" in name else LONG
    env = make("click-checkboxes", input=input, timeout=timeout)
    env.reset(seed=1)
    DAMAGE[name](env)()
    failed(env, Wait(0.1), timeout if "stop" in name else 0.0)
    plays_as_ever(env, input)
    DAMAGE[name](env)()
    plays_as_ever(env, input)  # no step has told of it


@pytest.mark.parametrize("input", INPUTS)
@pytest.mark.parametrize(
    "name", some(DAMAGE, ("kill the renderer", "close the page", "kill the browser", "stop the browser"))
)
def test_damage_while_a_step_runs(make, impatient, name, input):
    timeout = SHORT if "stop" in name else LONG
    env = make(input=input, timeout=timeout)
    seen, _ = env.reset(seed=1)
    done = threading.Timer(0.3, DAMAGE[name](env))
    done.start()
    failed(env, press(seen, "endless loop"), timeout if "stop" in name else 0.3)
    done.join()
    plays_as_ever(env, input)


@pytest.mark.parametrize("task", ["click-checkboxes", "use-autocomplete"])
def test_pages_in_waiting_may_die_too(make, task):
    env = make(task, reset_mode="fast")
    for seed in range(3):
        env.reset(seed=seed)
    for renderer in renderers_of(env):
        renderer.kill()
    plays_as_ever(env, "trusted")


# -- many pages in one browser


def told(infos, i):
    return {key: value[i] for key, value in infos.items() if not key.startswith("_") and key != "step_ms"}


def hang(env):
    return lambda: env.page.evaluate("void setTimeout(() => {for(;;);}, 10)")


@pytest.mark.parametrize("input", INPUTS)
@pytest.mark.parametrize("name", some([*ONE_PAGE, "hang"], ("kill the renderer", "hang")))
def test_one_page_of_many_disturbs_no_other(name, input):
    settings = {"task": "click-checkboxes", "input": input, "max_steps": 5}
    ours, wanted = WebVectorEnv(3, timeout=2.0, **settings), WebVectorEnv(3, **settings)
    for envs in (ours, wanted):
        envs.reset(seed=1)
        envs.action_space.seed(1)
    failures = 0
    for step in range(8):
        if step == 2:
            (hang if name == "hang" else DAMAGE[name])(ours.envs[1])()
        actions = tuple(env.action_space.sample() for env in wanted.envs)
        mine, theirs = ours.step(actions), wanted.step(actions)
        for i in (0, 2):
            assert mine[0][i] == theirs[0][i]
            assert [part[i] for part in mine[1:4]] == [part[i] for part in theirs[1:4]]
            assert told(mine[4], i) == told(theirs[4], i)
        failures += bool(mine[3][1] and mine[4]["action_error"][1])
    assert failures == 1
    ours.close()
    wanted.close()


@pytest.mark.parametrize("input", INPUTS)
@pytest.mark.parametrize("name", some([name for name in DAMAGE if name not in ONE_PAGE], ("kill the browser",)))
def test_many_pages_recover_from_the_end_of_their_browser(impatient, name, input):
    envs = WebVectorEnv(3, task="click-checkboxes", input=input, timeout=SHORT if "stop" in name else LONG)
    first, _ = envs.reset(seed=1)
    DAMAGE[name](envs.envs[0])()
    *_, truncated, infos = envs.step((Wait(0.1),) * 3)
    assert truncated.all()
    assert all(infos["action_error"])
    envs.step((Wait(0.1),) * 3)
    assert envs.reset(seed=1)[0] == first
    envs.close()


# -- pages that do not load


@slow
def test_pages_that_never_load(make, site):
    for path, html in (
        ("/hang", ""),
        ("/loop", "<p>x<script>for(;;);</script>"),
        ("/endless", "<p>x<script>for(;;);</script>"),
    ):
        env = make(url=site.add(path, html), timeout=SHORT)
        started = time.monotonic()
        with pytest.raises(BrowserError, match=r"load|answer"):
            env.reset(seed=1)
        assert time.monotonic() - started < 6 * SHORT + SLACK
        env.close()


@slow
def test_a_page_that_loads_again_after_it_did_not(make, site):
    env = make(url=site.add("/page", "<script>for(;;);</script>"), timeout=SHORT)
    with pytest.raises(BrowserError):
        env.reset(seed=1)
    site.add("/page", "<button>OK</button>")
    assert env.reset(seed=1)[0].elements[1].name == "OK"
    failed(env, Goto(site.add("/loop", "<script>for(;;);</script>")), 3 * SHORT)
    assert env.reset(seed=1)[0].elements[1].name == "OK"


def test_a_picture_of_a_page_that_failed(make):
    env = make(render_mode="rgb_array")
    env.reset(seed=1)
    shown = env.render()
    DAMAGE["kill the renderer"](env)()
    failed(env, Wait(0.1), 0.0)
    assert (env.render() == shown).all()


def test_the_document_names_tests_that_exist():
    folder = Path(__file__).parent
    tests = "".join((folder / name).read_text() for name in ("test_faults.py", "test_hosts.py"))
    document = (folder.parents[1] / "docs" / "robustness.md").read_text()
    named = set(re.findall(r"`(test_\w+)`", document))
    assert named
    assert named <= set(re.findall(r"^def (test_\w+)", tests, re.MULTILINE))


@pytest.mark.parametrize("input", INPUTS)
@pytest.mark.parametrize("place", ["page", pytest.param("frame", marks=slow)])
def test_a_page_that_grows_beyond_measure(make, place, input):
    timeout = 3.0
    env = make("click-test", input=input, timeout=timeout)
    first = env.reset(seed=1)
    many = "'<p><b>x</b></p>'.repeat(25000)"
    frame = f"Object.assign(document.createElement('iframe'), {{srcdoc: {many}}})"
    grow = (
        f"document.body.insertAdjacentHTML('beforeend', {many})"
        if place == "page"
        else f"document.body.append({frame})"
    )
    env.page.evaluate(f"void {grow}")
    started = time.monotonic()
    *_, truncated, info = env.step(Say("x"))
    assert truncated == bool(info["action_error"])
    assert time.monotonic() - started < timeout + SLACK
    assert env.reset(seed=1) == first
