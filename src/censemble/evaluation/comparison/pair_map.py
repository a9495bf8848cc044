"""A map of all pairs of attributes: how far the joint table of each is from the reference's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from censemble.evaluation.comparison.judgement import TablePair

SIDE = 26  # of a square, in figure units
LABEL = 130  # room for attribute names
CLASSES = (1.5, 3.0, 6.0, 12.0)  # multiples of the floor at which the next darker tone begins


@dataclass(frozen=True)
class Square:
    """One pair: place in figure units, tone 0 (at the floor) to 4, -1 unknown; its words."""

    x: float
    y: float
    tone: int
    says: str


@dataclass(frozen=True)
class PairMap:
    """Squares below the diagonal, attribute names at both sides.

    Parameters
    ----------
    names : tuple of str
        Attributes in order.
    squares : tuple of Square
        One for each pair.
    width, height, side, label : float
        Of the figure, a square and the room for names, in figure units.
    description : str
        For those who do not see it.
    """

    names: tuple[str, ...]
    squares: tuple[Square, ...]
    width: float
    height: float
    side: float
    label: float
    description: str


def draw_pairs(pairs: Sequence[TablePair]) -> PairMap:
    """Place the pairs of one table.

    Parameters
    ----------
    pairs : sequence of TablePair
        All of one table and entity.

    Examples
    --------
    >>> made = draw_pairs([TablePair("t", "persons", "age", "sex", 0.2, 0.1)])
    >>> made.names, [s.tone for s in made.squares]
    (('age', 'sex'), [1])
    """
    names = tuple(dict.fromkeys(name for p in pairs for name in (p.first, p.second)))
    place = {name: i for i, name in enumerate(names)}
    squares = []
    for pair in pairs:
        low, high = sorted((place[pair.first], place[pair.second]))
        squares.append(Square(LABEL + low * SIDE, (high - 1) * SIDE, _tone(pair), _says(pair)))
    worst = max((p for p in pairs if p.tv is not None), key=lambda p: p.tv or 0.0, default=None)
    text = f"{len(pairs)} pairs of attributes by distance from the reference."
    if worst is not None:
        text += f" The farthest is {worst.first} with {worst.second}: {_says(worst)}."
    width = LABEL + max(len(names) - 1, 1) * SIDE + LABEL / 2
    return PairMap(names, tuple(squares), width, max(len(names) - 1, 1) * SIDE + LABEL, SIDE, LABEL, text)


def _tone(pair: TablePair) -> int:
    if pair.tv is None:
        return -1
    if not pair.floor:
        return 0 if pair.tv == 0 else len(CLASSES)
    return sum(pair.tv / pair.floor >= edge for edge in CLASSES)


def _says(pair: TablePair) -> str:
    if pair.tv is None:
        return f"{pair.first} with {pair.second}: not comparable"
    floor = "" if pair.floor is None else f", a fresh sample {pair.floor:.2%}"
    told = "" if pair.auc is None else f". Told apart by them alone: AUC {pair.auc:.3f}"
    note = f". {pair.note}" if pair.note else ""
    return f"{pair.first} with {pair.second}: {pair.tv:.2%} of the rows are in a wrong cell{floor}{told}{note}"
