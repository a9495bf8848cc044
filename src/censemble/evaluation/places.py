"""How many of the population are at each place that an attribute names: where trips end, where people work."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from censemble.pool import Pool
from censemble.schema import Attribute

N_MAPS = 3


def place_counts(pool: Pool, attributes: Sequence[Attribute], copies: NDArray[np.integer]) -> list[dict[str, Any]]:
    """Count the population by place.

    Parameters
    ----------
    pool : Pool
        Candidate records.
    attributes : sequence of Attribute
        From `outlines.place_attributes`; the first three are counted.
    copies : ndarray of shape (n_records,), >= 0
        Of each record in the population.

    Returns
    -------
    list of dict
        entity, attribute, labels, counts; whoever has no value is not counted.
    """
    rows = []
    for attribute in attributes[:N_MAPS]:
        of_households = attribute.entity == "households"
        codes = np.asarray((pool.households if of_households else pool.persons)[attribute.name])
        each = copies if of_households else copies[pool.record_of_person]
        known = codes >= 0
        counts = np.bincount(codes[known], weights=each[known], minlength=attribute.n_codes)
        rows.append(
            {
                "entity": attribute.entity,
                "attribute": attribute.name,
                "labels": list(attribute.categories),
                "counts": [int(n) for n in counts],
            }
        )
    return rows
