"""Maximum entropy from margins alone: what the tables say, and nothing else.

Households are drawn from the log-linear model of all household tables summed over the region, persons from that of
all person tables, given their household's attributes where person tables name them. Pairs of attributes that no
table counts together, directly or through others, come out independent.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from censemble.errors import SchemaError
from censemble.generators.atoms import Atoms
from censemble.generators.beliefs import sum_to
from censemble.generators.conditions import read_conditions
from censemble.generators.household_sizes import Sizes, sizes_of
from censemble.generators.proposals import count_of, fitted
from censemble.generators.protocol import Conditions
from censemble.generators.region_shares import population_size, region_tables
from censemble.generators.tables_draw import Models, draw_pool
from censemble.generators.tables_model import (
    ENTITIES,
    MAX_CELLS,
    TablesModel,
    atoms_by_entity,
    model_of,
    visible_atoms,
)
from censemble.margins import Margin
from censemble.pool import Pool
from censemble.schema import Entity, Schema

Float = NDArray[np.float64]


class MaximumEntropy:
    """Propose records that the tables make likely, without any survey.

    Do not use it where a survey is at hand: how attributes go together beyond the tables is then not known to it, and
    persons of a household know nothing of each other (a child may be older than its parents).

    Parameters
    ----------
    size : str
        Household attribute whose labels are numbers of persons ("1", "2", "5 or more"). The last label means its
        number and more: as many more as the number of persons in the tables asks for, geometrically distributed.
        Without it sizes follow the geometric distribution with the tables' mean, which is that of maximum entropy.
    max_cells : int
        Cells that the largest clique of the model may have.

    References
    ----------
    Csiszar (1975), "I-divergence geometry of probability distributions and minimization problems", Annals of
    Probability 3(1); Lauritzen (1996), "Graphical Models", chapter 4.

    Examples
    --------
    >>> from censemble.expressions import always, is_in
    >>> from censemble.margins import Cell
    >>> from censemble.schema import Attribute
    >>> schema = Schema((Attribute("tenure", "households", "categorical", ("owned", "rented")),))
    >>> cells = (Cell("owned", is_in("tenure", [0]), "O"), Cell("rented", is_in("tenure", [1]), "R"))
    >>> table = Margin("tenure", "zone", "households", cells, np.array([[30.0, 10.0], [0.0, 60.0]]), np.zeros((2, 2)),
    ...                np.ones(2))
    >>> pool = MaximumEntropy().fit(schema, margins=[table]).sample(1000, np.random.default_rng(1))
    >>> round(float((pool.households["tenure"] == 1).mean()), 1), round(float(pool.prior_weights.sum()))
    (0.7, 100)
    """

    name = "maximum_entropy"
    needs_sample = False

    def __init__(self, *, size: str = "", max_cells: int = MAX_CELLS) -> None:
        self.size = size
        self.max_cells = max_cells
        self.models_: Models | None = None
        self.notes_: tuple[str, ...] = ()

    def fit(self, schema: Schema, *, seed_sample: Pool | None = None, margins: Sequence[Margin] = ()) -> MaximumEntropy:
        """Fit the models; a seed sample is only asked whether records are households or persons.

        Raises
        ------
        SchemaError
            No table, tables that this generator cannot use (see `tables_model`), or an unfit size attribute.
        """
        if not margins:
            raise SchemaError("maximum_entropy: there is no table to learn from; give margins")
        atoms = atoms_by_entity(schema, margins, apart=frozenset({self.size} if self.size else ()))
        if _are_persons(schema, seed_sample, margins):
            people = model_of(atoms["persons"], margins, max_cells=self.max_cells)
            if math.isnan(people.n_all):
                raise SchemaError("maximum_entropy: no table counts all persons; give a total")
            self.models_ = Models(schema, None, people)
        else:
            self.models_ = self._fit_households(schema, atoms, margins)
        self.notes_ = tuple(_notes(self.models_))
        return self

    def _fit_households(
        self, schema: Schema, atoms: Mapping[Entity, Sequence[Atoms]], margins: Sequence[Margin]
    ) -> Models:
        """Households first; then persons, starting from the households that they live in."""
        of = {entity: [m for m in margins if m.entity == entity] for entity in ENTITIES}
        visible = visible_atoms(atoms, "persons")
        own = {a.attribute.name for a in atoms["persons"]}
        asked = {name for m in of["persons"] for c in m.cells for name in c.where.columns} - own
        size = schema.find("households", self.size) if self.size else None
        linked = tuple(a.attribute.name for a in atoms["households"] if a.attribute.name in asked)
        together = tuple(dict.fromkeys([*linked, *([self.size] if size else [])]))
        households = model_of(atoms["households"], of["households"], together=together, max_cells=self.max_cells)
        if math.isnan(households.n_all):
            raise SchemaError("maximum_entropy: no table counts all households; give a total")
        if not schema.of("persons") and not of["persons"]:
            return Models(schema, households, None)
        stated = population_size(region_tables(of["persons"], visible)) / households.n_all
        shares = households.beliefs.marginal(households.scope([self.size])) if size else np.ones(1)
        sizes = sizes_of(size, shares, stated)
        used = [*atoms["persons"], *(a for a in atoms["households"] if a.attribute.name in linked)]
        persons = model_of(
            used,
            of["persons"],
            together=linked,
            n_all=households.n_all * float(sizes.means @ shares),
            start=(linked, _persons_by(households, linked, self.size, sizes)),
            max_cells=self.max_cells,
        )
        return Models(schema, households, persons, sizes, self.size, linked)

    def sample(self, n: int, rng: np.random.Generator, *, conditions: Conditions | None = None) -> Pool:
        """Propose `n` records of equal weight; conditions are met exactly, by conditioning the model.

        Raises
        ------
        SchemaError
            Before `fit`; a condition on an attribute that no table names, or that no record can meet.
        """
        models = fitted(self.models_, self.name)
        allowed = read_conditions(conditions, models.schema, models.record_entity)
        return draw_pool(models, count_of(n), rng, allowed=allowed, generator=self.name)


def _are_persons(schema: Schema, seed_sample: Pool | None, margins: Sequence[Margin]) -> bool:
    """Whether records are persons: as in the sample, else where nothing speaks of households."""
    if seed_sample is not None:
        return seed_sample.record_entity == "persons"
    return not schema.of("households") and all(m.entity == "persons" for m in margins)


def _persons_by(households: TablesModel, linked: Sequence[str], size: str, sizes: Sizes) -> Float:
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


def _notes(models: Models) -> Iterator[str]:
    """What a user must know of records that come from tables alone."""
    for model in (models.households, models.persons):
        yield from model.disagreements() if model else ()
    left = [a.name for a in models.schema.attributes if a.name not in models.drawn]
    if left:
        yield f"maximum_entropy: no table names {', '.join(left)}, so no record has a value of it."
    if models.households is not None and models.persons is not None:
        given = f", given {', '.join(models.linked)}" if models.linked else ""
        yield f"maximum_entropy: persons of one household are independent of each other{given}: tables say no more."
