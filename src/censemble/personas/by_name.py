"""Writers and embedders by the names that the project file has for them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from censemble.inputs import PersonaSettings
from censemble.personas.embedder import Embedder
from censemble.personas.endpoint_embedder import configured_endpoint
from censemble.personas.local_embedder import LocalEmbedder
from censemble.personas.phrasing import Wording
from censemble.personas.static_embedder import StaticEmbedder


def wording_of(settings: PersonaSettings) -> Wording:
    """The phrases of a project.

    Examples
    --------
    >>> wording_of(PersonaSettings(leave_out=("income",))).leave_out
    ('income',)
    """
    return Wording(settings.words, settings.patterns, settings.leave_out, settings.record, settings.member)


def embedder_of(name: str, environ: Mapping[str, str], *, folder: Path = Path()) -> Embedder:
    """The embedder of a name.

    Parameters
    ----------
    name : str
        "static", "endpoint", or the folder of a sentence-transformers model.
    environ : mapping
        `os.environ`, where address, model and key of an endpoint are.
    folder : Path
        What a relative folder is relative to.

    Raises
    ------
    ConfigError
        No endpoint is configured, or there is no such folder.

    Examples
    --------
    >>> embedder_of("static", {}).name
    'static potion-base-8M'
    """
    if name == "static":
        return StaticEmbedder()
    return configured_endpoint(environ) if name == "endpoint" else LocalEmbedder(folder / name)
