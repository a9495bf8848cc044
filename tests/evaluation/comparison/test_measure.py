"""What families of metrics share: views, random streams, standard errors."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from judge_case import ground, table, view

from censemble.dataset import Gap
from censemble.evaluation.comparison.measure import deletion_error


def test_absent_attributes_are_not_comparable() -> None:
    """A gap over a whole attribute takes its line out; a remark does not."""
    gaps = (Gap("persons", "sex", "no column", whole_attribute=True), Gap("persons", "age", "3 blanks"))
    assert view(table(50, gaps=gaps)).comparable == (1, 2)


def test_random_streams_are_apart() -> None:
    """Families do not share random numbers, and the same key gives the same ones."""
    made = ground()
    first, again, other = (made.rng(k).integers(1 << 30, size=4).tolist() for k in (1, 1, 2))
    assert first == again != other


def test_deletion_error_of_a_mean() -> None:
    """For a mean of equal groups it is the standard error of the group means."""
    groups = np.random.default_rng(0).normal(size=20)
    without = (groups.sum() - groups) / 19
    assert np.isclose(deletion_error(without), groups.std(ddof=1) / np.sqrt(20))


def test_what_many_tables_need_is_made_once() -> None:
    """`once` makes a thing when first asked, and remembers it for this ground alone."""
    made: list[int] = []

    def make() -> int:
        made.append(1)
        return len(made)

    first, other = ground(20), ground(20)
    assert [first.once(("family", key), make) for key in (1, 1, 2)] == [1, 1, 2]
    assert other.once(("family", 1), make) == 3


def test_a_changed_ground_forgets() -> None:
    """What was made from another holdout must not be taken for this one's."""
    first = ground()
    assert (first.once("n", lambda: 1), first.once("n", lambda: 2)) == (1, 1)
    assert replace(first, holdout=first.reference).once("n", lambda: 3) == 3
