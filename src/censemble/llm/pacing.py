"""How many calls at once, and how long to wait after one that failed.

Concurrency follows AIMD (Chiu & Jain 1989, "Analysis of the increase and decrease algorithms for congestion avoidance",
Computer Networks 17(1)): one more after as many successes as there are slots, half after a 429 or a timeout. Waits grow
exponentially with full jitter (a uniform draw between 0 and the bound), or are what the server asks for.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from censemble.llm.exchange import CallFault

SLOWING = {"rate", "busy", "timeout"}
PASSING = {*SLOWING, "connection", "server", "unreadable"}
LONGEST_PAUSE = 120.0  # seconds that one answer can hold all calls


@dataclass(frozen=True)
class Patience:
    """When to try again, and when to give up.

    Parameters
    ----------
    max_attempts : int
        Calls for one answer, >= 1.
    max_timeouts : int
        As many time-outs end it sooner, since each takes the whole time allowed.
    first_wait, longest_wait : float
        Seconds: bound of the first wait, which doubles up to the longest.
    longest_asked : float
        Seconds: a server that asks to wait longer is given up.
    """

    max_attempts: int = 6
    max_timeouts: int = 3
    first_wait: float = 1.0
    longest_wait: float = 30.0
    longest_asked: float = 120.0

    def wait(self, fault: CallFault, failures: int, jitter: float) -> float | None:
        """Seconds to wait before the next attempt; None to give up.

        Parameters
        ----------
        fault : CallFault
            Why the last attempt failed.
        failures : int
            Attempts that have failed so far, >= 1.
        jitter : float
            A uniform draw from [0, 1).

        Examples
        --------
        >>> Patience().wait(CallFault("server", "HTTP 500"), 3, 0.5)
        2.0
        >>> Patience().wait(CallFault("key", "HTTP 401"), 1, 0.5) is None
        True
        """
        most = self.max_timeouts if fault.kind == "timeout" else self.max_attempts
        if fault.kind not in PASSING or failures >= most:
            return None
        if fault.retry_after is not None:
            return fault.retry_after if fault.retry_after <= self.longest_asked else None
        return jitter * float(min(self.longest_wait, self.first_wait * 2.0 ** (failures - 1)))


@dataclass
class Clock:
    """Time, waiting and chance, so that a test can bring its own.

    Parameters
    ----------
    now : callable
        Seconds on a clock that never goes back.
    sleep : callable
        Waits some seconds, or until the event given is set.
    utc : callable
        The date, for what is written into the store.
    jitter : callable
        A uniform draw from [0, 1); nothing that is kept depends on it.
    """

    now: Callable[[], float] = time.monotonic
    sleep: Callable[[threading.Event, float], object] = threading.Event.wait
    utc: Callable[[], datetime] = field(default=lambda: datetime.now(UTC))
    jitter: Callable[[], float] = field(default_factory=lambda: random.Random().random)


class Gate:
    """Lets at most `limit` calls through at once, and nobody before a time that a server asked for.

    Parameters
    ----------
    most : int
        Largest number of calls at once, >= 1; also where it starts.
    clock : Clock
    stop : threading.Event
        Ends all waiting when it is set.
    """

    def __init__(self, most: int, clock: Clock, stop: threading.Event) -> None:
        self.most = most
        self.clock = clock
        self.stop = stop
        self.limit = float(most)
        self._inside = 0
        self._cuts = 0
        self._not_before = 0.0
        self._changed = threading.Condition()

    @contextmanager
    def passage(self) -> Iterator[None]:
        """Hold one slot during a call; how the call ends moves the limit."""
        cuts = self._enter()
        try:
            yield
        except CallFault as fault:
            if fault.kind in SLOWING:
                self._slow_down(cuts, fault.retry_after or 0.0)
            raise
        else:
            with self._changed:
                self.limit = min(float(self.most), self.limit + 1.0 / self.limit)
        finally:
            with self._changed:
                self._inside -= 1
                self._changed.notify_all()

    def _enter(self) -> int:
        with self._changed:
            self._changed.wait_for(lambda: self._inside < max(1, int(self.limit)))
            self._inside += 1
            cuts, pause = self._cuts, self._not_before - self.clock.now()
        if pause > 0:
            self.clock.sleep(self.stop, pause)
        return cuts

    def _slow_down(self, cuts: int, pause: float) -> None:
        with self._changed:
            if cuts == self._cuts:  # calls that were under way together count once
                self.limit = max(1.0, self.limit / 2)
                self._cuts += 1
            self._not_before = max(self._not_before, self.clock.now() + min(pause, LONGEST_PAUSE))


def seconds_asked(header: str | None, now: datetime) -> float | None:
    """Seconds that a Retry-After header asks for; None if it is missing or means nothing.

    RFC 9110, section 10.2.3: whole seconds or a date.

    Examples
    --------
    >>> seconds_asked("7", datetime.now(UTC))
    7.0
    >>> seconds_asked("Wed, 21 Oct 2026 07:28:30 GMT", datetime(2026, 10, 21, 7, 28, tzinfo=UTC))
    30.0
    """
    text = (header or "").strip()
    if text.replace(".", "", 1).isascii() and text.replace(".", "", 1).isdigit() and len(text) < 12:
        return float(text)
    try:
        date = parsedate_to_datetime(text)
    except (ValueError, IndexError, OverflowError):
        return None
    aware = date if date.tzinfo else date.replace(tzinfo=UTC)
    return max(0.0, (aware - now).total_seconds())
