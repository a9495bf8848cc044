"""Who makes the personas of a project."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
import semapop_project
from command_case import command

import censemble
from censemble import model_client
from censemble.errors import ConfigError
from censemble.inputs import Inputs, PersonaSettings
from censemble.llm import Client, FakeModel
from censemble.llm.fake import FakeCall
from censemble.personas.llm_writer import LLMWriter
from censemble.project_personas import maker_of, project_folder, writer_of


def inputs(folder: Path, **settings: object) -> Inputs:
    """The small project with a section of personas."""
    read = censemble.read_project(semapop_project.write(folder))
    return replace(read, personas=replace(PersonaSettings(), **settings))  # type: ignore[arg-type]


def test_the_template_and_the_packages_embedder_by_default(tmp_path: Path) -> None:
    """With the project's phrases; nothing is kept."""
    made = maker_of(inputs(tmp_path, words={"tenure": {"owned": "owns the house"}}), {})
    assert made.name == "static potion-base-8M" and made.writer.name == "template"
    assert made.writer.wording.words["tenure"]["owned"] == "owns the house"
    assert made.cache is None and made.conditioning == "text"


def test_files_are_relative_to_the_project(tmp_path: Path) -> None:
    """The cache lies beside the project file."""
    given = inputs(tmp_path, cache="vectors.parquet", limit=9)
    made = maker_of(given, {}, conditioning="kmeans")
    assert made.cache == tmp_path / "vectors.parquet" and (made.limit, made.conditioning) == (9, "kmeans")
    assert project_folder(given) == tmp_path
    assert project_folder(replace(given, origin={})) == Path()


def test_a_language_model_writes_where_it_is_asked_to(tmp_path: Path) -> None:
    """With a client; without one the message says how to get on."""
    given = inputs(tmp_path, writer="llm")
    with pytest.raises(ConfigError, match=r"none was given: configure one .*'template' needs none"):
        writer_of(given, None)
    assert "persona prompt" in writer_of(given, Client(FakeModel([]))).name


def test_an_endpoint_must_be_configured(tmp_path: Path) -> None:
    """By the environment, not by the project file."""
    with pytest.raises(ConfigError):
        maker_of(inputs(tmp_path, embedder="endpoint"), {})


def test_topics_of_the_project_reach_the_checks(tmp_path: Path) -> None:
    """What `run` and `train` ask for is held to the record by the same words as what `censemble personas` asks for."""
    given = inputs(tmp_path, writer="llm", topics={"tenure": {"told": {"rented": ["landlord"]}}})
    made = writer_of(given, Client(FakeModel([])))
    assert isinstance(made, LLMWriter) and made.asking.topics["tenure"].told["rented"] == ("landlord",)


SECTION = """
personas:
  writer: llm
  leave_out: [age]
  words: {tenure: {owned: owns the place, rented: rents the place}, size: {"1": lives alone, "2": "", 3 or more: ""}}
  topics: {tenure: {told: {rented: [landlord]}}}
"""
PORTRAIT = "This is a household that {}. On most days they leave in the morning and are back by the evening."


def shown(call: FakeCall) -> list[str]:
    """What the record of a question says of the household."""
    data = re.search(r'<data name="record">\n(.*)\n</data>', call.messages[-1].text)
    assert data is not None
    return list(json.loads(data[1])["household"])


def told(call: FakeCall, text: str) -> str:
    """An answer that restates every fact by the phrase that the record has."""
    schema = call.response_format["schema"] if "schema" in (call.response_format or {}) else call.response_format
    facts = (schema.get("json_schema", schema).get("schema", schema))["properties"]["facts"]["properties"]
    restated = {name: next(p for p in choice["enum"] if p in shown(call)) for name, choice in facts.items()}
    return json.dumps({"persona": text, "facts": restated})


def faithful(call: FakeCall) -> str:
    """A portrait of the record's own phrases."""
    return told(call, PORTRAIT.format(" and ".join(shown(call))))


def contrary(call: FakeCall) -> str:
    """Every household rents from a landlord, and every one owns its place."""
    return told(call, PORTRAIT.format("owns the place and rents the place from a landlord"))


class Run:
    """The small project with a language model that writes, run by the command."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder, self.monkeypatch = folder, monkeypatch
        path = semapop_project.write(folder)
        path.write_text(path.read_text() + SECTION)

    def __call__(self, answer: Callable[[FakeCall], str], what: str = "run") -> FakeModel:
        """The model that was asked by a command, whose name is that of its output folder."""
        model = FakeModel(answer, name="small")
        self.monkeypatch.setattr(model_client, "configured_model", lambda _environ, timeout: model)
        done = command(what, self.folder / "censemble.yaml", "--out", self.folder / what)
        assert done.status == 0, done.err
        return model

    def manifest(self) -> dict[str, Any]:
        """Of the run."""
        return dict(json.loads((self.folder / "run/manifest.json").read_text()))

    def texts(self, what: str = "run") -> list[str]:
        """Of the personas."""
        return list(pq.read_table(self.folder / what / "personas.parquet")["text"].to_pylist())


def test_a_run_whose_personas_a_language_model_writes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its texts are the population's personas, counted in the manifest; `train` then asks nothing and has the same."""
    run = Run(tmp_path, monkeypatch)
    model = run(faithful)
    assert command("verify", tmp_path / "run").status == 0
    manifest = run.manifest()
    trained = manifest["generator"]["trained"]
    asked = trained["writing"]["asked"]
    assert asked == len(model.calls) == trained["writing"]["valid"] > 3
    assert trained["writer"] == "small, persona prompt 1"
    assert all("back by the evening" in text for text in run.texts())
    assert {"text", "template"} <= set(trained["leakage"]["attributes"][0]["read_back"])
    assert manifest["language_model"]["calls"] == asked
    page = (tmp_path / "run/report.html").read_text()
    assert "template text</th>" in page and "Personas asked of the language model" in page

    def silent(_call: FakeCall) -> str:
        raise AssertionError("asked again")

    run(silent, "train")
    assert run.texts("train") == run.texts()


def test_a_model_that_always_contradicts_the_record_is_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Asked three times about each, then every text is the template's; manifest, note and report count them."""
    run = Run(tmp_path, monkeypatch)
    model = run(contrary)
    manifest = run.manifest()
    writing = manifest["generator"]["trained"]["writing"]
    assert writing["refused"] == writing["asked"] > 3 and writing["valid"] == writing["repaired"] == 0
    assert len(model.calls) == 3 * writing["asked"] and writing["faults"]["other category"] > 0
    assert all(text.startswith("A household of") for text in run.texts())
    assert any(f"{writing['asked']} are the template's" in note for note in manifest["notes"])
    assert "Taken from the template instead" in (tmp_path / "run/report.html").read_text()
