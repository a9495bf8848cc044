"""The MOSTLY AI engine's TabularARGN (Tiwald et al. 2025), local, with its defaults: medium model, early stopping."""

from __future__ import annotations

from typing import Any

import pandas as pd
from exchange import Meta, take_part
from mostlyai.engine import TabularARGN


def fit(train: pd.DataFrame, meta: Meta) -> tuple[Any, dict[str, Any]]:
    """All columns are declared categorical; left to itself the engine reads digits as numbers."""
    encoding = dict.fromkeys(train.columns, "TABULAR_CATEGORICAL")
    model = TabularARGN(tgt_encoding_types=encoding, random_state=meta["random_seed"], device="cpu")
    model.fit(train)
    return model, {"model": "MOSTLY_AI/Medium", "max_epochs": model.max_epochs, "value_protection": True}


if __name__ == "__main__":
    take_part(fit, lambda model, n: model.sample(n), packages=("mostlyai-engine", "torch"))
