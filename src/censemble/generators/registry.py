"""All generators by the names that project files call them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from censemble.errors import ConfigError
from censemble.generators.bayesian_network import BayesianNetwork
from censemble.generators.bootstrap import Bootstrap
from censemble.generators.hot_deck import HotDeck
from censemble.generators.independent import Independent
from censemble.generators.llmsynthor import LLMSynthor, Services
from censemble.generators.maximum_entropy import MaximumEntropy
from censemble.generators.protocol import Generator
from censemble.generators.seed_sample import SeedSample
from censemble.generators.semapop.population_model import SemaPop
from censemble.generators.semapop.services import Outside

LEARN_NO_DEPENDENCE = frozenset({"independent", "maximum_entropy"})  # what goes with what they have from tables alone
GENERATORS: dict[str, Callable[..., Generator]] = {
    "seed_sample": SeedSample,
    "bootstrap": Bootstrap,
    "independent": Independent,
    "hot_deck": HotDeck,
    "bayesian_network": BayesianNetwork,
    "maximum_entropy": MaximumEntropy,
    "llmsynthor": LLMSynthor,
    "semapop": SemaPop,
}


def make_generator(
    kind: str, options: Mapping[str, Any], *, services: Services | None = None, outside: Outside | None = None
) -> Generator:
    """Make a generator that is yet to be fitted.

    Parameters
    ----------
    kind : str
        One of `GENERATORS`.
    options : mapping
        What its constructor takes.
    services : Services, optional
        What a generator that asks a language model is given; the others need none.
    outside : Outside, optional
        What a generator that writes personas and trains is given.

    Raises
    ------
    ConfigError
        There is no such kind; lists those there are.

    Examples
    --------
    >>> make_generator("maximum_entropy", {"size": "persons in household"}).name
    'maximum_entropy'
    """
    if kind not in GENERATORS:
        raise ConfigError(f"generator.kind: no generator {kind!r}; there are {', '.join(GENERATORS)}")
    given: dict[str, Any] = {"services": services} if kind == LLMSynthor.name else {}
    given |= {"outside": outside} if kind == SemaPop.name else {}
    return GENERATORS[kind](**options, **given)
