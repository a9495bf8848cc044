"""Run a program as a whole process and say what it cost."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Cost:
    """What one process and all its children used.

    `cpu_seconds` is user plus system time, `peak_mb` the largest resident set of any one of them (MB = 10^6 bytes).
    """

    exit_status: int
    cpu_seconds: float
    wall_seconds: float
    peak_mb: float


def measure(
    command: Sequence[str | Path], *, log: Path, folder: Path, environment: Mapping[str, str] | None = None
) -> Cost:
    """Run a command to its end in `folder` and measure it with `wait4`; what it prints goes to `log`.

    The folder must not be the benchmark's own, whose module names would shadow installed packages.
    `environment` is added to this process's own.
    """
    started = time.monotonic()
    with log.open("wb") as output:
        process = subprocess.Popen(
            [str(part) for part in command],
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=folder,
            env={**os.environ, **(environment or {})},
        )
        _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return Cost(
        exit_status=process.returncode,
        cpu_seconds=usage.ru_utime + usage.ru_stime,
        wall_seconds=time.monotonic() - started,
        peak_mb=usage.ru_maxrss * 1024 / 1e6,  # Linux counts in KiB
    )
