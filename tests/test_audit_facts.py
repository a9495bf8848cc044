"""The views of an audit: every number from the run's own files, every record back to its prompt."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from audit_case import EVIL, audited_run
from command_case import write_files
from generator_projects import HOUSEHOLDS, project_of
from random_answers import random_answers

import censemble
from censemble.audit_facts import (
    call_facts,
    calls_facts,
    proposal_facts,
    proposals_facts,
    record_facts,
    refused_facts,
    summary_facts,
)
from censemble.auditing import Audit, read_audit
from censemble.errors import ConfigError
from censemble.llm import FakeModel
from censemble.model_client import asking_client


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished run."""
    return audited_run(tmp_path_factory.mktemp("run"))[1]


@pytest.fixture
def audit(out: Path) -> Audit:
    """What it holds."""
    return read_audit(out)


def test_the_summary_counts(audit: Audit) -> None:
    """Verdicts, faults, proposals, refusals, records."""
    facts = summary_facts(audit)
    assert (facts["verdicts"]["repaired"], facts["faults"]) == (1, {"syntax": 1})
    assert facts["refused"] == {"range that ends before it begins": 1}
    assert facts["proposals"]["accepted"] + facts["proposals"]["filled_in"] == len(audit.proposals)
    assert sum(facts["records"].values()) == 60
    assert facts["planning"][0]["call"] == 0


def test_calls_name_what_they_gave(audit: Audit) -> None:
    """Accepted and refused of one call are all that it proposed."""
    first = calls_facts(audit)[0]
    assert len(first["accepted"]) + len(first["refused"]) == 5
    assert first["refused"][0] not in first["accepted"]


def test_a_call_shows_both_rounds(audit: Audit) -> None:
    """The prose, what was sent to repair it, and the valid answer."""
    facts = call_facts(audit, 1)
    assert [one["round"] for one in facts["rounds"]] == ["first", "repair"]
    assert EVIL in facts["rounds"][0]["answer"]
    assert "wrong_answer" in facts["rounds"][1]["messages"][-1]["content"]
    assert facts["schema"]["type"] == "object"
    with pytest.raises(ConfigError, match="there is no call 99; there are 1 to"):
        call_facts(audit, 99)


def test_records_of_each_proposal_are_counted(audit: Audit, out: Path) -> None:
    """As the population has them."""
    told = Counter(pq.read_table(out / "persons.parquet")["proposal"].to_pylist())
    for row in proposals_facts(audit):
        assert (row["records"], row["beside"]) == (told[row["proposal"]], told[f"beside-{row['proposal']}"])


def test_every_record_leads_back_to_its_prompt(audit: Audit, out: Path) -> None:
    """Its proposal, the discrepancy that asked for it, the call with what was sent."""
    for row in pq.read_table(out / "persons.parquet").to_pylist()[::9]:
        facts = record_facts(audit, str(row["person_id"]))
        assert facts["record"] == row
        assert facts["proposed"]["proposal"] == row["proposal"].removeprefix("beside-")
        if not facts["proposed"]["filled_in"]:
            assert "missing" in facts["proposed"]["asked_for"]
            assert facts["call"]["rounds"][0]["messages"][0]["role"] == "system"
    assert record_facts(audit, "person:3") == record_facts(audit, "3")


def test_what_is_not_there_is_said(audit: Audit) -> None:
    """No such record, no such proposal; with the form that is accepted."""
    with pytest.raises(ConfigError, match="there is no person 9999"):
        record_facts(audit, "9999")
    for wrong in ("x", "household:1", "1-1"):
        with pytest.raises(ConfigError, match="write the number of a person"):
            record_facts(audit, wrong)
    with pytest.raises(ConfigError, match="there is no proposal '9-9'; there are 1-"):
        proposal_facts(audit, "9-9")


def test_refusals_have_their_words(audit: Audit) -> None:
    """The reason, and what the model said."""
    [row] = refused_facts(audit)
    assert "[50, 10]" in row["record"]
    assert row["proposal"].startswith("1-")


def test_proposals_need_a_run(out: Path) -> None:
    """A file of answers has none."""
    only = read_audit(out.parent / "p" / "answers.sqlite")
    for view in (proposals_facts, refused_facts):
        with pytest.raises(ConfigError, match="Name the folder of a finished run"):
            view(only)
    assert "planning" not in summary_facts(only)


def test_persons_lead_back_through_their_household(tmp_path: Path) -> None:
    """In a project of households the household has the proposal, and its persons are found by it."""
    files = project_of(HOUSEHOLDS, "{kind: llmsynthor, records: 500, calls: 3, size: size}", sample=False)
    inputs = censemble.read_project(write_files(tmp_path / "p", files))
    client = asking_client(inputs, FakeModel(random_answers(1)))
    censemble.run(inputs, out=tmp_path / "out", client=client)
    client.close()
    audit = read_audit(tmp_path / "out")
    person = pq.read_table(tmp_path / "out/persons.parquet").to_pylist()[7]
    facts = record_facts(audit, f"person:{person['person_id']}")
    assert facts["record"] == person
    assert facts["household"]["household_id"] == person["household_id"]
    assert facts["proposed"] == record_facts(audit, str(person["household_id"]))["proposed"]
