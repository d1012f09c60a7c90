"""The image is built for real and runs the benchmark, where the machine allows it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest

ROOT = Path(__file__).parents[2]
MIRROR = "http://deb.debian.org/debian/dists/bookworm/Release"


def what_is_missing() -> str:
    """Why no image can be built here, or nothing."""
    engine = shutil.which("docker") and subprocess.run(["docker", "version"], capture_output=True).returncode == 0
    if not engine and os.geteuid() != 0:
        return "no Docker engine answers, and to build without one needs root"
    if not engine and (tools := [tool for tool in ("debootstrap", "buildah") if not shutil.which(tool)]):
        return f"no Docker engine answers, and without one it needs {' and '.join(tools)}"
    try:
        urlopen(MIRROR, timeout=10).close()
    except (URLError, OSError) as error:
        return f"Debian's packages cannot be fetched ({error})"
    return ""


@pytest.mark.slow
def test_the_image_runs_the_smoke_benchmark(tmp_path: Path) -> None:
    if missing := what_is_missing():
        pytest.skip(missing)
    environment = {**os.environ, "SMOKE_EPISODES": "1", "DOCKER_CHECK_ROOM": str(tmp_path / "room")}
    done = subprocess.run([ROOT / "scripts" / "docker-check"], env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    size = re.search(r"== size, in MB\n(\d+)", done.stdout)
    assert size and int(size[1]) < 800
    assert re.search(r"== who it runs as\nwebagent\n", done.stdout)
    assert re.search(r"^shipped on smoke: .* 12 episodes$", done.stdout, re.MULTILINE)
    assert "5 of 5 agree" in done.stdout
