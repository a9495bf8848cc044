"""What steering asks of a persona model: vectors moved, personas chosen, records drawn, support measured."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from censemble.errors import ConfigError
from censemble.evaluation.counterfactual_support import Support
from censemble.generators.proposals import fitted
from censemble.generators.semapop.flat_records import within
from censemble.generators.semapop.persona_choice import choose
from censemble.generators.semapop.population_model import SemaPop
from censemble.personas.template import TemplateWriter
from censemble.personas.writer import Writer
from censemble.pool import Pool
from censemble.schema import Schema
from censemble.steering_moves import Moves, moves_of, rewritten_texts
from censemble.steering_plan import Steering

Int = NDArray[np.int64]
Near = Callable[[NDArray[np.float32], np.random.Generator], Pool]


def moved(model: SemaPop, steering: Steering, *, schema: Schema, survey: Pool, writer: Writer | None = None) -> Moves:
    """Turn words into moves of the model's personas.

    Parameters
    ----------
    model : SemaPop
        Fitted to the survey.
    steering : Steering
        With words, or with attributes to set.
    schema : Schema
        Of the survey.
    survey : Pool
        Whose records personas are written of.
    writer : Writer, optional
        Of personas with attributes set.

    Raises
    ------
    ConfigError
        The model knows no texts, or the survey is not the one it was fitted to.
    """
    bank = model.bank_

    def rewrite() -> list[tuple[str, str]]:
        pool, _ = within(survey, fitted(model.learnt_, model.name).settings.most_members)
        if len(bank.of_record) != pool.n_records:
            raise ConfigError(
                f"steer: the model was trained on {len(bank.of_record):,} records and the survey has "
                f"{pool.n_records:,}; attributes can be set in personas of the survey that it was trained on"
            )
        return rewritten_texts(steering.set_to, schema, pool, bank, writer or TemplateWriter())

    found = moves_of(steering, bank, embed=model.embed, project=model.space_.project, rewrite=rewrite)
    return replace(found, moves=steering.reach * found.moves)


def choose_personas(model: SemaPop, n: int, rng: np.random.Generator) -> Int:
    """Draw personas of the training records by weight: places in the bank."""
    return choose(fitted(model.learnt_, model.name).personas(), n, rng).persona


def draw_near(model: SemaPop, closeness: float | None) -> Near:
    """Draw one record for each vector, in their order."""

    def near(vectors: NDArray[np.float32], rng: np.random.Generator) -> Pool:
        return model.sample_near(len(vectors), rng, vectors=vectors, closeness=closeness)

    return near


def support_at(model: SemaPop, moves: Moves, personas: Int, strength: float) -> Support:
    """Measure what personas rest on at a strength, beside the same personas as they are."""
    before, after = (model.nearness(moves.at(personas, s)) for s in (0.0, strength))
    return Support(
        effective=after.effective_size,
        effective_before=before.effective_size,
        distance=float(np.median(after.distances)),
        distance_before=float(np.median(before.distances)),
        usual=after.usual,
        beyond=1 - after.share_usual,
        beyond_before=1 - before.share_usual,
    )
