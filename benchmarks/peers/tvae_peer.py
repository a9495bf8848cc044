"""TVAE (Xu et al. 2019) with the defaults of the package `ctgan`: 300 epochs, batches of 500."""

from __future__ import annotations

from typing import Any

import pandas as pd
from ctgan import TVAE
from exchange import Meta, take_part


def fit(train: pd.DataFrame, meta: Meta) -> tuple[Any, dict[str, Any]]:
    """All columns are declared discrete, as the package's manual asks."""
    model = TVAE()
    model.set_random_state(meta["random_seed"])
    model.fit(train, discrete_columns=list(train.columns))
    return model, {"epochs": model.epochs, "batch_size": model.batch_size, "discrete_columns": "all"}


if __name__ == "__main__":
    take_part(fit, lambda model, n: model.sample(n), packages=("ctgan", "torch"))
