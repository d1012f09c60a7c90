"""One client of a session, as those see it who carry out what it asks for."""

from __future__ import annotations

import contextlib
import itertools
import socket
import threading
from collections.abc import Sequence

import msgspec

from webagent.live.result import Candidate
from webagent.live.session.protocol import (
    Answer,
    Approve,
    Choose,
    FromClient,
    Halt,
    Message,
    Question,
    Settled,
    decode_client,
    encode,
)
from webagent_envs.errors import Stopped

__all__ = ["Line"]


class Line:
    """A connection with one client. Messages may be told from any thread.

    Args:
        connection: to the client.
    """

    def __init__(self, connection: socket.socket) -> None:
        self._socket = connection
        self._lines = connection.makefile("rb")
        self._news = threading.Condition()
        self._halted = False
        self._answers: dict[int, int] = {}
        self._ids = itertools.count(1)

    def read(self) -> FromClient | None:
        """The next message; ``None`` when the client has hung up, or talks nonsense."""
        with contextlib.suppress(OSError, ValueError, msgspec.DecodeError):
            line = self._lines.readline()
            return decode_client(line) if line else None
        return None

    def attend(self) -> None:
        """From now on take in what the client says while its command is carried out: answers, and the wish to stop."""
        threading.Thread(target=self._attend, daemon=True).start()

    def _attend(self) -> None:
        while (message := self.read()) is not None and not isinstance(message, Halt):
            if isinstance(message, Answer):
                self.settle(message.id, message.number)
        self.halt()

    # -- telling

    def tell(self, message: Message) -> None:
        """Send a message; nothing happens when the client is gone."""
        with contextlib.suppress(OSError), self._news:
            self._socket.sendall(encode(message))

    # -- stopping

    def stopped(self) -> bool:
        """Whether the client wants no more of it."""
        return self._halted

    def halt(self) -> None:
        """Stop what is done for this client."""
        with self._news:
            self._halted = True
            self._news.notify_all()

    # -- asking

    def choose(self, reason: str, candidates: Sequence[Candidate]) -> int:
        """Ask which one is meant; its number, from 1, or 0 for none.

        Raises:
            Stopped: instead of an answer.
        """
        return self._ask(Choose(id=next(self._ids), reason=reason, candidates=tuple(candidates)))

    def approve(self, reason: str, words: str) -> bool:
        """Ask whether something may be done.

        Raises:
            Stopped: instead of an answer.
        """
        return self._ask(Approve(id=next(self._ids), reason=reason, words=words)) == 1

    def _ask(self, question: Question) -> int:
        self.tell(question)
        with self._news:
            self._news.wait_for(lambda: self._halted or question.id in self._answers)
        number = self._answers.get(question.id, 0)
        self.tell(Settled(id=question.id, number=number))
        if question.id not in self._answers:
            raise Stopped("stopped")
        return number

    def settle(self, id: int, number: int) -> None:
        """Take in the answer to a question, also one that was given elsewhere, as in the page; the first one counts."""
        with self._news:
            self._answers.setdefault(id, number)
            self._news.notify_all()

    def close(self) -> None:
        """Hang up."""
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._lines.close()
        self._socket.close()
