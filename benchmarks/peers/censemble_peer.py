"""Our own generators, by the same files as everybody else; which one, `meta.json` says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import import_module
from itertools import product
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from exchange import Meta, take_part
from pairs import CELL_LIMIT, informative_pairs

from censemble.expressions import all_of, is_in
from censemble.margins import Cell, Margin
from censemble.pool import Pool
from censemble.schema import Attribute, Schema

GENERATORS = {
    "independent": "Independent",
    "bootstrap": "Bootstrap",
    "hot_deck": "HotDeck",
    "bayesian_network": "BayesianNetwork",
    "maximum_entropy": "MaximumEntropy",
    "semapop": "semapop.population_model:SemaPop",
}
Labels = Mapping[str, Sequence[str]]


def fit(train: pd.DataFrame, meta: Meta) -> tuple[Any, dict[str, Any]]:
    """Learn from the training rows; maximum entropy from tables of them alone."""
    kind, attributes = meta.get("kind", meta["peer"]), meta["attributes"]
    module, _, name = GENERATORS[kind].rpartition(":")
    generator = getattr(import_module(f"censemble.generators.{module or kind}"), name)(**options_of(meta))
    schema = Schema(tuple(Attribute(name, "persons", "categorical", tuple(of)) for name, of in attributes.items()))
    settings: dict[str, Any] = {}
    if kind == "maximum_entropy":
        pairs, cells = informative_pairs(train, attributes)
        settings = {"pairs": len(pairs), "cells": cells, "cell_limit": CELL_LIMIT}
        tables = [margin_of(train, attributes, names) for names in [*((a,) for a in attributes), *pairs]]
        generator.fit(schema, margins=tables)
    else:
        generator.fit(schema, seed_sample=pool_of(train, attributes))
        settings = dict(meta.get("options", {}))
        if kind == "semapop":
            settings["ended"] = generator.curves_.ending
    return (generator, attributes, meta["random_seed"]), settings


def options_of(meta: Meta) -> dict[str, Any]:
    """Options of the generator; SemaPop also takes a random seed to be trained with."""
    given = dict(meta.get("options", {}))
    return given | ({"random_seed": meta["random_seed"]} if meta.get("kind") == "semapop" else {})


def sample(fitted: Any, n: int) -> pd.DataFrame:
    """Draw persons and give them labels."""
    generator, attributes, random_seed = fitted
    pool = generator.sample(n, np.random.default_rng(random_seed))
    return pd.DataFrame(
        {name: np.array(labels, dtype=object)[pool.persons[name]] for name, labels in attributes.items()}
    )


def codes_of(train: pd.DataFrame, attributes: Labels) -> dict[str, np.ndarray]:
    """Position of each label in the code book."""
    return {
        name: pd.Categorical(train[name], categories=list(labels)).codes.astype(np.int64)
        for name, labels in attributes.items()
    }


def pool_of(train: pd.DataFrame, attributes: Labels) -> Pool:
    """Training rows as a seed sample of persons, each of weight 1."""
    n = len(train)
    return Pool(
        households={},
        persons=codes_of(train, attributes),
        offsets=np.arange(n + 1),
        prior_weights=np.ones(n),
        household_ids=pa.array(range(n)),
        household_extra=pa.table({"row": np.arange(n)}).select([]),
        person_extra=pa.table({"row": np.arange(n)}).select([]),
        area_level="",
        area=np.zeros(n, np.int32),
        generator="train",
        record_entity="persons",
    )


def margin_of(train: pd.DataFrame, attributes: Labels, names: Sequence[str]) -> Margin:
    """The counted table of some attributes, every cell a condition on their codes."""
    codes = codes_of(train, {name: attributes[name] for name in names})
    shape = [len(attributes[name]) for name in names]
    counts = np.bincount(np.ravel_multi_index(list(codes.values()), shape), minlength=int(np.prod(shape)))
    cells = [
        Cell(
            ", ".join(attributes[name][code] for name, code in zip(names, at, strict=True)),
            all_of(*(is_in(name, [code]) for name, code in zip(names, at, strict=True))),
            "count",
        )
        for at in product(*(range(k) for k in shape))
    ]
    targets = counts.reshape(1, -1).astype(float)
    return Margin(
        " x ".join(names), "region", "persons", tuple(cells), targets, np.zeros_like(targets), np.ones(len(cells))
    )


if __name__ == "__main__":
    take_part(fit, sample, packages=("numpy", "scipy", "numba", "pandas"))
