"""Attacks on a table that copies, and on one that does not."""

from __future__ import annotations

import numpy as np
import pytest
from made_up_views import persons_schema, persons_view

from censemble.evaluation.comparison.attacks import Known, attribute_inference, membership
from censemble.evaluation.comparison.measure import View
from censemble.evaluation.comparison.row_distances import Scale, positions_of, scale_of

SCHEMA = persons_schema((6, 6, 6, 6))


def noise(n: int, rng: np.random.Generator) -> View:
    """Four independent attributes with six categories each."""
    return persons_view(SCHEMA, {f"x{i}": rng.integers(6, size=n) for i in range(4)})


def known(view: View, scale: Scale) -> Known:
    """All rows as attackers see them."""
    return Known(positions_of(view, scale, np.arange(view.coded.n_rows)), view.coded.codes)


def test_members_of_a_copied_sample_are_found() -> None:
    """Where the table is the training sample, members are at 0 and most others are not."""
    rng = np.random.default_rng(0)
    train, holdout = noise(200, rng), noise(200, rng)
    scale = scale_of(train, range(4))
    members, others = known(train, scale).positions, known(holdout, scale).positions
    auc, error = membership(members, others, members, scale)
    in_train = {tuple(row) for row in members.T}
    also = np.mean([tuple(row) in in_train for row in others.T])
    assert auc == pytest.approx(1 - also / 2)  # ties as halves
    assert 0 < error < 0.03
    fresh = known(noise(200, rng), scale).positions
    auc, error = membership(members, others, fresh, scale)
    assert abs(auc - 0.5) < 3 * error


def test_a_copied_sample_tells_attributes_and_noise_does_not() -> None:
    """From copies the fourth attribute follows from the other three; from a fresh table it does not."""
    rng = np.random.default_rng(1)
    train, holdout, fresh = (noise(150, rng) for _ in range(3))
    scale = scale_of(train, range(4))
    a, b = known(train, scale), known(holdout, scale)
    copied = attribute_inference(a, b, a, scale, train.coded.names)
    assert all(found.advantage > 0.4 and found.on_train > 0.6 for found in copied)
    honest = attribute_inference(a, b, known(fresh, scale), scale, train.coded.names)
    assert all(abs(found.advantage) < 3.5 * found.error for found in honest)
    assert [found.attribute for found in honest] == ["x0", "x1", "x2", "x3"]
