"""The forests of the autoregressive backbone: the shares of every block given the blocks before it.

They know what a network smooths over (who works has an industry), a network knows what trees cut up; drawing from
either, block by block, predicts unseen records better than each of them. Personas are not seen by the trees.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numba
import numpy as np
from numpy.typing import NDArray

from censemble.generators.forests import Forest, ForestSettings, learn_forest
from censemble.generators.network import scaled_weights
from censemble.generators.semapop.backbone import Codes, Records

MOST_SEEN = 24  # blocks that a forest looks at
FIELDS = ("roots", "feature", "left", "goes_left", "shares")


def learn_forests(
    records: Records, sizes: Sequence[int], rng: np.random.Generator, *, settings: ForestSettings, n_given: int = 0
) -> tuple[Forest, ...]:
    """Learn the forest of every block, but those given, given those before it.

    Parameters
    ----------
    records : Records
        Columns in the order in which blocks are drawn.
    sizes : sequence of int
        Codes of each block.
    rng : numpy.random.Generator
        Resamples the records.
    settings : ForestSettings
        Number and size of the trees.
    n_given : int, >= 0
        Blocks, the first ones, that are seen only.
    """
    lines, n_codes = np.ascontiguousarray(records.codes.T), np.array(sizes, dtype=np.int64)
    scaled = scaled_weights(records.weights)
    forests = []
    for place in range(n_given, len(n_codes)):
        told = telling(lines[:place], lines[place], scaled)
        forest = learn_forest(
            lines[told],
            lines[place],
            scaled,
            rng,
            n_codes=n_codes[told],
            ordered=np.zeros(len(told), np.bool_),
            n_classes=int(n_codes[place]),
            settings=settings,
        )
        feature = np.where(forest.feature < 0, -1, np.append(told, -1)[forest.feature]).astype(np.int32)
        forests.append(replace(forest, feature=feature))
    return tuple(forests)


def telling(lines: Codes, classes: NDArray[np.int16], weights: NDArray[np.float64]) -> NDArray[np.int64]:
    """The blocks that say most about another one, by mutual information, in their order; all of them where few.

    A tree looks at each of them in every node, and a member of a household is drawn given some fifty.

    Parameters
    ----------
    lines : ndarray of int16, shape (n_blocks, n)
        Codes of the blocks to choose from.
    classes : ndarray of int16, shape (n,)
        Codes of the other block.
    weights : ndarray of float64, shape (n,)
        Of the records.

    Examples
    --------
    >>> telling(np.zeros((2, 3), np.int16), np.zeros(3, np.int16), np.ones(3)).tolist()
    [0, 1]
    """
    if len(lines) <= MOST_SEEN:
        return np.arange(len(lines))
    found = [_information(line, classes, weights) for line in lines]
    return np.sort(np.argsort(found, kind="stable")[-MOST_SEEN:])


def _information(line: NDArray[np.int16], classes: NDArray[np.int16], weights: NDArray[np.float64]) -> float:
    """Mutual information in nats."""
    n_classes = int(classes.max()) + 1
    joint = np.bincount(line.astype(np.int64) * n_classes + classes, weights, (int(line.max()) + 1) * n_classes)
    shares = joint.reshape(-1, n_classes) / weights.sum()
    alone = shares.sum(axis=1, keepdims=True) * shares.sum(axis=0, keepdims=True)
    there = shares > 0
    return float((shares[there] * np.log(shares[there] / alone[there])).sum())


def forest_shares(forests: Sequence[Forest], codes: Codes) -> NDArray[np.float64]:
    """Shares of all drawn codes given the earlier ones of each record, shape (n, cells of drawn blocks)."""
    lines = np.ascontiguousarray(codes.T)
    found = []
    for place, forest in enumerate(forests, start=codes.shape[1] - len(forests)):
        shares = np.zeros((len(codes), forest.shares.shape[1]))
        _add_shares(lines[:place], forest.roots, forest.feature, forest.left, forest.goes_left, forest.shares, shares)
        found.append(shares / len(forest.roots))
    return np.concatenate(found, axis=1)


@numba.njit(cache=True)
def _add_shares(
    lines: Codes,
    roots: NDArray[np.int32],
    feature: NDArray[np.int32],
    left: NDArray[np.int32],
    goes_left: NDArray[np.bool_],
    leaves: NDArray[np.float64],
    out: NDArray[np.float64],
) -> None:
    for i in range(len(out)):
        for root in roots:
            node = root
            while feature[node] >= 0:
                node = left[node] if goes_left[node, lines[feature[node], i]] else left[node] + 1
            for j in range(out.shape[1]):
                out[i, j] += leaves[node, j]


def forest_arrays(forests: Sequence[Forest]) -> dict[str, NDArray[Any]]:
    """What is drawn from, by name."""
    return {f"forest {number} {name}": getattr(f, name) for number, f in enumerate(forests) for name in FIELDS}


def forests_of(arrays: Mapping[str, NDArray[Any]], n_drawn: int) -> tuple[Forest, ...]:
    """Forests of what `forest_arrays` gave, without the counts they were grown from; none where there were none."""
    if "forest 0 roots" not in arrays:
        return ()
    return tuple(
        Forest((), *(np.ascontiguousarray(arrays[f"forest {number} {name}"]) for name in FIELDS))
        for number in range(n_drawn)
    )
