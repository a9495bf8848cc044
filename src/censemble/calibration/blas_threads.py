"""Linear algebra on one thread, so that a result does not depend on the machine's number of processors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

from threadpoolctl import threadpool_limits

Decorated = TypeVar("Decorated", bound=Callable[..., Any])


def one_blas_thread(function: Decorated) -> Decorated:
    """Run a function with one BLAS thread: on small matrices threads spin, and may change last digits."""
    return cast(Decorated, threadpool_limits.wrap(limits=1, user_api="blas")(function))
