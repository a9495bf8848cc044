"""Formulas: conditions and sums over records in words, read once against a schema and computed on any table of it.

``if age < 16 then employment is none`` or ``sum(income) / size``. The language is described in ``docs/rules.md``; it
speaks of labels, and of households with their members. The conditions of project files and PopulationSim folders,
which speak of raw columns, are in `censemble.expressions`.

A missing value makes a condition neither true nor false, unless the rest decides it (Kleene's three-valued logic).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from censemble.dataset import Dataset
from censemble.errors import ExpressionError, SchemaError
from censemble.formulas.binding import bind
from censemble.formulas.nodes import Condition, ConditionNumber, Quantity
from censemble.formulas.rows import Bools, Floats, Rows
from censemble.formulas.scope import Scope
from censemble.formulas.text import tree_of
from censemble.schema import Entity, Schema

MEMBERS = "members of households"  # what a table of flat rows lacks


@dataclass(frozen=True)
class Formula:
    """A condition or a number for every row of one entity.

    Parameters
    ----------
    text : str
        As it was written.
    entity : {"households", "persons"}
        Whose rows it is about.
    kind : {"condition", "number"}
    attributes : frozenset of str
        Names of the attributes that it reads.
    reads : frozenset of (entity, str)
        The same with the rows on which they are read: persons also have their household's attributes.
    needs_members : bool
        Whether it looks at the members of households.
    root : Condition or Quantity
        Its meaning.
    """

    text: str
    entity: Entity
    kind: Literal["condition", "number"]
    attributes: frozenset[str]
    reads: frozenset[tuple[Entity, str]] = field(repr=False)
    needs_members: bool = field(repr=False)
    root: Condition | Quantity = field(repr=False)


def read_formula(text: str, schema: Schema, *, entity: Entity, groups: Mapping[str, str] | None = None) -> Formula:
    """Read a formula and look up its names.

    Nothing of the text is executed: what is not in the language is refused.

    Parameters
    ----------
    text : str
        At most 5,000 characters.
    schema : Schema
        Attributes and labels that it may name. A formula of persons may name their household's attributes.
    entity : {"households", "persons"}
        Whose rows it is computed for. A formula of households sees persons through any, all, count, sum, mean, median,
        sd, min and max; one of persons sees through these the members of the person's household.
    groups : mapping of str to str, optional
        Definitions: names that stand for formulas, as ``adults`` for ``age >= 18``.

    Raises
    ------
    ExpressionError
        Quotes the part that is not understood, names the nearest attribute, label or function, and lists them.

    Examples
    --------
    >>> from censemble.schema import Attribute
    >>> age = Attribute("age", "persons", "numeric")
    >>> kind = Attribute("type", "households", "categorical", ("couple", "single"))
    >>> formula = read_formula("count(adults) >= 2 when type is couple", Schema((age, kind)), entity="households",
    ...                        groups={"adults": "age >= 18"})
    >>> formula.kind, sorted(formula.attributes)
    ('condition', ['age', 'type'])
    """
    scope = Scope(schema, entity, text, dict(groups or {}))
    root = bind(tree_of(text), scope)
    return Formula(
        text=text.strip(),
        entity=entity,
        kind="condition" if isinstance(root, Condition) else "number",
        attributes=frozenset(name for _, name in scope.needs.attributes),
        reads=frozenset(scope.needs.attributes),
        needs_members=scope.needs.members,
        root=root,
    )


def truth(formula: Formula, data: Dataset, *, rows: Rows | None = None) -> tuple[Bools, Bools]:
    """Compute a condition.

    Parameters
    ----------
    formula : Formula
        Of kind "condition".
    data : Dataset
        A table coded by the schema that the formula was read with.
    rows : Rows, optional
        Of the same table, to share columns among many formulas.

    Returns
    -------
    is_true, is_false : ndarray of bool, shape (n_rows of the formula's entity,)
        Both false where missing values leave it open.

    Raises
    ------
    ExpressionError
        The formula is a number.
    SchemaError
        The table lacks what the formula reads; `unavailable` asks beforehand.

    Examples
    --------
    >>> import numpy as np
    >>> from censemble.schema import Attribute
    >>> schema = Schema((Attribute("age", "persons", "numeric"),))
    >>> data = Dataset("mine", schema, {}, {"age": np.array([15.0, 16.0, np.nan])}, np.zeros(0), np.ones(3))
    >>> [found.tolist() for found in truth(read_formula("age >= 16", schema, entity="persons"), data)]
    [[False, True, False], [True, False, False]]
    """
    if not isinstance(formula.root, Condition):
        raise ExpressionError(f"formula {formula.text!r} is a number where a condition belongs; compare it")
    return formula.root.truth(_rows(formula, data, rows))


def numbers_of(formula: Formula, data: Dataset, *, rows: Rows | None = None) -> Floats:
    """Compute a number for every row; a condition gives 1, 0 and NaN.

    Parameters
    ----------
    formula : Formula
        Of either kind.
    data : Dataset
        A table coded by the schema that the formula was read with.
    rows : Rows, optional
        Of the same table, to share columns among many formulas.

    Returns
    -------
    ndarray of float64, shape (n_rows of the formula's entity,)
        NaN where missing or not defined (0/0).

    Raises
    ------
    SchemaError
        The table lacks what the formula reads.

    Examples
    --------
    >>> import numpy as np
    >>> from censemble.schema import Attribute
    >>> schema = Schema((Attribute("income", "persons", "numeric"),))
    >>> data = Dataset("mine", schema, {}, {"income": np.array([3.0, 5.0, 1.0])}, np.ones(2), np.ones(3),
    ...                np.array([0, 0, 1]))
    >>> numbers_of(read_formula("sum(income) / size", schema, entity="households"), data).tolist()
    [4.0, 1.0]
    """
    root = formula.root
    quantity = ConditionNumber(root) if isinstance(root, Condition) else root
    return np.array(quantity.numbers(_rows(formula, data, rows)))  # a column of the table itself must not leak out


def unavailable(formula: Formula, data: Dataset) -> tuple[str, ...]:
    """Name what the formula reads and the table does not have; empty where it can be computed.

    Attributes whose gap says that they cannot be compared (all values missing) count as absent.

    Examples
    --------
    >>> import numpy as np
    >>> from censemble.schema import Attribute
    >>> schema = Schema((Attribute("age", "persons", "numeric"),))
    >>> formula = read_formula("any(age < 18)", schema, entity="households")
    >>> unavailable(formula, Dataset("mine", schema, {}, {}, np.ones(2), np.zeros(0)))
    ('age', 'members of households')
    """
    seen = {entity: _present(data, entity) for entity in ("households", "persons")}
    absent = sorted({name for entity, name in formula.reads if name not in seen[entity]})
    if formula.needs_members and not data.is_linked:
        absent.append(MEMBERS)
    no_rows = data.entities and formula.entity not in data.entities
    return tuple(absent) or ((formula.entity,) if no_rows else ())


def _rows(formula: Formula, data: Dataset, rows: Rows | None) -> Rows:
    absent = unavailable(formula, data)
    if absent:
        raise SchemaError(
            f"formula {formula.text!r} cannot be computed: table {data.name!r} has no {', no '.join(absent)}"
        )
    return (rows or Rows(data, formula.entity)).of(formula.entity)


def _present(data: Dataset, entity: Entity) -> set[str]:
    own = _declared(data, entity)
    if entity == "persons" and data.is_linked:
        return own | (_declared(data, "households") - {a.name for a in data.schema.of("persons")})
    return own


def _declared(data: Dataset, entity: Entity) -> set[str]:
    empty = {g.attribute for g in data.gaps if g.whole_attribute and g.entity == entity}
    return set(data.households if entity == "households" else data.persons) - empty
