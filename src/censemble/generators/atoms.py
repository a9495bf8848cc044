"""Atoms: the classes of one attribute's values that no table tells apart.

Every condition of a margin compares attributes with constants. The values of an attribute that behave alike in all
of these comparisons are one atom: labels that are always counted together, or an interval of numbers. A log-linear
model needs no finer codes; inside an atom it is uniform, since nothing is known there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from censemble.errors import SchemaError
from censemble.expressions import Expression
from censemble.schema import Attribute
from censemble.syntax import Column, Constant, Node, Operation

COMPARISONS = frozenset({"<", "<=", ">", ">=", "==", "!="})
MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}
LOGIC = frozenset({"&", "|", "~"})

Float = NDArray[np.float64]
Edge = tuple[float, int]  # (value, 0) just below the value, (value, 1) just above it


@dataclass(frozen=True, eq=False)
class Atoms:
    """The atoms of one attribute.

    Parameters
    ----------
    attribute : Attribute
    low, high : ndarray of shape (n_atoms,)
        Numeric attributes: values from `low` up to `high`, which belongs to the atom only where both are equal.
        Others: not used.
    members : tuple of ndarray of int
        Other attributes: the codes of each atom. Numeric ones: empty.
    values : ndarray of shape (n_atoms,)
        A value of each atom, for evaluating conditions.
    measure : ndarray of shape (n_atoms,), > 0
        How much there is in each: labels, whole numbers, or length.
    whole : bool
        Whether the values are whole numbers.
    beyond : (bool, bool)
        Whether the first and the last atom lie outside the declared bins.
    may_be_missing : bool
        Whether the last atom stands for "no value": code -1, NaN.
    """

    attribute: Attribute
    low: Float
    high: Float
    members: tuple[NDArray[np.int64], ...]
    values: Float
    measure: Float
    whole: bool = False
    beyond: tuple[bool, bool] = (False, False)
    may_be_missing: bool = False

    @property
    def n_atoms(self) -> int:
        """Number of atoms."""
        return len(self.values)

    def draw(self, atom: NDArray[np.int64], rng: np.random.Generator) -> NDArray[Any]:
        """Values of given atoms, uniform inside: codes of labels as int32, numbers as float64."""
        u = rng.random(len(atom))
        if self.attribute.kind != "numeric":
            sizes = np.array([len(m) for m in self.members])
            starts = np.cumsum(sizes) - sizes
            place = np.minimum((u * sizes[atom]).astype(np.int64), sizes[atom] - 1)
            return np.asarray(np.concatenate(self.members)[starts[atom] + place].astype(np.int32))
        low, high = self.low[atom], self.high[atom]
        drawn = np.where(high > low, np.minimum(low + u * (high - low), np.nextafter(high, low)), low)
        return np.floor(drawn) if self.whole else drawn

    def without(self, unused: NDArray[np.bool_]) -> Atoms:
        """Leave out atoms beyond the bins that no table counts."""
        drop = unused & np.array([self.beyond[0], *[False] * (self.n_atoms - 2), self.beyond[1]])[: self.n_atoms]
        kept = np.flatnonzero(~drop)
        if self.attribute.kind != "numeric" or len(kept) == self.n_atoms:
            return self
        low, high, values, measure = (a[kept] for a in (self.low, self.high, self.values, self.measure))
        return replace(self, low=low, high=high, values=values, measure=measure, beyond=(False, False))

    def with_missing(self) -> Atoms:
        """Add an atom for people who have no value."""
        gone = np.nan if self.attribute.kind == "numeric" else -1.0
        return replace(
            self,
            low=np.append(self.low, np.nan),
            high=np.append(self.high, np.nan),
            members=(*self.members, np.array([-1])) if self.members else (),
            values=np.append(self.values, gone),
            measure=np.append(self.measure, 1.0),
            may_be_missing=True,
        )

    def narrowed(self, low: Float, high: Float, members: tuple[NDArray[np.int64], ...]) -> tuple[Atoms, Float]:
        """Atoms cut to what a condition allows, and the share of each that remains."""
        if self.attribute.kind != "numeric":
            sizes = np.array([len(m) for m in members], dtype=np.float64)
            return replace(self, members=members, measure=sizes), sizes / self.measure
        is_point = self.high == self.low
        length = np.where(is_point, (low <= high).astype(np.float64), np.maximum(high - low, 0.0))
        length = np.nan_to_num(length)  # no value meets no condition
        return replace(self, low=low, high=high, measure=length), length / self.measure


def comparisons(expression: Expression, *, source: str) -> Iterator[tuple[str, str, tuple[float, ...]]]:
    """List the comparisons of a condition as (column, operator, constants).

    Raises
    ------
    SchemaError
        The condition does something else than compare columns with numbers.
    """
    yield from _leaves(expression.root, expression, source)


def _leaves(node: Node, expression: Expression, source: str) -> Iterator[tuple[str, str, tuple[float, ...]]]:
    if isinstance(node, Constant) and isinstance(node.value, bool):
        return
    if isinstance(node, Operation) and node.name in LOGIC:
        for operand in node.operands:
            yield from _leaves(operand, expression, source)
        return
    if isinstance(node, Operation) and (node.name in COMPARISONS or node.name == "isin"):
        first, *rest = node.operands
        if isinstance(first, Constant) and len(rest) == 1:
            first, rest = rest[0], [first]
            node = Operation(MIRRORED.get(node.name, node.name), node.operands)
        numbers = [o.value for o in rest if isinstance(o, Constant) and not isinstance(o.value, str)]
        if isinstance(first, Column) and len(numbers) == len(rest):
            yield first.name, node.name, tuple(float(n) for n in numbers)
            return
    raise SchemaError(
        f"{source}: {expression.text!r} does more than compare attributes with constants, and a model of the tables "
        "alone cannot be fitted to it. Leave this table out, or draw the records from a seed sample."
    )


def atoms_of(attribute: Attribute, compared: Iterable[tuple[str, tuple[float, ...]]], *, apart: bool = False) -> Atoms:
    """Find the atoms of one attribute.

    The ends of a numeric attribute are those of its bins. Where it has none, or a table reaches beyond them, an open
    end is as wide as the interval next to it. Numbers are whole where all edges are.

    Parameters
    ----------
    attribute : Attribute
        Of any kind.
    compared : iterable of (operator, constants)
        Everything that the tables compare it with.
    apart : bool
        Keep every label an atom of its own.

    Raises
    ------
    SchemaError
        A numeric attribute with fewer than two edges: no scale to draw its values from.

    Examples
    --------
    >>> age = Attribute("age", "persons", "numeric", bins=(0, 120))
    >>> found = atoms_of(age, [("<", (18.0,)), ("<=", (64.0,)), (">", (64.0,))])
    >>> found.low.tolist(), found.high.tolist(), found.whole
    ([0.0, 18.0, 65.0], [18.0, 65.0, 120.0], True)
    """
    listed = list(compared)
    if attribute.kind != "numeric":
        return _of_labels(attribute, listed, apart)
    edges = {edge for operator, constants in listed for value in constants for edge in _edges(operator, value)}
    whole = all(float(v).is_integer() for v in [*attribute.bins, *(value for value, _ in edges)])
    if whole:  # 64 and above 64 is 65 and above
        edges = {(value + side, 0) for value, side in edges}
    ends = _ends(attribute, sorted({value for value, _ in edges}))
    ordered = sorted({e for e in edges if ends[0] < e[0] < ends[1]} | {(ends[0], 0), (ends[1], 0)})
    low = np.array([value for value, _ in ordered[:-1]])
    high = np.array([value for value, _ in ordered[1:]])
    middle = np.where(whole, low, (low + high) / 2)
    beyond = tuple(not attribute.bins or not attribute.bins[0] <= m <= attribute.bins[-1] for m in middle[[0, -1]])
    measure = np.where(high > low, high - low, 1.0)
    return Atoms(attribute, low, high, (), middle, measure, whole, (beyond[0], beyond[1]))


def _of_labels(attribute: Attribute, compared: Sequence[tuple[str, tuple[float, ...]]], apart: bool) -> Atoms:
    codes = np.arange(attribute.n_codes)
    answers = [codes] if apart else [_answer(operator, constants, codes) for operator, constants in compared]
    table = np.stack(answers, axis=1) if answers else np.zeros((len(codes), 1), dtype=np.int64)
    _, first, inverse = np.unique(table, axis=0, return_index=True, return_inverse=True)
    order = np.argsort(first)  # atoms in the order of their first label
    members = tuple(np.flatnonzero(inverse.reshape(-1) == k) for k in order)
    nothing = np.zeros(len(members))
    sizes = np.array([len(m) for m in members], dtype=np.float64)
    return Atoms(attribute, nothing, nothing, members, np.array([float(m[0]) for m in members]), sizes)


def _answer(operator: str, constants: tuple[float, ...], codes: NDArray[np.int64]) -> NDArray[np.int64]:
    first = constants[0] if constants else np.nan
    answer = {
        "isin": np.isin(codes, constants),
        "==": codes == first,
        "!=": codes != first,
        "<": codes < first,
        "<=": codes <= first,
        ">": codes > first,
        ">=": codes >= first,
    }[operator]
    return np.asarray(answer, dtype=np.int64)


def _edges(operator: str, value: float) -> Iterator[Edge]:
    """Where the answer to a comparison changes."""
    if not np.isfinite(value):
        return
    if operator not in ("<=", ">"):
        yield value, 0
    if operator not in ("<", ">="):
        yield value, 1


def _ends(attribute: Attribute, inner: Sequence[float]) -> tuple[float, float]:
    """Lowest and highest value: of the bins, or one more interval where these do not reach."""
    known = sorted({*attribute.bins, *inner})
    if len(known) < 2:
        raise SchemaError(
            f"attribute {attribute.name!r}: the tables and the bins give fewer than two edges, so there is no scale to "
            "draw its values from. Declare its bins from the lowest to the highest value."
        )
    low = attribute.bins[0] if attribute.bins and (not inner or inner[0] >= attribute.bins[0]) else None
    high = attribute.bins[-1] if attribute.bins and (not inner or inner[-1] <= attribute.bins[-1]) else None
    return (
        low if low is not None else known[0] - (known[1] - known[0]),
        high if high is not None else known[-1] + (known[-1] - known[-2]),
    )
