"""A language model as an agent, behind a real HTTP server that answers as a model would."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from webagent.cli.app import run as command
from webagent.errors import UsageError
from webagent.evaluate.llm import LanguageModelAgent, LanguageModelConfig, Unreachable
from webagent_envs.errors import InvalidAction
from webagent_envs.spaces import Click, Element, Observation

PAGE = Observation(
    instruction="Press it", elements=(Element(ref=4, tag="button", role="button", name="OK", clickable=True),)
)


class Model:
    """Answers with what is in ``answers``, one after another; then it clicks the first button that it is shown."""

    def __init__(self) -> None:
        self.answers: list[str | int] = []
        self.requests: list[dict[str, Any]] = []
        self.keys: list[str | None] = []
        model = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                model.requests.append(body)
                model.keys.append(self.headers.get("Authorization"))
                answer = model.answers.pop(0) if model.answers else model.click(body)
                self.send_response(answer if isinstance(answer, int) else 200)
                self.send_header("Retry-After", "0")
                self.end_headers()
                message = {"choices": [{"message": {"content": answer}}]}
                used = {"prompt_tokens": 100, "completion_tokens": 10}
                self.wfile.write(b"no" if isinstance(answer, int) else json.dumps({**message, "usage": used}).encode())

            def log_message(self, *args: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.endpoint = f"http://127.0.0.1:{self._server.server_address[1]}/v1"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    @staticmethod
    def click(body: dict[str, Any]) -> str:
        found = re.search(r"\[(\d+)\] button", body["messages"][1]["content"])
        assert found is not None
        return f'I click it: {{"kind": "click", "ref": {found[1]}}}. Done?'

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@pytest.fixture
def model() -> Iterator[Model]:
    made = Model()
    yield made
    made.close()


@pytest.fixture
def agent(model: Model) -> LanguageModelAgent:
    made = LanguageModelAgent("m", LanguageModelConfig(endpoint=model.endpoint, prices=(2.0, 8.0), tries=3))
    made.reset(0)
    return made


def test_it_acts_and_says_what_it_cost(
    model: Model, agent: LanguageModelAgent, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "made-up")
    assert agent.act(PAGE) == Click(4)
    assert agent.act(PAGE) == Click(4)
    assert agent.usage == {"requests": 2, "prompt_tokens": 200, "completion_tokens": 20, "cost": pytest.approx(0.00056)}
    assert model.requests[0]["model"] == "m" and model.requests[0]["temperature"] == 0
    assert model.keys == ["Bearer made-up"] * 2
    agent.reset(1)
    assert agent.usage["cost"] == 0


def test_a_busy_endpoint_is_asked_again(model: Model, agent: LanguageModelAgent) -> None:
    model.answers = [429, 503]
    assert agent.act(PAGE) == Click(4) and len(model.requests) == 3


@pytest.mark.parametrize(("answers", "message"), [([429] * 3, "429"), ([401], "401")])
def test_an_endpoint_that_refuses_ends_the_run(
    model: Model, agent: LanguageModelAgent, answers: list[str | int], message: str
) -> None:
    model.answers = answers
    with pytest.raises(Unreachable, match=message):
        agent.act(PAGE)


def test_nobody_there() -> None:
    agent = LanguageModelAgent("m", LanguageModelConfig(endpoint="http://127.0.0.1:9/v1", tries=1))
    with pytest.raises(Unreachable, match="goes on where it stopped"):
        agent.act(PAGE)
    with pytest.raises(UsageError, match="which model"):
        LanguageModelAgent("", LanguageModelConfig())


def test_an_answer_that_is_no_action_is_told_so_once(model: Model, agent: LanguageModelAgent) -> None:
    model.answers = ["I do not know."]
    assert agent.act(PAGE) == Click(4)
    assert "no JSON object" in model.requests[1]["messages"][-1]["content"]
    model.answers = ["{", '{"kind": "fly"}']
    with pytest.raises(InvalidAction, match="fly"):
        agent.act(PAGE)


def test_it_takes_part_in_the_benchmark(model: Model, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["bench", "run", "--suite", "smoke", "--policy", "llm:stub", "--endpoint", model.endpoint]
    arguments += ["--prices", "1", "2", "--episodes", "1", "--shard", "2/12", "--out", str(tmp_path), "--json"]
    assert command(arguments) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["usage"]["prompt_tokens"] == 100 * told["usage"]["requests"] > 0
    assert told["usage"]["cost"] > 0 and told["llm"]["endpoint"] == model.endpoint
    assert command(["bench", "verify", str(tmp_path)]) == 0
