from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from autoregressive_case import BLOCKS, lesson

from censemble.generators.semapop.autoregressive_training import MANY, NetworkSettings, everything, learn

pytest.importorskip("jax")
pytest.importorskip("optax")
PLAN = NetworkSettings(n_units=3).plan(tuple(b.n_codes for b in BLOCKS))
TINY = NetworkSettings(n_units=3, n_common=4, batch=32, most_steps=60)


def test_resuming_is_not_stopping(tmp_path: Path) -> None:
    """Training that was stopped in the midst goes on from its file and ends with the same bytes."""
    given = lesson(200, personas=False)

    def stop(phrase: str, share: float) -> None:
        raise KeyboardInterrupt

    file = tmp_path / "training.safetensors"
    with pytest.raises(KeyboardInterrupt):
        learn(given, PLAN, TINY, random_seed=1, progress=stop, checkpoint=file)
    resumed = learn(given, PLAN, TINY, random_seed=1, progress=lambda phrase, share: None, checkpoint=file)
    straight = learn(given, PLAN, TINY, random_seed=1, progress=lambda phrase, share: None, checkpoint=None)
    assert all((straight.weights[name] == value).all() for name, value in resumed.weights.items())
    assert straight.curves.figures["validation loss"][-1] < straight.curves.figures["validation loss"][0]


def test_many_blocks_have_fewer_units() -> None:
    """A layer is no wider than it may be."""
    assert NetworkSettings().plan((4,) * 13).n_units == 24
    assert NetworkSettings().plan((4,) * 100).width <= 512
    assert NetworkSettings().plan((4,) * 100, 90).n_units == 24


def test_small_surveys_may_be_gone_over_often() -> None:
    """Few records, few batches: steps are not fewer than weights need, unless the user says so."""
    assert NetworkSettings().loop(450).steps == 600
    assert NetworkSettings().loop(10_000).steps == 60 * 10_000 // 256
    assert NetworkSettings(most_steps=50).loop(450).steps == 50


def test_large_surveys_are_not_learnt_twice() -> None:
    """From so many records on the tenth that validates is not missed."""
    many = lesson(MANY * 10 // 9 + 10, personas=False)
    assert NetworkSettings().repeats(lesson(100))
    assert not NetworkSettings(again=False).repeats(lesson(100))
    assert not NetworkSettings().repeats(many)
    tiny = replace(TINY, most_steps=20)
    learnt = learn(many, PLAN, tiny, random_seed=1, progress=lambda phrase, share: None)
    assert all((learnt.weights[name] == value).all() for name, value in learnt.tried.items())


def test_everything_is_all_records() -> None:
    """Training and validation records one after another."""
    given = lesson(100)
    whole = everything(given)
    assert len(whole.codes) == len(whole.personas) == 100
    assert (whole.codes[-10:] == given.validation.codes).all()
    assert np.ptp(whole.weights) == 0
