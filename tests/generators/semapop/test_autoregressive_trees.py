import numpy as np
from autoregressive_case import BLOCKS, made

from censemble.generators.forests import ForestSettings, class_shares
from censemble.generators.semapop.autoregressive_trees import (
    MOST_SEEN,
    forest_arrays,
    forest_shares,
    forests_of,
    learn_forests,
    telling,
)
from censemble.generators.semapop.backbone import Records

SIZES = tuple(b.n_codes for b in BLOCKS)


def test_shares_are_those_of_the_forests() -> None:
    """Each code's share is what its own forest gives, they add up in each block, and survive saving."""
    records = made(400, 1)
    forests = learn_forests(records, SIZES, np.random.default_rng(1), settings=ForestSettings(4))
    shares = forest_shares(forests, records.codes)
    assert np.allclose(shares.sum(axis=1), len(SIZES))
    lines = np.ascontiguousarray(records.codes.T)
    own = class_shares(forests[2], lines[:2], lines[2])
    assert np.allclose(shares[np.arange(400), 6 + lines[2]], own)
    again = forests_of(forest_arrays(forests), 3)
    assert (forest_shares(again, records.codes) == shares).all()


def test_no_forests_come_back_where_none_were() -> None:
    """A model without forests is restored without."""
    assert forests_of({}, 3) == ()


def test_of_many_blocks_those_that_say_most_are_looked_at() -> None:
    """Among thirty blocks of chance the three that say something are kept, and trees name blocks by their numbers."""
    rng = np.random.default_rng(3)
    classes = rng.integers(0, 3, 2000).astype(np.int16)
    lines = rng.integers(0, 4, (33, 2000)).astype(np.int16)
    for block in (2, 17, 32):
        lines[block] = np.where(rng.random(2000) < 0.5, classes, lines[block])
    told = telling(lines, classes, np.ones(2000))
    assert {2, 17, 32} <= set(told.tolist())
    assert len(told) == MOST_SEEN
    records = Records(np.concatenate([lines, classes[None]]).T.copy(), np.ones(2000), np.zeros((2000, 0), np.float32))
    (forest,) = learn_forests(records, [4] * 33 + [3], rng, settings=ForestSettings(n_trees=2), n_given=33)
    assert {2, 17, 32} <= set(forest.feature.tolist()) <= {-1, *told.tolist()}
    shares = forest_shares([forest], records.codes)
    assert np.take_along_axis(shares, classes[:, None].astype(int), axis=1).mean() > 0.6
