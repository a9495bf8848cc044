"""Known defects, planted into real rows: a judge must see each of them, and say nothing where nothing is wrong."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd


@dataclass(frozen=True, eq=False)
class Soil:
    """What defects are planted into: fresh real rows, and the tables beside them.

    `first` and `second` are two attributes that go together in reality, with `order` the labels of the first.
    """

    fresh: pd.DataFrame
    train: pd.DataFrame
    reference: pd.DataFrame
    first: str
    second: str
    order: tuple[str, ...]


Defect = Callable[[Soil, np.random.Generator], pd.DataFrame]


def nothing(soil: Soil, rng: np.random.Generator) -> pd.DataFrame:
    """The control: real rows as they are."""
    return soil.fresh


def shuffled_column(soil: Soil, rng: np.random.Generator) -> pd.DataFrame:
    """The second attribute is shuffled: its margin is right, its connections are gone."""
    return soil.fresh.assign(**{soil.second: rng.permutation(soil.fresh[soil.second].to_numpy())})


def impossible_rows(soil: Soil, rng: np.random.Generator, *, share: float = 0.05) -> pd.DataFrame:
    """In 5 % of the rows the second attribute is one that never goes with the first in the reference."""
    counts = pd.crosstab(soil.reference[soil.first], soil.reference[soil.second])
    never = {
        first: counts.columns[row == 0].to_numpy() for first, row in zip(counts.index, counts.to_numpy(), strict=True)
    }
    table = soil.fresh.copy()
    possible = np.flatnonzero([len(never.get(first, ())) > 0 for first in table[soil.first]])
    rows = rng.choice(possible, int(share * len(table)), replace=False)
    made = [rng.choice(never[first]) for first in table[soil.first].to_numpy()[rows]]
    table.iloc[rows, table.columns.get_loc(soil.second)] = made
    return table


def copied_training_rows(soil: Soil, rng: np.random.Generator, *, share: float = 0.2) -> pd.DataFrame:
    """20 % of the rows are copies of training rows."""
    table = soil.fresh.copy()
    rows = rng.choice(len(table), int(share * len(table)), replace=False)
    copies = soil.train.iloc[rng.integers(0, len(soil.train), len(rows))]
    table.iloc[rows] = copies[table.columns].to_numpy()
    return table


def dropped_category(soil: Soil, rng: np.random.Generator) -> pd.DataFrame:
    """The rarest label of the second attribute that has at least 0.5 % of the rows becomes the most frequent one."""
    shares = soil.reference[soil.second].value_counts(normalize=True)
    rare = shares[shares >= 0.005].index[-1]
    return soil.fresh.assign(**{soil.second: soil.fresh[soil.second].replace(rare, shares.index[0])})


def inflated_dependence(soil: Soil, rng: np.random.Generator, *, share: float = 0.3) -> pd.DataFrame:
    """In 30 % of the rows the second attribute is dealt out in the order of the first: margins stay."""
    table = soil.fresh.copy()
    rows = rng.choice(len(table), int(share * len(table)), replace=False)
    place = {label: i for i, label in enumerate(soil.order)}
    by_first = rows[np.argsort([place[label] for label in table[soil.first].to_numpy()[rows]], kind="stable")]
    table.iloc[by_first, table.columns.get_loc(soil.second)] = np.sort(table[soil.second].to_numpy()[rows].astype(str))
    return table


def shifted_margin(soil: Soil, rng: np.random.Generator, *, share: float = 0.1) -> pd.DataFrame:
    """In 10 % of the rows the first attribute is one label further than it should be."""
    further = dict(zip(soil.order, (*soil.order[1:], soil.order[-1]), strict=True))
    labels = soil.fresh[soil.first].to_numpy().copy()
    rows = rng.choice(len(labels), int(share * len(labels)), replace=False)
    labels[rows] = [further[label] for label in labels[rows]]
    return soil.fresh.assign(**{soil.first: labels})


DEFECTS: dict[str, Defect] = {
    "nothing planted": nothing,
    "a shuffled column": shuffled_column,
    "5 % impossible rows": impossible_rows,
    "20 % copied training rows": copied_training_rows,
    "a dropped rare category": dropped_category,
    "an inflated dependence": inflated_dependence,
    "a margin shifted in 10 % of rows": shifted_margin,
}
