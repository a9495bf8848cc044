"""TabDDPM (Kotelnikov et al. 2023) as the package `synthcity` has it, at the cheap end of its authors' grid.

The defaults (1,000 epochs, 1,000 diffusion steps) take 80 CPU minutes to learn and draw the Census-income case. The
authors' grid is 5,000 to 20,000 training iterations and 100 or 1,000 diffusion steps: 5,000 and 100 are taken here.
"""

from __future__ import annotations

import math
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
import torch
from exchange import Meta, take_part
from synthcity.plugins.core.models import tabular_ddpm

ITERATIONS, DIFFUSION_STEPS, BATCH = 5000, 100, 1024
NETWORK = {"n_layers_hidden": 3, "n_units_hidden": 256, "dropout": 0.0}  # the package's documented default


def fit(train: pd.DataFrame, meta: Meta) -> tuple[Any, dict[str, Any]]:
    """Learn from codes; the package takes more than 10 labels for a number, so its limit is lifted."""
    torch.manual_seed(meta["random_seed"])
    np.random.seed(meta["random_seed"])  # noqa: NPY002
    tabular_ddpm.discrete_columns = partial(tabular_ddpm.discrete_columns, max_classes=len(train))
    labels = {name: np.unique(train[name]) for name in train.columns}
    codes = pd.DataFrame({name: np.searchsorted(seen, train[name]) for name, seen in labels.items()})
    epochs = math.ceil(ITERATIONS / math.ceil(len(train) / BATCH))
    model = tabular_ddpm.TabDDPM(
        n_iter=epochs,
        batch_size=BATCH,
        num_timesteps=DIFFUSION_STEPS,
        model_params=dict(NETWORK),
        device=torch.device("cpu"),
    )
    model.fit(codes)
    settings = {"epochs": epochs, "batch_size": BATCH, "num_timesteps": DIFFUSION_STEPS, "lr": model.lr} | NETWORK
    return (model, labels), settings


def sample(fitted: Any, n: int) -> pd.DataFrame:
    """Draw codes, give labels."""
    model, labels = fitted
    codes = model.generate(n)
    return pd.DataFrame({name: seen[codes[name].astype(int)] for name, seen in labels.items()})


if __name__ == "__main__":
    take_part(fit, sample, packages=("synthcity", "torch"))
