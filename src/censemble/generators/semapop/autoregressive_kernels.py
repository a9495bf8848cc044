"""Compiled kernels that draw one block: hidden units and shares of cases, codes of rows, cases of the next block."""

from __future__ import annotations

import numba
import numpy as np
from numpy.typing import NDArray

Float = NDArray[np.float32]
Double = NDArray[np.float64]
Int = NDArray[np.int64]
Codes = NDArray[np.int16]
Matrices = tuple[Float, Float, Float, Float]
Biases = tuple[Float, Float, Float]
STEPS = 30  # at most, to the threshold of sparse shares
NEAR = 1e-10  # to 1, of their sum


@numba.njit(cache=True)
def network_block(
    earlier: Codes,
    units: tuple[Float, Float],
    known: int,
    starts: Int,
    matrices: Matrices,
    biases: Biases,
    out: Float,
) -> None:
    """Fill in a block's hidden units and logits for each case.

    Parameters
    ----------
    earlier : ndarray of int16, shape (n_cases, n_earlier)
        Codes of the blocks before.
    units : pair of ndarray of float32, shape (n_cases, width)
        Of both layers; those of this block are written.
    known : int
        Units of blocks before in each layer: where this block's begin.
    starts : ndarray of int64, shape (n_earlier,)
        Where the cells of the blocks before start.
    matrices : four ndarrays of float32
        Cells to first units, first to second units, second units to logits, cells to logits; columns of this block.
    biases : three ndarrays of float32, shape (1 or n_cases, columns)
        Of first units, second units, logits; one line for each case where they see a persona.
    out : ndarray of float32, shape (n_cases, n_codes)
        Written to.
    """
    first, second, shares, direct = matrices
    n_units, n_codes = first.shape[1], shares.shape[1]
    own = np.empty(n_units, np.float32)
    for i in range(len(earlier)):
        line = i if len(biases[0]) > 1 else 0
        own[:] = biases[0][line]
        logits = out[i]
        logits[:] = biases[2][line]
        for q in range(earlier.shape[1]):
            cell = starts[q] + earlier[i, q]
            for j in range(n_units):
                own[j] += first[cell, j]
            for j in range(n_codes):
                logits[j] += direct[cell, j]
        for j in range(n_units):
            units[0][i, known + j] = max(own[j], np.float32(0.0))
        own[:] = biases[1][line]
        for k in range(known + n_units):
            value = units[0][i, k]
            if value != 0.0:
                for j in range(n_units):
                    own[j] += value * second[k, j]
        for j in range(n_units):
            units[1][i, known + j] = units[0][i, known + j] + max(own[j], np.float32(0.0))
        for k in range(known + n_units):
            value = units[1][i, k]
            if value != 0.0:
                for j in range(n_codes):
                    logits[j] += value * shares[k, j]


@numba.njit(cache=True)
def shares_of_logits(logits: Float, cap: float, sparsity: float, out: Double) -> None:
    """Turn logits into shares that add up to 1: softmax at sparsity 1, with exact zeros above it.

    Parameters
    ----------
    logits : ndarray of float32, shape (n, n_codes)
        Within +-CAP.
    cap : float
        Logits are kept within this of 0.
    sparsity : float, 1 <= sparsity <= 2
        alpha of entmax.
    out : ndarray of float64, shape (n, n_codes)
        Written to.

    Examples
    --------
    >>> out = np.empty((1, 3))
    >>> shares_of_logits(np.array([[0.0, 0.0, -9.0]], np.float32), 15.0, 1.5, out)
    >>> out.round(3).tolist()
    [[0.5, 0.5, 0.0]]
    """
    n_codes = logits.shape[1]
    for i in range(len(logits)):
        best = -np.inf
        for j in range(n_codes):
            out[i, j] = cap * np.tanh(logits[i, j] / cap)
            best = max(best, out[i, j])
        total = 0.0
        if sparsity == 1.0:
            for j in range(n_codes):
                out[i, j] = np.exp(out[i, j] - best)
                total += out[i, j]
        else:
            steep, power = sparsity - 1.0, 1.0 / (sparsity - 1.0)
            low, is_square = steep * best - 1.0, power == 2.0  # the default alpha, 1.5, without slow powers
            for _ in range(STEPS):  # Newton's, from below: the excess mass is convex in the threshold
                mass, slope = -1.0, 0.0
                for j in range(n_codes):
                    above = steep * out[i, j] - low
                    if above > 0.0:
                        less = above if is_square else above ** (power - 1.0)
                        mass += above * less
                        slope += power * less
                low += mass / slope
                if mass < NEAR:
                    break
            for j in range(n_codes):
                above = max(steep * out[i, j] - low, 0.0)
                out[i, j] = above * above if is_square else above**power
                total += out[i, j]
        for j in range(n_codes):
            out[i, j] /= total


@numba.njit(cache=True)
def products(lines: Float, matrix: Float) -> Float:
    """Lines times matrix; every line is summed in the same order, which libraries do not promise.

    Examples
    --------
    >>> products(np.ones((1, 2), np.float32), np.eye(2, dtype=np.float32)).tolist()
    [[1.0, 1.0]]
    """
    out = np.zeros((len(lines), matrix.shape[1]), np.float32)
    for i in range(len(lines)):
        for k in range(len(matrix)):
            value = lines[i, k]
            if value != 0.0:
                for j in range(matrix.shape[1]):
                    out[i, j] += value * matrix[k, j]
    return out


@numba.njit(cache=True)
def pick_codes(
    codes: Codes,
    place: int,
    uniforms: Double,
    network_share: Double,
    case: Int,
    shares: Double,
    forest: tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int32], NDArray[np.bool_], Double],
) -> None:
    """Draw the code of one block for every row: from its case's shares, or from a tree.

    Parameters
    ----------
    codes : ndarray of int16, shape (n, n_blocks)
        Those before `place` are read, that one is written.
    place : int
        Number of the block.
    uniforms, network_share : ndarray of float64, shape (n,)
        One number a row decides all: whether it is the network's, which tree, and the code.
    case : ndarray of int64, shape (n,)
        Of each row.
    shares : ndarray of float64, shape (n_cases, n_codes)
        Of each case.
    forest : tuple
        Roots, feature, left, goes_left and shares of a `Forest` over the blocks before; no roots where there is none.
    """
    roots, feature, left, goes_left, leaves = forest
    for i in range(len(codes)):
        part = network_share[i]
        if uniforms[i] < part or len(roots) == 0:
            wanted = min(uniforms[i] / part, 1.0) if len(roots) else uniforms[i]
            codes[i, place] = _code_at(shares[case[i]], wanted)
            continue
        scaled = (uniforms[i] - part) / (1.0 - part) * len(roots)
        tree = min(int(scaled), len(roots) - 1)
        node = roots[tree]
        while feature[node] >= 0:
            node = left[node] if goes_left[node, codes[i, feature[node]]] else left[node] + 1
        codes[i, place] = _code_at(leaves[node], scaled - tree)


@numba.njit(cache=True)
def mix_in(
    shares: Double,
    part: float,
    earlier: Codes,
    trees: Int,
    forest: tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int32], NDArray[np.bool_], Double],
) -> None:
    """Turn the network's shares of each case into those of network and forest together.

    A case of one record looks at one tree chosen at random: a draw from it is a draw from the average.

    Parameters
    ----------
    shares : ndarray of float64, shape (n_cases, n_codes)
        The network's; written to.
    part : float, 0..1
        Of the network.
    earlier : ndarray of int16, shape (n_cases, n_earlier)
        Codes of the blocks before.
    trees : ndarray of int64, shape (n_cases,)
        The tree that a case looks at; -1 for all of them.
    forest : tuple
        As in `pick_codes`; nothing changes where it has no roots.
    """
    roots, feature, left, goes_left, leaves = forest
    if len(roots) == 0:
        return
    for i in range(len(shares)):
        for j in range(shares.shape[1]):
            shares[i, j] *= part
        begin, end = (0, len(roots)) if trees[i] < 0 else (trees[i], trees[i] + 1)
        each = (1.0 - part) / (end - begin)
        for root in roots[begin:end]:
            node = root
            while feature[node] >= 0:
                node = left[node] if goes_left[node, earlier[i, feature[node]]] else left[node] + 1
            for j in range(shares.shape[1]):
                shares[i, j] += each * leaves[node, j]


@numba.njit(cache=True)
def share_out(codes: Codes, place: int, uniforms: Double, case: Int, shares: Double) -> None:
    """Draw the code of one block for all rows of a case together, each code as often as its share says, to within one.

    Systematic sampling: row r of the n in a case looks at (r + u) / n, u one number for the case.

    Parameters
    ----------
    codes : ndarray of int16, shape (n, n_blocks)
        Column `place` is written.
    place : int
        Number of the block.
    uniforms : ndarray of float64, shape (n_cases,)
        u of each case.
    case : ndarray of int64, shape (n,)
        Of each row.
    shares : ndarray of float64, shape (n_cases, n_codes)
        Of each case.

    Examples
    --------
    >>> codes = np.zeros((4, 1), np.int16)
    >>> share_out(codes, 0, np.full(1, 0.9), np.zeros(4, np.int64), np.array([[0.5, 0.25, 0.25]]))
    >>> codes[:, 0].tolist()
    [0, 0, 1, 2]
    """
    size, passed = np.zeros(len(shares), np.int64), np.zeros(len(shares), np.int64)
    for i in range(len(case)):
        size[case[i]] += 1
    for i in range(len(case)):
        mine = case[i]
        codes[i, place] = _code_at(shares[mine], (passed[mine] + uniforms[mine]) / size[mine])
        passed[mine] += 1


@numba.njit(cache=True)
def _code_at(shares: Double, wanted: float) -> int:
    """The code in whose part of 0..1 a number falls; rounding goes to the last code with a share."""
    code = 0
    for j in range(len(shares)):
        if shares[j] > 0.0:
            code = j
            wanted -= shares[j]
            if wanted < 0.0:
                break
    return code


@numba.njit(cache=True)
def next_cases(case: Int, drawn: NDArray[np.int16], n_cases: int, n_codes: int) -> tuple[Int, Int, Int]:
    """Divide cases by the code that was drawn.

    Returns
    -------
    case : ndarray of int64, shape (n,)
        New number of each row's case, in the order in which rows come.
    row, parent : ndarray of int64, shape (n_new_cases,)
        A row of each new case, and the case it was part of.

    Examples
    --------
    >>> [found.tolist() for found in next_cases(np.array([0, 0, 0]), np.array([2, 1, 2], np.int16), 1, 3)]
    [[0, 1, 0], [0, 1], [0, 0]]
    """
    number = np.full(n_cases * n_codes, -1, np.int64)
    new, row, parent = np.empty_like(case), np.empty_like(case), np.empty_like(case)
    n = 0
    for i in range(len(case)):
        key = case[i] * n_codes + drawn[i]
        if number[key] < 0:
            number[key] = n
            row[n], parent[n] = i, case[i]
            n += 1
        new[i] = number[key]
    return new, row[:n].copy(), parent[:n].copy()


@numba.njit(cache=True)
def carried(layer: Float, parent: Int, n_known: int) -> Float:
    """Units of new cases: those of the case that each was part of, with room for the next block's.

    Examples
    --------
    >>> carried(np.array([[1, 0], [2, 0]], np.float32), np.array([1, 1]), 1)[:, 0].tolist()
    [2.0, 2.0]
    """
    found = np.empty((len(parent), layer.shape[1]), np.float32)
    for i in range(len(parent)):
        for j in range(n_known):
            found[i, j] = layer[parent[i], j]
    return found
