"""What is asked of a language model, what comes back, and the one method that an adapter has.

An adapter sends one list of messages and returns one raw answer, or raises a `CallFault`. Everything else (structured
output, repair, retries, cache, budget) is written once above all adapters, in the other modules of this package.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal, Protocol

from censemble.llm.canonical import canonical, digest_of
from censemble.llm.data_text import is_clean
from censemble.llm.json_schema import Fault, check_schema

Role = Literal["system", "user", "assistant"]
Verdict = Literal["valid", "repaired", "refused", "unasked"]
Finish = Literal["stop", "length", "declined", "other"]
FaultKind = Literal["rate", "timeout", "connection", "busy", "server", "request", "key", "unreadable", "absent"]


@dataclass(frozen=True)
class Message:
    """One message of a conversation.

    Parameters
    ----------
    role : {"system", "user", "assistant"}
    text : str
        Text from data goes in through `censemble.llm.data_text.data_block` only.
    """

    role: Role
    text: str

    def as_dict(self) -> dict[str, str]:
        """Return the message as servers take it."""
        return {"role": self.role, "content": self.text}


@dataclass(frozen=True)
class Settings:
    """How a model draws its answer.

    Parameters
    ----------
    temperature : float
        >= 0; 0 takes the likeliest token always.
    top_p : float
        0 < top_p <= 1.
    max_tokens : int
        Most tokens of the answer, >= 1.
    extra : mapping
        Further fields of the request body, such as ``{"top_k": 20}``; values of JSON.

    Raises
    ------
    ValueError
        A setting outside its range, or an extra that is a field of its own.

    Examples
    --------
    >>> Settings(temperature=0.7, extra={"top_k": 20}).as_dict()
    {'temperature': 0.7, 'top_p': 1.0, 'max_tokens': 1024, 'top_k': 20}
    """

    temperature: float = 0.7
    top_p: float = 1.0
    max_tokens: int = 1024
    extra: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not (0 <= self.temperature <= 5 and 0 < self.top_p <= 1 and self.max_tokens >= 1):
            raise ValueError(f"temperature >= 0, 0 < top_p <= 1 and max_tokens >= 1 are needed: {self}")
        own = {"model", "messages", "response_format", "stream", "seed", "n", "temperature", "top_p", "max_tokens"}
        if own & self.extra.keys():
            raise ValueError(f"extra cannot set {sorted(own & self.extra.keys())}")
        canonical(dict(self.extra))

    def as_dict(self) -> dict[str, Any]:
        """Return the settings as fields of a request body."""
        drawn = {"temperature": self.temperature, "top_p": self.top_p, "max_tokens": self.max_tokens}
        return {**drawn, **self.extra}


@dataclass(frozen=True)
class Request:
    """One question, and what a valid answer is.

    Parameters
    ----------
    messages : sequence of Message
        At least one; the last one from the user.
    schema : mapping
        JSON schema of the answer, in the subset of `censemble.llm.json_schema`.
    purpose : str
        What the question is for, as the audit shows it: "proposals". It does not decide the answer.
    random_seed : int
        Sent to the server, and part of what identifies the question.
    settings : Settings

    Raises
    ------
    ValueError
        No message, a schema outside the subset, or labels in it that no model could write (`clean_labels`).
    """

    messages: Sequence[Message]
    schema: Mapping[str, Any]
    purpose: str = "question"
    random_seed: int = 0
    settings: Settings = field(default_factory=Settings)

    def __post_init__(self) -> None:
        object.__setattr__(self, "messages", tuple(self.messages))
        if not self.messages or self.messages[-1].role != "user":
            raise ValueError("a request needs messages, the last one from the user")
        check_schema(self.schema)
        if not is_clean(dict(self.schema)):
            raise ValueError("labels in the schema must be cleaned first: see data_text.clean_labels")

    def identity(self, model: str) -> dict[str, Any]:
        """Everything that decides the answer of `model`, as values of JSON."""
        return {
            "model": model,
            "messages": [m.as_dict() for m in self.messages],
            "schema": dict(self.schema),
            "random_seed": self.random_seed,
            "settings": self.settings.as_dict(),
        }


@dataclass(frozen=True)
class Question:
    """A request put to one model for the n-th time.

    Parameters
    ----------
    request : Request
    model : str
    occurrence : int
        0 for the first time that a client puts this request, 1 for the second: each is a draw of its own.
    """

    request: Request
    model: str
    occurrence: int = 0

    @property
    def identity(self) -> dict[str, Any]:
        """What `key` is the digest of."""
        return {**self.request.identity(self.model), "occurrence": self.occurrence}

    @cached_property
    def key(self) -> str:
        """SHA-256 of everything that decides the answer, shape (64,) hexadecimal digits."""
        return digest_of(self.identity)


@dataclass(frozen=True)
class RawReply:
    """What an adapter got, before anything is believed.

    Parameters
    ----------
    text : str
        The answer as it came.
    finish : {"stop", "length", "declined", "other"}
        Why the model stopped: it was done, ran into `max_tokens`, declined, or did not say.
    tokens_in, tokens_out : int or None
        As the server counted them; None where it did not say.
    seconds : float
        From sending to the last byte.
    served_by : str
        The model's name as the server gives it.
    """

    text: str
    finish: Finish = "stop"
    tokens_in: int | None = None
    tokens_out: int | None = None
    seconds: float = 0.0
    served_by: str = ""


@dataclass(frozen=True)
class Reply:
    """What the asker gets.

    Parameters
    ----------
    verdict : {"valid", "repaired", "refused", "unasked"}
        Valid at once; valid after one repair; refused after it; not asked because the budget was spent.
    value : object or None
        The validated answer; None unless valid or repaired.
    faults : tuple of Fault
        What was wrong: with the first answer if repaired, with the last one if refused; why it was not asked.
    draft : object or None
        Of a refused answer, what could be read as JSON. Not validated: check each part before using it.
    text : str
        The last raw answer.
    tokens_in, tokens_out : int
        Of all calls for this question.
    seconds : float
        Likewise; 0 for answers of a replay file.
    model, key : str
        Who answered, and where the audit has it.
    """

    verdict: Verdict
    value: Any = None
    faults: tuple[Fault, ...] = ()
    draft: Any = None
    text: str = ""
    tokens_in: int = 0
    tokens_out: int = 0
    seconds: float = 0.0
    model: str = ""
    key: str = ""


class CallFault(Exception):
    """One call that brought no answer; the client decides what to do about it.

    Parameters
    ----------
    kind : str
        "rate" (429), "timeout", "connection", "busy" (502 to 504), "server" (other 5xx), "request" (the server refuses
        the request), "key" (401, 403), "unreadable" (not what a chat endpoint sends), "absent" (a replay file does not
        have it).
    message : str
        One sentence without secrets.
    retry_after : float or None
        Seconds that the server asks to wait.
    """

    def __init__(self, kind: FaultKind, message: str, *, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.kind: FaultKind = kind
        self.message = message
        self.retry_after = retry_after


class LanguageModel(Protocol):
    """What an adapter is.

    Attributes
    ----------
    name : str
        The model, as it identifies questions: never an address.
    """

    @property
    def name(self) -> str:
        """The model's name."""

    def complete(
        self,
        messages: Sequence[Message],
        *,
        response_format: Mapping[str, Any] | None,
        settings: Settings,
        random_seed: int,
    ) -> RawReply:
        """Make one call; several threads may do so at once.

        Raises
        ------
        CallFault
            No answer came.
        """
