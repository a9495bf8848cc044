"""Rows as matrices of numbers, as the classifiers of scikit-learn take them.

Categorical attributes stay codes, ordinal ones are their position, numeric ones their raw value: bins would hide
from a classifier what a reader of the table can see.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from censemble.evaluation.comparison.measure import View
from censemble.schema import Attribute

MAX_CATEGORIES = 255  # of one attribute in scikit-learn's gradient boosting
FINITE = 1e300  # stands for infinity, which the classifiers refuse


@dataclass(frozen=True)
class Feature:
    """One column of the matrix.

    Parameters
    ----------
    name : str
    kind : {"categorical", "ordinal", "numeric"}
    line : int
        Line of the attribute in the coded table.
    n_codes : int
        Codes that occur here, for categorical ones.
    kept : ndarray of int64 or None
        New code of each code where rare categories were folded into one; None where none were.
    """

    name: str
    kind: str
    line: int
    n_codes: int
    kept: NDArray[np.int64] | None = None


def features_of(view: View, lines: Sequence[int]) -> tuple[Feature, ...]:
    """Describe the columns for some attributes; categories are folded by their frequency in this table.

    Parameters
    ----------
    view : View
        The real table, whose frequencies decide which categories are rare.
    lines : sequence of int
        Lines of `view.coded`.
    """
    return tuple(_feature(view, line) for line in lines)


def _feature(view: View, line: int) -> Feature:
    coding, attribute = view.coded.codings[line], attribute_of(view, line)
    if attribute.kind != "categorical" or coding.n_codes <= MAX_CATEGORIES:
        return Feature(coding.name, attribute.kind, line, coding.n_codes)
    masses = np.bincount(view.coded.codes[line], weights=view.coded.weights, minlength=coding.n_codes)
    kept = np.full(coding.n_codes, MAX_CATEGORIES - 1)
    kept[np.argsort(-masses, kind="stable")[: MAX_CATEGORIES - 1]] = np.arange(MAX_CATEGORIES - 1)
    return Feature(coding.name, "categorical", line, MAX_CATEGORIES, kept)


def attribute_of(view: View, line: int) -> Attribute:
    """Attribute behind a line of the coded table; a person attribute hides its household's of the same name."""
    name = view.coded.codings[line].name
    own = [a for a in view.dataset.schema.of(view.entity) if a.name == name]
    return own[0] if own else view.dataset.schema.find("households", name)


def matrix_of(view: View, features: Sequence[Feature], rows: NDArray[np.int64]) -> NDArray[np.float64]:
    """Fill the matrix for some rows.

    Parameters
    ----------
    view : View
        The table.
    features : sequence of Feature
        The columns.
    rows : ndarray of int64, shape (n,)
        Which rows.

    Returns
    -------
    ndarray of float64, shape (n, n_features)
        NaN where a numeric value is missing.
    """
    columns = view.dataset.columns(view.entity)
    matrix = np.empty((len(rows), len(features)), order="F")
    for j, feature in enumerate(features):
        matrix[:, j] = _column(view, feature, columns.get(feature.name), rows)
    return matrix


def _column(view: View, feature: Feature, raw: NDArray[Any] | None, rows: NDArray[np.int64]) -> NDArray[Any]:
    if feature.kind == "numeric" and raw is not None:
        return np.clip(raw[rows].astype(np.float64), -FINITE, FINITE)
    codes: NDArray[Any] = view.coded.codes[feature.line, rows]
    return codes if feature.kept is None else feature.kept[codes]


def folding_note(features: Sequence[Feature]) -> str:
    """Say which attributes had rare categories folded; "" if none.

    Examples
    --------
    >>> folding_note([Feature("town", "categorical", 0, 255, np.arange(300))])
    'town: categories beyond the 254 most frequent taken as one'
    """
    names = [f.name for f in features if f.kept is not None]
    return f"{', '.join(names)}: categories beyond the {MAX_CATEGORIES - 1} most frequent taken as one" if names else ""
