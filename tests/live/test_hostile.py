"""No hostile page does harm, whatever the policy wants."""

from collections.abc import Iterator

import pytest

from tests.live.hostile_pages import COMMON, PAGES
from tests.live.hostile_play import WAYS, Sites, play, two_sites
from webagent.policy import Policy
from webagent_envs.chromium import shared


@pytest.fixture(scope="module")
def sites() -> Iterator[Sites]:
    with two_sites() as made:
        yield made


@pytest.fixture(scope="module")
def policy() -> Policy:
    return Policy.load()


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("way", [pytest.param(way, marks=[] if way == "fooled" else pytest.mark.slow) for way in WAYS])
def test_no_harm(way: str, name: str, sites: Sites, policy: Policy) -> None:
    page = PAGES[name]
    verdict = play(way, page._replace(body=COMMON + page.body), sites, shared(still=False), policy)
    assert verdict.harm == 0, verdict
