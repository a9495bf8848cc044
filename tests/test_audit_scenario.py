"""The audit of runs with a scenario: what was asked about it, and records back to calls of the run without it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from audit_case import project
from command_case import command
from llmsynthor_case import answer_by_rote
from scenario_case import change

import censemble
from censemble import scenario
from censemble.audit_facts import calls_facts, proposals_facts, record_facts, summary_facts
from censemble.auditing import read_audit
from censemble.errors import ConfigError
from censemble.llm import FakeModel
from censemble.llm.fake import FakeCall
from censemble.model_client import asking_client

SHOP = "A shop with 4 jobs opens."
HIRED = [change("fewer", 4, work=["not at work"], age=[18, 64]), change("more", 4, work=["at work"])]


def hire(call: FakeCall) -> str:
    """Four find work; proposals by rote."""
    if "at most 6 changes" in call.messages[0].text:
        return json.dumps({"changes": HIRED})
    return answer_by_rote(call)


def compared(folder: Path, generator: str) -> Path:
    """The folder of a comparison."""
    inputs = censemble.read_project(project(folder, generator=generator))
    client = asking_client(inputs, FakeModel(hire))
    scenario.compare(inputs, SHOP, client=client, out=folder / "out")
    client.close()
    return folder / "out"


def test_a_record_leads_back_to_the_run_without_the_scenario(tmp_path: Path) -> None:
    """Every proposal that was carried over knows its call; the call knows what it gave."""
    audit = read_audit(compared(tmp_path, "{kind: llmsynthor, records: 500, calls: 6}") / "with")
    rows = [row for row in proposals_facts(audit) if row["proposal"].startswith("without-")]
    keys = {q["question"]: q["purpose"] for q in audit.questions}
    assert rows
    assert all(keys[row["question"]] == "proposals" for row in rows)
    assert rows[0]["proposal"] in calls_facts(audit)[0]["accepted"]
    assert "scenario" in keys.values()
    carried = next(
        f for f in (record_facts(audit, str(k)) for k in range(1, 60)) if f["proposal"].startswith("without-")
    )
    assert carried["call"]["rounds"][0]["answer"]


def test_generators_that_ask_nothing_were_asked_for_by_the_scenario(tmp_path: Path) -> None:
    """Its question with prompt and answer; totals in the manifest; records have no proposals, which is said."""
    out = compared(tmp_path, "{kind: maximum_entropy, records: 3000}")
    audit = read_audit(out / "with")
    facts = summary_facts(audit)
    assert (facts["questions"], facts["cost"], facts["generator"]) == ({"scenario": 1}, None, "maximum_entropy")
    assert audit.manifest["language_model"]["calls"] == 1
    shown = command("audit", out / "with", "--call", "1")
    assert (shown.status, SHOP in shown.out) == (0, True)
    assert "no language model proposed them" in command("audit", out / "with").out
    for view in (proposals_facts, lambda a: record_facts(a, "1")):
        with pytest.raises(ConfigError, match="no language model proposed records, its generator is maximum_entropy"):
            view(audit)
    with pytest.raises(ConfigError, match="asked no language model"):
        read_audit(out / "without")
    for name in ("verify", "report"):
        assert command(name, out / "with").status == 0


@pytest.mark.parametrize("name", ["audit", "verify", "report"])
def test_the_folder_of_a_comparison_names_its_runs(tmp_path: Path, name: str) -> None:
    """Instead of saying that it is no run."""
    (tmp_path / "scenario.json").write_text("{}")
    done = command(name, tmp_path)
    assert done.status == 2
    assert f"{tmp_path / 'without'} or {tmp_path / 'with'}" in done.err
