from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest
from places_case import FAMILIES, HOUSEHOLD_BLOCKS, families, household_lesson, households

from censemble.errors import SchemaError
from censemble.generators.semapop.autoregressive import Autoregressive
from censemble.generators.semapop.autoregressive_households import Learnt, learnt_of
from censemble.generators.semapop.flat_records import FlatCodes
from censemble.generators.semapop.lesson_making import halves, lesson_of

pytest.importorskip("jax")
pytest.importorskip("optax")


@pytest.fixture(scope="module")
def learnt() -> Learnt:
    model = Autoregressive(n_units=6, batch=64, most_steps=600, passes=40, n_trees=4, again=False)
    curves = model.train(household_lesson(3000), random_seed=1, progress=lambda phrase, share: None)
    assert curves.figures["validation loss"][-1] < curves.figures["validation loss"][0]
    assert model.learnt_ is not None
    return model.learnt_


def draw(learnt: Learnt, n: int, random_seed: int) -> np.ndarray:
    return learnt.draw(np.zeros((n, 1), np.float32), np.random.default_rng(random_seed))


def test_households_are_whole(learnt: Learnt) -> None:
    """Somebody is in each place that the number of persons asks for, and nobody beyond it; the first is learnt."""
    codes = draw(learnt, 2000, 1)
    there = codes[:, 2:].reshape(-1, 3, 2) < np.array([3, 2])
    wanted = np.arange(3) <= codes[:, [1]]
    assert (there.all(axis=2) == wanted)[:, 1:].all()
    assert (there.any(axis=2) == wanted)[:, 1:].all()
    assert there[:, 0].all(axis=1).mean() > 0.99


def test_members_hang_together_as_in_the_survey(learnt: Learnt) -> None:
    """Later members are like the first as often as in the survey, in every place, and have what follows from x."""
    found, real = draw(learnt, 20_000, 2), households(20_000, 9)
    for place in (1, 2):
        like, true = (
            (c[:, 2 + 2 * place] == c[:, 2])[c[:, 1] >= place].mean() for c in (found, real)
        )  # of households with somebody there
        assert like == pytest.approx(true, abs=0.04)
        wrong = (found[:, 3 + 2 * place] != (found[:, 2 + 2 * place] == 2))[found[:, 1] >= place]
        assert wrong.mean() < 0.02
    assert (found[:, 0] == 0)[found[:, 1] == 2].mean() < 0.02
    shares, true_shares = (np.bincount(c[:, 2], minlength=3) / len(c) for c in (found, real))
    assert shares == pytest.approx(true_shares, abs=0.03)


def test_restored_households_are_the_same(learnt: Learnt) -> None:
    """What was saved draws the same households; that of others is refused by what differs."""
    arrays = learnt.arrays()
    again = learnt_of(arrays, HOUSEHOLD_BLOCKS, width=0, sparsity=1.5)
    assert (draw(again, 300, 3) == draw(learnt, 300, 3)).all()
    with pytest.raises(SchemaError, match="has 4 blocks, the records have 3"):
        learnt_of(arrays, HOUSEHOLD_BLOCKS[1:], width=0, sparsity=1.5)
    more = tuple(replace(b, n_codes=b.n_codes + (b.attribute == "x")) for b in HOUSEHOLD_BLOCKS)
    with pytest.raises(SchemaError, match="gives 12 codes, the records have 13"):
        learnt_of(arrays, more, width=0, sparsity=1.5)
    with pytest.raises(SchemaError, match="has 0 numbers of persons, the records have 3"):
        learnt_of({n: a for n, a in arrays.items() if n != "members"}, HOUSEHOLD_BLOCKS, width=0, sparsity=1.5)


def test_other_personas_do_not_change_the_rest() -> None:
    """A household's draws are its own: with other personas for the others it stays as it was, members too."""
    given = household_lesson(300)
    told = [replace(r, personas=np.eye(3, dtype=np.float32)[r.codes[:, 2]]) for r in (given.training, given.validation)]
    model = Autoregressive(n_units=3, n_common=4, batch=32, most_steps=60, n_trees=2, again=False, rounds=0)
    model.train(
        replace(given, training=told[0], validation=told[1]), random_seed=1, progress=lambda phrase, share: None
    )
    vectors = np.tile(np.array([1.0, 0.0, 0.0, 0.8], np.float32), (400, 1))
    others = vectors.copy()
    others[::2, :3] = [0.0, -2.0, 3.0]
    before, after = (model.draw(v, np.random.default_rng(4)) for v in (vectors, others))
    assert (before[1::2] == after[1::2]).all()
    assert (before[::2, 1] != after[::2, 1]).any()


def test_ages_follow_from_the_first_and_the_gap() -> None:
    """Partners two years older, children thirty younger, whatever the head's age; also from a restored model."""
    pool = families(600)
    flat, rng = FlatCodes.of(FAMILIES, pool), np.random.default_rng(1)
    given = lesson_of(flat, pool, np.zeros((600, 0), np.float32), halves(600, rng), loosened=True)
    model = Autoregressive(n_units=6, batch=64, most_steps=300, passes=40, n_trees=4, again=False, rounds=0)
    model.train(given, random_seed=1, progress=lambda phrase, share: None)
    codes = model.draw(np.zeros((3000, 1), np.float32), rng)
    codes = codes[flat.complete(codes)]
    made = flat.pool(codes, rng, total_weight=1.0, ids=pa.array([str(i) for i in range(len(codes))]))
    gaps = made.persons["age"] - made.persons["age"][made.offsets[:-1][made.record_of_person]]
    for role, years in ((1, 2.0), (2, -30.0)):
        mine = gaps[(made.persons["role"] == role) & np.isfinite(gaps)]
        assert (mine == years).mean() > 0.9
    again = Autoregressive(**model.settings())
    again.restore(model.arrays(), flat.blocks, 0)
    same = (m.draw(np.zeros((200, 1), np.float32), np.random.default_rng(2)) for m in (model, again))
    assert (next(same) == next(same)).all()
