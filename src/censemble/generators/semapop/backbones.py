"""The models by name, made when they are needed: each imports jax, which is an extra."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

from censemble.errors import ConfigError
from censemble.generators.semapop.backbone import Backbone

NEEDED = ("jax", "optax", "safetensors")


@dataclass(frozen=True)
class BackboneKind:
    """One kind of model.

    Parameters
    ----------
    load : callable
        Gives its class.
    loosened : bool
        Whether it is given personas with noise of every level while training (`persona_noise`).
    closeness : float
        How closely a population follows its personas unless said otherwise, 0..1.
    """

    load: Callable[[], Callable[..., Any]]
    loosened: bool
    closeness: float


def _gan() -> Callable[..., Any]:
    from censemble.generators.semapop.gan import GAN

    return GAN


def _vae() -> Callable[..., Any]:
    from censemble.generators.semapop.vae import VAE

    return VAE


def _autoregressive() -> Callable[..., Any]:
    from censemble.generators.semapop.autoregressive import Autoregressive

    return Autoregressive


BACKBONES: dict[str, BackboneKind] = {
    "autoregressive": BackboneKind(_autoregressive, loosened=True, closeness=0.0),
    "gan": BackboneKind(_gan, loosened=False, closeness=1.0),  # as published
    "vae": BackboneKind(_vae, loosened=False, closeness=1.0),
}


def kind_of(model: str) -> BackboneKind:
    """Find a kind of model.

    Raises
    ------
    ConfigError
        There is none of that name; lists those there are.
    """
    if model not in BACKBONES:
        raise ConfigError(f"generator.model: no model {model!r}; there are {', '.join(BACKBONES)}")
    return BACKBONES[model]


def make_backbone(model: str, options: Mapping[str, Any]) -> Backbone:
    """Make a model that is yet to be trained.

    Parameters
    ----------
    model : str
        One of `BACKBONES`.
    options : mapping
        What its constructor takes; the rest has defaults.

    Raises
    ------
    ConfigError
        No such model, no such option, or the libraries are not installed.
    """
    kind = kind_of(model)
    require_neural()
    made = kind.load()
    parameters = inspect.signature(made).parameters.values()
    known = [p.name for p in parameters if p.kind is p.KEYWORD_ONLY]
    checks_itself = any(p.kind is p.VAR_KEYWORD for p in parameters)
    if unknown := [name for name in options if name not in known and not checks_itself]:
        raise ConfigError(
            f"generator.model_options: {model} has no option {', '.join(unknown)}; it has {', '.join(known)}"
        )
    backbone: Backbone = made(**options)
    return backbone


def require_neural() -> None:
    """Insist on the libraries of the extra.

    Raises
    ------
    ConfigError
        One of them is not installed.
    """
    if absent := [name for name in NEEDED if find_spec(name) is None]:
        raise ConfigError(
            f"semapop needs {', '.join(absent)}, which {'is' if len(absent) == 1 else 'are'} not installed: "
            "pip install 'censemble[neural]'"
        )
