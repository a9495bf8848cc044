"""From a survey to a lesson."""

from __future__ import annotations

import generator_case
import numpy as np
import pytest

from censemble.errors import SchemaError
from censemble.expressions import is_in
from censemble.generators.semapop.flat_records import FlatCodes
from censemble.generators.semapop.lesson_making import check_enough, effective_size, halves, lesson_of, target_weights
from censemble.margins import Cell, Margin
from censemble.pool import Pool
from censemble.proposal import region_weights

PEOPLE = generator_case.cases()[0]


def survey(weights: list[float]) -> Pool:
    """Persons with given weights."""
    return generator_case.flat({"sex": np.arange(len(weights)) % 2}, np.array(weights))


def test_too_few_records_are_refused_with_the_number_needed() -> None:
    """And what to take instead."""
    with pytest.raises(SchemaError, match=r"there are 49 records .* at least 50 are needed.*'bootstrap'"):
        check_enough(survey([1.0] * 49))


def test_one_record_is_one_record() -> None:
    """Said in the singular; records without weight, which reading leaves out, are not meant."""
    with pytest.raises(SchemaError, match=r"seed_sample: there is 1 record with a weight above 0, and at least 50"):
        check_enough(survey([1.0]))


def test_all_weight_on_one_record_is_refused_with_figures() -> None:
    """A thousand records of which one has nearly all the weight are worth one."""
    with pytest.raises(
        SchemaError, match=r"1,000 records worth 1\.0 of .* \(one has 100% of all weight\), and at least 20"
    ):
        check_enough(survey([1e9] + [1.0] * 999))


def test_few_records_are_told() -> None:
    """Between what can be learnt from and what is plenty there is a note; plenty has none."""
    assert "worth 80 records" in check_enough(survey([1.0] * 80))[0]
    assert check_enough(survey([1.0] * 600)) == ()


def test_kish_by_hand() -> None:
    """Weights 1, 1, 2: 16 / 6."""
    assert effective_size(np.array([1.0, 1, 2])) == pytest.approx(16 / 6)


def test_no_record_trains_and_validates() -> None:
    """Every record does one of both; the seed decides which."""
    parts = halves(95, np.random.default_rng(1))
    assert sorted([*parts.training, *parts.validation]) == list(range(95)) and len(parts.validation) == 10
    assert not np.array_equal(parts.validation, halves(95, np.random.default_rng(2)).validation)


def test_a_lesson_has_weights_of_mean_one_and_the_surveys_shares() -> None:
    """Codes, vectors and weights of the same records; shares of the whole survey by its weights."""
    flat = FlatCodes.of(PEOPLE.schema, PEOPLE.pool)
    parts = halves(PEOPLE.pool.n_records, np.random.default_rng(1))
    vectors = np.arange(PEOPLE.pool.n_records, dtype=np.float32)[:, None]
    lesson = lesson_of(flat, PEOPLE.pool, vectors, parts, loosened=True)
    assert lesson.training.weights.mean() == pytest.approx(1.0)
    assert lesson.training.personas[:, 0].tolist() == parts.training.tolist()
    assert np.array_equal(lesson.validation.codes, flat.codes(PEOPLE.pool)[parts.validation])
    sex, weights = PEOPLE.pool.persons["sex"], PEOPLE.pool.prior_weights
    assert lesson.shares[0].tolist() == pytest.approx(
        [weights[sex == 0].sum() / weights.sum(), weights[sex == 1].sum() / weights.sum()]
    )


def test_shares_can_be_those_of_target_tables() -> None:
    """A table of two zones that asks for three women to a man, whatever the survey has; no tables are refused."""
    cells = tuple(Cell(label, is_in("sex", [k]), label) for k, label in enumerate(("female", "male")))
    targets = np.array([[30.0, 20.0], [120.0, 30.0]])
    table = Margin("sex", "zone", "persons", cells, targets, np.zeros((2, 2)), np.ones(2))
    weights = target_weights(PEOPLE.pool, [table], region_weights)
    flat = FlatCodes.of(PEOPLE.schema, PEOPLE.pool)
    parts = halves(PEOPLE.pool.n_records, np.random.default_rng(1))
    vectors = np.zeros((PEOPLE.pool.n_records, 0), np.float32)
    lesson = lesson_of(flat, PEOPLE.pool, vectors, parts, loosened=False, held_to=weights)
    assert lesson.shares[0].tolist() == pytest.approx([0.75, 0.25], abs=0.01)
    with pytest.raises(SchemaError, match="needs target tables"):
        target_weights(PEOPLE.pool, [], region_weights)
    with pytest.raises(SchemaError, match="needs target tables"):
        target_weights(PEOPLE.pool, [table], None)
