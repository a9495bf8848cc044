"""Figures of drawn records on the validation records: the judge's own, on codes.

    SRMSE     = sqrt(N sum (p - q)^2) / T over the N cells of T tables in one vector (Kim and Bansal 2023)
    precision = share of drawn records that occur among the real ones, recall = share of the real that are drawn

N counts products of the numbers of codes that occur in the real records. Precision and recall grow with the number of
records: as many are drawn as there are real ones, several times, and the means are given. What real records of that
number would get, taken from the training records, stands beside them as the figure of a fresh sample.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import combinations
from math import prod

import numpy as np
from numpy.typing import NDArray

from censemble.generators.semapop.backbone import Codes, Lesson, Records, Vectors
from censemble.generators.semapop.persona_noise import noisy

WATCHED = "validation F1"  # decides which weights are kept
MOST_TABLES = 300
ROUNDS = 5  # draws of as many records as there are real ones
LEAST, MOST = 500, 4_000  # records in a draw
Floats = NDArray[np.float64]
Tuples = tuple[tuple[int, ...], ...]


@dataclass(frozen=True, eq=False)
class Support:
    """Precision, recall and their harmonic mean, each 0..1."""

    precision: float
    recall: float
    f1: float


def srmse(made: Codes, real: Codes, weights: Floats, tuples: Tuples, sizes: tuple[int, ...]) -> float:
    """SRMSE over some joint tables of drawn records against weighted real ones.

    Parameters
    ----------
    made, real : ndarray of int, shape (n, n_blocks)
        Codes; the numbers of rows may differ.
    weights : ndarray of float64, shape (n_real,), >= 0
        Of the real records.
    tuples : tuple of tuple of int
        Blocks of each table.
    sizes : tuple of int
        Number of codes of each block.

    Examples
    --------
    >>> real, made = np.array([[0], [1]]), np.array([[0], [0], [0], [1]])
    >>> srmse(made, real, np.ones(2), ((0,),), (2,))
    0.5
    """
    occurring = [np.count_nonzero(np.bincount(line, weights=weights)) for line in real.T]
    squares, n_cells = 0.0, 0
    for blocks in tuples:
        n_codes = prod(sizes[b] for b in blocks)
        p = np.bincount(_cells(real, blocks, sizes), weights=weights, minlength=n_codes) / weights.sum()
        q = np.bincount(_cells(made, blocks, sizes), minlength=n_codes) / len(made)
        squares += float(((p - q) ** 2).sum())
        n_cells += prod(int(occurring[b]) for b in blocks)
    return float(np.sqrt(n_cells * squares) / len(tuples))


def _cells(codes: Codes, blocks: tuple[int, ...], sizes: tuple[int, ...]) -> NDArray[np.int64]:
    cell = np.zeros(len(codes), np.int64)
    for b in blocks:
        cell = cell * sizes[b] + codes[:, b]
    return cell


def pairs_of(n_blocks: int) -> Tuples:
    """All pairs of blocks; the same 300 of them, spread over all, where there are more."""
    pairs = tuple(combinations(range(n_blocks), 2))
    if len(pairs) <= MOST_TABLES:
        return pairs
    return tuple(pairs[i] for i in np.linspace(0, len(pairs) - 1, MOST_TABLES).astype(int))


def support(made: Codes, real: Codes, weights: Floats) -> Support:
    """Precision, recall and F1 of whole records, at whatever numbers of rows are given.

    Examples
    --------
    >>> support(np.array([[0], [2]]), np.array([[0], [1]]), np.array([3.0, 1.0]))
    Support(precision=0.5, recall=0.75, f1=0.6)
    """
    rows = [{row.tobytes() for row in np.ascontiguousarray(codes, np.int16)} for codes in (made, real)]
    precision = np.mean([row.tobytes() in rows[1] for row in np.ascontiguousarray(made, np.int16)])
    found = np.array([row.tobytes() in rows[0] for row in np.ascontiguousarray(real, np.int16)])
    recall = (weights * found).sum() / weights.sum()
    both = precision + recall
    return Support(float(precision), float(recall), float(2 * precision * recall / both) if both else 0.0)


def record_figures(
    draw: Callable[[Vectors, np.random.Generator], Codes], lesson: Lesson, random_seed: int
) -> dict[str, float]:
    """Draw from training personas and compare with the validation records.

    Parameters
    ----------
    draw : callable
        One record for each row of noisy persona vectors, as a backbone draws them.
    lesson : Lesson
        Its training personas are drawn by weight, and given as closely as in training: whole, or at every closeness.
    random_seed : int
        The same one draws the same personas and noise, so that differences are the model's.

    Returns
    -------
    dict
        "validation SRMSE one-way", "... SRMSE two-way", "... precision", "... recall", "... F1".
    """
    rng = np.random.default_rng(random_seed)
    rows = _by_weight(lesson.training, ROUNDS * _size(lesson), rng)
    closeness = rng.random(len(rows)) if lesson.loosened else 1.0
    made = draw(noisy(lesson.training.personas[rows], closeness, rng), rng)
    return _figures(made, lesson)


def fresh_figures(lesson: Lesson, random_seed: int) -> dict[str, float]:
    """The same figures of the training records themselves: what a fresh sample gets."""
    rows = _by_weight(lesson.training, ROUNDS * _size(lesson), np.random.default_rng(random_seed))
    return _figures(lesson.training.codes[rows], lesson)


def _size(lesson: Lesson) -> int:
    return int(np.clip(len(lesson.validation.codes), LEAST, MOST))


def _by_weight(records: Records, n: int, rng: np.random.Generator) -> NDArray[np.int64]:
    return rng.choice(len(records.weights), n, p=records.weights / records.weights.sum())


def _figures(made: Codes, lesson: Lesson) -> dict[str, float]:
    real = lesson.validation
    sizes, n_blocks = tuple(b.n_codes for b in lesson.blocks), len(lesson.blocks)
    ways: Mapping[str, Tuples] = {"one-way": tuple((b,) for b in range(n_blocks)), "two-way": pairs_of(n_blocks)}
    figures = {
        f"validation SRMSE {name}": srmse(made, real.codes, real.weights, tuples, sizes)
        for name, tuples in ways.items()
        if tuples
    }
    rounds = [support(part, real.codes, real.weights) for part in np.array_split(made, ROUNDS)]
    means = {name: float(np.mean([getattr(r, name) for r in rounds])) for name in ("precision", "recall", "f1")}
    return figures | {f"validation {'F1' if name == 'f1' else name}": value for name, value in means.items()}
