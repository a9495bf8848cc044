"""A run repeated from its replay file, without any model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from censemble.errors import InputError, Problem
from censemble.llm.exchange import CallFault, Message, RawReply, Settings
from censemble.llm.store import Store


class ReplayModel:
    """Stands for a model whose answers are all in a file: whatever is asked beyond them is refused.

    Parameters
    ----------
    name : str
        The model that gave the answers.
    source : str
        The file, for messages.
    """

    def __init__(self, name: str, source: str) -> None:
        self.name = name
        self.source = source

    def complete(
        self,
        messages: Sequence[Message],
        *,
        response_format: Mapping[str, Any] | None,
        settings: Settings,
        random_seed: int,
    ) -> RawReply:
        """Refuse: the question is not in the file."""
        first = messages[-1].text[:60]
        raise CallFault(
            "absent", f"{self.source} has no answer to this question (random seed {random_seed}): {first!r}"
        )


def replayed_model(store: Store, *, name: str | None = None) -> ReplayModel:
    """The model of a replay file; needed by name if several models have answered there.

    Raises
    ------
    InputError
        The file has no answers, none of that model, or those of several.
    """
    models = store.models()
    if name in models or (name is None and len(models) == 1):
        return ReplayModel(name or models[0], store.name)
    found = "those of " + ", ".join(models) if models else "none"
    expected = f"answers of {name}" if name else "answers of one model"
    problem = Problem(store.name, "", expected, found, "Name a model that is there.", "no-answers")
    raise InputError("the replay file cannot be used", [problem])
