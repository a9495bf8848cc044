"""The language model of a project: configured by the environment, its answers kept beside the project file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path

from censemble.inputs import Inputs, LanguageModelSettings
from censemble.llm import Budget, Client, LanguageModel, Store, configured_model, read_prices

ASKING = frozenset({"llmsynthor"})  # generators that ask a language model

CONDITIONED = "semapop"  # the generator that learns from personas


def answers_path(inputs: Inputs) -> Path:
    """Where the answers of a project are kept: the file that `language_model.answers` names, beside the project file.

    Parameters
    ----------
    inputs : Inputs
        Say where the project file is; tables in memory belong to the working folder.
    """
    path = Path(inputs.origin.get("path", "") or ".")
    folder = path if path.is_dir() else path.parent
    return folder / inputs.language_model.answers


def budget_of(settings: LanguageModelSettings) -> Budget:
    """Limits and prices of a project.

    Examples
    --------
    >>> budget_of(LanguageModelSettings(max_calls=30)).max_calls
    30
    """
    cost = None if settings.max_cost is None else Decimal(settings.max_cost)
    prices = read_prices(settings.prices, source="language_model.prices")
    return Budget(settings.max_calls, settings.max_tokens, cost, prices)


def asking_client(inputs: Inputs, model: LanguageModel) -> Client:
    """Make the client that asks one model for a project, within its budget and with its answers kept.

    Close the client when nothing more is asked: from the first call on no other run can ask with that file.

    Parameters
    ----------
    inputs : Inputs
        Their `language_model` has limits, prices, the file of answers.
    model : LanguageModel
        As `censemble.llm.configured_model` gives it.

    Raises
    ------
    ConfigError
        A limit of money, and no price of this model.
    InputError
        The file of answers is damaged.
    """
    settings = inputs.language_model
    budget = budget_of(settings)
    budget.check(model.name)
    store = Store.open(answers_path(inputs))
    return Client(model, store=store, budget=budget, concurrency=settings.concurrency)


def client_of(inputs: Inputs, environ: Mapping[str, str], *, always: bool = False) -> Client | None:
    """Make the client of a project whose generator asks a language model; None for all others.

    Parameters
    ----------
    inputs : Inputs
        Name the generator and where the project file is; answers are kept beside it, so that `check` and `run` ask
        once.
    environ : mapping
        `os.environ`, see `censemble.llm.configured_model`.
    always : bool
        Make one whatever the generator: a scenario asks too.

    Raises
    ------
    ConfigError
        No language model is configured; the message says how to. A limit of money, and no price of the model.
    InputError
        The file of answers is damaged.
    """
    if not always and inputs.generator.kind not in ASKING and not writes_personas(inputs):
        return None
    return asking_client(inputs, configured_model(environ, timeout=inputs.language_model.timeout))


def writes_personas(inputs: Inputs) -> bool:
    """Whether a language model writes personas for the generator of a project.

    Examples
    --------
    >>> import censemble
    >>> writes_personas(censemble.demo_inputs())
    False
    """
    wanted = inputs.generator
    return wanted.kind == CONDITIONED and inputs.personas.writer == "llm" and not wanted.options.get("trained")


@contextmanager
def asking(inputs: Inputs, environ: Mapping[str, str], *, always: bool = False) -> Iterator[Client | None]:
    """Hold the client of a project for a block, and close it at the end.

    Raises
    ------
    ConfigError, InputError
        As `client_of`.
    """
    client = client_of(inputs, environ, always=always)
    try:
        yield client
    finally:
        if client is not None:
            client.close()
