import numpy as np
import pytest
from autoregressive_case import BLOCKS, VECTORS, lesson

from censemble.errors import ConfigError, SchemaError
from censemble.generators.semapop.autoregressive import Autoregressive
from censemble.generators.semapop.persona_noise import noisy

pytest.importorskip("jax")
pytest.importorskip("optax")


@pytest.fixture(scope="module")
def learnt() -> Autoregressive:
    model = Autoregressive(n_units=8, n_common=16, batch=64, most_steps=400, passes=40, n_trees=4)
    model.train(lesson(), random_seed=1, progress=lambda phrase, share: None)
    return model


def test_the_joint_is_recovered(learnt: Autoregressive) -> None:
    """Without personas records are like the survey's, and what cannot be is hardly there."""
    codes = learnt.draw(np.zeros((20_000, 4), np.float32), np.random.default_rng(1))
    real = np.concatenate([lesson().training.codes, lesson().validation.codes])
    key, wanted = (c.astype(int) @ [6, 2, 1] for c in (codes, real))
    shares, true = (np.bincount(k, minlength=18) / len(k) for k in (key, wanted))
    assert 0.5 * np.abs(shares - true).sum() < 0.06
    impossible = (codes[:, 2] == 1) & ~((codes[:, 0] == 2) & (codes[:, 1] == 2))
    assert impossible.mean() < 0.01


def test_records_follow_the_persona(learnt: Autoregressive) -> None:
    """The closer the persona, the more records have what it says."""
    followed = []
    for level in (0.0, 0.5, 0.8, 1.0):
        vectors = noisy(np.repeat(VECTORS, 2000, axis=0), level, np.random.default_rng(2))
        codes = learnt.draw(vectors, np.random.default_rng(3))
        followed.append((codes[:, 0] == np.repeat([0, 1, 2], 2000)).mean())
    assert followed == sorted(followed)
    assert followed[0] < 0.4
    assert followed[-1] > 0.8


def test_restored_draws_the_same(learnt: Autoregressive) -> None:
    """What was saved draws the same records to the last bit."""
    again = Autoregressive(**learnt.settings())
    again.restore(learnt.arrays(), BLOCKS, 3)
    vectors = noisy(np.repeat(VECTORS, 50, axis=0), 0.6, np.random.default_rng(4))
    assert (again.draw(vectors, np.random.default_rng(5)) == learnt.draw(vectors, np.random.default_rng(5))).all()


def test_other_records_are_refused(learnt: Autoregressive) -> None:
    """A model of other blocks or of vectors of another width says so."""
    with pytest.raises(SchemaError, match="has 3 blocks, the records have 2"):
        Autoregressive(**learnt.settings()).restore(learnt.arrays(), BLOCKS[:2], 3)
    with pytest.raises(SchemaError, match="vectors of 3 numbers, here they have 5"):
        Autoregressive(**learnt.settings()).restore(learnt.arrays(), BLOCKS, 5)


def test_settings_out_of_range_are_named() -> None:
    """All settings that cannot be used are in one message."""
    with pytest.raises(ConfigError) as raised:
        Autoregressive(dropout=1.5, sparsity=3).train(lesson(), random_seed=1, progress=lambda phrase, share: None)
    assert {p.where for p in raised.value.problems} == {"dropout", "sparsity"}
    with pytest.raises(SchemaError, match="nothing was learnt yet"):
        Autoregressive().draw(np.zeros((1, 1), np.float32), np.random.default_rng(1))
