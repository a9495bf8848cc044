"""Rows of a table as a task needs them: a matrix to predict from, and what is to be predicted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from censemble.dataset import Dataset
from censemble.evaluation.comparison.measure import View
from censemble.evaluation.comparison.queries import groups_of
from censemble.evaluation.comparison.row_draws import draw_rows
from censemble.formulas import numbers_of, unavailable
from censemble.query_book import Label, QueryBook, Task
from censemble.schema import Attribute, Entity

MAX_COLUMNS = 50  # of one categorical attribute: its most frequent categories; the others are none of them
_BEYOND = {"<": np.less, "<=": np.less_equal, ">": np.greater, ">=": np.greater_equal}

Floats = NDArray[np.float64]


def absences(task: Task, book: QueryBook, data: Dataset) -> tuple[str, ...]:
    """Name what a table lacks for a task; empty where it can be tried.

    Parameters
    ----------
    task : Task
        Of the book.
    book : QueryBook
        Has the labels.
    data : Dataset
        The table.
    """
    columns = data.columns(task.entity)
    empty = {g.attribute for g in data.gaps if g.whole_attribute}
    needed = [*task.features, *([] if task.predict in book.labels else [task.predict])]
    absent = [name for name in needed if name not in columns or name in empty]
    if task.predict in book.labels:
        absent += unavailable(book.labels[task.predict].value, data)
    return tuple(dict.fromkeys(absent))


def attribute_named(data: Dataset, name: str, entity: Entity) -> Attribute:
    """Attribute of these rows; persons also have those of their household."""
    own = [a for a in data.schema.of(entity) if a.name == name]
    return own[0] if own else data.schema.find("households", name)


def has_classes(task: Task, book: QueryBook, data: Dataset) -> bool:
    """Whether a task predicts classes, not a number."""
    if task.predict in book.labels:
        return bool(book.labels[task.predict].classes)
    return attribute_named(data, task.predict, task.entity).kind != "numeric"


def values_to_predict(task: Task, book: QueryBook, data: Dataset) -> Floats:
    """Class codes, or numbers, of all rows; NaN where there is none (missing, undeclared, infinite).

    Parameters
    ----------
    task : Task
        Of the book.
    book : QueryBook
        Has the labels.
    data : Dataset
        A table without `absences`.
    """
    if task.predict in book.labels:
        label = book.labels[task.predict]
        values = numbers_of(label.value, data)
        values = np.where(np.isfinite(values), values, np.nan)
        return classes_of(values, label) if label.cuts else values
    raw = np.asarray(data.columns(task.entity)[task.predict], dtype=np.float64)
    if attribute_named(data, task.predict, task.entity).kind == "numeric":
        return np.where(np.isfinite(raw), raw, np.nan)
    return np.where(raw < 0, np.nan, raw)


def classes_of(values: Floats, label: Label) -> Floats:
    """Cut numbers into classes: the first cut that holds.

    Examples
    --------
    >>> from censemble.formulas import read_formula
    >>> from censemble.query_book import Cut
    >>> from censemble.schema import Schema
    >>> value = read_formula("1", Schema(()), entity="persons")
    >>> label = Label("l", value, (Cut("high", ">", 1.0), Cut("low", "<", -1.0)), "mid")
    >>> classes_of(np.array([2.0, -3.0, 1.0, np.nan]), label).tolist()
    [0.0, 1.0, 2.0, nan]
    """
    codes = np.full(len(values), float(label.classes.index(label.otherwise)))
    for cut in reversed(label.cuts):
        codes[_BEYOND[cut.operator](values, cut.bound)] = label.classes.index(cut.label)
    return np.where(np.isnan(values), np.nan, codes)


@dataclass(frozen=True, eq=False)
class EncodedAttribute:
    """How one attribute becomes columns, decided on real training rows.

    Parameters
    ----------
    attribute : Attribute
    kept : ndarray of int64
        Categories that have a column each; empty for ordinal attributes and numbers.
    centre, scale : float
        Of positions or numbers, which have one column; where they are missing it is 0 and a second column is 1.
    """

    attribute: Attribute
    kept: NDArray[np.int64]
    centre: float = 0.0
    scale: float = 1.0

    def columns_of(self, raw: NDArray[Any]) -> Floats:
        """Columns of some values, all finite."""
        if self.attribute.kind == "categorical":
            return np.asarray(raw[:, None] == self.kept[None, :], dtype=np.float64)
        numbers = _numbers(raw, self.attribute)
        scaled = np.clip((numbers - self.centre) / self.scale, -20, 20)  # that many deviations stand for infinity
        return np.stack([np.nan_to_num(scaled), np.isnan(numbers).astype(np.float64)], axis=1)


@dataclass(frozen=True, eq=False)
class Encoder:
    """How rows become a matrix.

    Parameters
    ----------
    attributes : tuple of EncodedAttribute
        In the order of the columns.
    """

    attributes: tuple[EncodedAttribute, ...]

    def matrix(self, columns: Mapping[str, NDArray[Any]], rows: NDArray[np.int64]) -> Floats:
        """Encode some rows of a table's columns, shape (n, n_columns)."""
        return np.concatenate([a.columns_of(columns[a.attribute.name][rows]) for a in self.attributes], axis=1)


def encoder_of(data: Dataset, rows: NDArray[np.int64], *, names: Sequence[str], entity: Entity) -> Encoder:
    """Decide the columns.

    Parameters
    ----------
    data : Dataset
        Real records.
    rows : ndarray of int64
        Those that are trained on.
    names : sequence of str
        Attributes to predict from.
    entity : {"households", "persons"}
        What the rows are.
    """
    columns, made = data.columns(entity), []
    for name in names:
        attribute, raw = attribute_named(data, name, entity), columns[name][rows]
        if attribute.kind == "categorical":
            times = np.bincount(raw[raw >= 0], minlength=len(attribute.categories))
            made.append(EncodedAttribute(attribute, np.argsort(-times, kind="stable")[:MAX_COLUMNS]))
            continue
        known = _numbers(raw, attribute)
        known = known[np.isfinite(known)]
        centre, spread = (float(known.mean()), float(known.std())) if len(known) else (0.0, 0.0)
        made.append(EncodedAttribute(attribute, np.zeros(0, np.int64), centre, spread or 1.0))
    return Encoder(tuple(made))


def _numbers(raw: NDArray[Any], attribute: Attribute) -> Floats:
    numbers = np.asarray(raw, dtype=np.float64)
    return numbers if attribute.kind == "numeric" else np.where(numbers < 0, np.nan, numbers)


def drawn_rows(
    task: Task, book: QueryBook, view: View, *, n: int, rng: np.random.Generator, among: NDArray[np.bool_] | None = None
) -> tuple[NDArray[np.int64], Floats]:
    """Draw rows that have something to predict, by weight.

    Parameters
    ----------
    task : Task
        Of the book.
    book : QueryBook
        Has the labels.
    view : View
        A table without `absences`.
    n : int
        Most rows.
    rng : numpy.random.Generator
        Its state decides the draw.
    among : ndarray of bool, optional
        Rows that may be drawn.

    Returns
    -------
    (rows, values) : ndarrays of shape (n_drawn,)
    """
    data = view.dataset
    values = values_to_predict(task, book, data)
    weights = data.household_weights if task.entity == "households" else data.person_weights
    weights = np.where(np.isnan(values) | (False if among is None else ~among), 0.0, weights)
    rows = draw_rows(weights, min(n, int((weights > 0).sum())), rng)
    return rows, values[rows]


def halves_of(view: View, entity: Entity) -> NDArray[np.bool_]:
    """Split the rows of a table in two, households kept whole: those of the even random groups."""
    return np.asarray(groups_of(view, entity) % 2 == 0)
