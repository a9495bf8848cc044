"""One run of the arena: a peer, a case, a random seed, from the training table to the synthetic one.

A run lives in a folder `CASE/PEER/SEED` with `meta.json` (what the peer is told), `synthetic.parquet`, `log.txt` (what
it printed) and `result.json` (cost, settings, versions, or why it failed). A run whose `result.json` is there is not
done again, unless it failed and failures are to be tried again.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import processes
import pyarrow.parquet as pq
from peer_list import HERE, SCRIPTS, Peer


@dataclass(frozen=True)
class Run:
    """Where one run lives."""

    case: str
    peer: str
    random_seed: int
    work: Path

    @property
    def folder(self) -> Path:
        """Folder of the run."""
        return self.work / self.case / self.peer / str(self.random_seed)

    @property
    def training(self) -> Path:
        """The training table that the peer learns from."""
        return self.work / self.case / f"train-{self.random_seed}.parquet"

    @property
    def synthetic(self) -> Path:
        """The table that the peer made."""
        return self.folder / "synthetic.parquet"

    def result(self) -> dict[str, Any] | None:
        """What the run came to, or None where it has not ended."""
        path = self.folder / "result.json"
        return json.loads(path.read_text(encoding="utf-8")) if path.exists() else None


def generate(
    run: Run, peer: Peer, *, python: Path, attributes: Mapping[str, Any], limit_seconds: float, threads: int
) -> dict[str, Any]:
    """Let the peer learn and generate in a process of its own, and write down what it cost or how it failed."""
    run.folder.mkdir(parents=True, exist_ok=True)
    for left in ("synthetic.parquet", "fitted.json", "judgement.json"):
        (run.folder / left).unlink(missing_ok=True)
    n_rows = pq.read_metadata(run.work / run.case / "reference.parquet").num_rows
    meta = {"attributes": attributes, "n_rows": n_rows, "random_seed": run.random_seed}
    meta |= {"peer": peer.name, "kind": peer.kind or peer.name, "options": dict(peer.options)}
    (run.folder / "meta.json").write_text(json.dumps(meta, indent=1) + "\n", encoding="utf-8")
    cost = processes.measure(
        [python, SCRIPTS / peer.script, run.folder.resolve(), run.training.resolve()],
        log=run.folder / "log.txt",
        folder=run.folder,
        environment=_environment(peer, threads),
        limit_seconds=limit_seconds,
    )
    failure = failure_of(run, cost, n_rows=n_rows, limit_seconds=limit_seconds)
    facts = {} if failure else json.loads((run.folder / "fitted.json").read_text(encoding="utf-8"))
    result = {"peer": peer.name, "case": run.case, "random_seed": run.random_seed, "failure": failure}
    result |= {"n_rows": n_rows, "threads": threads, "cost": asdict(cost), **facts}
    unfinished = run.folder / "result.unfinished"
    unfinished.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    unfinished.rename(run.folder / "result.json")
    return result


def _environment(peer: Peer, threads: int) -> dict[str, str]:
    names = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS")
    limits = {name: str(threads) for name in names} | {"CUDA_VISIBLE_DEVICES": ""}
    return limits | ({"PYTHONPATH": str(HERE.parent / "src")} if peer.runs_here else {})


def failure_of(run: Run, cost: processes.Cost, *, n_rows: int, limit_seconds: float) -> str:
    """In words why there is no usable table, "" where there is one."""
    if cost.timed_out:
        return f"not done after {limit_seconds:g} s"
    if cost.exit_status:
        lines = (run.folder / "log.txt").read_text(encoding="utf-8", errors="replace").strip().splitlines()
        return f"exit status {cost.exit_status}: {lines[-1][:300] if lines else 'no message'}"
    if not run.synthetic.exists() or not (run.folder / "fitted.json").exists():
        return "ended without writing a table"
    written = pq.read_metadata(run.synthetic).num_rows
    return "" if written == n_rows else f"wrote {written:,} rows where {n_rows:,} were asked for"
