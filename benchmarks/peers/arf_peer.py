"""Adversarial random forests (Watson et al. 2023) with the defaults of the package `arfpy`: 30 trees, leaves of 5."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from arfpy import arf
from exchange import Meta, take_part


def fit(train: pd.DataFrame, meta: Meta) -> tuple[Any, dict[str, Any]]:
    """Forest, then densities in its leaves; the package draws from numpy's global state."""
    np.random.seed(meta["random_seed"])  # noqa: NPY002
    frame = train.astype("category")
    model = arf.arf(x=frame, random_state=meta["random_seed"], verbose=False)
    model.forde()
    return model, {"num_trees": model.num_trees, "min_node_size": 5, "delta": 0, "max_iters": 10, "alpha": model.alpha}


if __name__ == "__main__":
    take_part(fit, lambda model, n: model.forge(n=n), packages=("arfpy", "scikit-learn", "pandas", "numpy"))
