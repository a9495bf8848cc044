"""A network over four attributes that is known exactly: its joint table, and records drawn from it."""

from __future__ import annotations

from itertools import product

import numpy as np
from numpy.typing import NDArray

SIZES = (2, 3, 2, 3)
A = np.array([0.6, 0.4])
B_GIVEN_A = np.array([[0.7, 0.2, 0.1], [0.1, 0.3, 0.6]])
C_GIVEN_A = np.array([[0.9, 0.1], [0.3, 0.7]])
D_GIVEN_BC = np.array(
    [[[0.8, 0.2, 0.0], [0.1, 0.1, 0.8]], [[0.3, 0.4, 0.3], [0.0, 1.0, 0.0]], [[0.2, 0.2, 0.6], [1, 0, 0]]]
)


def joint() -> NDArray[np.float64]:
    """Probability of every combination, shape SIZES."""
    table = np.zeros(SIZES)
    for a, b, c, d in product(*(range(n) for n in SIZES)):
        table[a, b, c, d] = A[a] * B_GIVEN_A[a, b] * C_GIVEN_A[a, c] * D_GIVEN_BC[b, c, d]
    return table


def records(n: int, *, state: int = 99) -> NDArray[np.int16]:
    """Draw records from the joint table, shape (4, n)."""
    table = joint()
    cells = np.random.default_rng(state).choice(table.size, n, p=table.ravel())
    return np.stack(np.unravel_index(cells, SIZES)).astype(np.int16)
