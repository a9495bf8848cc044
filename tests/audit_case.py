"""A small run whose model needs a repair, answers backwards once and tries to steer the terminal."""

from __future__ import annotations

import json
from pathlib import Path

from command_case import write_files
from generator_projects import PERSONS, project_of
from llmsynthor_case import answer_by_rote

import censemble
from censemble.inputs import Inputs
from censemble.llm import FakeModel
from censemble.llm.fake import FakeCall
from censemble.model_client import asking_client

EVIL = "\x1b]0;owned\x07\u202e Men who work."


def rude(call: FakeCall) -> str:
    """Prose to the first question; a range that ends before it begins in the answer to its repair."""
    if "wrong_answer" not in call.messages[-1].text and '"gap": 4' in call.messages[-1].text:
        return f"\x1b[31mI would say {EVIL}"
    answer = json.loads(answer_by_rote(call))
    for one in answer["proposals"].values():
        one["reason"] = EVIL
    ranged = [one for one in answer["proposals"].values() if "age" in one["record"]]
    if len(answer["proposals"]) > 1 and ranged:
        ranged[0]["record"]["age"] = [50, 10]
    return json.dumps(answer)


def project(folder: Path, *, generator: str = "{kind: llmsynthor, records: 500, calls: 6, doubt: 0.1}") -> Path:
    """The project's folder."""
    return write_files(folder / "p", project_of(PERSONS, generator, sample=False))


def audited_run(folder: Path) -> tuple[Inputs, Path]:
    """The inputs, and the folder of the finished run."""
    inputs = censemble.read_project(project(folder))
    client = asking_client(inputs, FakeModel(rude, name="rude"))
    censemble.run(inputs, out=folder / "out", client=client)
    client.close()
    return inputs, folder / "out"
