"""A model that answers from a queue, for tests and for trying things out without any model."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from censemble.llm.exchange import CallFault, Message, RawReply, Settings


@dataclass(frozen=True)
class FakeCall:
    """One call that a fake model was given."""

    messages: tuple[Message, ...]
    response_format: Mapping[str, Any] | None
    settings: Settings
    random_seed: int


Answer = str | RawReply | CallFault


class FakeModel:
    """Gives the next answer of a queue, or what a function makes of the call; remembers all calls.

    Not for several threads with a queue: which call gets which answer then depends on chance. A function of the call
    is safe.

    Parameters
    ----------
    answers : iterable of str, RawReply or CallFault, or a function of a FakeCall
        A `CallFault` is raised. A queue that is empty raises one of kind "request".
    name : str

    Examples
    --------
    >>> model = FakeModel(['{"n": 1}'])
    >>> model.complete([Message("user", "?")], response_format=None, settings=Settings(), random_seed=0).text
    '{"n": 1}'
    >>> len(model.calls)
    1
    """

    def __init__(self, answers: Iterable[Answer] | Callable[[FakeCall], Answer], *, name: str = "fake") -> None:
        self.name = name
        self.calls: list[FakeCall] = []
        self._function = answers if callable(answers) else None
        self._queue: deque[Answer] = deque() if callable(answers) else deque(answers)
        self._lock = threading.Lock()

    def complete(
        self,
        messages: Sequence[Message],
        *,
        response_format: Mapping[str, Any] | None,
        settings: Settings,
        random_seed: int,
    ) -> RawReply:
        """Give the next answer."""
        call = FakeCall(tuple(messages), response_format, settings, random_seed)
        with self._lock:
            self.calls.append(call)
            queued = self._queue.popleft() if self._queue else CallFault("request", "the fake model's queue is empty")
        answer = self._function(call) if self._function else queued
        if isinstance(answer, CallFault):
            raise answer
        return answer if isinstance(answer, RawReply) else RawReply(answer, served_by=self.name)
