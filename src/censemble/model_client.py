"""The language model of a project: configured by the environment, its answers kept beside the project file."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from censemble.inputs import Inputs
from censemble.llm import Client, Store, configured_model

ANSWERS = "answers.sqlite"


def client_of(inputs: Inputs, environ: Mapping[str, str]) -> Client | None:
    """Make the client of a project whose generator asks a language model; None for all others.

    For a scenario, which asks one whatever the generator, see `configured_client`.

    Parameters
    ----------
    inputs : Inputs
        Name the generator and where the project file is; answers are kept in `answers.sqlite` beside it, so that
        `check` and `run` ask once.
    environ : mapping
        `os.environ`, see `censemble.llm.configured_model`.

    Raises
    ------
    ConfigError
        No language model is configured; the message says how to.
    InputError
        The file of answers is damaged.
    """
    return configured_client(inputs, environ) if inputs.generator.kind == "llmsynthor" else None


def configured_client(inputs: Inputs, environ: Mapping[str, str]) -> Client:
    """Make the client of a project, whatever its generator.

    Parameters and errors are those of `client_of`; inputs without a file keep answers in the working folder.
    """
    path = Path(inputs.origin.get("path", "") or ".")
    folder = path if path.is_dir() else path.parent
    return Client(configured_model(environ), store=Store.open(folder / ANSWERS))
