"""Who takes part: agents by name, by checkpoint, or by the Python class of somebody else.

An agent is any class with two methods; see `examples/own_agent.py`:

    reset(seed): an episode begins.
    act(observation) -> an `Action`, or its plain dictionary such as {"kind": "click", "ref": 7}.

It may have ``usage``, a dictionary of numbers that are added up: tokens, cost.
"""

from __future__ import annotations

import hashlib
import importlib.util
import inspect
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

from webagent.errors import UsageError
from webagent.evaluate.llm import LanguageModelAgent, LanguageModelConfig
from webagent.evaluate.realpages.rankers import by_overlap
from webagent.policy.agents import Actor, PolicyActor, RandomActor, SubmitActor
from webagent.policy.policy import Policy
from webagent_envs.spaces import Action, Observation, Press

__all__ = ["BASELINES", "Agent", "OverlapActor", "load_agent", "placed"]

LANGUAGE_MODEL = "llm:"


class Agent(NamedTuple):
    """An agent, ready to play.

    Attributes:
        actor: it.
        name: what it is called in tables.
        hash: twelve hex digits that differ when it differs: of the weights, or of its source and settings.
    """

    actor: Actor
    name: str
    hash: str


class OverlapActor:
    """Clicks what shares most words with the command, nothing twice; presses Enter when all is done."""

    def reset(self, seed: int) -> None:
        """Nothing to forget."""

    def act(self, observation: Observation) -> Action:
        """The best that was not done yet."""
        ranked = by_overlap(observation)
        return next((action for action in ranked if action not in observation.actions), Press("Enter"))


BASELINES: dict[str, Callable[[], Actor]] = {
    "random": RandomActor,
    "submit-only": SubmitActor,
    "text-overlap": OverlapActor,
}


def load_agent(spec: str | None, llm: LanguageModelConfig | None = None) -> Agent:
    """The agent that is meant.

    Args:
        spec: one of BASELINES; "llm:MODEL"; "module:Class" or "file.py:Class"; the folder of a checkpoint; or None or
            "shipped" for the weights that come with the package.
        llm: where that model is, and how it is asked.

    Raises:
        UsageError: there is no such class, or it is no agent.
        CheckpointError: the checkpoint cannot be loaded.
    """
    if spec in BASELINES:
        kind = BASELINES[spec]
        return Agent(kind(), spec, _hash(inspect.getsource(kind)))
    if spec is not None and spec.startswith(LANGUAGE_MODEL):
        agent = LanguageModelAgent(spec.removeprefix(LANGUAGE_MODEL), llm or LanguageModelConfig())
        return Agent(agent, spec, _hash(agent.fingerprint))
    if spec is not None and ":" in spec and not Path(spec).exists():
        return _load_class(spec)
    policy = Policy.load(None if spec == "shipped" else spec)
    name = "shipped" if spec in (None, "shipped") else Path(str(spec)).name
    return Agent(PolicyActor(policy), name, policy.hash)


def placed(spec: str | None) -> str | None:
    """The same agent for who stands in another folder: a path from the root instead of one from here."""
    place, colon, name = (spec or "").rpartition(":")
    if colon and place.endswith(".py"):
        return f"{Path(place).absolute()}:{name}"
    return str(Path(spec).absolute()) if spec and spec not in BASELINES and Path(spec).is_dir() else spec


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _load_class(spec: str) -> Agent:
    place, _, name = spec.rpartition(":")
    try:
        module = _load_file(Path(place)) if place.endswith(".py") else _import(place)
        kind: Any = getattr(module, name)
    except (ImportError, OSError, AttributeError) as error:
        raise UsageError(f"no agent {spec!r} ({error}); give module:Class, or file.py:Class") from None
    except Exception as error:  # whatever somebody else's module may raise
        raise UsageError(f"agent {spec!r} cannot be loaded ({type(error).__name__}: {error}); mend it") from error
    try:
        agent = kind()
    except Exception as error:
        why = f"{type(error).__name__}: {error}"
        raise UsageError(f"agent {spec!r} cannot be made ({why}); it is made without arguments") from error
    if not (callable(getattr(agent, "reset", None)) and callable(getattr(agent, "act", None))):
        raise UsageError(f"{spec!r} is no agent; it needs reset(seed) and act(observation), as in docs/benchmark.md")
    return Agent(agent, name, _hash(inspect.getsource(module)))


def _import(name: str) -> ModuleType:
    here = str(Path.cwd())
    if here not in sys.path:
        sys.path.append(here)
    return import_module(name)


def _load_file(path: Path) -> ModuleType:
    name = f"webagent_agent_{path.stem}"  # none that another module may have
    found = importlib.util.spec_from_file_location(name, path)
    if found is None or found.loader is None:
        raise ImportError(f"{path} is no Python file")
    module = importlib.util.module_from_spec(found)
    sys.modules[name] = module  # inspect and pickle look it up there
    found.loader.exec_module(module)
    return module
