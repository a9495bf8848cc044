"""The writer that a project names."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from command_case import write_files
from generator_projects import PERSONS, project_of

import censemble
from censemble.errors import ConfigError
from censemble.inputs import Inputs, PersonaSettings
from censemble.persona_study import preview
from censemble.persona_writers import asked_lines, writer_of
from censemble.personas.llm_writer import LLMWriter

ENVIRON = {"CENSEMBLE_LLM_BASE_URL": "http://127.0.0.1:9/v1", "CENSEMBLE_LLM_MODEL": "small"}


@pytest.fixture
def inputs(tmp_path: Path) -> Inputs:
    """A project of persons whose personas a language model is to write."""
    read = censemble.read_project(write_files(tmp_path, project_of(PERSONS, "{kind: seed_sample}")))
    topics = {"work": {"claimed": ["job"]}}
    return replace(read, personas=PersonaSettings("llm", leave_out=("age",), topics=topics))


def test_a_language_model_where_one_is_asked_for(inputs: Inputs, tmp_path: Path) -> None:
    """With the project's phrases, its answers in the project's file; else the template."""
    with writer_of(inputs, ENVIRON) as writer:
        assert isinstance(writer, LLMWriter)
        assert writer.wording.leave_out == ("age",)
        assert writer.asking.topics["work"].claimed == ("job",)
    with writer_of(replace(inputs, personas=PersonaSettings()), {}) as writer:
        assert writer.name == "template"
    with pytest.raises(ConfigError, match="CENSEMBLE_LLM_BASE_URL"), writer_of(inputs, {}):
        pass


def test_what_would_be_asked(inputs: Inputs, tmp_path: Path) -> None:
    """Calls, tokens and cost with a model, how to configure one without; no file is made, no call."""
    before = sorted(tmp_path.rglob("*"))
    texts, (says, asked) = preview(inputs, ENVIRON)
    assert (len(texts), "4 personas" in says) == (4, True)
    assert asked.startswith("small would be asked 4 times (0 answers are stored)")
    lines = asked_lines(inputs, inputs.seed_sample, np.arange(2), {})
    assert lines[0] == "A language model would be asked about each of 2 personas, once."
    assert "CENSEMBLE_LLM_MODEL" in lines[1]
    assert sorted(tmp_path.rglob("*")) == before


def test_the_limits_are_told(inputs: Inputs) -> None:
    """Before anything is sent."""
    limited = replace(inputs, language_model=replace(inputs.language_model, max_calls=1))
    assert "The limits would stop it" in asked_lines(limited, inputs.seed_sample, np.arange(4), ENVIRON)[-1]


def test_a_template_asks_nobody(inputs: Inputs) -> None:
    """There is nothing to tell."""
    assert asked_lines(replace(inputs, personas=PersonaSettings()), inputs.seed_sample, np.arange(2), ENVIRON) == []
