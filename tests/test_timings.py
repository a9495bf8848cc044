"""How long each step took."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from censemble import timings


def test_each_lap_begins_where_the_last_one_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wall and CPU seconds of the steps, in their order, to the millisecond."""
    wall: Iterator[float] = iter([10.0, 12.0, 12.5])
    cpu: Iterator[float] = iter([1.0, 1.2504, 1.2504])
    monkeypatch.setattr(timings.time, "perf_counter", lambda: next(wall))
    monkeypatch.setattr(timings.time, "process_time", lambda: next(cpu))
    clock = timings.Clock()
    clock.lap("read")
    clock.lap("write")
    assert list(clock.laps) == ["read", "write"]
    assert clock.laps == {"read": {"wall_s": 2.0, "cpu_s": 0.25}, "write": {"wall_s": 0.5, "cpu_s": 0.0}}
