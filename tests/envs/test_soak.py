"""The long run, made short: it does damage, recovers, and tells what it saw."""

import json

from webagent_envs.soak import Soak, SoakConfig, growth, main


def test_a_short_soak(capsys, monkeypatch):
    monkeypatch.setattr("webagent_envs.soak.TIMEOUT", 3.0)
    monkeypatch.setattr("webagent_envs.soak.AT_REST", 0.1)
    arguments = "--steps 48 --envs 2 --rounds 3 --damage 12 --tasks click-test,login-user"
    main(arguments.split())
    told = capsys.readouterr()
    report = json.loads(told.out)
    assert report["steps"] == 48
    assert report["unrecovered"] == []
    assert sum(report["damage"].values()) == 3
    assert len(report["samples"]) == len(told.err.splitlines()) == 3
    assert all(sample["python_mb"] > 1 and sample["browser_mb"] > 1 for sample in report["samples"])


def test_what_is_not_recovered_is_told(monkeypatch):
    def broken(env):
        raise RuntimeError("beyond repair")

    monkeypatch.setattr("webagent_envs.soak.crash", broken)
    for name in ("close", "hang", "kill"):
        monkeypatch.setattr(f"webagent_envs.soak.{name}", broken)
    broken.__name__ = "broken"
    report = Soak(SoakConfig(steps=4, envs=1, rounds=1, damage=1, tasks=("click-test",))).run()
    assert not report["ok"]
    assert "beyond repair" in report["unrecovered"][0]


def test_growth():
    assert growth([50, 90, 100, 100, 101, 100, 100, 104, 103, 103]) == 0.0249
    assert growth([1.0, 2.0]) == 0
    assert growth([100.0] * 20) == 0
