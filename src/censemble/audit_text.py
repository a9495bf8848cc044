"""Facts of an audit as lines of at most 100 columns that are safe to print."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from censemble import audit_facts
from censemble.auditing import Audit, Facts
from censemble.plain_text import printable, wrapped

WIDTH = 100
LABEL = 18  # columns of the names at the left


def view(audit: Audit, name: str, value: Any = True) -> tuple[Any, Iterator[str]]:
    """One view of an audit, as data and as lines.

    Parameters
    ----------
    audit : Audit
        As `auditing.read_audit` gives it.
    name : str
        "summary", "calls", "proposals", "refused"; "call", "proposal" or "record" with `value`.
    value : object
        Number of a call, id of a proposal or of a record.

    Raises
    ------
    ConfigError
        There is no such thing in this audit.
    """
    facts_of, lines_of = VIEWS[name]
    facts = facts_of(audit) if value is True else facts_of(audit, value)
    return facts, lines_of(facts)


def summary_lines(facts: Facts) -> Iterator[str]:
    """The whole of a run or of a file of answers."""
    n = sum(facts["questions"].values())
    yield from wrapped(f"{facts['audited']}: {_several(n, 'question')} to {', '.join(facts['models']) or 'no model'}")
    yield from _named("questions", _counts(facts["questions"]))
    yield from _named("verdicts", _counts(facts["verdicts"]))
    yield from _named("faults", _counts(facts["faults"]))
    tokens = f"{facts['tokens_in']:,} sent, {facts['tokens_out']:,} received"
    yield from _named("tokens", f"{tokens}; cost {facts['cost'] or 'unknown (no price)'}; {facts['seconds']:,.0f} s")
    yield from _named("failed calls", _counts(facts["failures"]))
    yield from _named("answers", facts["answers"] or "not found: prompts and answers cannot be shown")
    if "planning" in facts:
        yield from _planned(facts)
        yield "More: --proposals, --refused, --record ID, --calls, --call N; the same as data: --json"
    elif facts["generator"]:
        told = f"The records are from the generator {facts['generator']}: no language model proposed them."
        yield from wrapped(f"More: --calls, --call N; the same as data: --json. {told}")
    else:
        yield "More: --calls, --call N; the same as data: --json. Proposals and records: name the folder of a run."


def _planned(facts: Facts) -> Iterator[str]:
    made = facts["proposals"]
    yield from _named("proposals", f"{made['accepted']:,} accepted, {made['filled_in']:,} filled in from the tables")
    yield from _named("refused", _counts(facts["refused"]))
    n = max(1, sum(facts["records"].values()))
    shares = {name: f"{100 * count / n:.1f} %" for name, count in facts["records"].items()}
    said = {"proposed": "from proposals", "beside": "beside them", "filled_in": "filled in"}
    parts = [f"{shares[name]} {words}" for name, words in said.items() if name in shares]
    yield from _named("records", f"{sum(facts['records'].values()):,}: {', '.join(parts)}")
    yield "How the discrepancy fell (wrong cells: share of the records in wrong cells of the worst table):"
    head = ("calls", "wrong cells", "cells without", "proposals", "refused", "effective size")
    rows = [
        (s["call"], f"{100 * s['miss']:.1f} %", s["unsupported"], s["proposals"], s["refused"], s["effective_size"])
        for s in facts["planning"]
    ]
    yield from _table(head, [(*row[:-1], f"{row[-1]:,.0f}") for row in rows])


def calls_lines(calls: Sequence[Facts]) -> Iterator[str]:
    """One line a question."""
    rows = [
        (
            str(c["number"]),
            c["purpose"],
            c["verdict"],
            f"{c['tokens_in']:,}",
            f"{c['tokens_out']:,}",
            ", ".join([*c["accepted"], *(f"not {name}" for name in c["refused"])]) or "; ".join(c["faults"]),
        )
        for c in calls
    ]
    yield from _table(("call", "purpose", "verdict", "tokens in", "out", "gave"), rows, text={1, 2, 5})


def call_lines(call: Facts) -> Iterator[str]:
    """Prompt, answers, faults, and what was made of it."""
    yield from wrapped(f"Call {call['number']}: {call['purpose']}, {call['verdict']}")
    if "missing" in call:
        yield from wrapped(f"Missing: {call['missing']}.", indent="  ")
    for number, one in enumerate(call["rounds"]):
        yield from _round_lines(one, before=call["rounds"][:number])
    for failure in call.get("failures", ()):
        yield from wrapped(f"No answer ({failure['kind']}, {failure['happened']}): {failure['message']}")
    for fault in call["faults"]:
        yield from _named("fault", fault)
    for row in call["proposals"]:
        yield from _named(f"accepted {row['proposal']}", f"{row['reason']} {row['record']}")
    for row in call["refusals"]:
        yield from _refusal_lines(row)


def _round_lines(one: Facts, *, before: Sequence[Facts]) -> Iterator[str]:
    """What was sent and what came back; messages that the first round had too are not repeated."""
    counted = "estimated" if one["tokens_estimated"] else "counted"
    tokens = f"{one['tokens_in']:,} + {one['tokens_out']:,} tokens ({counted})"
    when = f", {one['received']}" if one["received"] else ""
    yield ""
    yield from wrapped(f"{one['round']} round: {tokens}, cost {one['cost']}, {one['seconds']:.1f} s{when}")
    known = [message for earlier in before for message in earlier["messages"]]
    for message in one["messages"]:
        text = "as before" if message in known else message["content"]
        yield f"  -- sent ({message['role']})"
        yield from wrapped(text, width=WIDTH, indent="  | ")
    yield f"  -- answered by {printable(one['served_by']) or 'the model'} (ended: {one['finish']})"
    yield from wrapped(one["answer"], width=WIDTH, indent="  > ")


def proposals_lines(rows: Sequence[Facts]) -> Iterator[str]:
    """One line a proposal."""
    yield from _table(
        ("proposal", "records", "beside", "missing", "reason"),
        [
            (r["proposal"], f"{r['records']:,}", f"{r['beside']:,}", f"{100 * r['missing_share']:.1f} %", r["reason"])
            for r in rows
        ],
        text={0, 4},
    )


def proposal_lines(row: Facts) -> Iterator[str]:
    """Everything about one proposal."""
    source = "filled in from the tables: no model proposed it" if row["filled_in"] else f"call {row['call']}"
    yield from wrapped(f"Proposal {row['proposal']} ({source})")
    yield from _named("reason", row["reason"])
    yield from _named("asked for by", row["asked_for"])
    yield "  allows"
    yield from _record_lines(row["record"])
    beside = f"; {row['beside']:,} beside it, which its gap allows and no proposal does" if row["beside"] else ""
    yield from _named("records", f"{row['records']:,} of the population{beside}")


def _record_lines(text: str) -> Iterator[str]:
    """A proposal's record, an attribute a line; the text as it is where it is something else."""
    try:
        record = json.loads(text)
    except ValueError:
        record = None
    if not isinstance(record, Mapping):
        yield from wrapped(text, indent=" " * LABEL)
        return
    for name, value in record.items():
        yield from _hanging(f"{name}: {json.dumps(value, ensure_ascii=False)}", indent=" " * LABEL)


def refused_lines(rows: Sequence[Facts]) -> Iterator[str]:
    """Each refused proposal: reason and what the model said."""
    if not rows:
        yield "Nothing was refused."
    for row in rows:
        yield from _refusal_lines(row)


def _refusal_lines(row: Facts) -> Iterator[str]:
    place = f"{row['call']}-{row['place']}" if row["place"] else f"{row['call']} (whole answer)"
    yield from _named(f"refused {place}", row["reason"])
    yield from wrapped(row["record"], indent="  > ")


def record_lines(facts: Facts) -> Iterator[str]:
    """From a record back to the prompt."""
    for name, row in (("record", facts["record"]), ("household", facts.get("household", {}))):
        if row:
            yield from _named(name, "; ".join(f"{key} {value}" for key, value in row.items() if value is not None))
    if facts["beside"]:
        yield from _named("proposal", f"{facts['proposal']}: no proposal allows this record, the tables expect it")
    yield from proposal_lines(facts["proposed"])
    if "call" in facts:
        yield ""
        yield from call_lines(facts["call"])


def _counts(counted: Mapping[str, int]) -> str:
    """Numbers by name, the largest first."""
    ranked = sorted(counted.items(), key=lambda item: (-item[1], item[0]))
    return ", ".join(f"{name} {n:,}" for name, n in ranked) or "none"


def _several(n: int, noun: str) -> str:
    return f"{n:,} {noun}" if n == 1 else f"{n:,} {noun}s"


def _named(name: str, text: str) -> Iterator[str]:
    """A name at the left, the text beside it."""
    lines = wrapped(text, width=WIDTH - LABEL)
    label = printable(name)
    if len(label) >= LABEL:
        yield f"  {label}"
        label = ""
    else:
        label = f"  {label}"
    for number, line in enumerate(lines):
        yield f"{'' if number else label:<{LABEL}}{line}".rstrip()


def _hanging(text: str, *, indent: str) -> Iterator[str]:
    first, *rest = wrapped(text, width=WIDTH, indent=indent)
    yield first
    yield from (f"  {line}" if len(line) + 2 <= WIDTH else line for line in rest)


def _table(head: Sequence[str], rows: Sequence[Sequence[Any]], *, text: set[int] | None = None) -> Iterator[str]:
    """Columns in line; the last one, if it is text, is wrapped."""
    flat = [[printable(str(value)).replace("\n", " ") for value in row] for row in (head, *rows)]
    widths = [max(len(row[k]) for row in flat) for k in range(len(head))]
    left = text or set()
    last = len(head) - 1
    before = sum(w + 2 for w in widths[:last]) + 2
    for row in flat:
        cells = [f"{v:<{widths[k]}}" if k in left else f"{v:>{widths[k]}}" for k, v in enumerate(row)]
        if last in left:
            parts = wrapped(row[last], width=max(30, WIDTH - before))
            yield ("  " + "  ".join([*cells[:last], parts[0]])).rstrip()
            yield from (" " * before + part for part in parts[1:])
        else:
            yield "  " + "  ".join(cells)


VIEWS: Mapping[str, tuple[Callable[..., Any], Callable[[Any], Iterator[str]]]] = MappingProxyType(
    {
        "summary": (audit_facts.summary_facts, summary_lines),
        "calls": (audit_facts.calls_facts, calls_lines),
        "call": (audit_facts.call_facts, call_lines),
        "proposals": (audit_facts.proposals_facts, proposals_lines),
        "proposal": (audit_facts.proposal_facts, proposal_lines),
        "refused": (audit_facts.refused_facts, refused_lines),
        "record": (audit_facts.record_facts, record_lines),
    }
)
