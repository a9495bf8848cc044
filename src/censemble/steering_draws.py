"""The counterfactual protocol: same personas, same random numbers, at every strength and in random directions."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from censemble.coding import Coding
from censemble.evaluation.counterfactual_codes import CodedPool, Watched, code_pool
from censemble.evaluation.counterfactual_facts import Draws
from censemble.pool import Pool
from censemble.population import labels_of
from censemble.schema import Entity, Schema
from censemble.steering_moves import Moves

Progress = Callable[[str, float], None]
Near = Callable[[NDArray[np.float32], np.random.Generator], Pool]  # one record a row of vectors, in their order
Int = NDArray[np.int64]
SPAWN_KEY = 61  # of the random stream of steering, apart from every other stream of a run
OF_PERSONAS, OF_RECORDS, OF_DIRECTIONS, OF_INTERVALS = range(4)
N_EXAMPLES = 4
LONGEST_RECORD = 12  # members of an example


def stream(random_seed: int, which: int) -> np.random.Generator:
    """Open one of the random streams of a steering anew: the same numbers each time."""
    return np.random.default_rng(np.random.SeedSequence(random_seed, spawn_key=(SPAWN_KEY, which)))


@dataclass(frozen=True)
class Drawing:
    """How much is drawn.

    Parameters
    ----------
    strengths : tuple of float
        Increasing, from 0.
    n_draws : int
        Records of each persona, >= 1.
    n_random : int
        Random directions, >= 0.
    random_seed : int
        Of everything drawn.
    """

    strengths: tuple[float, ...]
    n_draws: int
    n_random: int
    random_seed: int


def draw_protocol(
    moves: Moves,
    personas: Int,
    *,
    near: Near,
    drawing: Drawing,
    codings: Mapping[Entity, tuple[Coding, ...]],
    progress: Progress,
) -> tuple[Draws, tuple[Pool, Pool]]:
    """Draw records of a fixed set of personas at every strength, with the same random numbers each time.

    Parameters
    ----------
    moves : Moves
        Of all personas of the bank.
    personas : ndarray of int64, shape (n_personas,)
        Places in the bank; a persona may be there more than once, each time as one of its own.
    near : callable
        Draws one record for each vector.
    drawing : Drawing
        How much.
    codings : mapping
        As all pools are coded.
    progress : callable
        Told a phrase and the share that is done.

    Returns
    -------
    Draws
    tuple of two Pool
        Records at the first strength and at the last one, for examples.
    """
    repeated = np.repeat(personas, drawing.n_draws)

    def drawn(steered: Moves, strength: float) -> Pool:
        return near(steered.at(repeated, strength), stream(drawing.random_seed, OF_RECORDS))

    n_all, n_done = len(drawing.strengths) * (1 + drawing.n_random), 0
    ends: list[Pool] = []
    coded: list[list[CodedPool]] = []
    directions = stream(drawing.random_seed, OF_DIRECTIONS)
    for one in [moves, *(moves.random(directions) for _ in range(drawing.n_random))]:
        coded.append([])
        for strength in drawing.strengths if one is moves else drawing.strengths[1:]:
            progress("steering", n_done / n_all)
            pool = drawn(one, strength)
            coded[-1].append(code_pool(pool, codings))
            if one is moves and strength in (drawing.strengths[0], drawing.strengths[-1]):
                ends.append(pool)
            n_done += 1
    of_record = np.repeat(np.arange(len(personas)), drawing.n_draws)
    draws = Draws(drawing.strengths, tuple(coded[0]), tuple(tuple(row) for row in coded[1:]), of_record)
    return draws, (ends[0], ends[-1])


def examples(
    draws: Draws, ends: tuple[Pool, Pool], watched: Watched, *, schema: Schema, texts: Sequence[str]
) -> list[dict[str, Any]]:
    """Show a few personas with the record drawn without steering and at full strength, same random numbers.

    Those whose record changed to the watched label come first, then those whose record changed otherwise.

    Parameters
    ----------
    draws : Draws
        With the personas of records.
    ends : tuple of two Pool
        At the first strength and the last.
    watched : Watched
        What to look for.
    schema : Schema
        Its attributes are shown.
    texts : sequence of str, length n_personas
        Of the personas in `draws`.
    """
    hits = [coded.hits(watched)[0] > 0 for coded in (draws.steered[0], draws.steered[-1])]
    gained, lost = hits[1] & ~hits[0], hits[0] & ~hits[1]
    rank = np.where(gained, 0, np.where(lost, 2, 1))
    order = np.argsort(rank, kind="stable")
    _, first = np.unique(draws.persona[order], return_index=True)
    chosen = order[np.sort(first)][:N_EXAMPLES]
    return [
        {
            "persona": texts[draws.persona[r]],
            "before": record_words(ends[0], schema, int(r)),
            "after": record_words(ends[1], schema, int(r)),
        }
        for r in chosen
    ]


def record_words(pool: Pool, schema: Schema, record: int) -> list[dict[str, str]]:
    """A record as it is shown: a mapping for the record itself, and one for each member.

    Examples
    --------
    >>> import pyarrow as pa
    >>> from censemble.schema import Attribute
    >>> none = pa.table({})
    >>> schema = Schema((Attribute("sex", "persons", "categorical", ("female", "male")),))
    >>> pool = Pool({}, {"sex": np.array([0, -1])}, np.array([0, 1, 2]), np.ones(2), pa.array(["a", "b"]), none, none,
    ...             "", np.zeros(2, np.int32), "survey", "persons")
    >>> record_words(pool, schema, 0), record_words(pool, schema, 1)
    ([{'sex': 'female'}], [{'sex': '–'}])
    """
    rows = range(
        int(pool.offsets[record]), min(int(pool.offsets[record + 1]), int(pool.offsets[record]) + LONGEST_RECORD)
    )
    own = [] if pool.record_entity == "persons" else [_words(pool, schema, "households", record)]
    return [*own, *(_words(pool, schema, "persons", row) for row in rows)]


def _words(pool: Pool, schema: Schema, entity: Entity, row: int) -> dict[str, str]:
    columns = pool.households if entity == "households" else pool.persons
    values = {a.name: labels_of(a, columns[a.name][row : row + 1])[0].as_py() for a in schema.of(entity)}
    return {name: _told(value) for name, value in values.items()}


def _told(value: object) -> str:
    return "–" if value is None else f"{value:g}" if isinstance(value, float) else str(value)
