"""Personas by a language model: asked from the record, checked against it, asked again, else the template's."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from censemble.llm.budget import Preview, Spending
from censemble.llm.canonical import canonical, digest_of
from censemble.llm.client import Client
from censemble.llm.exchange import Reply, Request, Settings
from censemble.llm.json_schema import Fault
from censemble.llm.structured import WrongAnswer
from censemble.personas.fact_checks import contradictions
from censemble.personas.fact_sheet import FactSheet, fact_sheet
from censemble.personas.inventions import inventions
from censemble.personas.persona_prompt import PROMPT_VERSION, persona_request, read_restated
from censemble.personas.phrasing import Wording
from censemble.personas.template import TemplateWriter
from censemble.personas.topics import Topic
from censemble.personas.writing_report import Outcome, WritingReport, Written, report_of
from censemble.pool import Pool
from censemble.schema import Schema

SETTINGS = Settings(temperature=0.6, max_tokens=320)
Progress = Callable[[int, int, Spending], None]


@dataclass(frozen=True)
class Asking:
    """How a language model is asked for personas.

    Parameters
    ----------
    restated : tuple of str or None
        Attributes that an answer restates by label beside its text; None for all of the household (or person). Fewer
        are quicker.
    again : int
        How often an answer that contradicts the record is asked again, >= 0.
    settings : Settings
        How the model draws. 320 tokens hold 100 words and ten restated facts.
    random_seed : int
        Sent along; an answer asked again has the next one.
    topics : mapping of str to Topic
        Attribute -> how texts speak of it, for the checks; its name tells where nothing is given.
    """

    restated: tuple[str, ...] | None = None
    again: int = 2
    settings: Settings = SETTINGS
    random_seed: int = 0
    topics: Mapping[str, Topic] = field(default_factory=dict)


@dataclass(frozen=True)
class _Open:
    """A record whose persona is still to be had."""

    sheet: FactSheet
    faults: tuple[Fault, ...] = ()
    wrong: WrongAnswer | None = None


class LLMWriter:
    """Writes personas by a language model.

    Each distinct record is asked once; stored answers are found again, so that a run that was stopped goes on. Not for
    a whole survey with a slow model: write for clusters of records (`distinct_personas` with a limit).

    Parameters
    ----------
    client : Client
        Its store keeps all answers, its budget limits them: what it does not allow is written by the template.
    wording : Wording
        Phrases of the facts; the template's too.
    asking : Asking
        How to ask and check.
    on_progress : callable, optional
        Called with answers so far, questions, and spending.

    Attributes
    ----------
    written_ : tuple of Written
        Of the last `write`: one for each asked record.
    report_ : WritingReport
        Of the last `write`: its distinct records, counted.

    Examples
    --------
    >>> import pyarrow as pa
    >>> from censemble.llm import FakeModel
    >>> from censemble.schema import Attribute
    >>> schema = Schema((Attribute("cars", "persons", "ordinal", ("0", "1", "2")),))
    >>> none = pa.table({})
    >>> pool = Pool({}, {"cars": np.array([1])}, np.arange(2), np.ones(1), pa.array(["a"]), none, none, "",
    ...             np.zeros(1, np.int32), "survey", "persons")
    >>> text = "They live in a home with {} in front of the door, and it takes them to work and to the shops nearby."
    >>> facts = {"cars": "has one car"}
    >>> answers = [canonical({"persona": text.format(n), "facts": facts}) for n in ("two cars", "one car")]
    >>> writer = LLMWriter(Client(FakeModel(answers)))
    >>> writer.write(schema, pool, np.array([0]))[0][:30], writer.report_.repaired, dict(writer.report_.faults)
    ('They live in a home with one c', 1, {'count': 1})
    """

    def __init__(
        self,
        client: Client,
        *,
        wording: Wording | None = None,
        asking: Asking | None = None,
        on_progress: Progress | None = None,
    ) -> None:
        self.client = client
        self.wording = wording or Wording()
        self.asking = asking or Asking()
        self.on_progress = on_progress
        self.written_: tuple[Written, ...] = ()
        self.report_: WritingReport = report_of(())
        self._template = TemplateWriter(self.wording)
        self._replies: dict[str, Reply] = {}

    @property
    def name(self) -> str:
        """The model's name and the prompt's version."""
        return f"{self.client.model.name}, persona prompt {PROMPT_VERSION}"

    def write(self, schema: Schema, pool: Pool, records: NDArray[np.int64]) -> list[str]:
        """Write about some records; see `Writer`.

        Raises
        ------
        LanguageModelError
            The model does not answer. Answers that came are kept.
        ConfigError
            A label or phrase that cannot be sent.
        """
        templates = self._template.write(schema, pool, records)
        sheets = [fact_sheet(schema, pool, int(record), self.wording) for record in records]
        keys = [_key_of(sheet) for sheet in sheets]
        plain = dict(zip(keys, templates, strict=True))
        found = self._written(dict(zip(keys, sheets, strict=True)), plain)
        self.written_ = tuple(found[key] for key in keys)
        self.report_ = report_of(list(found.values()))
        return [one.text for one in self.written_]

    def preview(self, schema: Schema, pool: Pool, records: NDArray[np.int64]) -> Preview:
        """What asking for some records would take, before anything is sent; answers asked again are not foreseen."""
        sheets = [fact_sheet(schema, pool, int(record), self.wording) for record in records]
        requests = [self._request(_Open(sheet), 0) for sheet in sheets if _tells(sheet)]
        distinct = {digest_of(request.identity(self.client.model.name)): request for request in requests}
        return self.client.preview([request for key, request in distinct.items() if key not in self._replies])

    def _written(self, sheets: Mapping[str, FactSheet], plain: Mapping[str, str]) -> dict[str, Written]:
        found = {key: Written(plain[key], "unasked") for key, sheet in sheets.items() if not _tells(sheet)}
        still = {key: _Open(sheet) for key, sheet in sheets.items() if _tells(sheet)}
        for attempt in range(self.asking.again + 1):
            replies = self._ask([self._request(one, attempt) for one in still.values()])
            judged = {
                key: self._judged(one, reply, attempt) for (key, one), reply in zip(still.items(), replies, strict=True)
            }
            found |= {key: one for key, one in judged.items() if isinstance(one, Written)}
            still = {key: one for key, one in judged.items() if isinstance(one, _Open)}
        found |= {key: Written("", "refused", one.faults, None, self.asking.again + 1) for key, one in still.items()}
        taken = {key: one if one.inventions else _from_template(one, plain[key]) for key, one in found.items()}
        return {key: taken[key] for key in sheets}

    def _judged(self, one: _Open, reply: Reply, attempt: int) -> Written | _Open:
        """Take an answer, or say what to ask again."""
        if reply.verdict == "unasked":
            return Written("", "refused" if one.faults else "unasked", one.faults, None, attempt, reply.key)
        faults = list(reply.faults)
        if reply.value is not None:
            text = str(reply.value["persona"]).strip()
            restated = read_restated(reply.value["facts"], one.sheet, self.wording)
            faults = contradictions(text, restated, one.sheet, wording=self.wording, topics=self.asking.topics)
            if not faults:
                outcome: Outcome = "repaired" if attempt else "valid"
                return Written(text, outcome, one.faults, inventions(text, one.sheet), attempt + 1, reply.key)
        return _Open(one.sheet, (*one.faults, *_once_a_kind(faults)), WrongAnswer(reply.text, tuple(faults)))

    def _request(self, one: _Open, attempt: int) -> Request:
        return persona_request(
            one.sheet,
            wording=self.wording,
            restated=self.asking.restated,
            random_seed=self.asking.random_seed + attempt,
            settings=self.asking.settings,
            wrong=one.wrong,
        )

    def _ask(self, requests: Sequence[Request]) -> list[Reply]:
        """Equal questions are one question, so that a record's text does not depend on who else is asked about."""
        keys = [digest_of(request.identity(self.client.model.name)) for request in requests]
        new = {key: request for key, request in zip(keys, requests, strict=True) if key not in self._replies}
        replies = self.client.ask(list(new.values()), on_progress=self.on_progress) if new else []
        fresh = dict(zip(new, replies, strict=True))
        self._replies |= {key: reply for key, reply in fresh.items() if reply.verdict != "unasked"}
        return [fresh[key] if key in fresh else self._replies[key] for key in keys]


def _from_template(one: Written, text: str) -> Written:
    return Written(text, one.outcome, one.faults, None, one.n_answers, one.key)


def _once_a_kind(faults: Sequence[Fault]) -> list[Fault]:
    return list({fault.kind: fault for fault in reversed(faults)}.values())[::-1]


def _tells(sheet: FactSheet) -> bool:
    return any(fact.phrase for fact in sheet.facts)


def _key_of(sheet: FactSheet) -> str:
    shared = [[fact.attribute.name, fact.value] for fact in sheet.shared]
    members = [[[fact.attribute.name, fact.value] for fact in member] for member in sheet.members]
    return canonical([shared, members])
