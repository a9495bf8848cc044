"""Settings of training, and what was learnt."""

from __future__ import annotations

import json

import generator_case
import numpy as np
import pytest
from semapop_case import semapop

from censemble.errors import ConfigError
from censemble.generators.semapop.fitted_model import Settings, persona_ids

PEOPLE = generator_case.cases()[0]


def test_columns_follow_from_the_model() -> None:
    """The published models have 32, those that are loosened as many as are needed, anyone as many as are asked for."""
    assert [Settings(model=name).columns for name in ("gan", "vae", "autoregressive")] == [32, 32, None]
    assert Settings(model="gan", width=8).columns == Settings(width=8).columns == 8
    assert Settings(model="gan", loosened=True).columns is None


def test_all_wrong_settings_come_in_one_message() -> None:
    """Names and numbers."""
    with pytest.raises(ConfigError) as caught:
        Settings(conditioning="words", hold_to="nothing", width=0, most_members=0)  # type: ignore[arg-type]
    for part in ("conditioning 'words'", "hold_to 'nothing'", "width 0", "most_members 0"):
        assert part in str(caught.value)


def test_the_published_models_know_closeness_one_only() -> None:
    """Unless they are loosened, which is ours."""
    assert (Settings(model="gan").closeness, Settings(model="gan").near) == (1.0, 1.0)
    loose = Settings(model="gan", loosened=True)
    assert loose.is_loosened and loose.near == 0.9


def test_settings_are_plain() -> None:
    """As JSON and back."""
    settings = Settings(model="vae", model_options={"steps": 3}, most_members=4)
    assert Settings(**json.loads(json.dumps(settings.facts()))) == settings


def test_personas_weigh_what_their_training_records_weigh() -> None:
    """Validation records' weights are not among them; ids are in the bank's order."""
    learnt = semapop().fit(PEOPLE.schema, seed_sample=PEOPLE.pool).learnt_
    assert learnt is not None
    personas = learnt.personas()
    assert personas.ids == persona_ids(learnt.bank.n_personas)
    total = PEOPLE.pool.prior_weights.sum()
    assert 0.8 * total < personas.weights.sum() < 0.98 * total
    assert (personas.weights <= learnt.bank.weights + 1e-9).all()
    assert np.isfinite(personas.vectors).all()
