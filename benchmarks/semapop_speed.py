"""How fast SemaPop-GAN trains and draws beside CTGAN, in one run: rows a second, as ratios.

    python benchmarks/semapop_speed.py --train train.parquet --ctgan ENVIRONMENT

Both train on the same columns of labels (every column is an attribute), with batches of 500 and two layers of 256, one
critic step for one of the generator, ten records judged together, without a persona: what CTGAN does by default. Rows a
second in training are batch times generator steps over seconds; compiling, CTGAN's preparation of the data, and what it
does between epochs count. Then both draw. ENVIRONMENT is the folder of a Python environment with the package `ctgan`
(benchmarks/peers/requirements/ctgan.txt).
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))

from censemble.generators.semapop.backbone import Block, Lesson, Records
from censemble.generators.semapop.gan import GAN
from censemble.generators.semapop.training_loop import need_jax

BATCH = 500
SETTINGS = {
    "modulation": "none",
    "judgement": "none",
    "batch": BATCH,
    "width": 256,
    "depth": 2,
    "noise": 128,
    "critic_steps": 1,
    "pac": 10,
}
CTGAN_SCRIPT = """
import json, sys, time
import pandas as pd
from ctgan import CTGAN
path, epochs, n_rows, out = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
train = pd.read_parquet(path).astype(object)
model = CTGAN(epochs=epochs)
clock = [(time.perf_counter(), time.process_time())]
model.fit(train, discrete_columns=list(train.columns))
clock.append((time.perf_counter(), time.process_time()))
model.sample(n_rows)
clock.append((time.perf_counter(), time.process_time()))
spent = [[b - a for a, b in zip(one, two)] for one, two in zip(clock, clock[1:])]
rows = epochs * max(len(train) // model._batch_size, 1) * model._batch_size
json.dump({"trained": rows, "drawn": n_rows, "train": spent[0], "draw": spent[1]}, open(out, "w"))
"""
Speeds = dict[str, Any]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--train", type=Path, required=True)
    parser.add_argument("--ctgan", type=Path, required=True, help="folder of a Python environment")
    parser.add_argument("--epochs", type=int, default=20, help="of CTGAN")
    parser.add_argument("--steps", type=int, default=1000, help="of SemaPop-GAN")
    parser.add_argument("--draw", type=int, default=200_000)
    arguments = parser.parse_args()
    theirs = ctgan_speeds(arguments.ctgan, arguments.train, arguments.epochs, arguments.draw)
    frame = pd.read_parquet(arguments.train)
    ours = gan_speeds(frame, arguments.steps, arguments.draw)
    for line in ratios(ours, theirs):
        print(line)
    most = products_speed(sum(frame[name].nunique() for name in frame)) / (theirs["drawn"] / theirs["draw"][0])
    print(f"drawing: with nothing but the matrix products of these widths {most:.1f} times, by the clock")


def ctgan_speeds(environment: Path, train: Path, epochs: int, n_rows: int) -> Speeds:
    """Rows, and wall and processor seconds, of CTGAN in its own environment."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "speeds.json"
        arguments = [str(train), str(epochs), str(n_rows), str(out)]
        subprocess.run([environment / "bin" / "python", "-c", CTGAN_SCRIPT, *arguments], check=True)
        return json.loads(out.read_text(encoding="utf-8"))


def gan_speeds(frame: pd.DataFrame, steps: int, n_rows: int) -> Speeds:
    """The same of SemaPop-GAN; compiling and figures between runs are part of training."""
    model, lesson = GAN(**SETTINGS, steps=steps, run=steps // 2, patience=steps), lesson_of(frame)
    clock = [(time.perf_counter(), time.process_time())]
    model.train(lesson, random_seed=0, progress=lambda phrase, share: None)
    clock.append((time.perf_counter(), time.process_time()))
    model.draw(np.ones((n_rows, 1), np.float32), np.random.default_rng(0))
    clock.append((time.perf_counter(), time.process_time()))
    spent = [[b - a for a, b in zip(one, two, strict=True)] for one, two in pairwise(clock)]
    return {"trained": steps * BATCH, "drawn": n_rows, "train": spent[0], "draw": spent[1]}


def products_speed(n_cells: int, *, batch: int = 4096, seconds: float = 2.0) -> float:
    """Rows a second of the products of matrices that a draw cannot do without: noise, two layers, cells."""
    jax = need_jax()
    sizes = (SETTINGS["noise"], *[SETTINGS["width"]] * SETTINGS["depth"], n_cells)
    rng = np.random.default_rng(0)
    rows = jax.numpy.asarray(rng.standard_normal((batch, sizes[0]), np.float32))
    layers = [jax.numpy.asarray(rng.standard_normal(pair, np.float32)) for pair in pairwise(sizes)]

    @jax.jit
    def products(x: Any, layers: Any) -> Any:
        for layer in layers:
            x = x @ layer
        return x

    products(rows, layers).block_until_ready()
    n, began = 0, time.perf_counter()
    while time.perf_counter() - began < seconds:
        products(rows, layers).block_until_ready()
        n += batch
    return n / (time.perf_counter() - began)


def lesson_of(frame: pd.DataFrame) -> Lesson:
    """All columns as attributes, nine tenths to train on, no personas."""
    columns = [pd.Categorical(frame[name].astype(str)) for name in frame]
    codes = np.stack([column.codes for column in columns], axis=1).astype(np.int16)
    codes = codes[np.random.default_rng(0).permutation(len(codes))]
    sizes = [len(column.categories) for column in columns]
    blocks = tuple(Block(str(n), "persons", str(n), 0, k) for n, k in zip(frame.columns, sizes, strict=True))
    n_kept = len(codes) - len(codes) // 10
    parts = [Records(c, np.ones(len(c)), np.zeros((len(c), 0), np.float32)) for c in (codes[:n_kept], codes[n_kept:])]
    shares = tuple(np.bincount(codes[:, j], minlength=k) / len(codes) for j, k in enumerate(sizes))
    return Lesson(blocks, parts[0], parts[1], shares, loosened=False)


def ratios(ours: Speeds, theirs: Speeds) -> list[str]:
    """Our rows a second over theirs, by the clock and by processor time."""
    lines = []
    for what, rows, name in (("training", "trained", "train"), ("drawing", "drawn", "draw")):
        speeds = [[s[rows] / seconds for seconds in s[name]] for s in (ours, theirs)]
        by = [a / b for a, b in zip(*speeds, strict=True)]
        lines.append(f"{what}: {by[0]:.1f} times CTGAN's rows a second by the clock, {by[1]:.1f} by processor time")
    return lines


if __name__ == "__main__":
    main()
