"""The Bayesian network as a generator: persons, or households with their persons one after another."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from censemble.errors import SchemaError
from censemble.generators.conditions import Allowed, described, read_conditions
from censemble.generators.forests import ForestSettings
from censemble.generators.household_persons import Household, Members, draw_households, learn_household, lines_of
from censemble.generators.network import Learning, Network, draw, draw_meeting, learn_network
from censemble.generators.network_files import load_model, save_model
from censemble.generators.network_model import Model
from censemble.generators.proposals import (
    count_of,
    fitted,
    household_pool,
    learnable,
    need_attributes,
    need_sample,
    numbered,
    person_pool,
)
from censemble.generators.protocol import Conditions
from censemble.generators.value_codes import ValueCodes, value_codes
from censemble.margins import Margin
from censemble.pool import Columns, Pool
from censemble.schema import Entity, Schema

STREAM = 50  # so that resampling does not repeat the numbers that the sample itself was drawn with


class BayesianNetwork:
    """Learn how attributes depend on one another, and draw new records that follow.

    Each attribute's shares given the attributes before it are an average of smoothed decision trees (`forests`),
    the order is found by hill climbing on BIC (`structure`). Use it as the default wherever there is a seed sample of
    some hundred records or more: it makes combinations that the survey happens to lack. Where records are households,
    name age and relationship as the schema's roles: ages are then drawn as gaps to the first person's. Do not use it
    where records must be real ones (`bootstrap`) or where nothing but tables exists (`maximum_entropy`).

    Parameters
    ----------
    n_trees : int
        Trees averaged for each attribute, >= 1.
    min_gain : float
        Nats that a split must gain, >= 0; smaller gives larger trees.
    concentration : float
        Smoothing, >= 0: as how many records the wider case counts where a split tells cases apart (`forests`).
    max_parents : int
        Of each attribute in the graph that orders them, >= 0.
    n_bins : int
        Quantile bins of numeric attributes with more distinct values, >= 1.
    random_seed : int
        Of the resampling in `fit`.

    Examples
    --------
    >>> from censemble.schema import Attribute
    >>> rng = np.random.default_rng(1)
    >>> adult = rng.random(300) < 0.7
    >>> schema = Schema((Attribute("age", "persons", "ordinal", ("child", "adult")),
    ...                  Attribute("works", "persons", "categorical", ("no", "yes"))))
    >>> columns = {"age": adult.astype(int), "works": (adult & (rng.random(300) < 0.8)).astype(int)}
    >>> survey = person_pool(columns, ids=numbered("p", 300), total_weight=3000.0, generator="survey")
    >>> people = BayesianNetwork().fit(schema, seed_sample=survey).sample(1000, rng)
    >>> people.n_records, bool(abs(people.persons["age"].mean() - adult.mean()) < 0.05)
    (1000, True)
    >>> workers = BayesianNetwork().fit(schema, seed_sample=survey).sample(10, rng, conditions={"works": "yes"})
    >>> workers.persons["age"].tolist()
    [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]
    """

    name = "bayesian_network"
    needs_sample = True

    def __init__(
        self,
        *,
        n_trees: int = 16,
        min_gain: float = 1.0,
        concentration: float = 2.0,
        max_parents: int = 4,
        n_bins: int = 24,
        random_seed: int = 0,
    ) -> None:
        self.learning = Learning(ForestSettings(n_trees, min_gain, concentration), max_parents)
        self.n_bins = n_bins
        self.random_seed = random_seed
        self.model_: Model | None = None

    def fit(
        self, schema: Schema, *, seed_sample: Pool | None = None, margins: Sequence[Margin] = ()
    ) -> BayesianNetwork:
        """Learn from the weighted seed sample; margins are not looked at.

        Raises
        ------
        SchemaError
            No seed sample, no declared attribute of its records, or attributes that it lacks.
        """
        pool = need_sample(seed_sample, self.name)
        need_attributes(schema, pool.record_entity, self.name)
        rng = np.random.default_rng(np.random.SeedSequence(self.random_seed, spawn_key=(STREAM,)))
        flat = pool.record_entity == "persons"
        weights = pool.prior_weights
        households = () if flat else self._codes(schema, "households", pool.households, weights)
        persons = self._codes(schema, "persons", pool.persons, np.repeat(weights, np.diff(pool.offsets)))
        coded = _coded(persons, pool.persons, pool.n_persons)
        network: Network | Household
        if flat:
            network = learn_network(coded, weights, lines_of(persons), rng, learning=self.learning)
        else:
            members = _members(schema, persons, coded, pool)
            whole = _coded(households, pool.households, pool.n_records)
            network = learn_household(
                households, whole, weights, members, rng, learning=self.learning, n_bins=self.n_bins
            )
        total = float(weights.sum())
        self.model_ = Model(
            schema, pool.record_entity, households, persons, network, total, self.learning.forests.concentration
        )
        return self

    def save(self, folder: str | Path) -> None:
        """Write what was learnt as readable files (see `network_files`): they hold values of respondents.

        Raises
        ------
        SchemaError
            Before `fit`.
        OutputError
            The folder cannot be written.
        """
        save_model(fitted(self.model_, self.name), Path(folder))

    @classmethod
    def load(cls, folder: str | Path) -> BayesianNetwork:
        """Read what `save` wrote; the network then draws the same records as the one that was saved.

        Raises
        ------
        InputError
            The files are missing, damaged, or of another version.
        """
        network = cls()
        network.model_ = load_model(Path(folder))
        return network

    def _codes(
        self, schema: Schema, entity: Entity, columns: Columns, weights: NDArray[np.float64]
    ) -> tuple[ValueCodes, ...]:
        known = learnable(schema, entity, columns, self.name)
        return tuple(value_codes(a, columns[a.name], weights, n_bins=self.n_bins) for a in known)

    def sample(self, n: int, rng: np.random.Generator, *, conditions: Conditions | None = None) -> Pool:
        """Draw `n` records, exactly from the network, given the conditions.

        Conditions are on attributes of the records: of households where these are the records.

        Raises
        ------
        SchemaError
            Before `fit`; conditions that do not exist, that no record can meet, or that too few proposals met.
        """
        model = fitted(self.model_, self.name)
        wanted = {a.attribute.name: a for a in read_conditions(conditions, model.schema, model.record_entity)}
        allowed = {
            v.attribute.name: v.shares(wanted[v.attribute.name]) for v in model.records if v.attribute.name in wanted
        }
        said, n = described(conditions), count_of(n)
        for name, shares in allowed.items():
            _need_some(shares, name, said)
        if isinstance(model.network, Household):
            allowed = model.network.own_allowed(allowed, [v.attribute.name for v in model.households])
            drawn = draw_households(model.network, model.persons, n, rng, allowed=allowed, said=said)
            persons = {model.persons[i].attribute.name: values for i, values in drawn.numbers.items()}
            rest = {i: v for i, v in enumerate(model.persons) if i not in drawn.numbers}
            persons |= {v.attribute.name: v.decode(drawn.persons[:, i], rng) for i, v in rest.items()}
            return household_pool(
                _decoded(model.households, drawn.households, rng, wanted),
                persons,
                drawn.sizes,
                ids=numbered("bn", n),
                total_weight=model.total_weight,
                generator=self.name,
            )
        if allowed:
            codes = draw_meeting(model.network, n, rng, allowed=allowed, said=said)
        else:
            codes = draw(model.network, np.zeros((n, 0), np.int16), rng)[0]
        columns = _decoded(model.persons, codes, rng, wanted)
        return person_pool(columns, ids=numbered("bn", n), total_weight=model.total_weight, generator=self.name)


def _members(schema: Schema, known: tuple[ValueCodes, ...], codes: NDArray[np.int16], pool: Pool) -> Members:
    """The persons of the sample; the schema's roles say which attribute is the age, and which the relationship."""
    number = {v.attribute.name: i for i, v in enumerate(known)}
    age, relationship = schema.roles.age, schema.roles.relationship
    leading = tuple(number[name] for name in (relationship, age) if name)
    numeric = age and schema.find("persons", age).kind == "numeric"
    return Members(known, codes, pool.offsets, {number[age]: pool.persons[age]} if numeric else {}, leading)


def _need_some(shares: NDArray[np.float64], name: str, said: str) -> None:
    if not shares.any():
        raise SchemaError(f"conditions: nobody in the seed sample meets the condition on {name!r} of {said}")


def _coded(codes: Sequence[ValueCodes], columns: Columns, n_rows: int) -> NDArray[np.int16]:
    out = np.zeros((len(codes), n_rows), np.int16)
    for line, known in zip(out, codes, strict=True):
        line[:] = known.codes(columns[known.attribute.name])
    return out


def _decoded(
    known: Sequence[ValueCodes], codes: NDArray[np.int16], rng: np.random.Generator, wanted: dict[str, Allowed]
) -> dict[str, NDArray[Any]]:
    return {
        v.attribute.name: v.decode(codes[:, i], rng, allowed=wanted.get(v.attribute.name)) for i, v in enumerate(known)
    }
