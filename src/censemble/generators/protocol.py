"""What a generator is: fitted once on what is known, then asked for records."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

import numpy as np

from censemble.margins import Margin
from censemble.pool import Pool
from censemble.schema import Schema

# attribute -> label, labels, or (low, high) with both ends included for a numeric attribute
Conditions = Mapping[str, str | Sequence[str] | tuple[float, float]]


class Generator(Protocol):
    """What proposes records; calibration decides how many of each there are.

    Attributes
    ----------
    name : str
        As the project file calls it, and as every synthetic record's provenance says.
    needs_sample : bool
        Whether `fit` must be given a seed sample; those that need none work from margins alone.
    """

    name: str
    needs_sample: bool

    def fit(self, schema: Schema, *, seed_sample: Pool | None = None, margins: Sequence[Margin] = ()) -> Generator:
        """Learn from the weighted seed sample, from margins, or from both; returns self.

        Raises
        ------
        SchemaError
            What it needs was not given, or cannot be learnt from.
        """

    def sample(self, n: int, rng: np.random.Generator, *, conditions: Conditions | None = None) -> Pool:
        """Propose `n` records (households with their persons, or persons) with prior weights.

        The prior weights of a random sample are equal and sum to the weight of what it was learnt from.

        Parameters
        ----------
        n : int
            >= 1.
        rng : numpy.random.Generator
            The same state gives the same records.
        conditions : mapping, optional
            What every record must be: attribute and label, labels, or (low, high) for a numeric attribute.

        Raises
        ------
        SchemaError
            Before `fit`; a condition on an attribute or label that does not exist, or that no record can meet.
        """
