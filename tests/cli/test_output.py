from __future__ import annotations

import pytest

from webagent.cli import output


def test_a_log_gets_a_line_now_and_then(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    now = [100.0]
    monkeypatch.setattr(output.time, "monotonic", lambda: now[0])
    with output.progress_bar("train") as progress:
        for done in range(5):
            progress(done, 10, {"loss": 1.5})
            now[0] += 30
    lines = capsys.readouterr().err.splitlines()
    assert lines == ["train: 2/10, 4 min left  loss 1.5", "train: 4/10, 3 min left  loss 1.5"]
