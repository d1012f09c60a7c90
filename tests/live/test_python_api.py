"""The Python interface that other programs may rely on (contracts): a few lines each, with the weights that ship."""

from pathlib import Path

import pytest

from tests.live.test_attach import endpoint, running
from webagent import Action, Agent, Observation, Policy
from webagent.errors import CheckpointError
from webagent_envs.spaces import Click

PAGE = "<title>Test</title><button onclick='n.textContent = +n.textContent + 1'>Refresh</button><p id=n>0</p>"


def test_a_browser_of_its_own_keeps_its_page(site) -> None:
    with Agent() as agent:
        first = agent.do("click on Refresh", url=site.add("/page", PAGE))
        second = agent.do("click on Refresh")
        assert [first.outcome, second.outcome] == ["done", "done"] and agent.page is not None
        assert agent.page.observe("").elements[-1].text == "2"
    keys = {"outcome", "reason", "command", "url", "seconds", "actions", "candidates", "page_lost"}
    assert first.to_dict().keys() == keys
    assert [action.words for action in first.actions] == ['click the button "Refresh"']


def test_a_browser_that_is_running(site, tmp_path: Path) -> None:
    with running(tmp_path / "profile", site.add("/page", PAGE)) as process:
        with Agent.attach(cdp=endpoint(tmp_path / "profile")) as agent:
            assert agent.do("click on Refresh").outcome == "done"
        assert process.poll() is None


def test_a_policy_without_a_browser(tmp_path: Path) -> None:
    button = {"ref": 7, "tag": "button", "role": "button", "name": "Refresh", "clickable": True}
    seen = Observation.from_dict({"instruction": "click on Refresh", "elements": [{"ref": 1, "tag": "body"}, button]})
    ranked: list[tuple[Action, float]] = Policy.load().act(seen)
    assert ranked[0][0] == Click(7) and 1 >= ranked[0][1] > 0.5
    assert [score for _, score in ranked] == sorted((score for _, score in ranked), reverse=True)
    with pytest.raises(CheckpointError):
        Policy.load(tmp_path)
    with pytest.raises(ValueError, match="elements"):
        Observation.from_dict({"instruction": "x", "elements": 3})
