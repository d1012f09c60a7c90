"""On a real Ray cluster of several nodes on this machine: whatever dies, nothing is lost and nothing is different."""

from __future__ import annotations

import contextlib
import shutil
import signal
import time
import warnings
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil
import pytest

from webagent.data.dataset import read_episodes, write_info, write_shard
from webagent.errors import UsageError, WebagentError
from webagent.evaluate.benchmark import BenchConfig, run_benchmark
from webagent.evaluate.cluster import run_on_ray
from webagent.evaluate.run import Plan, Worker, run_here
from webagent.evaluate.shards import Shard
from webagent.evaluate.suites import Episode, episodes_of, suite_tasks
from webagent.learn.config import PracticeConfig
from webagent.learn.practice import practice

ROOT = Path(__file__).parents[2]
pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("default")]  # Ray's own code warns
EPISODES = episodes_of(suite_tasks("smoke")[:6], 4, 0)
PLAN = Plan(agent="submit-only")


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    """Four nodes: the driver's, which plays nothing, and three with a CPU each."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", f"{ROOT}:{ROOT / 'envs'}")  # for the workers, who may have no installed package
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            from ray.cluster_utils import Cluster

            made = Cluster(initialize_head=True, head_node_args={"num_cpus": 0})
            for _ in range(3):
                made.add_node(num_cpus=1)
            made.wait_for_nodes()
        yield made
        made.shutdown()


def browsers() -> set[int]:
    """Browsers of Ray's workers."""
    found = set()
    for process in psutil.process_iter(["pid", "name", "cmdline"]):
        with contextlib.suppress(psutil.Error):
            if "--remote-debugging" in " ".join(process.info["cmdline"] or ()):
                found |= {p.pid for p in process.parents() if p.name().startswith("ray::")} and {process.pid}
    return found


def outcomes(results: Any) -> list[tuple[Any, ...]]:
    return sorted((r.task, r.seed, r.success, r.raw_reward, r.steps) for r in results)


def test_a_lost_actor_and_a_lost_node(cluster: Any) -> None:
    import ray

    right = outcomes(run_here(EPISODES, PLAN))
    played = []
    for result in run_on_ray(EPISODES, Worker, (PLAN,), 3, address=cluster.address):  # one on each node
        played.append(result)
        if len(played) == 4:
            actors = [p for p in psutil.process_iter(["name"]) if (p.info["name"] or "").startswith("ray::Worker")]
            assert actors
            actors[0].send_signal(signal.SIGKILL)
        if len(played) == 10:
            cluster.remove_node(next(iter(cluster.worker_nodes)), allow_graceful=False)
    assert outcomes(played) == right
    assert not ray.is_initialized()
    waited = time.monotonic() + 20
    while browsers() and time.monotonic() < waited:
        time.sleep(0.2)
    assert not browsers(), "browsers must end with their actors"


class Slow:
    """Never comes back from its first act."""

    def reset(self, seed: int) -> None:
        pass

    def act(self, observation: Any) -> Any:
        time.sleep(600)


def test_an_episode_that_takes_too_long_ends_the_run_with_its_name(cluster: Any) -> None:
    plan = Plan(agent=f"{__file__}:Slow")
    with pytest.raises(WebagentError, match=r"click-test, seed 1, failed 3 times: it took more than 2 s"):
        list(run_on_ray([Episode("click-test", 1)], Worker, (plan,), 1, address=cluster.address, deadline=2))


def test_into_a_folder(cluster: Any, tmp_path: Path) -> None:
    config = BenchConfig(suite="realpages", policy="text-overlap", workers=2, ray=cluster.address)
    folder = run_benchmark(config, tmp_path)
    assert len(folder.done()) == 500


def test_an_agent_given_by_its_path_from_here(cluster: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copy(ROOT / "examples" / "own_agent.py", tmp_path / "mine.py")
    monkeypatch.chdir(tmp_path)
    config = BenchConfig(suite="realpages", policy="mine.py:FirstNamed", shard=Shard(0, 50), ray=cluster.address)
    assert len(run_benchmark(config, tmp_path / "out").done()) == 10


def test_a_node_with_another_agent_is_named(cluster: Any) -> None:
    plan = replace(PLAN, hash="0123456789ab")
    with pytest.raises(WebagentError, match=r"submit-only is \w+ on .* instead of 0123456789ab"):
        list(run_on_ray([Episode("click-test", 1)], Worker, (plan,), 1, address=cluster.address))


def test_no_cluster() -> None:
    with pytest.raises(UsageError, match="ray start"):
        list(run_on_ray(EPISODES, Worker, (PLAN,), 1, address="127.0.0.1:9"))


def test_practice_is_played_on_the_cluster(cluster: Any, tmp_path: Path) -> None:
    data = tmp_path / "data"
    write_shard(data / "data" / "part-0.parquet", [item for item in read_episodes(ROOT / "demos") if item.steps])
    write_info(data, source="recorded")
    config = PracticeConfig(
        data=(data,), out=tmp_path / "ray", tasks="click-test-2,click-button", rounds=2, visits=2, starts=2, tries=2,
        further=1, updates=2, workers=2, ray=cluster.address,
    )  # fmt: skip
    there = practice(config)
    here = practice(replace(config, out=tmp_path / "here", workers=1, ray=""))
    assert there["tasks"] == here["tasks"]
    assert sum(tally["attempts"] for tally in here["tasks"].values()) == 2 * 2 * 2 * 2
