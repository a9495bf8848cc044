"""A table for every change of a scenario, so that its records come where it says.

A concert brings 2,000 trips to one zone between 20 and 24. Where one table counts destinations and another hours, both
shifted tables hold as well if the trips go there at noon and others go elsewhere at night. The records that a change
means are therefore counted by a table of their own, one cell in each unit: as many as were there without the scenario,
and the changed ones. It may give way, by a fraction of a count: the population without the scenario meets its own
tables only as well as whole records can.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from censemble.changes import Change, Changes
from censemble.expressions import Expression, all_of, between, is_in
from censemble.geography import Geography
from censemble.margins import Cell, Margin
from censemble.schema import Schema

SD = 0.1  # counts


def name_of(change_id: str) -> str:
    """Name of a change's table.

    Examples
    --------
    >>> name_of("c1")
    'scenario c1'
    """
    return f"scenario {change_id}"


def level_of(change: Change, geography: Geography) -> str:
    """The level of the units that a change names; the outermost where it names none."""
    return change.level if change.units else geography.levels[0]


def condition_of(change: Change, schema: Schema) -> Expression:
    """What the records of a change are, as a condition.

    Examples
    --------
    >>> from censemble.schema import Attribute
    >>> hour = Attribute("hour", "persons", "numeric")
    >>> condition_of(Change("c1", "", "more", "persons", 5, {"hour": (20, 23)}), Schema((hour,))).text
    '20 <= hour < 24'
    """
    parts = []
    for name, values in change.where.items():
        attribute = schema.find(change.of, name)
        if attribute.kind == "numeric":
            parts.append(between(name, float(values[0]), float(values[1]) + 1, include_high=False))
        else:
            parts.append(is_in(name, [attribute.categories.index(str(v)) for v in values]))
    return all_of(*parts)


def tables_of_changes(changes: Changes, *, schema: Schema, geography: Geography) -> tuple[Margin, ...]:
    """Tables of what was there of each change before its records are counted in (`changes.shift_margins` does that).

    Changes that name no attribute have none: the tables of their units count them.

    Parameters
    ----------
    changes : Changes
        With `there`.
    schema : Schema
        Declares the attributes.
    geography : Geography
        Its units.

    Examples
    --------
    >>> from censemble.schema import Attribute
    >>> tenure = Attribute("tenure", "households", "categorical", ("owned", "rented"))
    >>> change = Change("c1", "", "more", "households", 5, {"tenure": ("rented",)})
    >>> geography = Geography.from_columns(["zone"], {"zone": ["1", "2"]})
    >>> changes = Changes("", (change,), there={"c1": {"1": 10, "2": 0}})
    >>> (table,) = tables_of_changes(changes, schema=Schema((tenure,)), geography=geography)
    >>> table.name, table.level, table.targets.tolist()
    ('scenario c1', 'zone', [[10.0], [0.0]])
    """
    made = [(change, changes.there[change.id]) for change in changes.changes if change.id in changes.there]
    return tuple(_table(change, there, schema, geography) for change, there in made)


def _table(change: Change, there: Mapping[str, int], schema: Schema, geography: Geography) -> Margin:
    level = level_of(change, geography)
    units = geography.units[geography.level_index(level)]
    targets = np.array([[float(there[unit])] for unit in units])
    said = ", ".join(_words(values) for values in change.where.values())
    cell = Cell(said, condition_of(change, schema), "")
    sd = np.full(targets.shape, SD)
    name = name_of(change.id)
    return Margin(name, level, change.of, (cell,), targets, sd, np.ones(1), source="the scenario")


def _words(values: tuple[str, ...] | tuple[int, int]) -> str:
    """Labels, or a range."""
    if isinstance(values[0], int):
        return f"{values[0]}..{values[1]}"
    return " or ".join(str(v) for v in values)
