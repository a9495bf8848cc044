"""The writer that a project names; and what a language model would be asked, before anything is sent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import numpy as np
from numpy.typing import NDArray

from censemble.errors import ConfigError
from censemble.inputs import Inputs
from censemble.llm import Client, Store, configured_model
from censemble.model_client import answers_path, asking, budget_of
from censemble.personas.by_name import wording_of
from censemble.personas.template import TemplateWriter
from censemble.personas.writer import Writer
from censemble.pool import Pool
from censemble.project_personas import llm_writer


@contextmanager
def writer_of(inputs: Inputs, environ: Mapping[str, str]) -> Iterator[Writer]:
    """Hold the writer of a project for a block; a language model's client is closed at the end.

    Parameters
    ----------
    inputs : Inputs
        `inputs.personas.writer` names it; answers of a model are kept where `language_model.answers` says.
    environ : mapping
        `os.environ`: which model.

    Raises
    ------
    ConfigError
        A language model is to write, and none is configured.
    """
    if inputs.personas.writer != "llm":
        yield TemplateWriter(wording_of(inputs.personas))
        return
    with asking(inputs, environ, always=True) as client:
        assert client is not None
        yield llm_writer(inputs, client)


def asked_lines(inputs: Inputs, pool: Pool, records: NDArray[np.int64], environ: Mapping[str, str]) -> list[str]:
    """What a language model would be asked about some records: calls, tokens, cost; nothing where none is to write.

    Parameters
    ----------
    inputs : Inputs
        The project.
    pool : Pool
        Its seed sample.
    records : ndarray of int64
        One for each persona.
    environ : mapping
        `os.environ`.
    """
    if inputs.personas.writer != "llm":
        return []
    try:
        model = configured_model(environ, timeout=inputs.language_model.timeout)
    except ConfigError as error:
        if error.problems:  # something is configured, and wrong
            raise
        return [f"A language model would be asked about each of {len(records):,} personas, once.", error.message]
    path = answers_path(inputs)
    with Store.open_readonly(path) if path.is_file() else Store.in_memory() as store:
        client = Client(model, store=store, budget=budget_of(inputs.language_model))
        found = llm_writer(inputs, client).preview(inputs.schema, pool, records)
        client.close()
    likely, most = found.likely, found.at_most
    lines = [
        f"{model.name} would be asked {likely.calls:,} times ({found.stored:,} answers are stored), "
        f"{likely.tokens_in:,} tokens sent and {likely.tokens_out:,} received at most, cost {likely.cost:f}; with "
        f"repairs {most.calls:,} times, cost {most.cost:f}. Answers that contradict their record are asked again."
    ]
    return [*lines, *([f"The limits would stop it: {found.excess}."] if found.excess else [])]
