"""Other packages to measure ourselves against, each in a virtual environment of its own."""

from __future__ import annotations

import json
import subprocess
import venv
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from platformdirs import user_cache_path

__all__ = ["PEERS", "Peer", "PeerFailed"]

INSTALL_SECONDS = 900
RUN_SECONDS = 300


class PeerFailed(RuntimeError):
    """Another package cannot be installed, or does not run here."""


@dataclass(frozen=True)
class Peer:
    """Another package.

    Attributes:
        name: what it is called in the results.
        package: what pip installs.
        program: the file beside this one that drives it: it reads one JSON object, the order, and prints another one,
            a `webagent_envs.bench.systems.Sample`.
        input: how it clicks.
        options: of the program.
    """

    name: str
    package: str
    program: str
    input: str
    options: tuple[str, ...] = ()

    @property
    def python(self) -> Path:
        """The interpreter of its virtual environment."""
        return user_cache_path("webagent") / "peers" / self.package.split("=")[0] / "bin" / "python"

    def prepared(self) -> Peer:
        """This, installed: the first time that downloads it.

        Raises:
            PeerFailed: it cannot be installed.
        """
        folder = self.python.parent.parent
        if not (folder / "ready").exists():
            venv.create(folder, with_pip=True, clear=True)
            command = [str(self.python), "-m", "pip", "install", "--quiet", self.package]
            self._checked(command, "", INSTALL_SECONDS)
            (folder / "ready").touch()
        return self

    def run(self, order: dict[str, Any]) -> dict[str, Any]:
        """What its program measures.

        Raises:
            PeerFailed: it fails, or takes too long.
        """
        program = str(files("webagent_envs.peers").joinpath(self.program))
        said = self._checked([str(self.python), program, *self.options], json.dumps(order), RUN_SECONDS)
        sample: dict[str, Any] = json.loads(said.strip().splitlines()[-1])
        return sample

    def _checked(self, command: list[str], given: str, seconds: float) -> str:
        try:
            done = subprocess.run(command, input=given, capture_output=True, text=True, timeout=seconds, check=True)
        except subprocess.CalledProcessError as error:
            last = (error.stderr.strip().splitlines() or ["it said nothing"])[-1]
            raise PeerFailed(f"{self.name} fails ({last}): measure without it, --peers none") from None
        except (OSError, subprocess.TimeoutExpired) as error:
            raise PeerFailed(f"{self.name} cannot be run ({error}): measure without it, --peers none") from None
        return done.stdout


FARAMA = "miniwob==1.1.0"
BROWSERGYM = "browsergym-miniwob==0.14.3"
PEERS: dict[str, tuple[Peer, ...]] = {
    "farama": (
        Peer("farama default", FARAMA, "farama.py", "dom", ("--pictures",)),
        Peer("farama without pictures", FARAMA, "farama.py", "dom"),
    ),
    "browsergym": (
        Peer("browsergym default", BROWSERGYM, "browser_gym.py", "trusted"),
        Peer("browsergym without waits", BROWSERGYM, "browser_gym.py", "trusted", ("--no-waits",)),
    ),
}
"""By the name that ``webagent bench env --peers`` takes."""
