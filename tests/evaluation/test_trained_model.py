"""What a run publishes of a trained model."""

from __future__ import annotations

import json

import generator_case
import numpy as np
import pyarrow as pa
from semapop_case import semapop

from censemble.evaluation.trained_model import N_POINTS, curves_of, trained_facts
from censemble.pool import Pool

CASES = {case.name: case for case in generator_case.cases() if case.name in ("persons", "households")}


def made(name: str, copies: list[int] | None = None) -> tuple[dict[str, object] | None, Pool]:
    """Facts of thirty records, of which some are in the population."""
    case = CASES[name]
    model = semapop().fit(case.schema, seed_sample=case.pool)
    pool = model.sample(30, np.random.default_rng(1))
    counted = np.array(copies or [1] * 30)
    return trained_facts(model.tables(), model.facts(), pool, counted, schema=case.schema), pool


def test_examples_are_records_of_the_population_with_their_personas() -> None:
    """The first of each persona, in the pool's order; values as labels."""
    facts, pool = made("persons", [0] * 10 + [2] * 20)
    assert facts is not None and json.loads(json.dumps(facts)) == facts
    examples = facts["examples"]
    assert isinstance(examples, list) and len(examples) == 5
    first = examples[0]
    assert first["source"] == "sp-11" and first["persona"] == pool.person_extra["persona"][10].as_py()
    sex = ("female", "male")[pool.persons["sex"][10]]
    assert first["record"][0].startswith(f"sex {sex}; age {pool.persons['age'][10]:g}; work ")
    assert len({e["persona"] for e in examples}) == 5


def test_households_show_their_members() -> None:
    """A line for the household, then one a person."""
    facts, pool = made("households")
    assert facts is not None
    sizes = {i: int(n) for i, n in zip(pool.household_ids.to_pylist(), np.diff(pool.offsets), strict=True)}
    for example in facts["examples"]:  # type: ignore[attr-defined]
        assert len(example["record"]) == 1 + sizes[example["source"]]
        assert example["record"][0].startswith("tenure ") and example["record"][1].startswith(("sex", "age"))


def test_long_curves_are_thinned() -> None:
    """To sixty points with both ends; what is not finite is left out."""
    training = pa.table({"step": list(range(500)), "loss": [float(k) for k in range(500)]})
    (curve,) = curves_of(training)
    assert len(curve["points"]) == N_POINTS and curve["points"][0] == [0, 0.0] and curve["points"][-1] == [499, 499.0]
    assert curves_of(pa.table({"step": [1, 2], "loss": [float("inf"), None]})) == []


def test_facts_of_a_manifest_of_before_have_no_leakage() -> None:
    """So that its report is verified as it was written; today's have what the model kept."""
    case = CASES["persons"]
    model = semapop().fit(case.schema, seed_sample=case.pool)
    pool = model.sample(5, np.random.default_rng(1))
    about = {**model.facts(), "leakage": {"records": 7}}
    for name, given in (("today", about), ("before", {k: v for k, v in about.items() if k != "leakage"})):
        facts = trained_facts(model.tables(), given, pool, np.ones(5, int), schema=case.schema)
        assert facts is not None and facts.get("leakage") == ({"records": 7} if name == "today" else None)
        assert ("leakage" in facts) is (name == "today")


def test_other_generators_have_no_such_part() -> None:
    """Neither facts nor tables."""
    case = CASES["persons"]
    assert trained_facts({}, {}, case.pool, np.ones(case.pool.n_records, int), schema=case.schema) is None
