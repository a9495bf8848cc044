"""Datasets as views: one coding for all tables of a comparison, decided by the reference alone."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from censemble.coding import Coding, code_columns, coding_of, quantile_edges
from censemble.dataset import Dataset
from censemble.evaluation.comparison.measure import N_GROUPS, View
from censemble.schema import Attribute, Entity

N_BINS = 10  # quantile bins of a numeric attribute that declares none
GROUP_KEY = 30  # spawn key of the random stream of the groups


def codings_of(reference: Dataset, entity: Entity) -> tuple[Coding, ...]:
    """Decide how the attributes of one entity's rows are coded.

    Declared categories and bins are kept; a numeric attribute without bins gets at most ten quantile bins of the
    weighted reference, outer bins open. Persons of linked tables have their household's attributes first.

    Parameters
    ----------
    reference : Dataset
        Nothing else decides the bins, so that adding a table changes no figure of another one.
    entity : {"households", "persons"}
        What the rows are.

    Examples
    --------
    >>> from censemble.schema import Schema
    >>> schema = Schema((Attribute("age", "persons", "numeric"),))
    >>> data = Dataset("r", schema, {}, {"age": np.arange(40.0)}, np.zeros(0), np.ones(40))
    >>> codings_of(data, "persons")[0].n_codes
    12
    """
    columns = reference.columns(entity)
    weights = reference.household_weights if entity == "households" else reference.person_weights
    return tuple(
        coding_of(a, () if a.kind != "numeric" or a.bins else quantile_edges(columns[a.name], weights, N_BINS))
        for a in attributes_of(reference, entity)
        if a.name in columns
    )


def attributes_of(data: Dataset, entity: Entity) -> list[Attribute]:
    """Attributes that rows of one entity have: persons of linked tables also those of their household."""
    own = {a.name: a for a in data.schema.of(entity)}
    taken = {a.name: a for a in data.schema.of("households")} if entity == "persons" and data.is_linked else {}
    return list((taken | own).values())


def view_of(data: Dataset, entity: Entity, codings: Sequence[Coding], *, random_seed: int) -> View:
    """See a table as coded rows of one entity, in random groups.

    Parameters
    ----------
    data : Dataset
        Of any number of rows.
    entity : {"households", "persons"}
        What the rows are.
    codings : sequence of Coding
        From `codings_of` of the reference.
    random_seed : int
        Of the groups.
    """
    weights = data.household_weights if entity == "households" else data.person_weights
    coded = code_columns(data.columns(entity), codings, weights)
    return View(data, entity, coded, _groups(data, entity, random_seed))


def _groups(data: Dataset, entity: Entity, random_seed: int) -> NDArray[np.int64]:
    """Random groups of equal size; persons are in the group of their household, orphans in one of their own."""
    rng = np.random.default_rng(np.random.SeedSequence(random_seed, spawn_key=(GROUP_KEY,)))
    by_household = data.is_linked or entity == "households"
    n_units = data.n_rows("households" if by_household else "persons")
    of_unit = rng.permutation(np.arange(n_units) % N_GROUPS)
    if entity == "households" or not data.is_linked:
        return of_unit
    orphan = data.household_of_person < 0
    return np.where(orphan, np.arange(len(orphan)) % N_GROUPS, of_unit[data.household_of_person])
