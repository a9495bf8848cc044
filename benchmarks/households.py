"""LLMSynthor on households with their persons (arXiv 2505.14752, benchmark 2): tables in, households out.

    python benchmarks/households.py --case acs2011                                   # rows that need no language model
    python benchmarks/households.py --case acs2011 --row calibrated --calls 20 --store out/answers.sqlite
    python benchmarks/households.py --case acs2011 --row calibrated --replay benchmarks/replay/FILE.replay
    python benchmarks/households.py --case acs2011 --table                           # the table of all rows made so far

The whole sample is the population: its tables are what generators are given and its answers to the sixteen queries
are what theirs are held against, as in the paper. Rows marked `survey` read the records too. Figures are kept in
benchmarks/results/households.json, a row each.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import household_judging as judging
import numpy as np
import planners
from acs_households import SCHEMA, SOURCES, load
from household_rows import RIVALS, Rival, inputs_of

import censemble
from censemble.dataset import dataset_of_pool
from censemble.generators.llmsynthor import LLMSynthor, Services
from censemble.generators.registry import make_generator
from censemble.inputs import Inputs
from censemble.io.rules_file import read_rules
from censemble.llm import Client, FakeModel, Store, configured_model, replayed_model
from censemble.proposal import propose, region_weights
from censemble.rules import RuleBook, tally, violating_records

HERE = Path(__file__).resolve().parent
DATA = HERE.parents[1] / "shared" / "data"
RESULTS = HERE / "results" / "households.json"
REAL = ("real, drawn anew", "real, one half against the other")
HEADS = (*judging.HEADS, "refused before rules", "distinct", "calls", "tokens", "seconds")
# What the documentation shows of them.
SHORT_HEADS = (
    *judging.QUERY_GROUPS,
    "all queries",
    "refused before rules",
    judging.COMPOSITION_TV,
    "C2ST gap, households",
    "precision",
    "calls",
)


@dataclass(frozen=True, eq=False)
class Outcome:
    """Households and persons, and what they cost."""

    frames: judging.Frames
    facts: dict[str, Any]


def make(inputs: Inputs, rival: Rival, *, client: Client | None = None) -> Outcome:
    """Make one row's households."""
    began = time.monotonic()
    facts: dict[str, Any] = {}
    if rival.is_calibrated:
        result = censemble.run(inputs, client=client, accept_relaxation=True, throw=False)
        keys = ["household_id", *(a.name for a in SCHEMA.of("households"))]
        households = result.households.to_pandas()
        persons = result.persons.to_pandas()[["household_id", *(a.name for a in SCHEMA.of("persons"))]]
        generator = result.manifest["generator"]
        facts["relaxed_cells"] = len(result.manifest["relaxations"])
        facts["tae"] = result.facts["levels"][0]["tae"]
        facts["notes"] = result.manifest["notes"]
        facts |= {key: generator[key] for key in ("proposed", "drawn", "refused")}
        if "proposal" in households:
            facts["filled_in_share"] = float(households["proposal"].str.startswith("fill-").mean())
        frames = households[keys], persons
    else:
        proposal = propose(inputs, client=client)
        frames = judging.frames_of(proposal.pool)
        facts |= {"proposed": proposal.pool.n_records, "drawn": proposal.n_drawn, "refused": dict(proposal.refused)}
        facts["notes"] = list(proposal.notes)
    facts["seconds"] = round(time.monotonic() - began, 1)
    facts["distinct_households"] = distinct(frames)
    return Outcome(frames, facts | spending(client))


def refusals(inputs: Inputs, client: Client | None) -> dict[str, Any]:
    """What a generator's own records are before rules are applied: shares that break each rule, and any.

    With a language model also which of its proposals were refused, how many were taken and filled in, and how the miss
    of the worst table fell. Planning is done again from the answers that there are, because a pool comes without it.
    """
    book, kind = read_rules(judging.RULES, inputs.schema), inputs.generator.kind
    planned: dict[str, Any] = {}
    if kind == "llmsynthor":
        services = Services(client, region_weights, inputs.rules, inputs.settings.random_seed)
        generator = make_generator(kind, inputs.generator.options, services=services)
        assert isinstance(generator, LLMSynthor)
        generator.fit(inputs.schema, margins=inputs.margins)
        planned = _plan_facts(generator)
        generator.services = replace(services, rules=RuleBook())
        pool = generator.sample(inputs.generator.records, np.random.default_rng(0))
    else:
        pool = propose(replace(inputs, rules=RuleBook())).pool
    data = dataset_of_pool(pool, inputs.schema, name=kind)
    by_rule = {t.rule.name: t.n_broken / t.n_rows for t in tally(book, data) if t.n_broken}
    return planned | {"refused_before_rules": {"any": float(violating_records(book, data).mean())} | by_rule}


def _plan_facts(generator: LLMSynthor) -> dict[str, Any]:
    plan = generator.plan_
    assert plan is not None
    n_filled = sum(p.is_filled_in for p in plan.proposals)
    return {
        "proposals": {"taken": len(plan.proposals) - n_filled, "filled_in": n_filled, "refused": dict(plan.refusals)},
        "miss_by_calls": [[step.call, round(step.miss, 4)] for step in plan.steps],
        "ended": plan.ended,
    }


def distinct(frames: judging.Frames) -> int:
    """Different households: not alike in all attributes of household and persons, whatever the order of these."""
    households, persons = frames
    of_person = persons.drop(columns="household_id").astype(str).agg("|".join, axis=1)
    members = of_person.groupby(persons["household_id"].to_numpy()).agg(lambda rows: "/".join(sorted(rows)))
    own = households.set_index("household_id").astype(str).agg("|".join, axis=1)
    return int((own + "//" + members.reindex(own.index)).nunique())


def spending(client: Client | None) -> dict[str, Any]:
    """Calls and tokens, and how answers fared."""
    if client is None:
        return {}
    spent = client.spending
    counted = {"calls": spent.calls, "tokens_in": spent.tokens_in, "tokens_out": spent.tokens_out}
    return counted | {"verdicts": dict(client.verdicts), "model": client.model.name}


def row(case: str, name: str, arguments: argparse.Namespace) -> dict[str, Any]:
    """Make the households of one row and judge them."""
    rival, real = RIVALS[name], load(arguments.data, case)
    reference = judging.frames_of(real)
    inputs = inputs_of(real, rival, calls=arguments.calls)
    client = _client(arguments, rival, reference)
    outcome = make(inputs, rival, client=client)
    if arguments.export and client is not None:
        client.store.export(arguments.export)
    outcome.facts.update(refusals(inputs, _client(arguments, rival, reference)))
    judgement = judging.judged(reference, {name: outcome.frames}, classifiers=arguments.classifiers)
    return {
        "figures": judging.row_of(judgement, name),
        "queries": judging.answers(judgement, name),
        "facts": outcome.facts,
    }


def yardsticks(case: str, arguments: argparse.Namespace) -> dict[str, Any]:
    """Real households beside themselves: samples of the same size, halves of the sample against each other."""
    real = load(arguments.data, case)
    reference = judging.frames_of(real)
    anew, halved = REAL
    drawn = judging.drawn_anew(real, arguments.n_draws, random_seed=0)
    judgement = judging.judged(reference, {anew: drawn}, classifiers=arguments.classifiers)
    rows = [
        judging.row_of(judging.judged(second, {"half": first}, classifiers=False), "half")
        for first, second in judging.halves(real, arguments.n_draws, random_seed=0)
    ]
    distinct_drawn = [distinct(frames) for frames in drawn]
    return {
        "real": {"facts": {"distinct_households": distinct(reference), "households": real.n_records}},
        anew: {
            "figures": judging.row_of(judgement, anew),
            "queries": judging.answers(judgement, anew),
            "facts": {"distinct_households": sum(distinct_drawn) / len(drawn)},
        },
        halved: {"figures": judging.mean_row(rows), "facts": {}},
    }


def table_of(found: Mapping[str, Any], heads: Sequence[str] = HEADS) -> str:
    """The rows of one case in Markdown: real ones, those from tables alone, those that read the survey, published."""
    lines = ["| " + " | ".join(["", *heads]) + " |", "|---" * (len(heads) + 1) + "|"]
    order = [*REAL, *RIVALS]
    for name in sorted((n for n in found if "figures" in found[n]), key=order.index):
        mark = " (reads the survey)" if name in RIVALS and RIVALS[name].reads_survey else ""
        lines.append("| " + " | ".join([name + mark, *_cells(found[name], heads)]) + " |")
    for name, values in judging.PUBLISHED.items():
        figures = dict(zip(judging.QUERY_GROUPS, values, strict=False))
        published = {"figures": figures, "facts": {"refused_before_rules": {"any": values[-1] / 100}}}
        lines.append("| " + " | ".join([name, *_cells(published, heads)]) + " |")
    return "\n".join(lines)


def _cells(made: Mapping[str, Any], heads: Sequence[str]) -> list[str]:
    facts = made["facts"]
    whole = {"distinct": facts.get("distinct_households"), "calls": facts.get("calls"), "seconds": facts.get("seconds")}
    whole["tokens"] = facts["tokens_in"] + facts["tokens_out"] if "tokens_in" in facts else None
    refused = {"refused before rules": facts.get("refused_before_rules", {}).get("any")}
    values = made["figures"] | refused
    return [
        "" if (v := (whole | values).get(head)) is None else f"{v:,.0f}" if head in whole else f"{v:.3g}"
        for head in heads
    ]


def _client(arguments: argparse.Namespace, rival: Rival, reference: judging.Frames) -> Client | None:
    if rival.planner:
        answer = planners.ignorant(0) if rival.planner == "ignorant" else planners.knowing(reference, 0)
        return Client(FakeModel(answer), concurrency=1)
    if not rival.asks:
        return None
    if arguments.replay:
        store = Store.open_readonly(arguments.replay)
        return Client(replayed_model(store), store=store)
    store = Store.open(arguments.store)
    return Client(configured_model(os.environ, timeout=900.0), store=store, concurrency=1)


def main() -> None:
    """Make the rows asked for, judge, keep, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--case", choices=SOURCES, default="acs2011")
    parser.add_argument("--row", choices=(*RIVALS, "yardsticks"), action="append", default=[])
    parser.add_argument("--data", type=Path, default=Path(os.environ.get("CENSEMBLE_DATA") or DATA))
    parser.add_argument("--calls", type=int, default=20)
    parser.add_argument("--store", type=Path, default=Path("out-benchmark/households.sqlite"))
    parser.add_argument("--replay", type=Path, help="repeat a run from its replay file, without a model")
    parser.add_argument("--export", type=Path, help="write a replay file")
    parser.add_argument("--results", type=Path, default=RESULTS)
    parser.add_argument("--n-draws", type=int, default=10, help="samples for the noise floor")
    parser.add_argument("--quick", dest="classifiers", action="store_false", help="no classifiers")
    parser.add_argument("--table", action="store_true", help="print what was found before, make nothing")
    parser.add_argument("--docs", action="store_true", help="the same with the columns that the documentation shows")
    arguments = parser.parse_args()
    results = json.loads(arguments.results.read_text()) if arguments.results.exists() else {}
    found = results.setdefault(arguments.case, {})
    free = ["yardsticks", *(name for name, rival in RIVALS.items() if not rival.asks)]
    for name in [] if arguments.table or arguments.docs else arguments.row or free:
        made = (
            yardsticks(arguments.case, arguments)
            if name == "yardsticks"
            else {name: row(arguments.case, name, arguments)}
        )
        found |= made
        arguments.results.parent.mkdir(parents=True, exist_ok=True)
        text = json.dumps(results, indent=1, ensure_ascii=False) + "\n"
        arguments.results.write_text(text, encoding="utf-8")
        print(f"{arguments.case}: {name} done", flush=True)
    print(table_of(found, SHORT_HEADS if arguments.docs else HEADS))


if __name__ == "__main__":
    main()
