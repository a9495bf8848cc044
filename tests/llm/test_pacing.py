"""How many calls at once, and how long to wait."""

from __future__ import annotations

import threading
from datetime import UTC, datetime

import pytest
from llm_case import StillClock

from censemble.llm import CallFault, Patience
from censemble.llm.exchange import FaultKind
from censemble.llm.pacing import Gate, seconds_asked

NOW = datetime(2026, 10, 21, 7, 28, tzinfo=UTC)


def test_waits_double_up_to_a_bound() -> None:
    """Half of 1, 2, 4, 8, 16 seconds for a jitter of one half, then the end."""
    waits = [Patience().wait(CallFault("server", ""), n, 0.5) for n in range(1, 7)]
    assert waits == [0.5, 1.0, 2.0, 4.0, 8.0, None]
    assert Patience(max_attempts=99).wait(CallFault("rate", ""), 50, 0.5) == 15.0


@pytest.mark.parametrize("kind", ["request", "key", "absent"])
def test_what_does_not_pass_is_not_waited_for(kind: FaultKind) -> None:
    """Waiting does not make a wrong key right."""
    assert Patience().wait(CallFault(kind, ""), 1, 0.5) is None


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("7", 7.0),
        ("0.5", 0.5),
        ("Wed, 21 Oct 2026 07:28:30 GMT", 30.0),
        ("Wed, 21 Oct 2026 07:00:00 GMT", 0.0),
        (None, None),
        ("", None),
        ("soon", None),
        ("-3", None),
        ("9" * 400, None),
        ("²", None),
        ("Wed, 99 Oct 2026 07:28:30 GMT", None),
    ],
)
def test_retry_after_is_seconds_or_a_date(header: str | None, seconds: float | None) -> None:
    """And means nothing otherwise."""
    assert seconds_asked(header, NOW) == seconds


def fail(gate: Gate, fault: CallFault) -> None:
    """One call that fails."""
    with pytest.raises(CallFault), gate.passage():
        raise fault


def test_the_limit_halves_and_recovers() -> None:
    """8, 4, 2, 1 after refusals and never less; one more after as many successes as there are slots."""
    gate = Gate(8, StillClock().clock(), threading.Event())
    limits = []
    for _ in range(4):
        fail(gate, CallFault("rate", ""))
        limits.append(gate.limit)
    assert limits == [4.0, 2.0, 1.0, 1.0]
    with gate.passage():
        pass
    assert gate.limit == 2.0
    for _ in range(200):
        with gate.passage():
            pass
    assert gate.limit == 8.0


def test_calls_under_way_together_count_once() -> None:
    """A server that refuses four calls at once is not asked sixteen times slower."""
    gate = Gate(8, StillClock().clock(), threading.Event())
    with pytest.raises(CallFault), gate.passage():
        fail(gate, CallFault("timeout", ""))
        raise CallFault("timeout", "")
    assert gate.limit == 4.0


def test_other_faults_do_not_slow_down() -> None:
    """A broken connection says nothing about how busy the server is."""
    gate = Gate(4, StillClock().clock(), threading.Event())
    fail(gate, CallFault("connection", ""))
    assert gate.limit == 4.0


def test_a_wait_that_was_asked_for_holds_all() -> None:
    """The next call, whoever makes it, comes after the time that the server asked for."""
    time = StillClock()
    gate = Gate(4, time.clock(), threading.Event())
    fail(gate, CallFault("rate", "", retry_after=9.0))
    with gate.passage():
        assert time.seconds == 9.0


def test_no_more_than_the_limit_are_inside() -> None:
    """Twelve threads, three slots."""
    gate = Gate(3, StillClock().clock(), threading.Event())
    inside, most, lock = 0, 0, threading.Lock()
    begin = threading.Barrier(12)

    def call() -> None:
        nonlocal inside, most
        begin.wait()
        with gate.passage():
            with lock:
                inside += 1
                most = max(most, inside)
            with lock:
                inside -= 1

    threads = [threading.Thread(target=call) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most <= 3
