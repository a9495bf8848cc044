"""Who said what: every question to a language model, its answers, what was made of them, and back from a record.

What is read is a finished run, a project (its file of answers) or a file of answers. Nothing is asked and nothing is
written. What comes out are facts as values of JSON; `audit_text` makes lines of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from censemble.errors import ConfigError
from censemble.io.project import load_project
from censemble.io.run_folder import count_values, locate, read_manifest, read_rows
from censemble.llm import Entry, Store
from censemble.llm.store import StoredCall

SQLITE = b"SQLite format 3\x00"
BESIDE = "beside-"
Facts = dict[str, Any]


@dataclass(frozen=True, eq=False)
class Audit:
    """What there is to browse.

    Parameters
    ----------
    name : str
        What was named: a run, a project, a file of answers.
    answers : str
        The file of answers; "" where it is not found.
    questions : tuple of dict
        In the order asked: number, purpose, verdict, faults, tokens_in, tokens_out, question.
    entries : mapping of str to Entry
        Of the file of answers, by key of the question.
    failures : tuple of dict
        Calls that brought no answer: key, round, kind, message, happened.
    out : Path or None
        Folder of the run; without one there are no proposals and no records.
    manifest : mapping
    proposals, refused, planning : tuple of dict
        Rows of the run's tables.
    """

    name: str
    answers: str
    questions: tuple[Facts, ...]
    entries: Mapping[str, Entry]
    failures: tuple[Facts, ...] = ()
    out: Path | None = None
    manifest: Mapping[str, Any] = field(default_factory=dict)
    proposals: tuple[Facts, ...] = ()
    refused: tuple[Facts, ...] = ()
    planning: tuple[Facts, ...] = ()


def read_audit(path: Path, *, answers: Path | None = None) -> Audit:
    """Read what a path holds of questions and answers.

    Parameters
    ----------
    path : Path
        Folder of a finished run; a project file or its folder; a file of answers or a replay file.
    answers : Path, optional
        The file of answers of a run, if it moved.

    Raises
    ------
    ConfigError
        The path is none of these, or the run asked no language model.
    InputError
        The file of answers is damaged.
    """
    if (path / "manifest.json").is_file():
        return _of_run(path, answers)
    if path.is_file() and path.read_bytes()[: len(SQLITE)] == SQLITE:
        return _of_answers(path, str(path))
    if path.suffix in (".yaml", ".yml") or (path / "censemble.yaml").is_file():
        project = load_project(path)
        kept = (path if path.is_dir() else path.parent) / project.language_model.answers
        if not kept.is_file():
            raise ConfigError(f"{path}: no language model has been asked yet: there is no {kept}. Run it first.")
        return _of_answers(kept, str(path))
    raise ConfigError(f"{path} is no finished run, no project and no file of answers. Name one of these.")


def _of_answers(path: Path, name: str) -> Audit:
    entries, failures = _stored(path)
    return Audit(
        name, str(path), tuple(map(_question, range(1, len(entries) + 1), entries)), _by_key(entries), failures
    )


def _stored(path: Path) -> tuple[list[Entry], tuple[Facts, ...]]:
    with Store.open_readonly(path) as store:
        return list(store.entries()), tuple(store.failures())


def _by_key(entries: Sequence[Entry]) -> dict[str, Entry]:
    return {entry.key: entry for entry in entries}


def _question(number: int, entry: Entry) -> Facts:
    """A question of the file as the table of a run has it."""
    return {
        "number": number,
        "purpose": entry.purpose,
        "verdict": entry.verdict or "open",
        "faults": [str(fault) for fault in entry.faults],
        "tokens_in": sum(call.raw.tokens_in or 0 for call in entry.calls),
        "tokens_out": sum(call.raw.tokens_out or 0 for call in entry.calls),
        "question": entry.key,
    }


def _of_run(out: Path, answers: Path | None) -> Audit:
    manifest = read_manifest(out)
    if "language_model" not in manifest:
        kind = manifest.get("generator", {}).get("kind", "unknown")
        raise ConfigError(f"{out} asked no language model: its generator is {kind}. There is nothing to audit.")
    if answers is None:
        with suppress(ConfigError):
            answers = locate(str(manifest["language_model"]["answers"]), out=out, manifest=manifest)
    questions = tuple(read_rows(out, "questions"))
    entries, failures = _stored(answers) if answers is not None else ([], ())
    keys = {question["question"] for question in questions}
    return Audit(
        str(out),
        str(answers or ""),
        questions,
        _by_key([entry for entry in entries if entry.key in keys]),
        tuple(failure for failure in failures if failure["key"] in keys),
        out,
        manifest,
        *(tuple(read_rows(out, name)) for name in ("proposals", "refused", "planning")),
    )


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
        "cost": about.get("cost") or str(sum((Decimal(call.cost) for call in calls), Decimal(0))),
        "seconds": round(sum(call.raw.seconds for call in calls), 3),
        "failures": dict(Counter(failure["kind"] for failure in audit.failures)),
        **(_proposals_summary(audit) if audit.out else {}),
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
    if audit.out is None:
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
    for row in proposals_facts(audit):
        if row["proposal"] == own:
            number = next((q["number"] for q in audit.questions if q["question"] == row["question"]), None)
            return {**row, "call": number}
    known = ", ".join(row["proposal"] for row in audit.proposals[:8])
    raise ConfigError(f"{audit.name}: there is no proposal {name!r}; there are {known} ... (--proposals).")


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


def _require_run(audit: Audit) -> Path:
    if audit.out is None:
        raise ConfigError(f"{audit.name} holds questions and answers only. Name the folder of a finished run (--out).")
    return audit.out
