"""What writes personas: a template that needs no model, or a language model."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from censemble.personas.phrasing import Wording
from censemble.pool import Pool
from censemble.schema import Schema


class Writer(Protocol):
    """Writes one text about each record: who it is, how they live and move.

    Attributes
    ----------
    name : str
        "template"; of a language model its name, and the version of the prompt.
    wording : Wording
        How it says values. Records that show the same (`spoken_values.shown_pool`) are one persona.
    """

    @property
    def name(self) -> str:
        """As banks and manifests call it."""

    @property
    def wording(self) -> Wording:
        """How values are said."""

    def write(self, schema: Schema, pool: Pool, records: NDArray[np.int64]) -> list[str]:
        """Write about some records of a pool, in their order; the same record always gets the same text.

        Parameters
        ----------
        schema : Schema
            Of the pool's attributes; missing values are not mentioned.
        pool : Pool
            Households with their persons, or persons by themselves (`record_entity`).
        records : ndarray of int64
            In 0..n_records-1.

        Returns
        -------
        list of str
            One for each asked record; none is empty.
        """
