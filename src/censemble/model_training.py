"""Training a project's model once, to be used again and again: a folder that project files and `sample` name.

While training goes on the folder holds `.training`, from which it goes on after it was stopped; a finished folder holds
the model's files (`generators.semapop.model_files`) and `curves.csv`.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pyarrow.csv as pacsv

from censemble.errors import ConfigError, OutputError
from censemble.generators.semapop.model_files import MODEL
from censemble.generators.semapop.population_model import SemaPop
from censemble.inputs import Inputs
from censemble.io.output_folder import require_writable
from censemble.llm import Client
from censemble.proposal import Progress, fit_generator

UNFINISHED, CURVES = ".training", "curves.csv"
STEPS = "steps.safetensors"


def train(inputs: Inputs, out: Path, *, client: Client | None = None, progress: Progress | None = None) -> SemaPop:
    """Train the project's model and save it.

    Parameters
    ----------
    inputs : Inputs
        Of a project with `generator: {kind: semapop, ...}`.
    out : Path
        Folder for the model; training that was stopped there goes on.
    client : Client, optional
        Writes personas, where a language model does.
    progress : callable, optional
        Told a phrase and the share done.

    Returns
    -------
    SemaPop
        As it was saved.

    Raises
    ------
    ConfigError
        The project's generator is another one, or was trained before; the folder holds a trained model.
    InputError
        Training that was stopped in this folder was of other data or settings.
    SchemaError
        It cannot learn from these inputs.
    OutputError
        The folder cannot be written; found before the work begins.
    """
    _require_untrained(inputs, out)
    require_writable(out)
    unfinished = out / UNFINISHED
    try:
        unfinished.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"The model could not be written to {out}: {error.strerror or error}.") from error
    model = fit_generator(inputs, client=client, progress=progress, checkpoint=unfinished / STEPS)
    assert isinstance(model, SemaPop)
    model.save(out)
    pacsv.write_csv(model.tables()["training"], out / CURVES)
    shutil.rmtree(unfinished)
    return model


def _require_untrained(inputs: Inputs, out: Path) -> None:
    wanted = inputs.generator
    if wanted.kind != SemaPop.name:
        raise ConfigError(
            f"The generator {wanted.kind!r} is not trained beforehand: censemble run fits it. To train a model write "
            "generator: {kind: semapop} in the project file."
        )
    if wanted.options.get("trained"):
        raise ConfigError(f"generator.trained names a model that is trained ({wanted.options['trained']}); delete it.")
    if (out / MODEL).exists():
        raise ConfigError(f"{out} holds a trained model; give another folder with --out, or move it away.")
