"""Models of households and of their persons, fitted to the tables of both.

Households first; then persons, starting from the households that they live in: attributes of households that tables
of persons name lie together in both models, so that persons can be drawn given their household.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from censemble.errors import SchemaError
from censemble.generators.atoms import Atoms
from censemble.generators.beliefs import sum_to
from censemble.generators.household_sizes import Sizes, sizes_of
from censemble.generators.region_shares import population_size, region_tables
from censemble.generators.tables_draw import Models
from censemble.generators.tables_model import ENTITIES, MAX_CELLS, TablesModel, model_of, visible_atoms
from censemble.margins import Margin
from censemble.schema import Entity, Schema

Float = NDArray[np.float64]


def household_models(
    schema: Schema,
    atoms: Mapping[Entity, Sequence[Atoms]],
    margins: Sequence[Margin],
    *,
    size: str = "",
    max_cells: int = MAX_CELLS,
    generator: str = "maximum_entropy",
) -> Models:
    """Fit the models of a project of households.

    Parameters
    ----------
    schema : Schema
        Attributes of both entities.
    atoms : mapping of entity to sequence of Atoms
        From `atoms_by_entity`; labels of the size attribute apart.
    margins : sequence of Margin
        Tables of both.
    size : str
        Household attribute whose labels are numbers of persons; "" for none.
    max_cells : int
        Cells that the largest clique of a model may have.
    generator : str
        Name for the messages.

    Returns
    -------
    Models
        Without persons where neither the schema nor a table knows any.

    Raises
    ------
    SchemaError
        No total of households, tables that cannot be used (see `tables_model`), or an unfit size attribute.
    """
    of = {entity: [m for m in margins if m.entity == entity] for entity in ENTITIES}
    visible = visible_atoms(atoms, "persons")
    own = {a.attribute.name for a in atoms["persons"]}
    asked = {name for m in of["persons"] for c in m.cells for name in c.where.columns} - own
    attribute = schema.find("households", size) if size else None
    linked = tuple(a.attribute.name for a in atoms["households"] if a.attribute.name in asked)
    together = tuple(dict.fromkeys([*linked, *([size] if size else [])]))
    households = model_of(atoms["households"], of["households"], together=together, max_cells=max_cells)
    if math.isnan(households.n_all):
        raise SchemaError(f"{generator}: no table counts all households; give a total")
    if not schema.of("persons") and not of["persons"]:
        return Models(schema, households, None)
    stated = population_size(region_tables(of["persons"], visible)) / households.n_all
    shares = households.beliefs.marginal(households.scope([size])) if size else np.ones(1)
    sizes = sizes_of(attribute, shares, stated)
    persons = model_of(
        [*atoms["persons"], *(a for a in atoms["households"] if a.attribute.name in linked)],
        of["persons"],
        together=linked,
        n_all=households.n_all * float(sizes.means @ shares),
        start=(linked, persons_by(households, linked, size, sizes)),
        max_cells=max_cells,
    )
    return Models(schema, households, persons, sizes, size, linked)


def persons_by(households: TablesModel, linked: Sequence[str], size: str, sizes: Sizes) -> Float:
    """Shares of the persons by the household attributes that person tables name, ascending by name's number."""
    names = tuple(dict.fromkeys([*linked, *([size] if size else [])]))
    scope = households.scope(names)
    table = households.beliefs.marginal(scope)
    if size:
        number = households.names.index(size)
        shape = [-1 if i == number else 1 for i in scope]
        table = table * sizes.means.reshape(shape)
    kept = households.scope(linked)
    shares = sum_to(table, scope, kept)
    return np.asarray(shares / shares.sum())
