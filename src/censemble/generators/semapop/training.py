"""Training from beginning to end: personas, codes, the lesson, the backbone; errors of the machine made readable."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np

from censemble.errors import ConfigError
from censemble.generators.semapop.backbone import Backbone, Curves, Lesson
from censemble.generators.semapop.fitted_model import Learnt, Settings
from censemble.generators.semapop.flat_records import FlatCodes, within
from censemble.generators.semapop.lesson_making import check_enough, effective_size, halves, lesson_of, target_weights
from censemble.generators.semapop.persona_space import PersonaSpace
from censemble.generators.semapop.services import AboutPersonas, Outside, PersonaMaker
from censemble.margins import Margin
from censemble.personas.bank import PersonaBank
from censemble.pool import Pool
from censemble.schema import Schema

STREAM = 60  # of the split; apart from all streams of a run
OUT_OF_MEMORY = ("RESOURCE_EXHAUSTED", "out of memory", "Out of memory")


@dataclass(frozen=True, eq=False)
class Trained:
    """What training gave, and what the user should know of it."""

    learnt: Learnt
    notes: tuple[str, ...]


def learn(
    schema: Schema,
    survey: Pool,
    margins: Sequence[Margin],
    backbone: Backbone,
    *,
    settings: Settings,
    outside: Outside,
    maker: PersonaMaker | None,
) -> Trained:
    """Learn from a survey.

    Parameters
    ----------
    schema : Schema
        Of its attributes.
    survey : Pool
        With at least 50 records.
    margins : sequence of Margin
        Target tables, where the model is held to them.
    backbone : Backbone
        To be trained.
    settings : Settings
        Of training.
    outside : Outside
        Progress, checkpoint, calibration.
    maker : PersonaMaker or None
        None where nothing conditions the model.

    Raises
    ------
    SchemaError
        Too few records, attributes that the survey lacks, nothing that can be learnt.
    ConfigError
        The machine has not enough memory.
    """
    pool, n_cut = within(survey, settings.most_members)
    notes = [*_cut_note(pool, n_cut, settings), *check_enough(pool)]
    flat = FlatCodes.of(schema, pool, n_bins=settings.n_bins)
    bank = maker.bank(schema, pool, progress=outside.progress) if maker else no_personas(pool)
    told = maker.about(schema, pool, bank, progress=outside.progress) if maker else AboutPersonas()
    notes += told.notes
    space = PersonaSpace.of(bank, width=settings.columns)
    if maker and not space.width:
        notes.append("semapop: all personas are alike, so that nothing conditions the model.")
    rng = np.random.default_rng(np.random.SeedSequence(settings.random_seed, spawn_key=(STREAM,)))
    parts = halves(pool.n_records, rng)
    held_to = target_weights(pool, margins, outside.calibrate) if settings.hold_to == "targets" else None
    vectors = space.project(bank.embeddings)[bank.of_record]
    lesson = lesson_of(flat, pool, vectors, parts, loosened=settings.is_loosened, held_to=held_to)
    curves = _trained(backbone, lesson, settings, outside)
    ending = curves.ending.rstrip(".") or "done"
    notes.append(f"semapop: training ended: {ending}. Kept are the weights of step {curves.best_step:,}.")
    weights = np.zeros(bank.n_personas)
    np.add.at(weights, bank.of_record[parts.training], pool.prior_weights[parts.training])
    about = {
        "records": pool.n_records,
        "validation": len(parts.validation),
        "cut": n_cut,
        "effective_size": effective_size(pool.prior_weights),
        "personas": bank.n_personas,
        "explained": space.explained,
    }
    total = float(survey.prior_weights.sum())
    learnt = Learnt(
        settings, flat, bank, space, backbone, curves, weights, total, about, leakage=told.leakage, writing=told.writing
    )
    return Trained(learnt, tuple(notes))


def _cut_note(pool: Pool, n_cut: int, settings: Settings) -> list[str]:
    if not n_cut:
        return []
    share = n_cut / (pool.n_records + n_cut)
    return [
        f"semapop: {n_cut:,} households ({share:.1%}) have more than {settings.most_members} persons and were not "
        "learnt from; the population has none so large. Raise most_members to have them."
    ]


def no_personas(pool: Pool) -> PersonaBank:
    """One persona of no text and no numbers, which every record has."""
    of_record = np.zeros(pool.n_records, np.int64)
    return PersonaBank(("",), np.zeros((1, 0), np.float32), of_record, pool.prior_weights.sum(keepdims=True), "", "")


def _trained(backbone: Backbone, lesson: Lesson, settings: Settings, outside: Outside) -> Curves:
    with memory_errors_explained("while training"):
        return backbone.train(
            lesson, random_seed=settings.random_seed, progress=outside.progress, checkpoint=outside.checkpoint
        )


@contextmanager
def memory_errors_explained(when: str) -> Iterator[None]:
    """Turn what Python and XLA raise when memory is short into a message that names settings to lower.

    Raises
    ------
    ConfigError
        In place of an error that says that memory is short; others pass.
    """
    try:
        yield
    except MemoryError as error:
        raise ConfigError(_advice(when)) from error
    except RuntimeError as error:  # XLA's errors are RuntimeErrors and say what they are in their text only
        if not any(sign in str(error) for sign in OUT_OF_MEMORY):
            raise
        raise ConfigError(_advice(when)) from error


def _advice(when: str) -> str:
    return (
        f"semapop: the machine has not enough memory {when}. Lower the model's batch or width "
        "(generator.model_options), most_members, or the number of records asked for at a time (generator.records)."
    )
