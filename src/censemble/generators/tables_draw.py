"""Records drawn from models of tables, put together as a pool."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from censemble.errors import SchemaError
from censemble.generators.atom_conditions import narrow
from censemble.generators.atoms import Atoms
from censemble.generators.beliefs import Beliefs
from censemble.generators.conditions import Allowed
from censemble.generators.household_sizes import Sizes
from censemble.generators.log_linear import draw, given
from censemble.generators.proposals import household_pool, numbered, person_pool
from censemble.generators.tables_model import TablesModel
from censemble.pool import Pool
from censemble.schema import Attribute, Entity, Schema

Int = NDArray[np.int64]
Columns = dict[str, NDArray[Any]]


@dataclass(frozen=True, eq=False)
class Models:
    """What tables say of the records.

    Parameters
    ----------
    schema : Schema
    households : TablesModel or None
        None where records are persons.
    persons : TablesModel or None
        None where households have no persons.
    sizes : Sizes or None
        As `persons`.
    size : str
        Attribute that holds the size, or "".
    linked : tuple of str
        Household attributes that tables of persons name.
    """

    schema: Schema
    households: TablesModel | None
    persons: TablesModel | None
    sizes: Sizes | None = None
    size: str = ""
    linked: tuple[str, ...] = ()

    @property
    def drawn(self) -> frozenset[str]:
        """Names of the attributes that records get."""
        return frozenset(n for model in (self.households, self.persons) if model for n in model.names)

    @property
    def record_entity(self) -> Entity:
        """What a record is."""
        return "persons" if self.households is None else "households"


def draw_pool(models: Models, n: int, rng: np.random.Generator, *, allowed: Sequence[Allowed], generator: str) -> Pool:
    """Draw records of equal prior weight, which sum to the tables' total.

    Parameters
    ----------
    models : Models
        Fitted.
    n : int
        Households, or persons where records are persons.
    rng : numpy.random.Generator
        The same state gives the same records.
    allowed : sequence of Allowed
        What every record must be.
    generator : str
        Name for the provenance.

    Raises
    ------
    SchemaError
        A condition on an attribute that no table names, or that no record can meet.
    """
    ids = numbered("me", n)
    if models.households is None:
        assert models.persons is not None
        atoms, beliefs = _narrowed(models.persons, allowed)
        drawn = _complete(_values(atoms, draw(beliefs, n, rng), rng), models.schema.of("persons"), n)
        return person_pool(drawn, ids=ids, total_weight=models.persons.n_all, generator=generator)
    atoms, beliefs = _narrowed(models.households, allowed)
    codes = draw(beliefs, n, rng)
    households = _complete(_values(atoms, codes, rng), models.schema.of("households"), n)
    sizes, persons = _draw_persons(models, models.households, codes, n, rng)
    return household_pool(
        households, persons, sizes, ids=ids, total_weight=models.households.n_all, generator=generator
    )


def _draw_persons(
    models: Models, households: TablesModel, codes: Mapping[int, Int], n: int, rng: np.random.Generator
) -> tuple[Int, Columns]:
    """Sizes, and persons given what their household has of the attributes that person tables name."""
    nothing = np.zeros(n, dtype=np.int64)
    if models.persons is None or models.sizes is None:
        return nothing, {}
    sizes = models.sizes.draw(codes[households.names.index(models.size)] if models.size else nothing, rng)
    places = {name: (models.persons.names.index(name), households.names.index(name)) for name in models.linked}
    known = {mine: np.repeat(codes[theirs], sizes) for mine, theirs in places.values()}
    try:
        drawn = draw(models.persons.beliefs, int(sizes.sum()), rng, known=known)
    except ValueError:
        raise SchemaError(
            f"maximum_entropy: tables of persons leave nobody for some households by {', '.join(models.linked)} that "
            "the tables of households ask for. Correct one of them, or leave the table of persons out."
        ) from None
    free = {k: v for k, v in drawn.items() if k not in known}
    return sizes, _complete(_values(models.persons.atoms, free, rng), models.schema.of("persons"), int(sizes.sum()))


def _narrowed(model: TablesModel, allowed: Sequence[Allowed]) -> tuple[Sequence[Atoms], Beliefs]:
    """Atoms and beliefs given the conditions."""
    atoms, shares = list(model.atoms), {}
    if strange := [a.attribute.name for a in allowed if a.attribute.name not in model.names]:
        listed = ", ".join(model.names) or "none"
        raise SchemaError(f"conditions: no table names {', '.join(strange)}; tables name {listed}")
    for wanted in allowed:
        k = model.names.index(wanted.attribute.name)
        atoms[k], shares[k] = narrow(atoms[k], wanted)
    beliefs, probability = given(model.beliefs, shares)
    if probability <= 0:
        names = ", ".join(a.attribute.name for a in allowed)
        raise SchemaError(f"conditions: the tables leave nobody who meets those on {names}")
    return atoms, beliefs


def _values(atoms: Sequence[Atoms], codes: Mapping[int, Int], rng: np.random.Generator) -> Columns:
    return {atoms[k].attribute.name: atoms[k].draw(codes[k], rng) for k in sorted(codes)}


def _complete(drawn: Columns, attributes: Sequence[Attribute], n: int) -> Columns:
    """All declared attributes, in their order; those that no table names are missing."""
    missing = {"numeric": np.full(n, np.nan)}
    return {a.name: drawn.get(a.name, missing.get(a.kind, np.full(n, -1, dtype=np.int32))) for a in attributes}
