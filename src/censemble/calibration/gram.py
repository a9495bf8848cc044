"""Gram matrices of many weightings of the same sparse rows in one sparse product: A' diag(w) B for many w."""

from __future__ import annotations

import numpy as np
from scipy import sparse

from censemble.groups import Float, Int


def pair_products(incidence: sparse.csr_array) -> tuple[sparse.csr_array, Int, Int]:
    """Products of all pairs of columns, row by row: Gram matrices of many weightings in one product.

    With P of shape (n_pairs, n_rows), P @ W holds the upper triangles of A' diag(w) A for all columns w of W.

    Returns
    -------
    csr_array of shape (n_pairs, n_rows), and the row and column index of each pair
    """
    k = incidence.shape[1]
    first, second = np.triu_indices(k)
    a, b, row, values = _matched(incidence, incidence)
    keep = a <= b
    place = a * k - a * (a - 1) // 2 + b - a  # of (a, b) in the upper triangle, row by row
    shape = (len(first), incidence.shape[0])
    return sparse.csr_array((values[keep], (place[keep], row[keep])), shape=shape), first, second


def cross_products(left: sparse.csr_array, right: sparse.csr_array) -> sparse.csr_array:
    """Products of each column of one matrix with each of another: C @ W holds A' diag(w) B, flattened, for all w.

    Returns
    -------
    csr_array of shape (n_left * n_right, n_rows)
    """
    a, b, row, values = _matched(left, right)
    shape = (left.shape[1] * right.shape[1], left.shape[0])
    return sparse.csr_array((values, (a * right.shape[1] + b, row)), shape=shape)


def _matched(left: sparse.csr_array, right: sparse.csr_array) -> tuple[Int, Int, Int, Float]:
    """Every pair of stored entries of a row: their columns, the row, and their product."""
    row_of = np.repeat(np.arange(left.shape[0]), np.diff(left.indptr))
    repeats = np.diff(right.indptr)[row_of]
    entry = np.repeat(np.arange(left.nnz), repeats)
    within = np.arange(len(entry)) - np.repeat(np.cumsum(repeats) - repeats, repeats)
    other = right.indptr[row_of[entry]] + within
    columns = left.indices[entry].astype(np.int64), right.indices[other].astype(np.int64)
    return *columns, row_of[entry], left.data[entry] * right.data[other]
