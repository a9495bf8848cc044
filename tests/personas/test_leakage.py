"""What can be read back from persona vectors."""

from __future__ import annotations

import numpy as np
import pytest
from persona_case import HOUSEHOLDS, flat, households

from censemble.personas.bank import PersonaBank
from censemble.personas.leakage import Leak, leakage, mean_macro
from censemble.pool import Pool, take_records
from censemble.schema import Attribute, Schema

SCHEMA = Schema(
    (
        Attribute("mode", "persons", "categorical", ("car", "bicycle", "boat")),
        Attribute("coin", "persons", "categorical", ("heads", "tails")),
        Attribute("born", "persons", "categorical", ("here", "away")),
        Attribute("age", "persons", "numeric"),
    )
)
N = 300


def people() -> Pool:
    """Modes two to one, and one boat; a coin; all born here; ages from a uniform draw."""
    rng = np.random.default_rng(5)
    mode = (np.arange(N) % 3 == 0).astype(int)
    mode[7] = 2
    columns = {"mode": mode, "coin": rng.integers(0, 2, N), "born": np.zeros(N, int), "age": rng.uniform(20, 90, N)}
    return flat(columns)


def bank(vectors: np.ndarray, *, texts: bool = True) -> PersonaBank:
    """A persona for each record."""
    says = tuple(f"text {i}" if texts else "" for i in range(N))
    return PersonaBank(says, vectors.astype(np.float32), np.arange(N), np.ones(N), "made", "hand")


def by_name(found: tuple[Leak, ...]) -> dict[str, Leak]:
    """Leaks by attribute."""
    return {leak.attribute: leak for leak in found}


@pytest.fixture(scope="module")
def leaks() -> dict[str, Leak]:
    """Vectors that hold mode and age, and noise."""
    pool = people()
    noise = np.random.default_rng(6).normal(size=(N, 5))
    told = np.stack([pool.persons["mode"] == 1, pool.persons["age"] / 90], axis=1)
    return by_name(leakage(bank(np.concatenate([told, noise], axis=1)), SCHEMA, pool))


def test_what_the_vectors_hold_is_read_back(leaks: dict[str, Leak]) -> None:
    """The mode wholly; the one boat is too few to ask for; guessing is right two times of three."""
    mode = leaks["mode"]
    assert (mode.categories, mode.rows) == (2, N - 1)
    assert mode.majority == pytest.approx(199 / 299)
    assert mode.accuracy > 0.99
    assert mode.macro > 0.99


def test_numbers_are_read_back_by_bins(leaks: dict[str, Leak]) -> None:
    """Fifths of the ages: far better than one of five."""
    assert leaks["age"].categories == 5
    assert leaks["age"].macro > 0.6


def test_what_they_do_not_hold_is_not(leaks: dict[str, Leak]) -> None:
    """A coin is guessed."""
    assert abs(leaks["coin"].macro - 0.5) < 0.12


def test_a_constant_is_known_without_reading(leaks: dict[str, Leak]) -> None:
    """It is left out of the mean."""
    assert (leaks["born"].categories, leaks["born"].accuracy) == (1, 1.0)
    assert mean_macro([leaks["born"]]) != mean_macro([leaks["born"]])


def test_texts_that_were_learnt_are_not_read_back() -> None:
    """Records of one text are in one fold: with a unit vector each, nothing is learnt of others; codes are."""
    pool = people()
    which = np.arange(N) // 3
    repeated = PersonaBank(
        tuple(f"t{i}" for i in range(100)), np.eye(100, dtype=np.float32), which, np.ones(100), "e", "w"
    )
    columns = {**pool.persons, "coin": which % 2}
    texts = leakage(repeated, SCHEMA, flat(columns), attributes=("coin",))
    codes = PersonaBank(("",) * 100, repeated.embeddings, which, np.ones(100), "codes", "none")
    assert texts[0].accuracy < 0.6
    assert leakage(codes, SCHEMA, flat(columns), attributes=("coin",))[0].accuracy > 0.9


def test_no_vectors_give_the_commonest() -> None:
    """Width 0: guessing."""
    leak = by_name(leakage(bank(np.zeros((N, 0))), SCHEMA, people()))["mode"]
    assert leak.accuracy == pytest.approx(leak.majority)
    assert leak.macro == 0.5


def test_weights_count() -> None:
    """A majority of the weight, not of the rows; half the rows have nearly all of it."""
    mode = np.arange(N) % 2
    pool = flat({"mode": mode}, weights=tuple(np.where(mode == 0, 99.0, 1.0)))
    (leak,) = leakage(bank(np.zeros((N, 0)), texts=False), SCHEMA, pool, attributes=("mode",))
    assert leak.majority == pytest.approx(0.99)


def test_of_households_the_first_person_is_asked_about() -> None:
    """A household without persons is not asked; attributes the pool lacks are passed over."""
    pool = take_records(households(), np.repeat([0, 1], 20))
    made = PersonaBank(("a", "b"), np.eye(2, dtype=np.float32), np.repeat([0, 1], 20), np.ones(2), "e", "w")
    told: list[str] = []
    found = by_name(leakage(made, HOUSEHOLDS, pool, progress=lambda phrase, _value: told.append(phrase)))
    assert (found["tenure"].rows, found["sex"].rows, found["sex"].categories) == (40, 20, 1)
    assert told[0] == "reading back tenure"
