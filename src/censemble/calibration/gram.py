"""Gram matrices of many weightings of the same sparse rows in one sparse product."""

from __future__ import annotations

import numpy as np
from scipy import sparse

from censemble.groups import Int


def pair_products(incidence: sparse.csr_array) -> tuple[sparse.csr_array, Int, Int]:
    """Products of all pairs of columns, row by row: Gram matrices of many weightings in one product.

    With P of shape (n_pairs, n_rows), P @ W holds the upper triangles of A' diag(w) A for all columns w of W.

    Returns
    -------
    csr_array of shape (n_pairs, n_rows), and the row and column index of each pair
    """
    k = incidence.shape[1]
    first, second = np.triu_indices(k)
    pair_id = np.zeros((k, k), np.int64)
    pair_id[first, second] = np.arange(len(first))
    counts = np.diff(incidence.indptr)
    row_of = np.repeat(np.arange(incidence.shape[0]), counts)
    repeats = counts[row_of]
    left = np.repeat(np.arange(incidence.nnz), repeats)
    within = np.arange(len(left)) - np.repeat(np.cumsum(repeats) - repeats, repeats)
    right = incidence.indptr[row_of[left]] + within
    a, b = incidence.indices[left], incidence.indices[right]
    keep = a <= b
    values = (incidence.data[left] * incidence.data[right])[keep]
    pairs = sparse.csr_array(
        (values, (pair_id[a[keep], b[keep]], row_of[left][keep])), shape=(len(first), incidence.shape[0])
    )
    return pairs, first, second
