"""A language model behind any endpoint that speaks OpenAI's chat completions, as an agent."""

from __future__ import annotations

import http.client
import json
import os
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from typing import Any

from webagent.errors import UsageError, WebagentError
from webagent_envs.errors import InvalidAction
from webagent_envs.spaces import Action, Observation, action_from_dict, to_dict
from webagent_envs.views import TextView

__all__ = ["LanguageModelAgent", "LanguageModelConfig", "Unreachable"]

OPENAI = "https://api.openai.com/v1"
_BUSY = {408, 409, 429, 500, 502, 503, 504}
_PROMPT = """You carry out a command on a web page. You are shown the command, the page as numbered lines, and what \
was done so far. Answer with the next action as one JSON object and nothing else. Actions, N being the number of an \
element:
{"kind": "click", "ref": N}
{"kind": "double_click", "ref": N}
{"kind": "hover", "ref": N}
{"kind": "type", "ref": N, "text": "..."}   (replaces what stands in the field)
{"kind": "press", "keys": "Enter"}
{"kind": "select", "ref": N, "option": "..."}   (N is the list)
{"kind": "drag", "ref": N, "to": N}   or   {"kind": "drag", "ref": N, "dx": 10, "dy": 0}
{"kind": "scroll", "ref": N, "dy": 100}
{"kind": "click_at", "x": 10, "y": 10}
{"kind": "wait", "seconds": 1}"""


class Unreachable(WebagentError):
    """The model's endpoint does not answer, or refuses."""


@dataclass(frozen=True, kw_only=True)
class LanguageModelConfig:
    """Where the model is, and how it is asked.

    Attributes:
        endpoint: base address; by default OPENAI_BASE_URL, or OpenAI's own.
        prices: dollars for a million tokens that are read, and for a million that are written.
        settings: added to every request.
        tries: how often a busy endpoint is asked.
        timeout: seconds for one answer.
    """

    endpoint: str = ""
    prices: tuple[float, float] = (0.0, 0.0)
    settings: dict[str, Any] = field(default_factory=lambda: {"temperature": 0})
    tries: int = 5
    timeout: float = 120.0


class LanguageModelAgent:
    """Asks the model for one action at a time. The key, where one is needed, is read from OPENAI_API_KEY.

    ``usage`` holds what this episode took: ``requests, prompt_tokens, completion_tokens, cost`` (dollars).
    """

    def __init__(self, model: str, config: LanguageModelConfig) -> None:
        if not model:
            raise UsageError("which model? give its name: --policy llm:NAME")
        self._model, self._config = model, config
        self._address = (config.endpoint or os.environ.get("OPENAI_BASE_URL") or OPENAI).rstrip("/")
        self._listing = TextView()
        self.usage: dict[str, float] = {}

    @property
    def fingerprint(self) -> str:
        """All that its answers depend on, as far as it is known here."""
        return json.dumps([self._model, self._address, self._config.settings, _PROMPT])

    def reset(self, seed: int) -> None:
        """Begin to count anew."""
        self.usage = {"requests": 0.0, "prompt_tokens": 0.0, "completion_tokens": 0.0, "cost": 0.0}

    def act(self, observation: Observation) -> Action:
        """Ask; once more, with what was wrong, when the answer is no action.

        Raises:
            InvalidAction: neither answer is one.
            Unreachable: the endpoint does not answer, or refuses.
        """
        done = "\n".join(json.dumps(to_dict(action)) for action in observation.actions) or "nothing"
        messages = [
            {"role": "system", "content": _PROMPT},
            {"role": "user", "content": f"Command: {self._listing(observation)}\n\nDone so far:\n{done}"},
        ]
        answer = self._ask(messages)
        try:
            return _action_in(answer)
        except InvalidAction as error:
            messages += [{"role": "assistant", "content": answer}, {"role": "user", "content": f"{error}. Once more:"}]
            return _action_in(self._ask(messages))

    def _ask(self, messages: list[dict[str, str]]) -> str:
        reply = self._post({"model": self._model, "messages": messages, **self._config.settings})
        try:
            text = reply["choices"][0]["message"]["content"] or ""
        except (KeyError, IndexError, TypeError):
            raise Unreachable(f"{self._address} gave no chat completion; is it the right --endpoint?") from None
        spent = reply.get("usage") or {}
        read, written = (float(spent.get(key) or 0) for key in ("prompt_tokens", "completion_tokens"))
        cost = (read * self._config.prices[0] + written * self._config.prices[1]) / 1e6
        added = {"requests": 1.0, "prompt_tokens": read, "completion_tokens": written, "cost": cost}
        self.usage = {name: self.usage.get(name, 0.0) + value for name, value in added.items()}
        return str(text)

    def _post(self, body: dict[str, Any]) -> Any:
        """The decoded reply; a busy endpoint is asked again, later and later."""
        headers = {"Content-Type": "application/json"}
        if key := os.environ.get("OPENAI_API_KEY"):
            headers["Authorization"] = f"Bearer {key}"
        request = urllib.request.Request(f"{self._address}/chat/completions", json.dumps(body).encode(), headers)
        problem = ""
        for attempt in range(self._config.tries):
            try:
                with urllib.request.urlopen(request, timeout=self._config.timeout) as response:
                    return json.load(response)
            except urllib.error.HTTPError as error:
                with error:
                    problem = f"HTTP {error.code}: {error.read(300).decode(errors='replace')}"
                if error.code not in _BUSY:
                    break
                wait = error.headers.get("Retry-After", "")
            except (OSError, http.client.HTTPException, ValueError) as error:
                problem, wait = str(error) or type(error).__name__, ""
            if attempt + 1 < self._config.tries:
                time.sleep(float(wait) if wait.replace(".", "", 1).isdigit() else 0.5 * 2**attempt)
        raise Unreachable(f"{self._address}: {problem}. See to it, and run the same again: it goes on where it stopped")


def _action_in(answer: str) -> Action:
    """The action in a model's words: its first JSON object.

    Raises:
        InvalidAction: there is none.
    """
    start = answer.find("{")
    if start < 0:
        raise InvalidAction("that is no JSON object")
    try:
        found, _ = json.JSONDecoder().raw_decode(answer, start)
    except ValueError as error:
        raise InvalidAction(f"that is no JSON object ({error})") from None
    return action_from_dict(found)
