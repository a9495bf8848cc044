import numpy as np
import pytest

from censemble.generators.semapop.autoregressive_network import (
    Plan,
    conditional_logits,
    masked,
    start_persona,
    start_weights,
)

pytest.importorskip("jax")
PLAN = Plan((3, 2, 4), 5)


def weights() -> dict[str, np.ndarray]:
    rng = np.random.default_rng(1)
    shares = [np.full(k, 1 / k) for k in PLAN.sizes]
    found = {**start_weights(PLAN, shares, rng), **start_persona(PLAN, 3, 4, rng)}
    return {name: (value + rng.normal(0, 0.5, value.shape)).astype(np.float32) for name, value in found.items()}


def test_a_block_sees_only_earlier_ones() -> None:
    """Another code of a block moves logits of later blocks, and of no other."""
    known, cells = weights(), np.zeros((2, 9), np.float32)
    cells[:, [0, 5]] = 1
    cells[0, 3], cells[1, 4] = 1, 1
    persona = np.array([[1.0, -1.0, 0.5]] * 2, np.float32)
    found = np.asarray(conditional_logits(known, PLAN, cells, persona))
    assert (found[0, :5] == found[1, :5]).all()
    assert (found[0, 5:] != found[1, 5:]).all()


def test_closeness_0_is_no_persona() -> None:
    """At closeness 0 logits are, bit for bit, those of a network without personas, whatever the vector."""
    known, cells = weights(), np.eye(9, dtype=np.float32)[:2]
    unseen, seen = (np.array([[5.0, -7.0, level]] * 2, np.float32) for level in (0.0, 0.4))
    without = np.asarray(conditional_logits(known, PLAN, cells, None))
    assert (np.asarray(conditional_logits(known, PLAN, cells, unseen)) == without).all()
    assert (np.asarray(conditional_logits(known, PLAN, cells, seen)) != without).any()


def test_masks_leave_no_way_back() -> None:
    """What reaches a block's logits through both layers comes from earlier blocks alone."""
    held = {name: np.abs(value) for name, value in masked(weights(), PLAN).items()}
    through = held["first"] @ (np.eye(PLAN.width) + held["second"]) @ held["shares"] + held["direct"]
    block = np.repeat([0, 1, 2], PLAN.sizes)
    assert ((through > 0) == (block[:, None] < block)).all()
