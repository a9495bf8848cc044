"""Ages and positions of the members of a household, from the attributes that have these roles."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from censemble.dataset import Dataset


def ages_of(data: Dataset) -> tuple[NDArray[np.float64], str]:
    """Ages of all persons, NaN where not known; and why they cannot be had, or "".

    Parameters
    ----------
    data : Dataset
        Its schema says which attribute is the age: numeric, or ordinal with numbers as labels.

    Returns
    -------
    ages : ndarray of shape (n_persons,), years
    why : str
        A sentence where no age is declared or the table has none.
    """
    name, unknown = data.schema.roles.age, np.full(data.n_rows("persons"), np.nan)
    if not name:
        return unknown, "No attribute is declared as the age: say `roles: {age: ...}` in the schema file."
    if name not in data.persons:
        return unknown, f"The table has no {name!r}."
    attribute, values = data.schema.find("persons", name), data.persons[name]
    if attribute.kind == "numeric":
        return np.where(np.isfinite(values), values, np.nan), ""
    of_label = np.array([_number(label) for label in attribute.categories] + [np.nan])
    return of_label[np.where(values < 0, len(of_label) - 1, values)], ""


def plays(data: Dataset, labels: tuple[str, ...]) -> NDArray[np.bool_]:
    """Whether each person's relationship is one of the labels, shape (n_persons,); nobody where it is not there."""
    name = data.schema.roles.relationship
    if not name or name not in data.persons:
        return np.zeros(data.n_rows("persons"), dtype=bool)
    categories = data.schema.find("persons", name).categories
    wanted = [i for i, label in enumerate(categories) if label in labels]
    return np.isin(data.persons[name], wanted)


def _number(label: str) -> float:
    try:
        return float(label)
    except ValueError:
        return np.nan
