from dataclasses import replace

import numpy as np
from autoregressive_case import lesson

from censemble.generators.semapop.autoregressive_order import block_order, in_order


def test_given_blocks_stay_first() -> None:
    """Blocks that are given keep their places; the others are ordered as without them."""
    given = lesson(personas=False)
    free = block_order(given)
    assert sorted(free) == [0, 1, 2]
    front = replace(
        given,
        blocks=(given.blocks[2], *given.blocks),
        training=replace(given.training, codes=given.training.codes[:, [2, 0, 1, 2]]),
    )
    assert block_order(front, 1).tolist() == [0, *(free + 1)]


def test_all_columns_follow_the_order() -> None:
    """Blocks, codes and shares stay together."""
    given = lesson(personas=False)
    turned = in_order(given, np.array([2, 0, 1]))
    assert [b.name for b in turned.blocks] == ["c", "a", "b"]
    assert (turned.validation.codes[:, 0] == given.validation.codes[:, 2]).all()
    assert turned.shares[1] is given.shares[0]
