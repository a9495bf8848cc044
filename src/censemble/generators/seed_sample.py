"""The first generator: every household of the seed sample is a candidate, with its design weight as prior."""

from __future__ import annotations

from typing import Protocol

from censemble.errors import SchemaError
from censemble.pool import Pool


class Generator(Protocol):
    """What proposes: fitted once on a seed sample, then asked for a pool."""

    def fit(self, seed_sample: Pool) -> Generator:
        """Learn from the seed sample; returns self."""

    def pool(self) -> Pool:
        """Candidate records with prior weights and provenance."""


class SeedSample:
    """Propose the survey's own households, as PopulationSim and its kin do.

    Do not use it where the sample lacks people whom the tables ask for: calibration cannot weigh up what
    is not there (`calibration.unsupported` names such cells).

    Examples
    --------
    >>> SeedSample().pool()
    Traceback (most recent call last):
    ...
    censemble.errors.SchemaError: the seed-sample generator was not fitted; call fit(seed_sample) first
    """

    def __init__(self) -> None:
        self.pool_: Pool | None = None

    def fit(self, seed_sample: Pool) -> SeedSample:
        """Keep the sample; its design weights are the prior."""
        self.pool_ = seed_sample
        return self

    def pool(self) -> Pool:
        """Return the sample as a pool.

        Raises
        ------
        SchemaError
            Before `fit`.
        """
        if self.pool_ is None:
            raise SchemaError("the seed-sample generator was not fitted; call fit(seed_sample) first")
        return self.pool_
