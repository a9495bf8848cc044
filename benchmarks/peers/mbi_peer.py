"""mbi (McKenna et al. 2019): a graphical model from two-way margins of the training rows, without noise.

Mirror descent, the estimator that its manual recommends, with the 1,000 iterations of its quick start; 64-bit floats,
as the package itself asks. Which pairs: see `pairs`.
"""

from __future__ import annotations

from typing import Any

import jax
import numpy as np
import pandas as pd
from exchange import Meta, take_part
from pairs import CELL_LIMIT, informative_pairs

jax.config.update("jax_enable_x64", True)
from mbi import Domain, LinearMeasurement, estimation  # noqa: E402

ITERATIONS = 1000


def fit(train: pd.DataFrame, meta: Meta) -> tuple[Any, dict[str, Any]]:
    """Measure every one-way margin and the pairs taken, estimate."""
    attributes = meta["attributes"]
    pairs, cells = informative_pairs(train, attributes)
    domain = Domain(list(attributes), [len(labels) for labels in attributes.values()])
    codes = {name: pd.Categorical(train[name], categories=labels).codes for name, labels in attributes.items()}
    measured = [
        LinearMeasurement(_counts(codes, domain, clique), clique) for clique in [*((a,) for a in attributes), *pairs]
    ]
    model = estimation.MirrorDescent().estimate(domain, measured, known_total=float(len(train)), iters=ITERATIONS)
    settings = {"pairs": len(pairs), "cells": cells, "cell_limit": CELL_LIMIT, "iterations": ITERATIONS, "x64": True}
    return (model, attributes, meta["random_seed"]), settings


def _counts(codes: dict[str, Any], domain: Domain, clique: tuple[str, ...]) -> np.ndarray:
    shape = tuple(domain[name] for name in clique)
    flat = np.ravel_multi_index([codes[name].astype(int) for name in clique], shape)
    return np.bincount(flat, minlength=int(np.prod(shape))).astype(float)


def sample(fitted: Any, n: int) -> pd.DataFrame:
    """The package's own synthetic rows (rounded expected counts); it draws from numpy's global state."""
    model, attributes, random_seed = fitted
    np.random.seed(random_seed)  # noqa: NPY002
    rows = model.synthetic_data(rows=n)
    columns = rows.to_dict() if hasattr(rows, "to_dict") else rows.data
    return pd.DataFrame({name: np.array(labels, dtype=object)[np.asarray(columns[name])]
                         for name, labels in attributes.items()})  # fmt: skip


if __name__ == "__main__":
    take_part(fit, sample, packages=("mbi", "jax", "numpy"))
