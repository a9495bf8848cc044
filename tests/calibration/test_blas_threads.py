"""Linear algebra on one thread."""

from __future__ import annotations

import numpy as np
from threadpoolctl import threadpool_info

from censemble.calibration.blas_threads import one_blas_thread


def n_threads() -> set[int]:
    """Threads of every BLAS that is loaded."""
    return {pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"}


def test_one_thread_inside_and_as_before_outside() -> None:
    """The limit holds while the function runs, and its name and value are kept."""
    np.linalg.solve(np.eye(2), np.ones(2))  # some BLAS is loaded
    before = n_threads()
    limited = one_blas_thread(n_threads)
    assert limited() == {1}
    assert n_threads() == before
    assert limited.__name__ == "n_threads"
