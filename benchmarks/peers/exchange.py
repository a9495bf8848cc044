"""How a peer takes part: files in, files out, the clock read in between.

A peer is a script that calls `take_part(fit, sample, packages=...)` and is run as ``python peers/x_peer.py FOLDER
TRAIN``. FOLDER holds `meta.json` (code book, number of rows, random seed); the script writes `synthetic.parquet` and
`fitted.json` there. Whatever goes wrong ends it with a traceback, which the arena reports as the failure.

This module and the scripts beside it run in the peers' own environments: numpy, pandas and pyarrow at most.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pandas as pd

Meta = Mapping[str, Any]
Fit = Callable[[pd.DataFrame, Meta], tuple[Any, dict[str, Any]]]
Sample = Callable[[Any, int], pd.DataFrame]


def take_part(fit: Fit, sample: Sample, *, packages: Sequence[str]) -> None:
    """Read, fit, sample, write.

    `fit` gives a model and the settings that differ from the peer's defaults (or fix them), `sample` a table of labels;
    `packages` are the distributions whose versions matter.
    """
    folder, training = Path(sys.argv[1]), Path(sys.argv[2])
    meta = json.loads((folder / "meta.json").read_text(encoding="utf-8"))
    train = pd.read_parquet(training).astype(object)
    (model, settings), fitting = _timed(lambda: fit(train, meta))
    synthetic, sampling = _timed(lambda: sample(model, meta["n_rows"]))
    _write(synthetic, train.columns, folder)
    facts = {
        "versions": {name: version(name) for name in packages} | {"python": sys.version.split()[0]},
        "settings": settings,
        "fit": fitting,
        "sample": sampling,
    }
    (folder / "fitted.json").write_text(json.dumps(facts, indent=1) + "\n", encoding="utf-8")


def _timed(work: Callable[[], Any]) -> tuple[Any, dict[str, float]]:
    """Result, wall and CPU seconds (all threads, and children that have ended)."""
    clock, before = time.perf_counter(), os.times()
    result = work()
    after = os.times()
    cpu = sum(after[:4]) - sum(before[:4])  # user and system, own and children's
    return result, {"seconds": time.perf_counter() - clock, "cpu_seconds": cpu}


def _write(synthetic: pd.DataFrame, columns: pd.Index, folder: Path) -> None:
    labels = synthetic[list(columns)].astype("string")
    labels.reset_index(drop=True).to_parquet(folder / "synthetic.parquet", index=False)
