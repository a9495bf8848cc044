"""Scalars of the project file that mean more than their type: codes, conditions, ranges, tolerances.

A range is a set of numbers written as text: ``16..64`` (both ends in), ``10000..<15000`` (upper end out),
``<10000``, ``<=3``, ``>4``, ``>=75``. Nothing here knows of attributes or files.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, PlainValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

_NUMBER = r"[-+]?(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][-+]?\d+)?"
_BETWEEN = re.compile(rf"\s*({_NUMBER})\s*\.\.(<?)\s*({_NUMBER})\s*")
_BEYOND = re.compile(rf"\s*(<=|>=|<|>)\s*({_NUMBER})\s*")
_SCALAR_SCHEMA = {"type": ["string", "number"]}


@dataclass(frozen=True)
class Range:
    """A set of numbers from `low` to `high`.

    Parameters
    ----------
    low, high : float
        In the unit of the attribute; may be infinite.
    include_low, include_high : bool
        Whether the ends belong to it.
    """

    low: float
    high: float
    include_low: bool = True
    include_high: bool = True

    def __contains__(self, value: float) -> bool:
        above = value >= self.low if self.include_low else value > self.low
        return above and (value <= self.high if self.include_high else value < self.high)


def parse_range(text: str) -> Range | None:
    """Read a range, or None where the text is no range.

    A bare number is no range here: whether ``85`` is a label or the number 85 depends on the attribute.

    Examples
    --------
    >>> parse_range("16..64")
    Range(low=16.0, high=64.0, include_low=True, include_high=True)
    >>> 15000 in parse_range("10000..<15000")
    False
    >>> parse_range("owned") is None
    True
    """
    if match := _BETWEEN.fullmatch(text):
        low, open_end, high = match.groups()
        return Range(float(low), float(high), True, not open_end)
    if match := _BEYOND.fullmatch(text):
        sign, edge = match.groups()
        if sign[0] == "<":
            return Range(-math.inf, float(edge), include_high=sign == "<=")
        return Range(float(edge), math.inf, include_low=sign == ">=")
    return None


def parse_number(text: str) -> float | None:
    """Read a plain decimal number, or None (``nan``, ``inf``, ``1_000`` are none).

    Examples
    --------
    >>> parse_number(" 01 "), parse_number("4+")
    (1.0, None)
    """
    return float(text) if re.fullmatch(_NUMBER, text.strip()) else None


def is_empty(interval: Range) -> bool:
    """Whether no number lies in the range, as in ``64..16``.

    Examples
    --------
    >>> is_empty(parse_range("64..16"))
    True
    """
    closed = interval.include_low and interval.include_high
    return interval.low > interval.high or (interval.low == interval.high and not closed)


def _scalar(value: Any) -> str | int | float:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise PydanticCustomError("scalar", "a text or a number")
    return value.strip() if isinstance(value, str) else value


def _listed(value: Any) -> Any:
    return value if isinstance(value, list | tuple) else [value]


def _as_text(value: Any) -> str:
    scalar = _scalar(value)
    return f"{scalar:g}" if isinstance(scalar, float) and scalar.is_integer() else str(scalar)


def _tolerance(value: str) -> str:
    number = parse_number(value.removesuffix("%"))
    if number is None or number <= 0:
        raise PydanticCustomError("tolerance", "a number of counts > 0, or a percentage such as 2%")
    return value


_ONE_OR_MORE: dict[str, Any] = {"anyOf": [_SCALAR_SCHEMA, {"type": "array", "items": _SCALAR_SCHEMA}]}

Code = Annotated[str | int | float, PlainValidator(_scalar), WithJsonSchema(dict(_SCALAR_SCHEMA))]
Codes = Annotated[tuple[Code, ...], BeforeValidator(_listed), WithJsonSchema(_ONE_OR_MORE)]
Condition = Annotated[str, PlainValidator(_as_text), WithJsonSchema(dict(_SCALAR_SCHEMA))]
Conditions = Annotated[tuple[Condition, ...], BeforeValidator(_listed), WithJsonSchema(_ONE_OR_MORE)]
ToleranceText = Annotated[str, AfterValidator(_tolerance), WithJsonSchema(dict(_SCALAR_SCHEMA))]
