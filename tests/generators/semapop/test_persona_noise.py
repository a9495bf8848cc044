"""Personas given more or less closely."""

from __future__ import annotations

import jax
import numpy as np
import pytest

from censemble.generators.semapop.persona_noise import loosened, noisy


@pytest.mark.parametrize("closeness", [0.0, 0.3, 0.9, 1.0])
def test_unit_variance_is_kept_and_the_persona_shows_as_closely_as_asked(closeness: float) -> None:
    """The correlation with the persona is the closeness, the variance stays 1, and the last column tells."""
    rng = np.random.default_rng(1)
    vectors = rng.standard_normal((20_000, 1)).astype(np.float32)
    mixed = noisy(vectors, closeness, rng)
    assert np.corrcoef(vectors[:, 0], mixed[:, 0])[0, 1] == pytest.approx(closeness, abs=0.02)
    assert mixed[:, 0].var() == pytest.approx(1.0, abs=0.03)
    assert (mixed[:, 1] == np.float32(closeness)).all()


def test_training_sees_every_closeness_or_only_the_whole() -> None:
    """Loosened batches have levels over all of 0..1 in the last column; others are the vectors themselves and 1."""
    vectors = np.ones((500, 2), np.float32)
    levels = np.asarray(loosened(jax.random.key(1), vectors, is_loosened=True))[:, -1]
    assert levels.min() < 0.05
    assert levels.max() > 0.95
    assert (np.asarray(loosened(jax.random.key(1), vectors, is_loosened=False)) == 1.0).all()
