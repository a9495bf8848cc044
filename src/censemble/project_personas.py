"""Who writes and embeds the personas of a project: from its section `personas`, the environment, a client."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from censemble.errors import ConfigError
from censemble.generators.semapop.persona_maker import StandardMaker
from censemble.inputs import Inputs
from censemble.llm import Client
from censemble.personas.by_name import embedder_of, wording_of
from censemble.personas.conditioning import Conditioning
from censemble.personas.llm_writer import Asking, LLMWriter
from censemble.personas.template import TemplateWriter
from censemble.personas.topics import read_topics
from censemble.personas.writer import Writer

NO_MODEL = (
    "personas.writer is llm, which asks a language model, and none was given: configure one (docs/language-models.md) "
    "and run the command, or pass a client from Python; the writer 'template' needs none"
)


def maker_of(
    inputs: Inputs, environ: Mapping[str, str], *, client: Client | None = None, conditioning: Conditioning = "text"
) -> StandardMaker:
    """What makes the personas of a project.

    Parameters
    ----------
    inputs : Inputs
        Their `personas` name writer, embedder, phrases and cache; files are relative to the project file.
    environ : mapping
        `os.environ`, where an endpoint's address and key are.
    client : Client, optional
        Asks the language model that writes, where one does.
    conditioning : {"text", "one_hot", "kmeans", "shuffled", "none"}
        What the vectors are made from.

    Raises
    ------
    ConfigError
        No endpoint is configured, no such folder of a model, or a writer without what it needs.
    """
    settings, folder = inputs.personas, project_folder(inputs)
    embedder = embedder_of(settings.embedder, environ, folder=folder)
    cache = folder / settings.cache if settings.cache else None
    return StandardMaker(writer_of(inputs, client), embedder, conditioning, settings.limit, cache)


def writer_of(inputs: Inputs, client: Client | None) -> Writer:
    """What writes the personas of a project.

    Raises
    ------
    ConfigError
        A language model is to write, and none was given.
    """
    wording = wording_of(inputs.personas)
    if inputs.personas.writer == "template":
        return TemplateWriter(wording)
    if client is None:
        raise ConfigError(NO_MODEL)
    return llm_writer(inputs, client)


def llm_writer(inputs: Inputs, client: Client) -> LLMWriter:
    """The writer that asks a language model, with the project's phrases and how texts speak of its attributes."""
    topics = read_topics(inputs.personas.topics, source="personas.topics")
    return LLMWriter(client, wording=wording_of(inputs.personas), asking=Asking(topics=topics))


def project_folder(inputs: Inputs) -> Path:
    """Folder of the project file; tables in memory belong to the working folder."""
    path = Path(inputs.origin.get("path", "") or ".")
    return path if path.is_dir() else path.parent
