"""A table about people, from whatever tool, as generators and the judge read it: columns, links, weights, gaps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from censemble.errors import SchemaError
from censemble.pool import Columns, Pool
from censemble.schema import Entity, Schema

UNKNOWN_CODE = -2  # a label that the schema does not have; -1 is a missing value

Dependence = Literal["constrained", "learnt", "proposed", "independent"]


@dataclass(frozen=True)
class Gap:
    """Something of a table that cannot be compared, or that the reader had to say about it.

    Parameters
    ----------
    entity : {"households", "persons"}
    attribute : str
        "" when it concerns the whole table.
    says : str
        One sentence: what is missing or odd, with counts.
    whole_attribute : bool
        The attribute cannot be compared at all in this table (a missing column, all values missing).
    """

    entity: Entity
    attribute: str
    says: str
    whole_attribute: bool = False


@dataclass(frozen=True, eq=False)
class Dataset:
    """Households with persons, or flat rows of either, coded by one schema that all tables of a comparison share.

    Unlike a `Pool` it may be wrong: persons without a household, labels nobody declared, columns that are absent.

    Parameters
    ----------
    name : str
        As the user calls the table.
    schema : Schema
        Attributes of the comparison; an attribute may be absent from `households` or `persons` (then a gap says so).
    households, persons : mapping of str to ndarray
        Categorical and ordinal: int codes, -1 missing, `UNKNOWN_CODE` a label that the schema does not have. Numeric:
        float64, NaN missing, infinite where the cell holds no finite number (a text, an infinity): no value to reckon
        with. Empty for an entity that the table does not have.
    household_weights, person_weights : ndarray of float64, >= 0
        Design weights of a survey, 1 for synthetic rows. Lengths are the numbers of rows.
    household_of_person : ndarray of int64, shape (n_persons,)
        Row of the household, -1 for an orphan; shape (0,) for flat tables.
    gaps : tuple of Gap
    dependence : mapping of (str, str) to Dependence
        For pairs of attribute names in sorted order: where their dependence comes from, as far as is known.
    declared_sizes : ndarray of float64, shape (n_households,), or None
        Household sizes as the table says them, to be compared with the persons that are there.

    Raises
    ------
    SchemaError
        Columns, weights or links whose lengths disagree.

    Examples
    --------
    >>> import numpy as np
    >>> from censemble.schema import Attribute
    >>> schema = Schema((Attribute("sex", "persons", "categorical", ("female", "male")),))
    >>> data = Dataset("mine", schema, {}, {"sex": np.array([0, 1, 1])}, np.zeros(0), np.ones(3))
    >>> data.n_rows("persons"), data.entities
    (3, ('persons',))
    """

    name: str
    schema: Schema
    households: Columns
    persons: Columns
    household_weights: NDArray[np.float64]
    person_weights: NDArray[np.float64]
    household_of_person: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))
    gaps: tuple[Gap, ...] = ()
    dependence: Mapping[tuple[str, str], Dependence] = field(default_factory=dict)
    declared_sizes: NDArray[np.float64] | None = None

    def __post_init__(self) -> None:
        for entity, columns in (("households", self.households), ("persons", self.persons)):
            n = self.n_rows(entity)  # type: ignore[arg-type]
            wrong = [name for name, values in columns.items() if len(values) != n]
            if wrong:
                raise SchemaError(f"table {self.name!r}: {entity}: {', '.join(wrong)} do not have {n:,} rows")
        links = len(self.household_of_person)
        if self.is_linked and links != self.n_rows("persons"):
            raise SchemaError(f"table {self.name!r}: {links:,} links for {self.n_rows('persons'):,} persons")
        if links and int(self.household_of_person.max()) >= self.n_rows("households"):
            raise SchemaError(f"table {self.name!r}: a person is linked to a household that is not there")

    def n_rows(self, entity: Entity) -> int:
        """Number of rows of one entity."""
        return len(self.household_weights if entity == "households" else self.person_weights)

    @property
    def entities(self) -> tuple[Entity, ...]:
        """Entities that have rows, households first."""
        both: tuple[Entity, ...] = ("households", "persons")
        return tuple(e for e in both if self.n_rows(e))

    @property
    def is_linked(self) -> bool:
        """Whether there are both households and persons, so that persons belong to households."""
        return len(self.entities) == 2

    def columns(self, entity: Entity) -> dict[str, NDArray[Any]]:
        """Columns of one entity; persons also have those of their household (missing for orphans).

        A person attribute hides the household attribute of the same name.
        """
        own = dict(self.households if entity == "households" else self.persons)
        if entity == "households" or not self.is_linked:
            return own
        orphan = self.household_of_person < 0
        taken = {name: values[self.household_of_person] for name, values in self.households.items()}
        for values in taken.values():
            values[orphan] = np.nan if values.dtype.kind == "f" else -1
        return taken | own


def dataset_of_pool(pool: Pool, schema: Schema, *, name: str) -> Dataset:
    """See a pool as a table, with prior weights; persons weigh what their household weighs.

    Examples
    --------
    >>> import pyarrow as pa
    >>> none = pa.table({})
    >>> pool = Pool({"size": np.array([1.0, 2.0])}, {"age": np.array([40.0, 30.0, 5.0])}, np.array([0, 1, 3]),
    ...             np.array([10.0, 20.0]), pa.array(["a", "b"]), none, none, "", np.zeros(2, np.int32), "survey")
    >>> dataset_of_pool(pool, Schema(()), name="survey").person_weights.tolist()
    [10.0, 20.0, 20.0]
    """
    of_person = pool.record_of_person
    flat = pool.record_entity == "persons"
    keep: dict[Entity, set[str]] = {e: {a.name for a in schema.of(e)} for e in ("households", "persons")}
    return Dataset(
        name=name,
        schema=schema,
        households={} if flat else {k: v for k, v in pool.households.items() if k in keep["households"]},
        persons={k: v for k, v in pool.persons.items() if k in keep["persons"]},
        household_weights=np.zeros(0) if flat else pool.prior_weights,
        person_weights=pool.prior_weights[of_person],
        household_of_person=np.zeros(0, np.int64) if flat or not len(of_person) else of_person,
    )
