"""private-pgm (mbi) asked from a process of its own, because JAX forbids that a process it is loaded in ever forks.

Reads JSON on standard input: names, sizes, tables (scope and shares), cliques. Writes the cliques' marginals.
"""

from __future__ import annotations

import json
import sys
import warnings
from typing import Any

import numpy as np


def marginals(asked: dict[str, Any]) -> list[list[float]]:
    """Marginals of the cliques that mbi estimates from the tables, in double precision."""
    warnings.simplefilter("ignore")
    import jax  # noqa: PLC0415

    jax.config.update("jax_enable_x64", True)
    import mbi  # noqa: PLC0415

    measured = [mbi.LinearMeasurement(np.array(t["shares"]), tuple(t["scope"])) for t in asked["tables"]]
    domain = mbi.Domain(asked["names"], asked["sizes"])
    model = mbi.estimation.MirrorDescent().estimate(domain, measured, known_total=1.0, iters=20_000)
    return [np.asarray(model.project(tuple(c)).datavector()).ravel().tolist() for c in asked["cliques"]]


if __name__ == "__main__":
    json.dump(marginals(json.load(sys.stdin)), sys.stdout)
