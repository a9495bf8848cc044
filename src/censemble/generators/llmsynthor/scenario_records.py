"""Drawn records as tables, with the change that each belongs to, its sign and its zone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from censemble.changes import ADDED, CHANGE, ZONE
from censemble.generators.llmsynthor.scenario_draw import Drawn
from censemble.generators.llmsynthor.scenario_residents import Int, Residents
from censemble.geography import Geography
from censemble.population import labels_of
from censemble.schema import Entity


def members_of(people: Residents, drawn: Drawn) -> tuple[Int, Int]:
    """Persons of drawn households: rows of residents, and which drawn household each belongs to."""
    first = np.searchsorted(people.household, drawn.rows, side="left")
    sizes = np.searchsorted(people.household, drawn.rows, side="right") - first
    which = np.repeat(np.arange(len(sizes)), sizes)
    return np.repeat(first, sizes) + np.arange(len(which)) - np.repeat(np.cumsum(sizes) - sizes, sizes), which


def changed_tables(
    drawn: Sequence[Drawn], residents: Mapping[Entity, Residents], geography: Geography
) -> dict[Entity, pa.Table]:
    """Write out all changed records, persons of changed households among the persons.

    Parameters
    ----------
    drawn : sequence of Drawn
        Of all changes.
    residents : mapping of Entity to Residents
        That they were drawn from.
    geography : Geography
        Names the zones.

    Returns
    -------
    dict of Entity to pyarrow.Table
        As `censemble.changes.Changes` has them.
    """
    people = residents.get("persons")
    parts: dict[Entity, list[pa.Table]] = {entity: [] for entity in residents}
    for one in drawn:
        own = residents[one.change.of]
        parts[one.change.of].append(_table(one, own, one.columns, one.zone, geography))
        if one.change.of == "households" and people is not None:
            members, which = members_of(people, one)
            columns = {name: values[members] for name, values in people.columns.items()}
            theirs = {a.name for a in people.attributes if a.entity == "persons"}
            columns |= {name: values[which] for name, values in one.columns.items() if name not in theirs}
            parts["persons"].append(_table(one, people, columns, one.zone[which], geography))
    return {entity: pa.concat_tables(tables).combine_chunks() for entity, tables in parts.items() if tables}


def _table(one: Drawn, of: Residents, columns: Mapping[str, Any], zone: Any, geography: Geography) -> pa.Table:
    n, added = len(zone), 1 if one.change.kind == "more" else -1
    first = {
        CHANGE: pa.array([one.change.id] * n, pa.string()),
        ADDED: pa.array(np.full(n, added, np.int64)),
        ZONE: pa.array(geography.zones, pa.string()).take(pa.array(zone)),
    }
    labels = {a.name: labels_of(a, columns[a.name]) for a in of.attributes}
    return pa.table(
        first | {k: v.cast(pa.string()) if pa.types.is_dictionary(v.type) else v for k, v in labels.items()}
    )
