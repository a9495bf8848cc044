"""What a run will ask a language model, before anything is sent: the next question, how many, what they may cost.

The generator is run on the answers that are stored already, and stops at the first question without one: the question
that `rehearsal_text` shows is the one that would be sent, word for word.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from censemble.errors import ConfigError, LanguageModelError
from censemble.generators.llmsynthor.questions import most_questions
from censemble.generators.registry import ASKING
from censemble.inputs import Inputs
from censemble.llm import Budget, CallFault, Client, Fault, Message, RawReply, Reply, Request, Settings, Spending, Store
from censemble.llm.client import Progress
from censemble.llm.configure import HOW, configured_model
from censemble.model_client import answers_path, budget_of
from censemble.proposal import propose
from censemble.rehearsal_scenario import SCENARIO, expected_request

PROPOSALS = "proposals"  # purpose of the questions of which there are many


@dataclass(frozen=True, eq=False)
class Rehearsal:
    """What is known before asking.

    Parameters
    ----------
    model : str
        As it is configured; "" where none is.
    answered_by : str
        The model whose stored answers were taken.
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
    likely, at_most : Spending
        What is still to be asked: every question once; and each of them repaired. Prompts are taken to be as long as
        that of the next call of proposals, answers as long as they may be.
    limited : bool
        Whether the project has limits.
    excess : str
        Which of them stored and further calls may pass; "" if none.
    about_scenario : Request or None
        What a scenario changes is asked about a population that is made first: here its question is worded from the
        inputs (`rehearsal_scenario`), and counts as not stored.
    priced : bool
        Whether the model has a price.
    needs_price : bool
        Whether it has none although there is a limit of money.
    """

    model: str
    answered_by: str
    how: str
    answers: str
    stored: Spending
    questions: Mapping[str, int]
    next_request: Request | None
    likely: Spending
    at_most: Spending
    limited: bool
    excess: str
    priced: bool
    needs_price: bool = False
    about_scenario: Request | None = None


class _Reached(Exception):
    """A question without a stored answer."""


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
    """Answers from the file, and stops at the first question for proposals that the file does not answer.

    Attributes
    ----------
    open : tuple of Request
        Questions met that have no stored answer. Those before the proposals (what depends on what) are passed over as
        if the answer could not be used, so that the prompt of the many is known, too.
    """

    open: tuple[Request, ...] = ()

    def ask(self, requests: Sequence[Request], *, on_progress: Progress | None = None) -> list[Reply]:
        """Answer, pass over, or stop."""
        if self.preview(requests).stored == len(requests) and not self.open:
            self.open = tuple(requests)  # until the answers are found: a repair may be missing
            replies = super().ask(requests, on_progress=on_progress)
            self.open = ()
            return replies
        self.open += tuple(requests)
        if any(request.purpose == PROPOSALS for request in requests):
            raise _Reached
        return [Reply("refused", faults=(Fault("absent", "nothing is sent in a preview"),)) for _ in requests]


def rehearse(inputs: Inputs, environ: Mapping[str, str], *, scenario: str | None = None) -> Rehearsal:
    """Find out what a run would ask; nothing is sent and nothing is written.

    Parameters
    ----------
    inputs : Inputs
        Of a project whose generator asks a language model.
    environ : mapping
        `os.environ`; without a configured model the cost is unknown, and how to configure one is told.
    scenario : str, optional
        A situation in plain words: what `censemble scenario` would ask, with any generator.

    Raises
    ------
    ConfigError
        The generator asks no language model and there is no scenario; its text is empty or too long; a limit of money,
        and no price of the model that is configured.
    SchemaError
        The tables cannot guide it.
    """
    asks = inputs.generator.kind in ASKING
    if not asks and scenario is None:
        raise ConfigError(
            f"The generator {inputs.generator.kind!r} asks no language model: there is nothing to preview. "
            f"Those that ask one: {', '.join(sorted(ASKING))}."
        )
    about = None if scenario is None else expected_request(inputs, scenario)
    model, how = _configured(inputs, environ)
    limits = budget_of(inputs.language_model)
    if model:
        limits.check(model)
    with _stored(inputs) as store:
        answered = store.models()
        name = model or (answered[0] if len(answered) == 1 else "")
        client = _StoredAnswers(_Unsent(name), store=store, budget=Budget(prices=limits.prices))
        parts = [_planned(inputs, client)] if asks else []
        if about is not None:
            parts.append(_Part({about.purpose: 1}, 1, (about,)))
            if asks:
                options = {**inputs.generator.options, "scenario": scenario}
                changed = replace(inputs, generator=replace(inputs.generator, options=options))
                parts.append(_planned(changed, _StoredAnswers(client.model, store=store, budget=client.budget)).again())
        return _counted(inputs, client, parts, model=model, how=how)


@dataclass(frozen=True)
class _Part:
    """Questions at most by purpose, how many of them are left, and those that were met without a stored answer."""

    questions: Mapping[str, int]
    left: int
    open: tuple[Request, ...]

    def again(self) -> _Part:
        """The questions of the run with the scenario; what of them is stored is not known before the tables change."""
        named = {f"{name} with the scenario": n for name, n in self.questions.items()}
        return _Part(named, sum(named.values()) if self.open else 0, self.open)


def _planned(inputs: Inputs, client: _StoredAnswers) -> _Part:
    """What a generator asks, as far as stored answers lead."""
    try:
        propose(replace(inputs, generator=replace(inputs.generator, records=1)), client=client)
    except _Reached:
        pass
    except LanguageModelError as error:
        if error.kind != "absent":  # a repair is still to be asked
            raise
    asked = [purpose for purpose, _ in client.asked]
    questions = most_questions(inputs.generator.options, [*asked, *(request.purpose for request in client.open)])
    return _Part(questions, sum(questions.values()) - len(asked) if client.open else 0, client.open)


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


def _counted(inputs: Inputs, client: _StoredAnswers, parts: Sequence[_Part], *, model: str, how: str) -> Rehearsal:
    """Bounds from the longest open question that was met in each part: the others are taken to be as long."""
    likely = most = Spending()
    for part in parts:
        if part.open:
            bounds = [_bounds(client, request) for request in part.open]
            once, twice = max(bounds, key=lambda bound: bound[1].tokens)
            likely, most = likely + _times(part.left, once), most + _times(part.left, twice)
    still_open = [request for part in parts for request in part.open]
    limits = budget_of(inputs.language_model)
    return Rehearsal(
        model=model,
        answered_by=client.model.name,
        how=how,
        answers=str(answers_path(inputs)),
        stored=client.spending,
        questions={name: n for part in parts for name, n in part.questions.items()},
        next_request=still_open[0] if still_open else None,
        likely=likely,
        at_most=most,
        limited=not limits.unlimited,
        excess=limits.excess(client.spending + most),
        priced=model in limits.prices,
        needs_price=limits.max_cost is not None and model not in limits.prices,
        about_scenario=next((request for request in still_open if request.purpose == SCENARIO), None),
    )


def _bounds(client: Client, request: Request) -> tuple[Spending, Spending]:
    """What one question takes asked once, and asked and repaired; answers at full length."""
    once = client.budget.at_most(client.model.name, request.messages, request.settings.max_tokens)
    twice = client.preview([request]).at_most
    return once, twice if twice.calls else once + once


def _times(n: int, one: Spending) -> Spending:
    return Spending(n * one.calls, n * one.tokens_in, n * one.tokens_out, Decimal(n) * one.cost)
