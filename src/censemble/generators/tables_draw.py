"""Records drawn from models of tables, put together as a pool."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from censemble.errors import SchemaError
from censemble.generators.atom_conditions import narrow
from censemble.generators.atoms import Atoms
from censemble.generators.beliefs import Beliefs, multiply, propagate
from censemble.generators.household_sizes import Sizes
from censemble.generators.log_linear import draw, given
from censemble.generators.protocol import Conditions
from censemble.generators.tables_model import TablesModel
from censemble.pool import Pool
from censemble.schema import Attribute, Schema

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


def draw_pool(models: Models, n: int, rng: np.random.Generator, *, conditions: Conditions, generator: str) -> Pool:
    """Draw records of equal prior weight, which sum to the tables' total.

    Parameters
    ----------
    models : Models
        Fitted.
    n : int
        Households, or persons where records are persons.
    rng : numpy.random.Generator
        The same state gives the same records.
    conditions : mapping
        Attributes of `models.drawn`. One on persons holds for every person: households that cannot have such persons
        are left out, the others are as likely as before.
    generator : str
        Name for the provenance.

    Raises
    ------
    SchemaError
        No record can meet the conditions, or a condition on an unknown label.
    """
    if models.households is None:
        assert models.persons is not None
        narrowed = _narrowed(models.persons, conditions)
        persons = _values(narrowed[0], draw(narrowed[1], n, rng), rng)
        complete = _complete(persons, models.schema.of("persons"), n)
        return _pool({}, complete, np.ones(n, dtype=np.int64), models.persons.n_all, generator, flat=True)
    return _draw_households(models, n, rng, conditions, generator)


def _draw_households(models: Models, n: int, rng: np.random.Generator, conditions: Conditions, generator: str) -> Pool:
    assert models.households is not None
    own = {k: v for k, v in conditions.items() if k in models.households.names}
    atoms, beliefs = _narrowed(models.households, own)
    people = None
    if models.persons is not None:
        others = {k: v for k, v in conditions.items() if k not in own}
        people = _narrowed(models.persons, others)
        if others and models.linked:
            _only_possible(models, beliefs, people[1])
    codes = draw(beliefs, n, rng)
    households = _complete(_values(atoms, codes, rng), models.schema.of("households"), n)
    sizes = np.zeros(n, dtype=np.int64)
    persons: Columns = {}
    if people is not None and models.persons is not None and models.sizes is not None:
        label = codes[models.households.names.index(models.size)] if models.size else sizes
        sizes = models.sizes.draw(label, rng)
        persons = _draw_persons(models, people, codes, sizes, rng)
    persons = {name: np.repeat(values, sizes) for name, values in households.items()} | _complete(
        persons, models.schema.of("persons"), int(sizes.sum())
    )
    return _pool(households, persons, sizes, models.households.n_all, generator, flat=False)


def _draw_persons(
    models: Models,
    people: tuple[Sequence[Atoms], Beliefs],
    codes: Mapping[int, Int],
    sizes: Int,
    rng: np.random.Generator,
) -> Columns:
    """Persons given what their household has of the attributes that person tables name."""
    assert models.households is not None and models.persons is not None
    known = {
        models.persons.names.index(name): np.repeat(codes[models.households.names.index(name)], sizes)
        for name in models.linked
    }
    try:
        drawn = draw(people[1], int(sizes.sum()), rng, known=known)
    except ValueError:
        raise SchemaError(
            f"maximum_entropy: tables of persons leave nobody for some households by {', '.join(models.linked)} that "
            "the tables of households ask for. Correct one of them, or leave the table of persons out."
        ) from None
    free = {k: v for k, v in drawn.items() if k not in known}
    return _values(people[0], free, rng)


def _narrowed(model: TablesModel, conditions: Conditions) -> tuple[Sequence[Atoms], Beliefs]:
    """Atoms and beliefs given the conditions."""
    atoms, shares = list(model.atoms), {}
    for name, wanted in conditions.items():
        k = model.names.index(name)
        atoms[k], shares[k] = narrow(atoms[k], wanted)
    beliefs, probability = given(model.beliefs, shares)
    if probability <= 0:
        listed = ", ".join(f"{k}: {v}" for k, v in conditions.items())
        raise SchemaError(f"maximum_entropy: the tables leave no record that is {listed}. Loosen a condition.")
    return atoms, beliefs


def _only_possible(models: Models, households: Beliefs, persons: Beliefs) -> None:
    """Leave out households that cannot have such persons."""
    assert models.households is not None and models.persons is not None
    possible = persons.marginal(models.persons.scope(models.linked)) > 0
    order = [models.persons.names[i] for i in models.persons.scope(models.linked)]
    scope = models.households.scope(models.linked)
    axes = [order.index(models.households.names[i]) for i in scope]
    multiply(households, households.tree.home(scope), possible.transpose(axes).astype(np.float64), scope)
    if propagate(households) <= 0:
        raise SchemaError("maximum_entropy: no household can have persons that meet the conditions. Loosen one.")


def _values(atoms: Sequence[Atoms], codes: Mapping[int, Int], rng: np.random.Generator) -> Columns:
    return {atoms[k].attribute.name: atoms[k].draw(codes[k], rng) for k in sorted(codes)}


def _complete(drawn: Columns, attributes: Sequence[Attribute], n: int) -> Columns:
    """All declared attributes, in their order; those that no table names are missing."""
    nothing = {"numeric": np.full(n, np.nan)}
    return {a.name: drawn.get(a.name, nothing.get(a.kind, np.full(n, -1, dtype=np.int32))) for a in attributes}


def _pool(households: Columns, persons: Columns, sizes: Int, total: float, generator: str, *, flat: bool) -> Pool:
    n, offsets = len(sizes), np.append(0, np.cumsum(sizes)).astype(np.int64)
    per_num = np.arange(offsets[-1]) - np.repeat(offsets[:-1], sizes) + 1
    rows = pa.table({"rows": np.zeros(n, dtype=np.int8)}).select([])
    numbered = pa.table({"per_num": per_num})
    return Pool(
        households={} if flat else households or {"record": np.arange(n)},
        persons=persons or {"person": np.arange(int(offsets[-1]))},
        offsets=offsets,
        prior_weights=np.full(n, total / n),
        household_ids=pa.array([f"me-{i + 1}" for i in range(n)], pa.string()),
        household_extra=rows,
        person_extra=numbered.select([]) if flat else numbered,
        area_level="",
        area=np.zeros(n, dtype=np.int32),
        generator=generator,
        record_entity="persons" if flat else "households",
    )
