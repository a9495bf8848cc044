import numpy as np
import pytest
from autoregressive_case import lesson

from censemble.generators.semapop.autoregressive_school import AutoregressiveSettings, School

pytest.importorskip("jax")
pytest.importorskip("optax")
TINY = AutoregressiveSettings(n_units=3, n_common=4, batch=32, most_steps=60, n_trees=2, again=False)


def test_given_blocks_are_seen_and_not_drawn() -> None:
    """A part with a given block draws the others, as that block says."""
    school = School(TINY, 1, lambda phrase, share: None)
    part, _ = school.part(lesson(personas=False), 1, None)
    assert part.order[0] == 0
    given = np.repeat(np.arange(3), 2000)[:, None].astype(np.int16)
    drawn = part.draw_some(np.arange(6000), np.zeros((6000, 1), np.float32), np.random.default_rng(1), given)
    assert drawn.shape == (6000, 2)
    alike = [(drawn[given[:, 0] == a, 0] == a).mean() for a in range(3)]
    assert min(alike) > 0.6  # b is a in 87 % of records
    assert drawn[given[:, 0] != 2, 1].mean() < 0.05


def test_without_trees_the_network_draws_alone() -> None:
    """No forests, and all records are the network's."""
    school = School(AutoregressiveSettings(**{**vars(TINY), "n_trees": 0}), 1, lambda phrase, share: None)
    part, curves = school.part(lesson(personas=False), 0, None)
    assert part.mixture.forests == ()
    assert part.mixture.network_share.tolist() == [1.0]
    assert np.isfinite(curves.figures["validation loss"]).all()
