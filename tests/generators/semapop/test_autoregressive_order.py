from dataclasses import replace

import numpy as np
from autoregressive_case import lesson

from censemble.generators.semapop.autoregressive_order import block_order, in_order
from censemble.generators.semapop.backbone import Block


def test_slots_come_one_after_another() -> None:
    """The record's own blocks come first; members are ordered alike."""
    given = lesson(personas=False)
    codes = np.concatenate(
        [given.training.codes[:, [2]], given.training.codes[:, :2], given.training.codes[:, :2]], axis=1
    )
    blocks = (
        Block("c", "households", "c", 0, 2),
        *(Block(f"{slot}: {name}", "persons", name, slot, 3) for slot in (1, 2) for name in ("a", "b")),
    )
    shares = (given.shares[2], *given.shares[:2], *given.shares[:2])
    records = replace(given.training, codes=codes)
    household = replace(given, blocks=blocks, training=records, validation=records, shares=shares)
    order = block_order(household)
    assert sorted(order) == [0, 1, 2, 3, 4]
    assert [blocks[j].slot for j in order] == [0, 1, 1, 2, 2]
    assert [blocks[j].attribute for j in order[1:3]] == [blocks[j].attribute for j in order[3:]]


def test_all_columns_follow_the_order() -> None:
    """Blocks, codes and shares stay together."""
    given = lesson(personas=False)
    turned = in_order(given, np.array([2, 0, 1]))
    assert [b.name for b in turned.blocks] == ["c", "a", "b"]
    assert (turned.validation.codes[:, 0] == given.validation.codes[:, 2]).all()
    assert turned.shares[1] is given.shares[0]
