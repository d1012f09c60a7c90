"""Plays MiniWoB++ tasks through Farama's interface and writes down all that it sees.

It is run twice: with ``miniwob`` (their package) and with ``webagent`` (ours); nothing differs but the module and the
id. It reads one JSON object from stdin and prints one.
"""

import hashlib
import json
import random
import sys

import gymnasium


def main() -> None:
    order = json.loads(sys.stdin.read())
    module, prefix = {"miniwob": ("miniwob", "miniwob"), "webagent": ("webagent_envs", "webagent-miniwob")}[sys.argv[1]]
    gymnasium.register_envs(__import__(module))
    seen = {}
    for task in order["tasks"]:
        env = gymnasium.make(f"{prefix}/{task}-v1", **order["options"])
        try:
            seen[task] = [play(env, seed, order["steps"]) for seed in order["seeds"]]
        finally:
            env.close()
    print(json.dumps(seen))


def play(env, seed, steps):
    """An episode of clicks and words drawn by lot; the lot depends on nothing but what is seen."""
    draw = random.Random(seed)
    observation, info = env.reset(seed=seed, options={"record_screenshots": True})
    env.unwrapped.set_record_screenshots(False)
    picture = hashlib.sha256(observation["screenshot"].tobytes()).hexdigest()
    seen = [{**plain(observation, 0.0, False, info), "picture": picture}]
    for _ in range(steps):
        action = chosen(env.unwrapped, observation, draw)
        observation, reward, terminated, _truncated, info = env.step(action)
        seen.append(plain(observation, reward, terminated, info))
        if terminated:
            break
    return seen


def chosen(env, observation, draw):
    elements = [element for element in observation["dom_elements"] if element["ref"] > 0 and element["flags"][3]]
    element = draw.choice(elements or observation["dom_elements"])
    kind = draw.choice(["CLICK_ELEMENT", "CLICK_ELEMENT", "CLICK_COORDS", "TYPE", "PRESS_KEY"])
    point = [float((element[a] + element[b] / 2)[0]) for a, b in (("left", "width"), ("top", "height"))]
    inside = 0 <= point[0] < 160 and 0 <= point[1] < 210
    if kind == "TYPE" and element["tag"] in ("input_text", "textarea", "input_password"):
        return env.create_action("FOCUS_ELEMENT_AND_TYPE_TEXT", ref=element["ref"], text="Ab c,1")
    if kind == "PRESS_KEY":
        keys = env.action_space_config.allowed_keys
        return env.create_action("PRESS_KEY", key=keys.index(draw.choice(["x", "7", "<Tab>", "<ArrowDown>"])))
    if kind == "CLICK_COORDS" and inside:
        return env.create_action("CLICK_COORDS", coords=point)
    return env.create_action("CLICK_ELEMENT", ref=element["ref"])


def plain(observation, reward, terminated, info):
    elements = [
        {key: value.tolist() if hasattr(value, "tolist") else value for key, value in element.items()}
        for element in observation["dom_elements"]
    ]
    return {
        "utterance": observation["utterance"],
        "fields": [list(pair) for pair in observation["fields"]],
        "dom_elements": elements,
        "reward": reward,
        "raw_reward": info["raw_reward"],
        "done": terminated,
    }


if __name__ == "__main__":
    main()
