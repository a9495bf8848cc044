"""Classifier two-sample test: what it must find, what it must not."""

from __future__ import annotations

import numpy as np
from made_up_views import by_name, check_every_gap_is_explained, linked_view, persons_schema, persons_view

from censemble.evaluation.comparison.measure import Ground, View
from censemble.evaluation.comparison.told_apart import FACTS, measure_told_apart, pair_separations
from censemble.schema import Attribute, Schema

SCHEMA = persons_schema((3, 3, 4), numeric=("z",))


def made_up(n: int, rng: np.random.Generator, *, dependent: bool = True) -> View:
    """x1 follows x0 where `dependent`; x2 and z by themselves."""
    x0 = rng.integers(3, size=n)
    follows = np.where(rng.random(n) < 0.7, x0, rng.integers(3, size=n))
    x1 = follows if dependent else rng.permutation(follows)
    return persons_view(SCHEMA, {"x0": x0, "x1": x1, "x2": rng.integers(4, size=n), "z": rng.normal(size=n)})


def test_a_fresh_real_sample_cannot_be_told_apart() -> None:
    """Two draws of one population differ by no more than the stated errors."""
    rng = np.random.default_rng(1)
    found = by_name(measure_told_apart(Ground(made_up(1500, rng)), made_up(1500, rng)))
    gap, auc, pair = (found[f.name] for f in FACTS)
    assert gap.value is not None and gap.error is not None and gap.value < 2.5 * gap.error
    assert auc.value is not None and auc.error is not None and abs(auc.value - 0.5) < 2.5 * auc.error
    assert pair.value is not None and pair.error is not None and pair.value < 0.5 + 3 * pair.error  # worst of six


def test_a_lost_dependence_is_found() -> None:
    """Equal margins with x1 shuffled against x0 are told apart, and the pair is named."""
    rng = np.random.default_rng(2)
    ground, view = Ground(made_up(1500, rng)), made_up(1500, rng, dependent=False)
    found = by_name(measure_told_apart(ground, view))
    # 80 % of real rows have x0 = x1, a third of the shuffled: no classifier can do better than (0.8 - 0.33) / 2
    assert 0.12 < found["c2st_gap"].value < 0.25  # type: ignore[operator]
    assert found["c2st_pair_auc_worst"].note.startswith("x0 with x1")
    assert [p.auc for p in pair_separations(ground, view)] == sorted(
        (p.auc for p in pair_separations(ground, view)), reverse=True
    )


def test_a_shifted_number_is_found_by_its_raw_value() -> None:
    """Values rounded to tenths stay in their bins and are told apart all the same."""
    rng = np.random.default_rng(3)
    real, copy = made_up(1000, rng), made_up(1000, rng)
    rounded = persons_view(SCHEMA, dict(copy.dataset.persons) | {"z": np.round(copy.dataset.persons["z"], 1)})
    assert by_name(measure_told_apart(Ground(real), rounded))["c2st_gap"].value > 0.1  # type: ignore[operator]


def test_rows_of_a_survey_count_by_their_weights() -> None:
    """A survey that over-samples x0 = a is told from the population without its weights only."""
    rng = np.random.default_rng(4)
    x0 = rng.choice(3, p=[0.6, 0.2, 0.2], size=3000)
    weights = np.where(x0 == 0, 1.0, 3.0)
    schema = persons_schema((3,))
    flat = persons_view(schema, {"x0": rng.choice(3, p=[1 / 3, 1 / 3, 1 / 3], size=2000)})
    weighted = by_name(measure_told_apart(Ground(persons_view(schema, {"x0": x0}, weights=weights)), flat))
    plain = by_name(measure_told_apart(Ground(persons_view(schema, {"x0": x0})), flat))
    assert weighted["c2st_gap"].value < 0.03  # type: ignore[operator]
    assert plain["c2st_gap"].value > 0.1  # type: ignore[operator]


def test_households_are_kept_whole() -> None:
    """Persons who share a household's rare value do not betray each other across folds."""
    rng = np.random.default_rng(5)
    schema = Schema((Attribute("number", "households", "numeric", bins=(0.0, 0.5, 1.0)),))

    def households() -> View:
        return linked_view(schema, {"number": rng.random(300)}, {}, np.repeat(np.arange(300), 4))

    gap = by_name(measure_told_apart(Ground(households()), households()))["c2st_gap"]
    assert gap.value is not None and gap.error is not None
    assert gap.value < 2.5 * gap.error  # folds of persons give about 0.4 here


def test_shared_records_are_no_difference() -> None:
    """A table that is the reference itself cannot be told apart, though the classifier is then wrong too often."""
    real = made_up(600, np.random.default_rng(9))
    found = by_name(measure_told_apart(Ground(real), real))
    assert found["c2st_auc"].value < 0.45  # type: ignore[operator]
    assert found["c2st_gap"].value == 0 and "share records" in found["c2st_gap"].note


def test_the_same_random_seed_gives_the_same_figures() -> None:
    """Two runs agree to the last digit; another random seed draws other folds."""
    rng = np.random.default_rng(6)
    real, view = made_up(300, rng), made_up(300, rng)
    first, again = (measure_told_apart(Ground(real), view) for _ in range(2))
    assert first == again
    assert measure_told_apart(Ground(real, random_seed=1), view) != first


def test_what_cannot_be_tested_says_why() -> None:
    """One row, and no attribute in common, give no figure but a reason; a lost attribute is named."""
    rng = np.random.default_rng(7)
    real = made_up(200, rng)
    one = persons_view(SCHEMA, {k: v[:1] for k, v in real.dataset.persons.items()})
    bare = persons_view(persons_schema((3, 3)), {"x0": rng.integers(3, size=100)})
    other = persons_view(persons_schema((3, 3)), {"x1": rng.integers(3, size=100)})
    for measures in (measure_told_apart(Ground(real), one), measure_told_apart(Ground(bare), other)):
        assert all(m.value is None for m in measures)
        check_every_gap_is_explained(measures)
    without = persons_view(SCHEMA, {k: v for k, v in real.dataset.persons.items() if k != "x2"})
    assert "without x2" in measure_told_apart(Ground(real), without)[0].note


def test_infinite_and_missing_numbers_are_no_crash() -> None:
    """Infinity and NaN are values like others to the classifier."""
    rng = np.random.default_rng(8)
    real, odd = made_up(200, rng), made_up(200, rng)
    odd.dataset.persons["z"][:60] = np.inf
    odd.dataset.persons["z"][60:90] = np.nan
    check_every_gap_is_explained(measure_told_apart(Ground(real), odd))
    assert by_name(measure_told_apart(Ground(real), odd))["c2st_gap"].value > 0.05  # type: ignore[operator]
