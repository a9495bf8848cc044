"""What a Bayesian network has learnt, as one value: what `bayesian_network` draws from and `network_files` saves."""

from __future__ import annotations

from dataclasses import dataclass

from censemble.generators.household_persons import Household
from censemble.generators.network import Network
from censemble.generators.value_codes import ValueCodes
from censemble.schema import Entity, Schema


@dataclass(frozen=True, eq=False)
class Model:
    """What a Bayesian network has learnt: all that is needed to draw from it, and all that is saved.

    Parameters
    ----------
    schema : Schema
        What was declared.
    record_entity : {"households", "persons"}
    households, persons : tuple of ValueCodes
        Codes of the attributes of each entity.
    network : Network or Household
        Of persons that are records, or of households with persons.
    total_weight : float
        Of the seed sample.
    concentration : float
        Smoothing of the conditional tables.
    """

    schema: Schema
    record_entity: Entity
    households: tuple[ValueCodes, ...]
    persons: tuple[ValueCodes, ...]
    network: Network | Household
    total_weight: float
    concentration: float

    @property
    def records(self) -> tuple[ValueCodes, ...]:
        """Codes of the records' own attributes."""
        return self.households if self.record_entity == "households" else self.persons
