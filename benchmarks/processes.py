"""Run a program as a whole process and say what it cost."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

# A process starts with the peak memory of whoever forked it: a small launcher forks, not this program with its tables.
LAUNCHER = """
import json, os, signal, subprocess, sys, time
started = time.monotonic()
process = subprocess.Popen(sys.argv[3:], start_new_session=True)
late = []
def stop(*_):
    late.append(True)
    os.killpg(process.pid, signal.SIGKILL)
signal.signal(signal.SIGALRM, stop)
signal.setitimer(signal.ITIMER_REAL, float(sys.argv[2]))  # 0 is no limit
_, status, usage = os.wait4(process.pid, 0)
signal.setitimer(signal.ITIMER_REAL, 0)
process.returncode = os.waitstatus_to_exitcode(status)
cost = {
    "timed_out": bool(late),
    "exit_status": process.returncode,
    "cpu_seconds": usage.ru_utime + usage.ru_stime,
    "wall_seconds": time.monotonic() - started,
    "peak_mb": usage.ru_maxrss * 1024 / 1e6,  # Linux counts in KiB
}
with open(sys.argv[1], "w") as answer:
    json.dump(cost, answer)
"""


@dataclass(frozen=True)
class Cost:
    """What one process and all its children used.

    `cpu_seconds` is user plus system time, `peak_mb` the largest resident set of any one of them (MB = 10^6 bytes).
    """

    exit_status: int
    cpu_seconds: float
    wall_seconds: float
    peak_mb: float
    timed_out: bool = False


def measure(
    command: Sequence[str | Path],
    *,
    log: Path,
    folder: Path,
    environment: Mapping[str, str] | None = None,
    limit_seconds: float = 0.0,
) -> Cost:
    """Run a command to its end in `folder` and measure it with `wait4`; what it prints goes to `log`.

    The folder must not be the benchmark's own, whose module names would shadow installed packages.
    `environment` is added to this process's own. After `limit_seconds` (0: never) it is killed with its children.
    """
    with log.open("wb") as output, tempfile.TemporaryDirectory() as scratch:
        answer = Path(scratch) / "usage.json"
        subprocess.run(
            [sys.executable, "-I", "-S", "-c", LAUNCHER, answer, str(limit_seconds), *command],
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=folder,
            env={**os.environ, **(environment or {})},
            check=True,
        )
        return Cost(**json.loads(answer.read_text()))
