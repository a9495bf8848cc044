import numpy as np
from autoregressive_case import BLOCKS, made

from censemble.generators.forests import ForestSettings, class_shares
from censemble.generators.semapop.autoregressive_trees import forest_arrays, forest_shares, forests_of, learn_forests

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
