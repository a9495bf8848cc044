"""A small project of persons run by the command against a server that misbehaves."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from command_case import Done, command, write_files
from fault_server import Behaviour, Exchange, FaultServer, faulty
from generator_projects import PERSONS, project_of
from llm_case import StillClock
from llmsynthor_case import answer_by_rote

from censemble import model_client
from censemble.llm import Client, Message, Settings
from censemble.llm.fake import FakeCall

KEY = "a-very-secret-key"
TEXT = "Five more women come."
MORE = {"reason": "They come.", "kind": "more", "records": 5, "speaks_of": ["sex"], "where": {"sex": ["female"]}}
N_CALLS = 2  # of a run that nothing disturbs
MADE = frozenset(["persons.parquet", "pool.parquet", "proposals.parquet", "fit.parquet"])


def said_by_rote(exchange: Exchange) -> str:
    """What the rote model says to a request."""
    body = exchange.body
    form = body["response_format"]
    if "changes" in form.get("json_schema", form)["schema"]["properties"]:  # the second form has it at the top
        return json.dumps({"changes": [MORE]})
    messages = tuple(Message(m["role"], m["content"]) for m in body["messages"])
    return answer_by_rote(FakeCall(messages, body["response_format"], Settings(), body["seed"]))


def good(exchange: Exchange) -> None:
    """Answer as a good server does."""
    exchange.send_text(said_by_rote(exchange))


def changed(change: Callable[[dict[str, Any]], None]) -> Behaviour:
    """Answer with something else in the first proposal."""

    def behave(exchange: Exchange) -> None:
        answer = json.loads(said_by_rote(exchange))
        change(answer["proposals"]["1"])
        exchange.send_text(json.dumps(answer))

    return behave


class Project:
    """A small project of persons, run by a command against a server that misbehaves; `how` is run or scenario."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch, *, how: str = "run") -> None:
        self.how = how
        self.folder = write_files(folder / "p", self.files())
        self.out = folder / "out"
        self.monkeypatch = monkeypatch
        self.time = StillClock()
        monkeypatch.setattr(model_client, "Client", partial(Client, clock=self.time.clock()))
        monkeypatch.setenv("CENSEMBLE_LLM_MODEL", "m")
        monkeypatch.setenv("CENSEMBLE_LLM_KEY", KEY)

    @staticmethod
    def files(section: str = "", **changes: str) -> dict[str, str]:
        """Its files, with a section more in the project file."""
        generator = "{kind: llmsynthor, records: 500, calls: 6}"
        run = "run: {random_seed: 3}"
        return project_of(PERSONS, generator, sample=False, **{run: run + section, **changes})

    def limited(self, section: str) -> None:
        """Add a section to the project file."""
        write_files(self.folder, self.files(f"\n        language_model: {section}"))

    def run(self, server: FaultServer) -> Done:
        """Call the command."""
        self.monkeypatch.setenv("CENSEMBLE_LLM_BASE_URL", server.base_url)
        text = ["--scenario", TEXT] if self.how == "scenario" else []
        return command(self.how, self.folder, *text, "--out", self.out)

    @property
    def first(self) -> Path:
        """The output folder that tells of the first call."""
        return self.out / "without" if self.how == "scenario" else self.out

    @property
    def answers(self) -> Path:
        """The file of answers."""
        return self.folder / "answers.sqlite"

    def content(self) -> dict[str, Any]:
        """All files of what was finished; manifests without their timings."""
        paths = [path for path in sorted(self.out.rglob("*")) if path.is_file()]
        files: dict[str, Any] = {str(path.relative_to(self.out)): path.read_bytes() for path in paths}
        for name in [name for name in files if name.endswith("manifest.json")]:
            files[name] = json.loads(files[name])
            del files[name]["timings"]
        return files

    def nothing_is_left(self) -> bool:
        """No output, whole or half."""
        return not self.out.exists() or not list(self.out.iterdir())


def population(content: dict[str, Any]) -> dict[str, Any]:
    """What must not depend on faults on the way: everything but what was told about the asking."""
    return {name: value for name, value in content.items() if Path(name).name in MADE}


@dataclass(frozen=True)
class Whole:
    """A run, or a scenario, that nothing disturbed: its files, and the calls that it took."""

    how: str
    content: dict[str, Any]
    n_calls: int


def undisturbed_run(folder: Path, how: str) -> Whole:
    """Run the project, or a scenario of it, against a good server."""
    with pytest.MonkeyPatch.context() as monkeypatch, faulty(good) as server:
        project = Project(folder, monkeypatch, how=how)
        done = project.run(server)
        assert (done.status, done.err) == (0, "")
        assert len(server.requests) >= N_CALLS + (how == "scenario")
        return Whole(how, project.content(), len(server.requests))
