"""A persona model whose personas are steered: what proposes records where a run is steered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pyarrow as pa

from censemble.errors import SchemaError
from censemble.generators.protocol import Conditions
from censemble.generators.semapop.fitted_model import persona_ids
from censemble.generators.semapop.population_model import SemaPop
from censemble.pool import Pool
from censemble.steering_model import choose_personas
from censemble.steering_moves import Moves

PERSONA, STEERED = "persona", "steered"


class SteeredSemaPop(SemaPop):
    """Draws personas as the model does, moves some of them, and draws a record of each.

    With strength 0 it draws the population without steering: the same personas, the same random numbers. Every record
    says which persona it was drawn from, and whether that was moved.

    Parameters
    ----------
    model : SemaPop
        Fitted, and not changed.
    moves : Moves
        Of all its personas.
    strength : float
        0..1.
    share : float
        Of the records, above 0 to 1; which ones is drawn.
    closeness : float or None
        0..1; None is that of personas asked for (`SemaPop.sample_near`): a population that does not see its personas
        cannot be led by them.
    """

    def __init__(
        self, model: SemaPop, moves: Moves, *, strength: float, share: float = 1.0, closeness: float | None = None
    ) -> None:
        own = model.settings.near if closeness is None else closeness
        super().__init__(outside=model.outside, backbone=model.backbone, closeness=own)
        self.settings, self.learnt_, self.notes_ = model.settings, model.learnt_, model.notes_
        self.moves, self.strength, self.share = moves, strength, share

    def sample(self, n: int, rng: np.random.Generator, *, conditions: Conditions | None = None) -> Pool:
        """Propose `n` records.

        Raises
        ------
        SchemaError
            Conditions, which steering does not know: words and conditions would contradict each other silently.
        """
        if conditions:
            raise SchemaError("steering: a steered population takes no conditions; steer, or sample with conditions")
        personas = choose_personas(self, n, rng)
        is_steered = np.zeros(n, dtype=bool)
        is_steered[rng.permutation(n)[: round(self.share * n)]] = True
        is_steered &= self.strength > 0
        if self.moves.turn is not None:
            is_steered &= self.moves.turn[personas] <= self.strength
        pool = self.sample_near(
            n, rng, vectors=self.moves.at(personas, is_steered * self.strength), closeness=self.closeness
        )
        ids = persona_ids(self.bank_.n_personas)
        return _told(pool, {PERSONA: [ids[p] for p in personas], STEERED: is_steered.tolist()})


def _told(pool: Pool, columns: Mapping[str, Sequence[Any]]) -> Pool:
    """Carry columns about each record."""
    flat = pool.record_entity == "persons"
    extra = pool.person_extra if flat else pool.household_extra
    kept = {name: extra[name] for name in extra.column_names if name not in columns}
    told = pa.table({**kept, **{name: pa.array(values) for name, values in columns.items()}})
    return replace(pool, person_extra=told) if flat else replace(pool, household_extra=told)
