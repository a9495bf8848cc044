"""How long each step took: the manifest's timings."""

from __future__ import annotations

import time


class Clock:
    """Wall and CPU seconds of each step, from one `lap` to the next."""

    def __init__(self) -> None:
        self.laps: dict[str, dict[str, float]] = {}
        self._at = (time.perf_counter(), time.process_time())

    def lap(self, name: str) -> None:
        """End a step that began where the last one ended."""
        now = (time.perf_counter(), time.process_time())
        self.laps[name] = {"wall_s": round(now[0] - self._at[0], 3), "cpu_s": round(now[1] - self._at[1], 3)}
        self._at = now
