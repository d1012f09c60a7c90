"""Runs in a Python that has BrowserGym and not this package.

It reads one JSON object from stdin: the observations that ours gave, by task. It prints, by task, what BrowserGym's own
functions make of them, and what they make of its own observations of the same seed.
"""

import functools
import json
import logging
import os
import sys
from importlib import import_module

import gymnasium
import playwright.sync_api
from browsergym.utils.obs import flatten_axtree_to_str, flatten_dom_to_str, overlay_som, prune_html


def main() -> None:
    order = json.loads(sys.stdin.read())
    logging.disable(logging.WARNING)
    os.environ["MINIWOB_URL"] = order["pages"]
    use_browser(order["browser"])
    gymnasium.register_envs(import_module("browsergym.miniwob"))
    ids = [name for name in gymnasium.registry if name.startswith("browsergym/miniwob.")]
    said = {"ids": ids, "ours": {}, "theirs": {}}
    for task, observation in order["seen"].items():
        said["ours"][task] = flattened(observation)
        env = gymnasium.make(f"browsergym/miniwob.{task}", slow_mo=0, pre_observation_delay=0.1)
        observation, _ = env.reset(seed=order["seed"])
        said["theirs"][task] = flattened(observation)
        env.close()
    print(json.dumps(said))


def use_browser(path):
    kind = playwright.sync_api.BrowserType
    launch = kind.launch
    kind.launch = functools.wraps(launch)(lambda self, **settings: launch(self, executable_path=path, **settings))


def flattened(observation):
    properties = observation["extra_element_properties"]
    tree, dom = observation["axtree_object"], observation["dom_object"]
    html = flatten_dom_to_str(dom, properties, with_visible=True, with_clickable=True, with_center_coords=True)
    picture = observation.get("screenshot")
    if picture is not None:
        overlay_som(picture, properties)
    return {
        "goal": observation["goal"],
        "tree": flatten_axtree_to_str(tree, properties),
        "visible": flatten_axtree_to_str(tree, properties, filter_visible_only=True, with_bounding_box_coords=True),
        "marked": flatten_axtree_to_str(tree, properties, filter_som_only=True, with_som=True),
        "html": html,
        "pruned": prune_html(html),
    }


if __name__ == "__main__":
    main()
