"""What was written in a formula, as a tree; every part knows which characters it came from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Word:
    """A name or a label; `kind` says whether it was bare, in quotes (label) or in backticks (name)."""

    text: str
    kind: str
    start: int
    end: int


@dataclass(frozen=True)
class Number:
    """A number, and how it was written, because it may be a label."""

    value: float
    text: str
    start: int
    end: int


@dataclass(frozen=True)
class Operation:
    """One operator on its operands: and, or, not, if (premise, conclusion), negative, ** and missing."""

    name: str
    operands: tuple[Tree, ...]
    start: int
    end: int


@dataclass(frozen=True)
class Chain:
    """Operands with operators between them, taken from the left: sums, products; and comparisons, pair by pair."""

    operands: tuple[Tree, ...]
    operators: tuple[str, ...]
    start: int
    end: int


@dataclass(frozen=True)
class Membership:
    """``subject is value`` or ``is one of values``."""

    subject: Tree
    values: tuple[Word | Number, ...]
    start: int
    end: int


@dataclass(frozen=True)
class Call:
    """A function of one argument; aggregates may have a condition and grouping attributes."""

    function: str
    argument: Tree | None
    where: Tree | None
    by: tuple[Word, ...]
    start: int
    end: int


Tree = Word | Number | Operation | Chain | Membership | Call


def parts_of(tree: Tree) -> Iterator[Tree]:
    """Give the parts of a tree that can be names or formulas themselves; labels after ``is`` are none.

    Examples
    --------
    >>> [part.text for part in parts_of(Membership(Word("sex", "word", 0, 3), (Word("male", "word", 7, 11),), 0, 11))]
    ['sex']
    """
    if isinstance(tree, Operation | Chain):
        yield from tree.operands
    elif isinstance(tree, Membership):
        yield tree.subject
    elif isinstance(tree, Call):
        yield from (part for part in (tree.argument, tree.where, *tree.by) if part is not None)
