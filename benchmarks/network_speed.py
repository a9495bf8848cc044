"""How fast the Bayesian network learns and draws, and how well: seconds, rows a second, size of the saved folder.

    python benchmarks/network_speed.py
    python benchmarks/network_speed.py --reference reference.parquet --train train.parquet --test test.parquet

Without tables it makes 13 attributes that depend on one another. With them (columns of labels; every column is an
attribute) it also prints fidelity of as many drawn rows as the reference has, beside a bootstrap of the training
sample: SRMSE over all two-way tables in Kim and Bansal's form, precision, recall and F1 over whole records, rows with
a pair of values that the reference never has, and the mean log-likelihood of the test records.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))

from censemble.generators import BayesianNetwork, Bootstrap, Generator
from censemble.generators.forests import class_shares
from censemble.generators.network import Network
from censemble.generators.proposals import numbered, person_pool
from censemble.pool import Pool
from censemble.schema import Attribute, Schema

Codes = NDArray[np.int64]
FLOOR = 1e-5  # share of a code that no training record had, so that a log-likelihood exists


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("reference", "train", "test"):
        parser.add_argument(f"--{name}", type=Path)
    parser.add_argument("--columns", nargs="*", help="attributes to use; all by default")
    for name in ("n-trees", "min-gain", "concentration"):
        parser.add_argument(f"--{name}", type=int if name == "n-trees" else float)
    parser.add_argument("--rows", type=int, default=50_000)
    parser.add_argument("--draw", type=int, default=1_000_000)
    arguments = parser.parse_args()
    tables = [t for t in (arguments.reference, arguments.train, arguments.test) if t]
    if len(tables) == 3:
        frames = [pd.read_parquet(t)[arguments.columns or slice(None)].astype(str) for t in tables]
        schema, (reference, train, test) = coded(frames)
    else:
        schema, train = made_up(arguments.rows)
        reference = test = None
    given = {name: getattr(arguments, name) for name in ("n_trees", "min_gain", "concentration")}
    options = {name: value for name, value in given.items() if value is not None}
    network = speed(schema, train, arguments.draw, options)
    if reference is not None:
        for generator in (network, Bootstrap().fit(schema, seed_sample=pool_of(schema, train))):
            print(f"{generator.name}: {fidelity(generator, schema, reference)}")
        print(f"mean log-likelihood of the test records: {likelihood(network, test):.3f}")


def coded(frames: list[pd.DataFrame]) -> tuple[Schema, list[Codes]]:
    """Labels of all tables as codes, shape (n_attributes, n_rows) each."""
    attributes, lines = [], []
    for name in frames[0].columns:
        labels = sorted(set().union(*(set(f[name]) for f in frames)))
        attributes.append(Attribute(name, "persons", "categorical", tuple(labels)))
        code = {label: i for i, label in enumerate(labels)}
        lines.append([f[name].map(code).to_numpy() for f in frames])
    return Schema(tuple(attributes)), [np.stack([line[k] for line in lines]) for k in range(len(frames))]


def made_up(n: int) -> tuple[Schema, Codes]:
    """Thirteen attributes of 2 to 24 codes, each leaning on two earlier ones."""
    rng = np.random.default_rng(0)
    sizes = (10, 9, 17, 7, 24, 5, 2, 8, 6, 8, 7, 5, 6)
    lines: list[Codes] = []
    for i, size in enumerate(sizes):
        lean = (
            sum((lines[(i * k) % i] * (k + 2) for k in (1, 2)), np.zeros(n, np.int64)) if i else np.zeros(n, np.int64)
        )
        noise = np.floor(rng.gamma(1.0, 1.5, n)).astype(np.int64)
        lines.append((lean + noise) % size)
    names = [f"attribute {i + 1}" for i in range(len(sizes))]
    schema = Schema(
        tuple(
            Attribute(a, "persons", "categorical", tuple(map(str, range(k)))) for a, k in zip(names, sizes, strict=True)
        )
    )
    return schema, np.stack(lines)


def pool_of(schema: Schema, codes: Codes) -> Pool:
    """Records of equal weight."""
    columns = {a.name: line for a, line in zip(schema.attributes, codes, strict=True)}
    n = codes.shape[1]
    return person_pool(columns, ids=numbered("p", n), total_weight=float(n), generator="sample")


def speed(schema: Schema, train: Codes, n_draw: int, options: dict[str, Any]) -> BayesianNetwork:
    """Print seconds of learning, drawing, saving and loading; kernels are compiled before."""
    BayesianNetwork(n_trees=1).fit(schema, seed_sample=pool_of(schema, train[:, :200])).sample(
        10, np.random.default_rng(0)
    )
    clock = [time.perf_counter(), time.process_time()]

    def lap(what: str) -> None:
        now = [time.perf_counter(), time.process_time()]
        print(f"{what}: {now[0] - clock[0]:.1f} s ({now[1] - clock[1]:.1f} CPU seconds)")
        clock[:] = now

    pool = pool_of(schema, train)
    clock[:] = [time.perf_counter(), time.process_time()]
    network = BayesianNetwork(**options).fit(schema, seed_sample=pool)
    lap(f"learn {train.shape[1]:,} x {len(train)}")
    network.sample(n_draw, np.random.default_rng(1))
    lap(f"draw {n_draw:,} records")
    with tempfile.TemporaryDirectory() as folder:
        network.save(folder)
        size = sum(p.stat().st_size for p in Path(folder).iterdir())
        lap(f"save {size / 1e6:.1f} MB")
        BayesianNetwork.load(folder)
        lap("load")
    return network


def fidelity(generator: Generator, schema: Schema, reference: Codes) -> str:
    """Figures of as many records as the reference has."""
    made = generator.sample(reference.shape[1], np.random.default_rng(2))
    drawn = np.stack([made.persons[a.name] for a in schema.attributes])
    sizes = [a.n_codes for a in schema.attributes]
    keys = [record_keys(table, sizes) for table in (drawn, reference)]
    precision, recall = np.isin(keys[0], keys[1]).mean(), np.isin(keys[1], keys[0]).mean()
    squares, cells, never = 0.0, 0, np.zeros(drawn.shape[1], bool)
    for i, j in combinations(range(len(sizes)), 2):
        pair = [table[i] * sizes[j] + table[j] for table in (drawn, reference)]
        shares = [np.bincount(p, minlength=sizes[i] * sizes[j]) / len(p) for p in pair]
        squares, cells = squares + ((shares[0] - shares[1]) ** 2).sum(), cells + len(shares[0])
        never |= (shares[1] == 0)[pair[0]]
    n_pairs = len(sizes) * (len(sizes) - 1) / 2
    srmse = np.sqrt(squares / cells) / (n_pairs / cells)
    f1 = 2 * precision * recall / (precision + recall)
    return (
        f"precision {100 * precision:.1f}, recall {100 * recall:.1f}, F1 {100 * f1:.1f}, two-way SRMSE {srmse:.4f}, "
        f"rows with a pair that never occurs {100 * never.mean():.2f} %"
    )


def record_keys(codes: Codes, sizes: list[int]) -> NDArray[np.uint64]:
    """One number for each whole record."""
    keys = np.zeros(codes.shape[1], np.uint64)
    for line, size in zip(codes, sizes, strict=True):
        keys = keys * np.uint64(size) + line.astype(np.uint64)
    return keys


def likelihood(generator: BayesianNetwork, codes: Codes) -> float:
    """Mean log-likelihood of records, nats; codes that no training record had get the floor."""
    model: Any = generator.model_
    network: Network = model.network
    places = [np.searchsorted(known.seen, line) for known, line in zip(model.persons, codes, strict=True)]
    unseen = [~np.isin(line, known.seen) for known, line in zip(model.persons, codes, strict=True)]
    lines = np.stack([np.minimum(p, k.n_codes - 1) for p, k in zip(places, model.persons, strict=True)]).astype(
        np.int16
    )
    total = np.zeros(codes.shape[1])
    for place, line in enumerate(network.order):
        features = np.ascontiguousarray(lines[list(network.features(place))])
        shares = class_shares(network.forests[place], features, lines[line])
        total += np.log(np.where(unseen[line], FLOOR, np.maximum(shares, FLOOR)))
    return float(total.mean())


if __name__ == "__main__":
    main()
