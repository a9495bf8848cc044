"""A rehearsal as lines of at most 100 columns that are safe to print; only addresses to copy are not wrapped."""

from __future__ import annotations

import json
from collections.abc import Iterator

from censemble.llm import Request, Spending
from censemble.plain_text import wrapped
from censemble.rehearsal import Rehearsal


def rehearsal_lines(found: Rehearsal, *, show: bool = False) -> Iterator[str]:
    """What is known before asking, as lines that are safe to print.

    Parameters
    ----------
    found : Rehearsal
        From `rehearse`.
    show : bool
        The next question in full.
    """
    yield from wrapped(f"Model: {found.model or 'none is configured'}. Nothing is sent by this command.")
    said = ", ".join(f"{name} {n:,}" for name, n in found.questions.items())
    yield from wrapped(f"Questions at most: {said}; each may be repaired once.")
    whose = f" of {found.answered_by}" if found.stored.calls and not found.model else ""
    yield from wrapped(f"Stored already: {_spent(found.stored)}{whose}, in {found.answers}")
    if found.next_request is None:
        yield "Still to ask: nothing. A run makes the same records again without any call."
    else:
        yield from wrapped(f"Still to ask: {_spent(found.likely)}, at most; with all repairs {_spent(found.at_most)}.")
        yield "  Prompts are taken to be as long as the next one for proposals, answers as long as they may be."
    if found.about_scenario is not None:
        yield "What the scenario changes is asked when the population without it is made. Until then its"
        yield "  question is worded from tables and survey, and counts as not stored, as what follows it does."
    yield from wrapped(_cost(found))
    if found.how:
        yield from found.how.splitlines()
    if found.next_request is not None:
        yield from _request_lines("Next question", found.next_request, show)
    if show and found.about_scenario is not None and found.about_scenario is not found.next_request:
        yield from _request_lines("Later question", found.about_scenario, show)


def _spent(spending: Spending) -> str:
    calls = f"{spending.calls:,} call{'' if spending.calls == 1 else 's'}"
    return f"{calls}, {spending.tokens_in:,} tokens sent and {spending.tokens_out:,} received"


def _cost(found: Rehearsal) -> str:
    """Money and limits in one sentence each."""
    if not found.priced:
        name = found.model or "the model"
        cost = f"Cost: unknown, there is no price of {name} under language_model.prices in the project file."
    else:
        cost = f"Cost: {found.stored.cost:f} so far, {found.likely.cost:f} more; at most {found.at_most.cost:f} more."
    if found.needs_price:
        return f"{cost} Budget: a run needs that price, because max_cost limits the money."
    if not found.limited:
        return f"{cost} Budget: no limits."
    stop = f"may end the asking before: {found.excess}. What there is then is used, and said."
    return f"{cost} Budget: {stop if found.excess else 'allows all of this.'}"


def _request_lines(when: str, request: Request, show: bool) -> Iterator[str]:
    if not show:
        yield f"{when}: {request.purpose}; --show shows it in full."
        return
    settings = ", ".join(f"{name} {value}" for name, value in request.settings.as_dict().items())
    yield f"{when}: {request.purpose}, random seed {request.random_seed}, {settings}"
    for message in request.messages:
        yield f"  -- {message.role}"
        yield from wrapped(message.text, indent="  | ")
    yield "  -- schema that the answer is held to"
    yield from wrapped(json.dumps(dict(request.schema), ensure_ascii=False), indent="  | ")
