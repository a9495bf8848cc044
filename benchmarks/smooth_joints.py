"""How near models of tables come to known densities: interactions in steps against interpolated ones.

    python benchmarks/smooth_joints.py

Four populations of a category and a number with known densities: the prices of the e-commerce records, lognormal
incomes, ages far apart, and ages with a jump at 65 that no interpolation can know. Tables: the number in 48 classes,
category by number in six. Printed: 1,000 KL(truth || model) for exact tables, and its mean over ten samples of 2,000.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import ecommerce
import numpy as np
from numpy.typing import NDArray
from scipy import stats

from censemble.expressions import all_of, always, between, is_in
from censemble.generators.beliefs import product_beliefs
from censemble.generators.junction_tree import junction_tree
from censemble.generators.log_linear import fit
from censemble.generators.region_shares import partitions_of, region_tables
from censemble.generators.tables_model import atoms_by_entity, model_of
from censemble.margins import Cell, Margin
from censemble.schema import Attribute, Schema

Float = NDArray[np.float64]
Cdf = Callable[[Float], Float]
MAIN, SUB = 6, 8


@dataclass(frozen=True)
class Population:
    """Shares of categories, and of each the distribution of the number from `low` to `high`."""

    name: str
    shares: Sequence[float]
    cdfs: Sequence[Cdf]
    low: float
    high: float

    def edges(self) -> Float:
        """Six quantile classes, each in eight equal parts."""
        grid = np.linspace(self.low, self.high, 20_001)
        whole = np.sum([w * cdf(grid) for w, cdf in zip(self.shares, self.cdfs, strict=True)], axis=0)
        mains = np.interp(np.arange(MAIN + 1) / MAIN, whole / whole[-1], grid)
        mains[[0, -1]] = self.low, self.high
        parts = [np.linspace(a, b, SUB + 1)[:-1] for a, b in pairwise(mains)]
        return np.concatenate([*parts, [self.high]])

    def truth(self) -> Float:
        """Shares by category and fine class."""
        found = np.array([w * np.diff(cdf(self.edges())) for w, cdf in zip(self.shares, self.cdfs, strict=True)])
        return found / found.sum()


def normal(mean: float, sd: float, low: float, high: float) -> Cdf:
    """A normal distribution cut at both ends."""
    found = stats.truncnorm((low - mean) / sd, (high - mean) / sd, mean, sd).cdf
    return lambda x: np.asarray(found(x))


def lognormal(mean: float, sd: float) -> Cdf:
    """Of incomes."""
    found = stats.lognorm(sd, scale=np.exp(mean)).cdf
    return lambda x: np.asarray(found(x))


def jump(before: float, after: float) -> Cdf:
    """Even densities before 65 and after."""
    return lambda x: before * np.minimum(x, 65) + after * np.maximum(x - 65, 0)


POPULATIONS = (
    Population("prices", (0.26, 0.25, 0.3, 0.19), [normal(*p, 0, 2000) for p in ecommerce.PRICES.values()], 0, 2000),
    Population("incomes", (0.3, 0.5, 0.2), [lognormal(9.5, 0.9), lognormal(10.3, 0.7), lognormal(11, 0.6)], 0, 6e5),
    Population(
        "ages", (0.45, 0.41, 0.14), [normal(24, 6, 18, 90), normal(38, 15, 18, 90), normal(55, 10, 18, 90)], 18, 90
    ),
    Population("a jump at 65", (0.6, 0.4), [jump(0.01, 0.0005), jump(0.001, 0.01)], 0, 100),
)


def tables(shares: Float, edges: Float) -> tuple[Schema, list[Margin]]:
    """The number in fine classes, category by number in coarse ones."""
    labels = tuple(f"c{k}" for k in range(len(shares)))
    kind = Attribute("kind", "persons", "categorical", labels)
    number = Attribute("number", "persons", "numeric", bins=tuple(edges.tolist()))
    fine = [between("number", a, b, include_high=False) for a, b in pairwise(edges.tolist())]
    coarse = [between("number", a, b, include_high=False) for a, b in pairwise(edges[::SUB].tolist())]
    both = [all_of(is_in("kind", [k]), where) for k in range(len(labels)) for where in coarse]
    counts = shares.reshape(len(labels), MAIN, SUB).sum(axis=2).ravel()
    listed = [
        ("all", [always()], shares.sum(keepdims=True)),
        ("number", fine, shares.sum(axis=0)),
        ("both", both, counts),
    ]
    margins = []
    for name, wheres, values in listed:
        cells = tuple(Cell(f"{name} {i}", where, name) for i, where in enumerate(wheres))
        target = np.asarray(values, dtype=np.float64).reshape(1, -1)
        nothing, one = np.zeros_like(target), np.ones(len(cells))
        margins.append(Margin(name, "zone", "persons", cells, target, nothing, one, is_total=name == "all"))
    return Schema((kind, number)), margins


def models(shares: Float, edges: Float) -> tuple[Float, Float]:
    """Shares of the model in steps, and of the smooth one."""
    schema, margins = tables(shares, edges)
    atoms = atoms_by_entity(schema, margins)["persons"]
    parts = partitions_of(region_tables(margins, atoms), 1.0)
    tree = junction_tree([a.n_atoms for a in atoms], [p.scope for p in parts])
    steps = fit(product_beliefs(tree, [a.measure for a in atoms]), parts).beliefs.marginal((0, 1))
    return steps, model_of(atoms, margins).beliefs.marginal((0, 1))


def divergence(truth: Float, found: Float) -> float:
    """1,000 KL(truth || found); what a sample left empty counts as 1e-12."""
    held = truth > 0
    return float(1000 * (truth[held] * np.log(truth[held] / np.maximum(found[held], 1e-12))).sum())


def rows(*, n_samples: int = 10, n: int = 2_000) -> list[tuple[str, Float, Float]]:
    """Of each population the divergences (steps, smooth) of exact tables, and the mean over samples."""
    found = []
    for population in POPULATIONS:
        rng = np.random.default_rng(0)
        truth, edges = population.truth(), population.edges()
        exact = [divergence(truth, model) for model in models(truth, edges)]
        drawn = [rng.multinomial(n, truth.ravel()).reshape(truth.shape) / n for _ in range(n_samples)]
        sampled = np.array([[divergence(truth, model) for model in models(shares, edges)] for shares in drawn])
        found.append((population.name, np.array(exact), sampled.mean(axis=0)))
    return found


def main() -> None:
    print("| | exact tables: steps | smooth | of 2,000 records: steps | smooth |\n|---|---|---|---|---|")
    for name, exact, sampled in rows():
        print(f"| {name} | " + " | ".join(f"{value:.1f}" for value in (*exact, *sampled)) + " |")


if __name__ == "__main__":
    main()
