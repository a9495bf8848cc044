"""From a survey to what a model learns from: too few records are refused, some are kept apart for validation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from censemble.errors import SchemaError
from censemble.generators.region_shares import summed_units
from censemble.generators.semapop.backbone import Codes, Lesson, Records, Vectors
from censemble.generators.semapop.flat_records import FlatCodes, shares_of
from censemble.generators.semapop.services import Calibrate
from censemble.margins import Margin
from censemble.plain_text import counted
from censemble.pool import Pool

LEAST_RECORDS = 50
LEAST_EFFECTIVE = 20.0
FEW_EFFECTIVE = 500.0  # below this there is a note
VALIDATION = 0.1  # share of records
REGION = "region"
Float = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Halves:
    """Which records train and which validate.

    Parameters
    ----------
    training, validation : ndarray of int64
        Records, increasing.
    """

    training: NDArray[np.int64]
    validation: NDArray[np.int64]


def effective_size(weights: Float) -> float:
    """Kish's effective number of records: (sum w)^2 / sum w^2.

    Examples
    --------
    >>> effective_size(np.array([1.0, 1.0, 2.0])).__round__(2)
    2.67
    """
    return float(weights.sum() ** 2 / (weights**2).sum())


def check_enough(pool: Pool) -> tuple[str, ...]:
    """Insist on enough records, of enough weight; notes say where there are few.

    Raises
    ------
    SchemaError
        Fewer than 50 records, or an effective size below 20: hardly anything but single records would be learnt.
    """
    n, effective = pool.n_records, effective_size(pool.prior_weights)
    largest = float(pool.prior_weights.max() / pool.prior_weights.sum())
    instead = "take 'bayesian_network' or 'bootstrap' for so few"
    if n < LEAST_RECORDS:
        raise SchemaError(
            f"semapop: seed_sample: there {'is' if n == 1 else 'are'} {counted(n, 'record')} with a weight above 0, "
            f"and at least {LEAST_RECORDS} are needed (some hundred to learn anything); {instead}"
        )
    if effective < LEAST_EFFECTIVE:
        raise SchemaError(
            f"semapop: seed_sample: the design weights make {n:,} records worth {effective:.1f} of equal weight (one "
            f"has {largest:.0%} of all weight), and at least {LEAST_EFFECTIVE:.0f} are needed; correct the column of "
            f"weights, or {instead}"
        )
    if effective < FEW_EFFECTIVE:
        return (
            f"semapop: the seed sample is worth {effective:,.0f} records of equal weight, which is little to learn "
            "from; look at the report's training curves.",
        )
    return ()


def halves(n_records: int, rng: np.random.Generator) -> Halves:
    """Keep a tenth of the records for validation, drawn at random whatever their weights.

    Examples
    --------
    >>> len(halves(60, np.random.default_rng(1)).validation)
    6
    """
    order = rng.permutation(n_records)
    n = max(round(VALIDATION * n_records), 1)
    return Halves(np.sort(order[n:]), np.sort(order[:n]))


def lesson_of(
    flat: FlatCodes,
    pool: Pool,
    vectors: Vectors,
    parts: Halves,
    *,
    loosened: bool,
    held_to: Float | None = None,
) -> Lesson:
    """Put together what a model is given.

    Parameters
    ----------
    flat : FlatCodes
        Learnt from `pool`.
    pool : Pool
        The survey.
    vectors : ndarray of float32, shape (n_records, width)
        Projected persona of each record.
    parts : Halves
        Of the records.
    loosened : bool
        As in `Lesson`.
    held_to : ndarray of float64, shape (n_records,), optional
        Weights whose shares the model is held to; the design weights if left out.
    """
    codes = flat.codes(pool)
    weights = pool.prior_weights
    shares = shares_of(codes, weights if held_to is None else held_to, flat.blocks)
    training, validation = (_records(codes, weights, vectors, part) for part in (parts.training, parts.validation))
    return Lesson(flat.blocks, training, validation, shares, loosened, flat.age)


def _records(codes: Codes, weights: Float, vectors: Vectors, part: NDArray[np.int64]) -> Records:
    mine = weights[part]
    return Records(codes[part], mine / mine.mean(), vectors[part])


def target_weights(pool: Pool, margins: Sequence[Margin], calibrate: Calibrate | None) -> Float:
    """Weights of the survey's records under which they meet the tables of all zones together, as well as they can.

    Whatever tables say (of one attribute or several, of households or persons, of numbers in classes) is then in the
    shares of every block.

    Raises
    ------
    SchemaError
        No tables, or nothing to calibrate with.
    """
    if calibrate is None or not margins:
        raise SchemaError("semapop: hold_to 'targets' needs target tables; give margins, or hold it to the 'sample'")
    distinct: dict[tuple[str, ...], Margin] = {}  # tables of the same cells at several levels count once
    for margin in margins:
        distinct.setdefault((margin.entity, *(cell.where.text for cell in margin.cells)), _whole(margin))
    return calibrate(pool, list(distinct.values()))


def _whole(margin: Margin) -> Margin:
    counts, variance = summed_units(margin)
    return replace(margin, level=REGION, targets=counts[None, :], sd=np.sqrt(variance)[None, :], moe=None)
