"""The household benchmark: what generators are told, and one row from end to end."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pytest

from censemble.generators.llmsynthor import LLMSynthor
from censemble.generators.llmsynthor.planning import Plan, Step
from censemble.generators.llmsynthor.proposal_form import Proposal
from censemble.generators.llmsynthor.refusals import Refusals
from censemble.llm import Client, Store, replayed_model
from censemble.pool import Pool

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


@pytest.fixture
def benchmark(script: Callable[[str], ModuleType]) -> ModuleType:
    """The script."""
    return script("households")


@pytest.fixture
def real(benchmark: ModuleType, shared_data: Path) -> Pool:
    """The smaller sample."""
    return benchmark.load(shared_data, "acs2011")


def test_no_record_is_told_to_macro_only_rows(benchmark: ModuleType, real: Pool) -> None:
    """Tables of one region, none of which crosses members of a household; records only for rows marked so."""
    inputs = benchmark.inputs_of(real, benchmark.RIVALS["maximum_entropy"])
    assert inputs.seed_sample is None
    assert [m.name for m in inputs.margins if m.entity == "households"] == [
        "households",
        "num_persons",
        "housing_tenure",
        "householder_type",
        "num_vehicles",
        "num_persons by householder_type",
        "housing_tenure by num_vehicles",
        "householder_type by housing_tenure",
    ]
    assert len([m for m in inputs.margins if m.entity == "persons"]) == 1 + 5 + 4
    assert benchmark.inputs_of(real, benchmark.RIVALS["hot_deck"]).seed_sample is real
    planned = [r for r in benchmark.RIVALS.values() if r.kind == "llmsynthor"]
    assert all(benchmark.inputs_of(real, rival).seed_sample is None for rival in planned)


def test_what_planning_came_to(benchmark: ModuleType) -> None:
    """Proposals taken and filled in, refusals by reason, the miss before each call."""
    refused = Refusals()
    refused["rule: couple-of-adults"] += 2
    filled = Proposal("fill-1", "No proposal reached this.", 1, {}, "", 0.1)
    made = replace(filled, id="1-1")
    steps = (Step(0, 1.0, 9, 0, 0, 0.0), Step(1, 0.25004, 2, 1, 2, 50.0))
    generator = LLMSynthor()
    generator.plan_ = Plan((made, filled), steps, refused, "the only call is made")
    assert benchmark._plan_facts(generator) == {
        "proposals": {"taken": 1, "filled_in": 1, "refused": {"rule: couple-of-adults": 2}},
        "miss_by_calls": [[0, 1.0], [1, 0.25]],
        "ended": "the only call is made",
    }


def test_refusals_before_rules(benchmark: ModuleType, real: Pool) -> None:
    """Tables alone make couples of whom one is a child; tables of age by schooling and by work leave no other break."""
    inputs = benchmark.inputs_of(real, benchmark.RIVALS["maximum_entropy"], records=1_000)
    found = benchmark.refusals(inputs, None)["refused_before_rules"]
    assert set(found) == {"any", "couple-of-adults"}
    assert 0.1 < found["any"] < 0.3


def test_the_table_is_markdown(benchmark: ModuleType) -> None:
    """A row each, with as many cells as the head, and the published row."""
    figures = dict.fromkeys(benchmark.judging.HEADS, 0.5)
    made = {"hot_deck": {"figures": figures, "facts": {"seconds": 3.0, "tokens_in": 2_000, "tokens_out": 1}}}
    lines = benchmark.table_of(made).splitlines()
    assert len({line.count("|") for line in lines}) == 1
    assert lines[2].startswith("| hot_deck (reads the survey) | 0.5 |")
    assert "2,001" in lines[2]
    assert "| 0.133 |" in lines[3]


@pytest.mark.parametrize(("name", "calls"), [("calibrated", 50), ("faithful", 6), ("unguided", 6)])
def test_the_reported_run_is_repeated(name: str, calls: int, benchmark: ModuleType, real: Pool) -> None:
    """The whole committed run from its replay file: answers to all queries, figures, calls, refusals and notes."""
    results = json.loads((BENCHMARKS / "results" / "households.json").read_text(encoding="utf-8"))
    told = results["acs2011"][name]
    rival = benchmark.RIVALS[name]
    store = Store.open_readonly(BENCHMARKS / "replay" / "households_acs2011.replay")
    client = Client(replayed_model(store), store=store)
    outcome = benchmark.make(benchmark.inputs_of(real, rival, calls=calls), rival, client=client)
    facts = {key: value for key, value in outcome.facts.items() if key != "seconds"}
    assert facts == {key: pytest.approx(told["facts"][key]) for key in facts}
    judging = benchmark.judging
    judgement = judging.judged(judging.frames_of(real), {name: outcome.frames}, classifiers=False)
    figures = {key: value for key, value in judging.row_of(judgement, name).items() if value is not None}
    assert figures == {key: pytest.approx(told["figures"][key]) for key in figures}
    assert judging.answers(judgement, name) == told["queries"]
