"""What every proposed record must be: read from labels and ranges, checked, and applied to columns or codes."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from censemble.errors import SchemaError
from censemble.generators.protocol import Conditions
from censemble.pool import Columns
from censemble.schema import Attribute, Entity, Schema


@dataclass(frozen=True)
class Allowed:
    """The values of one attribute that a condition lets through.

    Parameters
    ----------
    attribute : Attribute
    codes : frozenset of int
        Categorical and ordinal attributes: codes of the labels given.
    low, high : float
        Numeric attributes: both ends included.
    or_missing : bool
        Let records without a value through too.

    Examples
    --------
    >>> age = Attribute("age", "persons", "numeric")
    >>> Allowed(age, low=16, high=64).holds(np.array([15.0, 16.0, 64.0, np.nan])).tolist()
    [False, True, True, False]
    """

    attribute: Attribute
    codes: frozenset[int] = frozenset()
    low: float = -np.inf
    high: float = np.inf
    or_missing: bool = False

    def holds(self, values: NDArray[Any]) -> NDArray[np.bool_]:
        """Which values are let through; a missing value only where it is said."""
        if self.attribute.kind == "numeric":
            inside = (values >= self.low) & (values <= self.high)
            return inside | np.isnan(values) if self.or_missing else inside
        return np.isin(values, [*sorted(self.codes), *([-1] if self.or_missing else [])])


def read_conditions(conditions: Conditions | None, schema: Schema, entity: Entity) -> tuple[Allowed, ...]:
    """Check conditions against the schema.

    Parameters
    ----------
    conditions : mapping, optional
        Attribute and label, labels, or (low, high) for a numeric attribute.
    schema : Schema
        What there is to ask for.
    entity : {"households", "persons"}
        What the records are: only their own attributes can be asked for.

    Raises
    ------
    SchemaError
        Attributes, labels or ranges that do not exist; all of them in one message.

    Examples
    --------
    >>> schema = Schema((Attribute("tenure", "households", "categorical", ("owned", "rented")),))
    >>> read_conditions({"tenure": "rented"}, schema, "households")[0].codes
    frozenset({1})
    >>> read_conditions({"tenure": "lent"}, schema, "households")
    Traceback (most recent call last):
    ...
    censemble.errors.SchemaError: conditions: 'tenure' has no label 'lent'; it has owned, rented
    """
    read, wrong = [], []
    for name, wanted in (conditions or {}).items():
        try:
            read.append(_allowed(name, wanted, schema, entity))
        except SchemaError as error:
            wrong.append(error.message)
    if wrong:
        raise SchemaError(f"conditions: {'; '.join(wrong)}")
    return tuple(read)


def _allowed(name: str, wanted: object, schema: Schema, entity: Entity) -> Allowed:
    known = {a.name: a for a in schema.of(entity)}
    if name not in known:
        raise SchemaError(_unknown(name, schema, entity))
    attribute = known[name]
    if attribute.kind == "numeric":
        return _range(attribute, wanted)
    labels = [wanted] if isinstance(wanted, str) else list(wanted) if isinstance(wanted, Sequence) else [wanted]
    absent = [repr(x) for x in labels if x not in attribute.categories]
    if absent or not labels:
        of = f"has no label {', '.join(absent)}" if absent else "was given no label"
        raise SchemaError(f"{name!r} {of}; it has {', '.join(attribute.categories)}")
    return Allowed(attribute, frozenset(attribute.categories.index(x) for x in labels))


def _unknown(name: str, schema: Schema, entity: Entity) -> str:
    if any(a.name == name for a in schema.attributes):
        return f"{name!r} is not an attribute of {entity}, which the records are; only those can be asked for"
    known = [a.name for a in schema.of(entity)]
    close = difflib.get_close_matches(name, known, n=1)
    hint = f"did you mean {close[0]!r}?" if close else f"there are {', '.join(known) or 'none'}"
    return f"there is no attribute {name!r} of {entity}; {hint}"


def _range(attribute: Attribute, wanted: object) -> Allowed:
    ends = list(wanted) if isinstance(wanted, Sequence) and not isinstance(wanted, str) else []
    numbers = [float(x) for x in ends if isinstance(x, int | float | np.number)]
    if len(numbers) != 2 or len(ends) != 2 or not numbers[0] <= numbers[1]:
        raise SchemaError(f"{attribute.name!r} is numeric and needs (low, high) with low <= high, got {wanted!r}")
    return Allowed(attribute, low=numbers[0], high=numbers[1])


def meeting(
    columns: Columns, conditions: Conditions | None, schema: Schema, entity: Entity, *, n_rows: int
) -> NDArray[np.bool_]:
    """Find the rows that meet all conditions.

    Raises
    ------
    SchemaError
        Conditions that do not exist, or that no row meets.
    """
    kept = np.ones(n_rows, dtype=bool)
    for allowed in read_conditions(conditions, schema, entity):
        kept &= allowed.holds(columns[allowed.attribute.name])
    if not kept.any():
        raise SchemaError(f"conditions: no record of the seed sample meets {described(conditions)}")
    return kept


def described(conditions: Conditions | None) -> str:
    """Say conditions in words.

    Examples
    --------
    >>> described({"age": (65, 120), "sex": "female"})
    'age 65 to 120, sex female'
    """
    return ", ".join(f"{name} {_said(wanted)}" for name, wanted in (conditions or {}).items())


def _said(wanted: object) -> str:
    if isinstance(wanted, str) or not isinstance(wanted, Sequence):
        return str(wanted)
    between = len(wanted) == 2 and not isinstance(wanted[0], str)
    return f"{wanted[0]:g} to {wanted[1]:g}" if between else " or ".join(str(x) for x in wanted)
