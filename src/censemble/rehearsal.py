"""What a run will ask a language model, before anything is sent: the next question, how many, what they may cost.

The generator is run on the answers that are stored already; where the first question has none, it stops. So the question
shown is the one that would be sent, word for word.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from decimal import Decimal

from censemble.errors import ConfigError
from censemble.generators.llmsynthor.generator import most_questions
from censemble.inputs import Inputs
from censemble.llm import Budget, CallFault, Client, Message, RawReply, Reply, Request, Settings, Spending, Store
from censemble.llm.client import Progress
from censemble.llm.configure import HOW, configured_model
from censemble.model_client import ASKING, answers_path, budget_of
from censemble.plain_text import wrapped
from censemble.proposal import propose


@dataclass(frozen=True, eq=False)
class Rehearsal:
    """What is known before asking.

    Parameters
    ----------
    model : str
        As it is configured; "" where none is.
    how : str
        Where none is, how to configure one.
    answers : str
        The file of answers.
    stored : Spending
        Calls, tokens and cost of the answers that the run would take from that file.
    questions : mapping of str to int
        Questions at most, by purpose.
    next_request : Request or None
        The first question that has no stored answer; None where the file has them all.
    at_most : Spending or None
        Everything, stored answers included, each question answered at full length and repaired once; None where that
        would have to be guessed.
    likely : Spending or None
        The same without repairs.
    excess : str
        Which limit of the project's budget `at_most` passes; "" if none.
    priced : bool
        Whether the model has a price.
    """

    model: str
    how: str
    answers: str
    stored: Spending
    questions: Mapping[str, int]
    next_request: Request | None
    at_most: Spending | None
    likely: Spending | None
    excess: str
    priced: bool


class _Reached(Exception):
    """A question without a stored answer."""

    def __init__(self, requests: Sequence[Request]) -> None:
        super().__init__("a question without a stored answer")
        self.requests = requests


class _Unsent:
    """A model that nothing is sent to."""

    def __init__(self, name: str) -> None:
        self.name = name

    def complete(
        self,
        messages: Sequence[Message],
        *,
        response_format: Mapping[str, object] | None,
        settings: Settings,
        random_seed: int,
    ) -> RawReply:
        """Refuse."""
        raise CallFault("absent", "nothing is sent in a preview")


class _StoredAnswers(Client):
    """Answers from the file, and stops at the first question that the file does not answer."""

    def ask(self, requests: Sequence[Request], *, on_progress: Progress | None = None) -> list[Reply]:
        """Answer, or stop."""
        if self.preview(requests).stored < len(requests):
            raise _Reached(requests)
        return super().ask(requests, on_progress=on_progress)


def rehearse(inputs: Inputs, environ: Mapping[str, str], *, scenario: str = "") -> Rehearsal:
    """Find out what a run would ask; nothing is sent and nothing is written.

    Parameters
    ----------
    inputs : Inputs
        Of a project whose generator asks a language model.
    environ : mapping
        `os.environ`; without a configured model the cost is unknown, and how to configure one is told.
    scenario : str
        A situation in plain words instead of the project's.

    Raises
    ------
    ConfigError
        The generator asks no language model.
    SchemaError
        The tables cannot guide it.
    """
    if inputs.generator.kind not in ASKING:
        raise ConfigError(
            f"The generator {inputs.generator.kind!r} asks no language model: there is nothing to preview. "
            f"Those that ask one: {', '.join(sorted(ASKING))}."
        )
    if scenario:
        options = {**inputs.generator.options, "scenario": scenario}
        inputs = replace(inputs, generator=replace(inputs.generator, options=options))
    model, how = _configured(inputs, environ)
    budget = replace(budget_of(inputs.language_model), max_calls=None, max_tokens=None, max_cost=None)
    with _stored(inputs) as store:
        client = _StoredAnswers(_Unsent(model), store=store, budget=budget)
        reached: tuple[Request, ...] = ()
        try:
            propose(replace(inputs, generator=replace(inputs.generator, records=1)), client=client)
        except _Reached as stop:
            reached = tuple(stop.requests)
        return _counted(inputs, client, reached, model, how)


def _configured(inputs: Inputs, environ: Mapping[str, str]) -> tuple[str, str]:
    """Name of the model, or how to configure one."""
    try:
        return configured_model(environ, timeout=inputs.language_model.timeout).name, ""
    except ConfigError as error:
        if error.problems:  # something is configured, and wrong
            raise
        return "", HOW


def _stored(inputs: Inputs) -> Store:
    path = answers_path(inputs)
    return Store.open_readonly(path) if path.is_file() else Store.in_memory()


def _counted(inputs: Inputs, client: Client, reached: Sequence[Request], model: str, how: str) -> Rehearsal:
    """Bounds from the first question that is open: the others are taken to be as long."""
    questions = most_questions(inputs.generator.options)
    asked = len(client.asked)
    left = max(len(reached), sum(questions.values()) - asked) if reached else 0
    likely, most = client.spending, client.spending
    if reached:
        each = client.preview(reached[:1])
        likely, most = (_plus(client.spending, left, one) for one in (each.likely, each.at_most))
    limits = budget_of(inputs.language_model)
    return Rehearsal(
        model=model,
        how=how,
        answers=str(answers_path(inputs)),
        stored=client.spending,
        questions=questions,
        next_request=reached[0] if reached else None,
        at_most=most,
        likely=likely,
        excess=_excess(limits, most),
        priced=model in limits.prices,
    )


def _plus(start: Spending, n: int, each: Spending) -> Spending:
    return start + Spending(n * each.calls, n * each.tokens_in, n * each.tokens_out, n * each.cost)


def _excess(limits: Budget, spending: Spending) -> str:
    return limits.excess(spending)
