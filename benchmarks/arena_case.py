"""A case of the arena: a reference population, fresh real rows, and how training rows are drawn."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd


@dataclass(frozen=True)
class Bands:
    """Labels of a number cut into bands; band i is from edge i to below edge i+1, the last one has no upper end."""

    edges: tuple[int, ...]
    labels: tuple[str, ...]

    def of(self, values: pd.Series) -> Any:
        """Label of each value; values must not lie below the first edge."""
        numbers = values.astype(int).to_numpy()
        if numbers.min() < self.edges[0]:
            raise ValueError(f"{values.name}: {numbers.min()} lies below the first edge, {self.edges[0]}")
        return np.array(self.labels, dtype=object)[np.searchsorted(self.edges, numbers, side="right") - 1]


@dataclass(frozen=True, eq=False)
class ArenaCase:
    """Tables of labels that every peer and the judge get alike.

    `attributes` holds the labels of each attribute in order (the code book, the same for all), `ordered` the names of
    those whose order means something; `training` draws the rows that peers learn from, for a random seed.
    """

    name: str
    says: str
    reference: pd.DataFrame
    holdout: pd.DataFrame
    training: Callable[[int], pd.DataFrame]
    attributes: Mapping[str, tuple[str, ...]]
    ordered: frozenset[str]


def code_book(tables: Iterable[pd.DataFrame], declared: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """Labels of every attribute: those declared first, then others that occur, by alphabet, whole numbers by size."""
    frames = list(tables)
    book = {}
    for name in frames[0].columns:
        seen = set().union(*(frame[name].unique() for frame in frames))
        first = declared.get(name, ())
        book[name] = (*first, *sorted(seen.difference(first), key=_by_size))
    return book


def _by_size(label: str) -> tuple[int, int, str]:
    return (0, int(label), label) if label.isdigit() else (1, 0, label)


def schema_text(case: ArenaCase) -> str:
    """The code book as a schema file of `censemble compare` (JSON is YAML)."""
    persons = {
        name: {
            "column": name,
            "kind": "ordinal" if name in case.ordered else "categorical",
            "categories": {label: label for label in labels},
        }
        for name, labels in case.attributes.items()
    }
    return json.dumps({"entity": "persons", "attributes": {"persons": persons}}, indent=1) + "\n"


def write_case(case: ArenaCase, folder: Path, random_seeds: Iterable[int]) -> None:
    """Put reference, holdout, schema and one training table for each random seed into a folder, once."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "schema.yaml").write_text(schema_text(case), encoding="utf-8")
    _write_once(case.reference, folder / "reference.parquet")
    _write_once(case.holdout, folder / "holdout.parquet")
    for random_seed in random_seeds:
        path = folder / f"train-{random_seed}.parquet"
        if not path.exists():
            _write_once(case.training(random_seed), path)


def _write_once(table: pd.DataFrame, path: Path) -> None:
    """Write under a temporary name and rename, so that an interrupted run leaves no half of a table."""
    if not path.exists():
        unfinished = path.with_suffix(".unfinished")
        table.reset_index(drop=True).to_parquet(unfinished, index=False)
        unfinished.rename(path)
