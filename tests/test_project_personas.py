"""Who makes the personas of a project."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import semapop_project

import censemble
from censemble.errors import ConfigError
from censemble.inputs import Inputs, PersonaSettings
from censemble.llm import Client, FakeModel
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
