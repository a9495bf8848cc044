"""One answer to one question: from the store, or by as many calls as patience allows."""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace

from censemble.llm.budget import Budget, Spending
from censemble.llm.canonical import digest_of
from censemble.llm.exchange import CallFault, LanguageModel, Message, Question, RawReply
from censemble.llm.pacing import Clock, Gate, Patience
from censemble.llm.store import Store, StoredCall
from censemble.llm.structured import (
    FORMS,
    Form,
    WrongAnswer,
    messages_for,
    next_form,
    read_answer,
    response_format,
    settled_form,
)


@dataclass(frozen=True)
class Turn:
    """One question in one round."""

    question: Question
    round: int = 0
    wrong: WrongAnswer | None = None

    def messages(self, form: Form) -> tuple[Message, ...]:
        """What is sent if structured answers are asked for in `form`."""
        return messages_for(self.question.request, form, self.wrong)


class Stopped(Exception):
    """Another thread has failed; this one asks nothing any more."""


class Caller:
    """Gets answers from one model, and keeps each before anybody sees it. Safe for several threads.

    Parameters
    ----------
    model : LanguageModel
    store : Store
    budget : Budget
        Its prices; limits are the client's matter.
    concurrency : int
        Most calls at once, >= 1.
    patience : Patience
    clock : Clock

    Attributes
    ----------
    form : str or None
        How structured answers are asked for; None until the first one has shown what the server can do.
    paid : Spending
        Of the calls made.
    stop : threading.Event
        Set it to end all waiting and asking.
    """

    def __init__(
        self,
        model: LanguageModel,
        *,
        store: Store,
        budget: Budget,
        concurrency: int,
        patience: Patience,
        clock: Clock,
    ) -> None:
        self.model = model
        self.store = store
        self.budget = budget
        self.patience = patience
        self.clock = clock
        self.paid = Spending()
        self.form = store.form_of(model.name)
        self.stop = threading.Event()
        self.concurrency = concurrency
        self._gate = Gate(concurrency, clock, self.stop)
        self._lower: dict[str, Form] = {}  # schemas that the settled form cannot express
        self._lock = threading.Lock()

    def answer(self, turn: Turn) -> StoredCall:
        """The stored answer, or one that is asked for and then kept.

        Raises
        ------
        CallFault
            None came, and waiting longer would not help.
        Stopped
            `stop` was set.
        OutputError
            It cannot be kept.
        """
        stored = self.store.call(turn.question.key, turn.round)
        if stored is not None:
            return stored
        form, raw = self._attempts(turn)
        settled = None
        if self.form is None:
            settled = settled_form(form, read_answer(raw, turn.question.request.schema).faults)
        call = self.store.keep_call(turn.question, self._as_stored(turn, form, raw), settled=settled)
        with self._lock:
            self.paid += self.budget.of(self.model.name, call.raw)
            self.form = self.form or settled
        return call

    def _as_stored(self, turn: Turn, form: Form, raw: RawReply) -> StoredCall:
        messages = turn.messages(form)
        spent = self.budget.spent(self.model.name, messages, raw)
        text = raw.text.encode("utf-8", "replace").decode("utf-8")  # half a character cannot be stored
        counted = replace(raw, text=text, tokens_in=spent.tokens_in, tokens_out=spent.tokens_out)
        estimated = raw.tokens_in is None or raw.tokens_out is None
        received = self.clock.utc().isoformat(timespec="milliseconds")
        return StoredCall(turn.question.key, turn.round, form, messages, counted, estimated, str(spent.cost), received)

    def _attempts(self, turn: Turn) -> tuple[Form, RawReply]:
        """Call until an answer comes or patience ends; step down where the server refuses a form."""
        request = turn.question.request
        schema = digest_of(dict(request.schema))
        form = self._lower.get(schema) or self.form or FORMS[0]
        failures = in_form = 0
        while True:
            try:
                raw = self._call(turn, form)
            except CallFault as fault:
                failures += fault.kind != "request"
                in_form += 1
                self._keep_failure(turn, fault)
                lower = next_form(form)
                if lower and (fault.kind == "request" or (fault.kind == "server" and in_form >= self._allowed())):
                    form, in_form = lower, 0
                    if fault.kind == "request":
                        continue
                self._pause(fault, failures)
            else:
                if form != (self.form or form):
                    self._lower[schema] = form
                return form, raw

    def _allowed(self) -> int:
        """Failures of a server (500) before a lower form is tried: soon where no form has worked yet."""
        return 2 if self.form is None else 4

    def _call(self, turn: Turn, form: Form) -> RawReply:
        request = turn.question.request
        with self._gate.passage():
            if self.stop.is_set():
                raise Stopped
            return self.model.complete(
                turn.messages(form),
                response_format=response_format(form, request.schema),
                settings=request.settings,
                random_seed=request.random_seed,
            )

    def _pause(self, fault: CallFault, failures: int) -> None:
        """Wait before the next attempt, or give up."""
        wait = self.patience.wait(fault, failures, self.clock.jitter())
        if wait is None:
            tried = f" (tried {failures} times)" if failures > 1 else ""
            raise CallFault(fault.kind, f"{fault.message}{tried}", retry_after=fault.retry_after) from None
        self.clock.sleep(self.stop, wait)

    def _keep_failure(self, turn: Turn, fault: CallFault) -> None:
        if not self.store.read_only:
            happened = self.clock.utc().isoformat(timespec="milliseconds")
            self.store.keep_failure(turn.question.key, turn.round, fault, happened)
