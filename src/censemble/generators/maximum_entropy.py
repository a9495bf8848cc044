"""Maximum entropy from margins alone: what the tables say, and nothing else.

Households are drawn from the log-linear model of all household tables summed over the region, persons from that of
all person tables, given their household's attributes where person tables name them. Pairs of attributes that no
table counts together, directly or through others, come out independent.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np

from censemble.errors import SchemaError
from censemble.generators.conditions import read_conditions
from censemble.generators.household_tables import household_models
from censemble.generators.proposals import count_of, fitted
from censemble.generators.protocol import Conditions
from censemble.generators.tables_draw import Models, draw_pool
from censemble.generators.tables_model import MAX_CELLS, atoms_by_entity, model_of
from censemble.margins import Margin
from censemble.pool import Pool
from censemble.schema import Schema


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
            self.models_ = household_models(schema, atoms, margins, size=self.size, max_cells=self.max_cells)
        self.notes_ = tuple(_notes(self.models_))
        return self

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
