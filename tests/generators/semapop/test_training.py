"""Training from beginning to end, and what can go wrong."""

from __future__ import annotations

from pathlib import Path

import generator_case
import numpy as np
import pytest
from semapop_case import Remembering, Words, semapop

from censemble.errors import ConfigError, SchemaError
from censemble.generators.semapop.services import Outside
from censemble.generators.semapop.training import memory_errors_explained
from censemble.pool import Pool
from censemble.schema import Attribute, Schema

PEOPLE = generator_case.cases()[0]
HOMES = next(case for case in generator_case.cases() if case.name == "households")


def fit(backbone: Remembering, pool: Pool = PEOPLE.pool, schema: Schema = PEOPLE.schema) -> tuple[str, ...]:
    """Train and give the notes."""
    return semapop(backbone).fit(schema, seed_sample=pool).notes_


def test_the_lesson_is_of_the_survey() -> None:
    """Nine tenths train, one tenth validates; vectors are each record's own persona's."""
    backbone = Remembering()
    model = semapop(backbone).fit(PEOPLE.schema, seed_sample=PEOPLE.pool)
    assert backbone.lesson is not None and model.learnt_ is not None
    assert len(backbone.lesson.training.codes) == 360 and len(backbone.lesson.validation.codes) == 40
    vectors = model.space_.project(model.bank_.embeddings)[model.bank_.of_record]
    every = np.concatenate([backbone.lesson.training.personas, backbone.lesson.validation.personas])
    assert np.allclose(np.sort(every[:, 0]), np.sort(vectors[:, 0]))


def test_nothing_is_dropped_in_silence() -> None:
    """Households above the limit are counted in a note; the model then has no places for more."""
    model = semapop(most_members=3).fit(HOMES.schema, seed_sample=HOMES.pool)
    n_large = int((np.diff(HOMES.pool.offsets) > 3).sum())
    assert any(f"{n_large} households" in note and "were not learnt from" in note for note in model.notes_)
    assert model.facts()["survey"]["cut"] == n_large and model.facts()["members"] == 3


@pytest.mark.parametrize(
    "error",
    [MemoryError(), RuntimeError("RESOURCE_EXHAUSTED: Out of memory allocating 812345678 bytes.")],
)
def test_out_of_memory_says_which_settings_to_lower(error: Exception) -> None:
    """Python's error and that of the compiled model alike."""
    with pytest.raises(ConfigError, match=r"not enough memory while training\. Lower the model's batch or width"):
        fit(Remembering(fails=error))


def test_other_errors_stay_as_they_are() -> None:
    """A bug is not explained away."""
    with pytest.raises(RuntimeError, match="shape"), memory_errors_explained("while drawing"):
        raise RuntimeError("wrong shape")


def test_training_that_never_works_is_an_error() -> None:
    """The model's own message comes through."""
    with pytest.raises(SchemaError, match="training diverged"):
        fit(Remembering(fails=SchemaError("training diverged: no finite loss")))


def test_how_training_ended_is_told() -> None:
    """With the step whose weights are kept: also where losses diverged later."""
    assert "training ended: all 2 steps were done. Kept are the weights of step 2." in fit(Remembering())[-1]


def test_odd_columns_can_be_learnt() -> None:
    """A constant column, a category seen once, missing values: each comes back as it is."""
    rng = np.random.default_rng(1)
    rare = np.zeros(80, np.int64)
    rare[17] = 1
    columns = {
        "same": np.zeros(80, np.int64),
        "rare": rare,
        "known": np.where(rng.random(80) < 0.3, -1, 0),
        "age": np.where(rng.random(80) < 0.3, np.nan, np.floor(80 * rng.random(80))),
    }
    labels = {"same": ("only",), "rare": ("usual", "once"), "known": ("yes", "no")}
    schema = Schema(
        (
            *(Attribute(name, "persons", "categorical", given) for name, given in labels.items()),
            Attribute("age", "persons", "numeric"),
        )
    )
    pool = generator_case.flat(columns, np.ones(80))
    drawn = semapop().fit(schema, seed_sample=pool).sample(4000, np.random.default_rng(1)).persons
    assert set(drawn["same"].tolist()) == {0}
    assert set(drawn["rare"].tolist()) == {0, 1}
    assert (drawn["known"] == -1).mean() == pytest.approx((columns["known"] == -1).mean(), abs=0.08)
    assert np.isnan(drawn["age"]).mean() == pytest.approx(np.isnan(columns["age"]).mean(), abs=0.08)


def test_checkpoint_and_progress_are_handed_on(tmp_path: Path) -> None:
    """The backbone is given the file, and tells through the caller's function."""
    told: list[str] = []

    class Noting(Remembering):
        def train(self, lesson, *, random_seed, progress, checkpoint=None):  # type: ignore[no-untyped-def]
            assert checkpoint == tmp_path / "steps"
            return super().train(lesson, random_seed=random_seed, progress=progress, checkpoint=checkpoint)

    outside = Outside(Words(), None, lambda phrase, _share: told.append(phrase), tmp_path / "steps")
    semapop(Noting(), outside=outside).fit(PEOPLE.schema, seed_sample=PEOPLE.pool)
    assert told == ["training"]


def test_alike_personas_condition_nothing_and_say_so() -> None:
    """One attribute that all share."""
    sole = Schema((Attribute("sole", "persons", "categorical", ("only",)),))
    pool = generator_case.flat({"sole": np.zeros(60, np.int64)}, np.ones(60))
    assert any("all personas are alike" in note for note in fit(Remembering(), pool, sole))


def test_without_conditioning_no_persona_is_made() -> None:
    """The maker is not asked, and no column is given."""
    words, backbone = Words(), Remembering()
    semapop(backbone, conditioning="none", outside=Outside(words)).fit(PEOPLE.schema, seed_sample=PEOPLE.pool)
    assert words.n_asked == 0 and backbone.lesson is not None
    assert backbone.lesson.training.personas.shape == (360, 0)
