"""The views of an audit as values of JSON: summary, calls, proposals, refusals, from a record back to the prompt."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from pathlib import Path

from censemble.auditing import Audit, Facts
from censemble.errors import ConfigError
from censemble.io.run_folder import count_values, read_rows
from censemble.llm import Entry
from censemble.llm.store import StoredCall

BESIDE = "beside-"
TABLES = "tables"  # what records are beside that no proposal's gap asked for: see `generators.llmsynthor.anybody`


def summary_facts(audit: Audit) -> Facts:
    """Questions, verdicts, faults, tokens, cost, seconds, failures; of a run also proposals and the discrepancy."""
    calls = [call for entry in audit.entries.values() for call in entry.calls]
    faults = Counter(fault.kind for entry in audit.entries.values() for fault in entry.faults)
    about = audit.manifest.get("language_model", {})
    return {
        "audited": audit.name,
        "answers": audit.answers,
        "models": sorted({about["model"]} if about else {entry.model for entry in audit.entries.values()}),
        "questions": dict(Counter(question["purpose"] for question in audit.questions)),
        "verdicts": dict(Counter(question["verdict"] for question in audit.questions)),
        "faults": dict(about["faults"] if about else faults),
        "tokens_in": sum(question["tokens_in"] for question in audit.questions),
        "tokens_out": sum(question["tokens_out"] for question in audit.questions),
        "cost": about.get("cost") if about else str(sum((Decimal(call.cost) for call in calls), Decimal(0))),
        "seconds": round(sum(call.raw.seconds for call in calls), 3),
        "failures": dict(Counter(failure["kind"] for failure in audit.failures)),
        "generator": audit.manifest.get("generator", {}).get("kind", ""),
        **(_proposals_summary(audit) if _planned(audit) else {}),
    }


def _proposals_summary(audit: Audit) -> Facts:
    n_filled = sum(bool(row["filled_in"]) for row in audit.proposals)
    records = records_of(audit)
    kinds = Counter[str]()
    for proposal, n in records.items():
        kinds["beside" if proposal.startswith(BESIDE) else "filled_in" if proposal[:5] == "fill-" else "proposed"] += n
    return {
        "proposals": {"accepted": len(audit.proposals) - n_filled, "filled_in": n_filled},
        "refused": dict(Counter(row["reason"] for row in audit.refused)),
        "planning": list(audit.planning),
        "records": dict(kinds),
    }


def records_of(audit: Audit) -> dict[str, int]:
    """How many records of the population come from each proposal, by its id as the records have it."""
    if audit.out is None or not _planned(audit):
        return {}
    return count_values(audit.out, str(audit.manifest["record_entity"]), "proposal")


def calls_facts(audit: Audit) -> list[Facts]:
    """All questions in the order asked, with the ids of what was accepted and refused of each."""
    return [_with_proposals(audit, question) for question in audit.questions]


def _with_proposals(audit: Audit, question: Facts) -> Facts:
    key = question["question"]
    refused = [_refused_id(row) for row in audit.refused if row["question"] == key]
    accepted = [row["proposal"] for row in audit.proposals if row["question"] == key]
    return {**question, "accepted": accepted, "refused": refused}


def _refused_id(row: Facts) -> str:
    return f"{row['call']}-{row['place']}" if row["place"] else f"{row['call']} (whole answer)"


def call_facts(audit: Audit, number: int) -> Facts:
    """One question: what was sent, what came back, what was wrong, what was made of it.

    Raises
    ------
    ConfigError
        There is no such number.
    """
    if not 1 <= number <= len(audit.questions):
        raise ConfigError(f"{audit.name}: there is no call {number}; there are 1 to {len(audit.questions)} (--calls).")
    facts = _with_proposals(audit, audit.questions[number - 1])
    entry = audit.entries.get(facts["question"])
    made = {
        "proposals": [row for row in audit.proposals if row["question"] == facts["question"]],
        "refusals": [row for row in audit.refused if row["question"] == facts["question"]],
    }
    if entry is None:
        return {**facts, **made, "rounds": [], "missing": "its prompt and answers: the file of answers is not found"}
    failures = [f for f in audit.failures if f["key"] == entry.key]
    rounds = [_round(entry, call) for call in entry.calls]
    asked = {name: entry.identity[name] for name in ("schema", "random_seed", "settings")}
    return {**facts, **made, "model": entry.model, "rounds": rounds, "failures": failures, **asked}


def _round(entry: Entry, call: StoredCall) -> Facts:
    """One answer; a replay file has not what was sent, but what it was made of."""
    messages = [m.as_dict() for m in call.messages] or entry.identity["messages"]
    return {
        "round": "repair" if call.round else "first",
        "messages": messages,
        "answer": call.raw.text,
        "finish": call.raw.finish,
        "tokens_in": call.raw.tokens_in,
        "tokens_out": call.raw.tokens_out,
        "tokens_estimated": call.estimated,
        "cost": call.cost,
        "seconds": call.raw.seconds,
        "form": call.form,
        "served_by": call.raw.served_by,
        "received": call.received,
    }


def proposals_facts(audit: Audit) -> list[Facts]:
    """All proposals of a run, with how many records of the population come from each.

    Raises
    ------
    ConfigError
        No run was named.
    """
    _require_run(audit)
    records = records_of(audit)
    return [
        {**row, "records": records.get(row["proposal"], 0), "beside": records.get(BESIDE + row["proposal"], 0)}
        for row in audit.proposals
    ]


def proposal_facts(audit: Audit, name: str) -> Facts:
    """One proposal: reason, the discrepancy that asked for it, what it allows, its records, and its call.

    Raises
    ------
    ConfigError
        No run was named, or there is no such proposal.
    """
    own = name.removeprefix(BESIDE)
    if name == BESIDE + TABLES:
        return _of_tables_alone(records_of(audit).get(name, 0))
    for row in proposals_facts(audit):
        if row["proposal"] == own:
            number = next((q["number"] for q in audit.questions if q["question"] == row["question"]), None)
            return {**row, "call": number}
    known = ", ".join(row["proposal"] for row in audit.proposals[:8])
    raise ConfigError(f"{audit.name}: there is no proposal {name!r}; there are {known} ... (--proposals).")


def _of_tables_alone(n_records: int) -> Facts:
    """What stands in the place of a proposal for households that nobody proposed."""
    return {
        "proposal": TABLES,
        "reason": "Households that the tables alone expect, of independent persons.",
        "asked_for": "doubt",
        "missing_share": 0.0,
        "filled_in": True,
        "num": 1,
        "record": "{}",
        "question": "",
        "records": n_records,
        "beside": 0,
        "call": None,
    }


def refused_facts(audit: Audit) -> list[Facts]:
    """Everything that was refused, with its reason and what the model said.

    Raises
    ------
    ConfigError
        No run was named.
    """
    _require_run(audit)
    return [{**row, "proposal": _refused_id(row)} for row in audit.refused]


def record_facts(audit: Audit, name: str) -> Facts:
    """One household or person of the population: its proposal, and the call that this is from.

    Parameters
    ----------
    audit : Audit
        Of a run.
    name : str
        Its id; what a record is there, unless "person:ID" or "household:ID" says otherwise.

    Raises
    ------
    ConfigError
        No run was named, or there is no such record.
    """
    out = _require_run(audit)
    kind, _, number = name.rpartition(":")
    own = str(audit.manifest["record_entity"])
    entity = {"": own, "person": "persons", "household": "households"}.get(kind)
    if entity is None or not number.isdecimal() or (entity == "households" and own == "persons"):
        raise ConfigError(f"{name!r} names no record; write the number of a {own[:-1]}, or person:NUMBER.")
    row = _row(out, entity, f"{entity[:-1]}_id", int(number))
    facts: Facts = {"entity": entity, "record": row}
    if "proposal" not in row and "household_id" in row:
        row = _row(out, "households", "household_id", row["household_id"])
        facts["household"] = row
    told = str(row["proposal"])
    facts |= {"proposal": told, "beside": told.startswith(BESIDE), "proposed": proposal_facts(audit, told)}
    call = facts["proposed"]["call"]
    return facts | ({"call": call_facts(audit, call)} if call else {})


def _row(out: Path, entity: str, column: str, number: int) -> Facts:
    rows = list(read_rows(out, entity, where=(column, number)))
    if not rows:
        raise ConfigError(f"{out}: there is no {entity[:-1]} {number} in {entity}.parquet.")
    return rows[0]


def _planned(audit: Audit) -> bool:
    """Whether a language model proposed the records of a run."""
    return bool(audit.planning)


def _require_run(audit: Audit) -> Path:
    if audit.out is None:
        raise ConfigError(f"{audit.name} holds questions and answers only. Name the folder of a finished run (--out).")
    if not _planned(audit):
        kind = audit.manifest["generator"]["kind"]
        raise ConfigError(
            f"{audit.name}: no language model proposed records, its generator is {kind}. What was asked: --calls."
        )
    return audit.out
