"""Drawing records that are whole and meet conditions: what is refused is drawn again, and counted."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from censemble.errors import SchemaError
from censemble.generators.semapop.backbone import Backbone, Codes, Vectors
from censemble.generators.semapop.flat_records import FlatCodes
from censemble.generators.semapop.persona_choice import Chosen
from censemble.generators.semapop.persona_noise import noisy
from censemble.pool import Pool

ROUNDS = 50  # draws for one persona whose records come out incomplete
AT_LEAST, FOR_EACH = 20_000, 200  # records drawn at most: so many, and so many for each one asked for
AT_ONCE = 10_000  # records drawn before the next look, beside four for each one asked for
Closeness = float | NDArray[np.float64]


@dataclass(frozen=True)
class DrawCounts:
    """What was drawn on the way to the records asked for.

    Parameters
    ----------
    drawn : int
        Records in all.
    incomplete : int
        Of these refused: a place within their number of persons came out empty.
    overfull : int
        Of these kept without somebody who was in a place beyond their number of persons.
    """

    drawn: int = 0
    incomplete: int = 0
    overfull: int = 0

    def __add__(self, other: DrawCounts) -> DrawCounts:
        return DrawCounts(self.drawn + other.drawn, self.incomplete + other.incomplete, self.overfull + other.overfull)


def draw_whole(
    flat: FlatCodes, backbone: Backbone, vectors: Vectors, rng: np.random.Generator, *, closeness: Closeness
) -> tuple[Codes, NDArray[np.bool_], DrawCounts]:
    """Draw one record for each persona; incomplete ones again for the same persona, up to fifty times.

    Parameters
    ----------
    flat : FlatCodes
        Says which records are complete.
    backbone : Backbone
        Trained.
    vectors : ndarray of float32, shape (n, width)
        Projected personas.
    rng : numpy.random.Generator
        Of noise and draws.
    closeness : float or ndarray of shape (n,)
        0..1.

    Returns
    -------
    codes : ndarray of int16, shape (n, n_blocks)
    complete : ndarray of bool, shape (n,)
    counts : DrawCounts
    """
    level = np.broadcast_to(np.asarray(closeness, dtype=np.float64), (len(vectors),))
    codes = np.zeros((len(vectors), len(flat.blocks)), np.int16)
    missing, counts = np.arange(len(vectors)), DrawCounts()
    for _ in range(ROUNDS):
        if not len(missing):
            break
        drawn = backbone.draw(noisy(vectors[missing], level[missing], rng), rng)
        complete = flat.complete(drawn)
        codes[missing[complete]] = drawn[complete]
        overfull = int(flat.overfull(drawn[complete]).sum())
        counts += DrawCounts(len(drawn), int((~complete).sum()), overfull)
        missing = missing[~complete]
    whole = np.ones(len(vectors), dtype=bool)
    whole[missing] = False
    return codes, whole, counts


def draw_meeting(
    flat: FlatCodes,
    backbone: Backbone,
    chooser: Callable[[int, np.random.Generator], Chosen],
    n: int,
    rng: np.random.Generator,
    *,
    closeness: Closeness,
    shares: Mapping[str, NDArray[np.float64]],
    said: str,
) -> tuple[Codes, NDArray[np.int64], DrawCounts]:
    """Draw until `n` records are whole and meet the conditions.

    Parameters
    ----------
    flat, backbone, closeness
        As in `draw_whole`.
    chooser : callable
        Draws personas; new ones for records that do not meet the conditions.
    n : int
        Records wanted, >= 1.
    rng : numpy.random.Generator
        The same state gives the same records.
    shares : mapping of str to ndarray
        From `FlatCodes.shares_allowed`; empty for no conditions.
    said : str
        The conditions in words.

    Returns
    -------
    codes : ndarray of int16, shape (n, n_blocks)
    persona : ndarray of int64, shape (n,)
        As `Chosen` has it.
    counts : DrawCounts

    Raises
    ------
    SchemaError
        Too few of many records are whole and meet the conditions.
    """
    kept: list[Codes] = []
    personas: list[NDArray[np.int64]] = []
    counts, n_kept, n_asked = DrawCounts(), 0, 0
    most = AT_LEAST + FOR_EACH * n
    while n_kept < n:
        if n_asked >= most:
            why = f"meet {said}" if shares else "have as many members as they say"
            raise SchemaError(
                f"semapop: {n_kept:,} of {n_asked:,} records drawn {why}, and {n:,} were asked for. "
                + ("Ask for fewer, or loosen the conditions." if shares else "Train longer, or lower most_members.")
            )
        likely = max(n_kept, 1) / n_asked if n_asked else 1.0
        n_next = min(math.ceil(1.1 * (n - n_kept) / likely), most - n_asked, AT_ONCE + 4 * n) if n_asked else n
        chosen = chooser(n_next, rng)
        codes, whole, counted = draw_whole(flat, backbone, chosen.vectors, rng, closeness=closeness)
        if shares:
            whole &= flat.meets(codes, shares, rng)
        kept.append(codes[whole][: n - n_kept])
        personas.append(chosen.persona[whole][: n - n_kept])
        counts, n_kept, n_asked = counts + counted, n_kept + len(kept[-1]), n_asked + len(codes)
    return np.concatenate(kept), np.concatenate(personas), counts


def streams(rng: np.random.Generator) -> list[np.random.Generator]:
    """Streams of draws and of values, so that records drawn again do not change the values of others."""
    return [np.random.default_rng(state) for state in rng.integers(0, 2**63, (2, 4))]


def with_personas(pool: Pool, ids: Sequence[str]) -> Pool:
    """Say of each record which persona it was drawn from, in the carried column `persona`."""
    told = pa.array(list(ids), pa.string())
    if pool.record_entity == "persons":
        return replace(pool, person_extra=pool.person_extra.append_column("persona", told))
    return replace(pool, household_extra=pa.table({"persona": told}))
