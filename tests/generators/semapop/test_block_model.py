"""A network that gives softmax blocks: drawing, saving, settings."""

from __future__ import annotations

import jax
import numpy as np
import pytest

from censemble.errors import ConfigError, SchemaError
from censemble.generators.semapop.backbone import Block, Lesson, Records
from censemble.generators.semapop.block_model import (
    BlockModel,
    check_lesson,
    check_settings,
    flat_arrays,
    grown_tree,
    settings_of,
)
from censemble.generators.semapop.film import Modulation, start_network
from censemble.generators.semapop.vae_step import VaeSettings

STARTS = np.array([0, 2, 5])
VECTORS = np.random.default_rng(2).standard_normal((50, 3)).astype(np.float32)


def model(modulation: Modulation = "concatenate") -> BlockModel:
    """Untrained, of two blocks, with personas of 2 numbers."""
    network = start_network(jax.random.key(1), n_in=4, widths=[6], n_out=5, n_condition=3, modulation=modulation)
    return BlockModel(network, STARTS, 4, modulation, "float32")


@pytest.mark.parametrize("part", [7, 50, 64])
def test_drawing_does_not_depend_on_how_many_rows_at_a_time(part: int) -> None:
    """Parts that divide the rows, that do not, and that are larger give the same codes."""
    whole = model().draw(VECTORS, np.random.default_rng(5), part=16)
    assert (model().draw(VECTORS, np.random.default_rng(5), part=part) == whole).all()
    assert whole.dtype == np.int16
    assert (whole.max(axis=0) < [2, 3]).all()


def test_draws_follow_the_shares() -> None:
    """A network whose last layer is a constant draws the codes of that softmax."""
    made = model("none")
    made.network["last"] = {
        "w": np.zeros((6, 5), np.float32),
        "b": np.log([0.2, 0.8, 0.5, 0.3, 0.2]).astype(np.float32),
    }
    codes = made.draw(np.ones((20_000, 3), np.float32), np.random.default_rng(1))
    assert np.bincount(codes[:, 0]) / 20_000 == pytest.approx([0.2, 0.8], abs=0.012)
    assert np.bincount(codes[:, 1]) / 20_000 == pytest.approx([0.5, 0.3, 0.2], abs=0.012)


@pytest.mark.parametrize("modulation", ["film", "concatenate", "none"])
def test_restored_it_draws_the_same(modulation: Modulation) -> None:
    """Arrays by name and back, in any order, give the same codes."""
    made = model(modulation)
    arrays = dict(sorted(made.arrays().items(), reverse=True))
    again = BlockModel({}, STARTS, 4, modulation, "float32").restored(arrays, 3)
    drawn = [m.draw(VECTORS, np.random.default_rng(3), part=50) for m in (made, again)]
    assert (drawn[0] == drawn[1]).all()


def test_weights_of_other_records_or_another_width_are_refused() -> None:
    """What differs is named."""
    for modulation in ("film", "concatenate"):
        arrays = model(modulation).arrays()
        with pytest.raises(SchemaError, match="vectors of 2 numbers, here they have 7"):
            BlockModel({}, STARTS, 4, modulation, "float32").restored(arrays, 8)
        with pytest.raises(SchemaError, match="gives 5 codes, the records have 6"):
            BlockModel({}, np.array([0, 2, 6]), 4, modulation, "float32").restored(arrays, 3)


def test_long_lists_of_layers_keep_their_order() -> None:
    """The eleventh layer comes after the tenth, not after the first."""
    tree = {"layers": [{"w": np.full(1, i)} for i in range(12)]}
    assert [int(layer["w"][0]) for layer in grown_tree(flat_arrays(tree))["layers"]] == list(range(12))


def test_settings_that_do_not_exist_are_refused() -> None:
    """All of them at once, with those that exist."""
    with pytest.raises(ConfigError, match=r"(?s)widht: expected one of modulation, width.*deptj") as caught:
        settings_of(VaeSettings, "vae", {"widht": 3, "deptj": 1, "width": 8})
    assert len(caught.value.problems) == 2
    assert settings_of(VaeSettings, "vae", {"width": 8}).width == 8


def test_settings_that_cannot_be_used_are_refused() -> None:
    """Choices and least values, all at once; not a number is no number."""
    given = {"modulation": "fillm", "width": 0, "rate": float("nan"), "depth": 2}
    with pytest.raises(ConfigError) as caught:
        check_settings("vae", given, choices={"modulation": ("film",)}, least={"width": 1, "rate": 0, "depth": 1})
    assert [p.where for p in caught.value.problems] == ["modulation", "width", "rate"]


def test_no_records_are_refused() -> None:
    """A lesson without validation records says which are missing."""
    some, none = (Records(np.zeros((n, 1), np.int16), np.ones(n), np.zeros((n, 0), np.float32)) for n in (1, 0))
    block = Block("sex", "persons", "sex", 0, 1)
    with pytest.raises(SchemaError, match="1 validation record"):
        check_lesson(Lesson((block,), some, none, (np.ones(1),), loosened=False))
