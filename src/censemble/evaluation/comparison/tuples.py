"""Whole rows as numbers: rows with the same codes in all attributes get the same one, exactly, in any tables."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from censemble.coding import CodedTable

LARGEST = 1 << 62  # mixed-radix numbers stay below


def tuple_numbers(tables: Sequence[CodedTable], lines: Sequence[int]) -> tuple[list[NDArray[np.int64]], int]:
    """Number the distinct tuples of codes over all tables.

    A mixed-radix number holds as many attributes as fit into 62 bits; before it would overflow, the numbers that
    occur are renumbered from 0. There are no collisions, unlike with a hash.

    Parameters
    ----------
    tables : sequence of CodedTable
        With the same codings.
    lines : sequence of int
        Attributes that make the tuple; at least one.

    Returns
    -------
    numbers : list of ndarray of int64, shape (n_rows,)
        For each table the number of each row, 0..n_tuples-1.
    n_tuples : int

    Examples
    --------
    >>> from censemble.coding import Coding
    >>> yes_no = tuple(Coding(name, ("no", "yes", "(missing)", "(not declared)")) for name in "ab")
    >>> first = CodedTable(yes_no, np.array([[0, 1], [1, 1]], np.int16), np.ones(2))
    >>> second = CodedTable(yes_no, np.array([[1, 0], [1, 0]], np.int16), np.ones(2))
    >>> numbers, n = tuple_numbers([first, second], [0, 1])
    >>> [x.tolist() for x in numbers], n
    ([[1, 2], [2, 0]], 3)
    """
    numbers = np.zeros(sum(t.n_rows for t in tables), np.int64)
    size = 1
    for line in lines:
        n_codes = tables[0].codings[line].n_codes
        if size * n_codes >= LARGEST:
            numbers, size = _renumbered(numbers)
        numbers = numbers * n_codes + np.concatenate([t.codes[line] for t in tables])
        size *= n_codes
    numbers, size = _renumbered(numbers)
    return np.split(numbers, np.cumsum([t.n_rows for t in tables])[:-1]), size


def _renumbered(numbers: NDArray[np.int64]) -> tuple[NDArray[np.int64], int]:
    distinct, places = np.unique(numbers, return_inverse=True)
    return places.astype(np.int64).ravel(), len(distinct)
