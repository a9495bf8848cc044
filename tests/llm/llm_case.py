"""Small questions and a clock that does not wait, shared by the tests of language models."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

from censemble.llm import Clock, Message, Request, Settings

DIGIT = {
    "type": "object",
    "properties": {"n": {"type": "integer", "minimum": 0, "maximum": 9}},
    "required": ["n"],
    "additionalProperties": False,
}
SETTINGS = Settings(max_tokens=20)
REPOSITORY = Path(__file__).resolve().parents[2]


def digit_request(text: str = "A digit?", *, random_seed: int = 0) -> Request:
    """Ask for a digit."""
    return Request([Message("user", text)], DIGIT, "digits", random_seed, SETTINGS)


def digit_requests(n: int) -> list[Request]:
    """Different requests for digits."""
    return [digit_request(f"Digit number {i}?") for i in range(n)]


class StillClock:
    """Time that passes only by waiting, and remembers how long was waited."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.waits: list[float] = []
        self._lock = threading.Lock()

    def wait(self, stop: threading.Event, seconds: float) -> None:
        """Let time pass."""
        with self._lock:
            self.waits.append(seconds)
            self.seconds += seconds

    def clock(self) -> Clock:
        """The same as the client takes it; all jitter is 0.5."""
        begun = datetime(2026, 1, 1, tzinfo=UTC)
        return Clock(lambda: self.seconds, self.wait, lambda: begun + timedelta(seconds=self.seconds), lambda: 0.5)
