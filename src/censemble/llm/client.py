"""Questions in, validated replies out: the policies that stand above every adapter, put together.

A list of requests is asked in two rounds: every request once, then those whose answers have faults once more. Both are
cut into waves that surely fit the budget, so that what is asked does not depend on which thread was faster.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import replace
from itertools import accumulate

from censemble.errors import LanguageModelError
from censemble.llm.budget import Budget, Preview, Spending, total
from censemble.llm.calling import Caller, Turn
from censemble.llm.canonical import digest_of
from censemble.llm.exchange import CallFault, LanguageModel, Question, Reply, Request
from censemble.llm.json_schema import Fault
from censemble.llm.pacing import Clock, Patience
from censemble.llm.store import Store, StoredCall
from censemble.llm.structured import MOST_QUOTED, Reading, WrongAnswer, read_answer

Progress = Callable[[int, int, Spending], None]  # answered, asked, spent so far


class Client:
    """Asks a language model and keeps everything.

    One client serves one run: it numbers requests that are put several times, so that a resumed run finds each answer
    again. Not for several threads at once; it makes its own.

    Parameters
    ----------
    model : LanguageModel
    store : Store, optional
        Where answers are found and kept; without one, in memory.
    budget : Budget
        Limits of the run. What stored answers once cost counts.
    concurrency : int
        Most calls at once, >= 1; fewer after refusals and time-outs.
    patience : Patience
        When to try again and when to give up.
    clock : Clock
        Time and chance; for tests.

    Attributes
    ----------
    spending : Spending
        Of the run so far, stored answers included.
    verdicts, reasons : Counter
        Replies by verdict, and faults of repaired and refused ones by kind.
    asked : list of (str, Reply)
        Purpose and reply of every question, in the order asked.

    Raises
    ------
    ConfigError
        The budget limits money but knows no price of the model.

    Examples
    --------
    >>> from censemble.llm import FakeModel, Message
    >>> schema = {"type": "object", "properties": {"n": {"type": "integer", "maximum": 9}}, "required": ["n"]}
    >>> client = Client(FakeModel(['{"n": 12}', '{"n": 7}']))
    >>> reply, = client.ask([Request([Message("user", "A digit?")], schema)])
    >>> reply.verdict, reply.value, str(reply.faults[0])
    ('repaired', {'n': 7}, 'n: must be at most 9, is 12')
    """

    def __init__(
        self,
        model: LanguageModel,
        *,
        store: Store | None = None,
        budget: Budget | None = None,
        concurrency: int = 4,
        patience: Patience | None = None,
        clock: Clock | None = None,
    ) -> None:
        self.model = model
        self.store = store or Store.in_memory()
        self.budget = budget or Budget()
        self.budget.check(model.name)
        self.spending = Spending()
        self.verdicts: Counter[str] = Counter()
        self.reasons: Counter[str] = Counter()
        self.asked: list[tuple[str, Reply]] = []
        self._caller = Caller(
            model,
            store=self.store,
            budget=self.budget,
            concurrency=concurrency,
            patience=patience or Patience(),
            clock=clock or Clock(),
        )
        self._numbers: Counter[str] = Counter()

    def close(self) -> None:
        """Close the file of answers, and the connection of a model that has one."""
        self.store.close()
        close = getattr(self.model, "close", None)
        if close is not None:
            close()

    @property
    def paid(self) -> Spending:
        """Of the calls that this client has made; what the store answered is not in it."""
        return self._caller.paid

    def ask(self, requests: Sequence[Request], *, on_progress: Progress | None = None) -> list[Reply]:
        """Ask, validate, repair once; the replies come in the order of the requests.

        Parameters
        ----------
        requests : sequence of Request
            The same request several times gives as many draws.
        on_progress : callable, optional
            Called after each answer, in this thread, with answers so far, questions and the spending so far.

        Returns
        -------
        list of Reply
            As many as requests: what the budget did not allow is "unasked".

        Raises
        ------
        LanguageModelError
            The model does not answer. Answers that came are kept, and asking again finds them.
        OutputError
            The store cannot be written.
        """
        numbers, questions = self._numbered(requests)
        turns = [Turn(question) for question in questions]
        first = self._round(turns, on_progress)
        readings = [_reading(call, question) for call, question in zip(first, questions, strict=True)]
        repairs = {
            i: replace(turns[i], round=1, wrong=WrongAnswer(call.raw.text, reading.faults))
            for i, (call, reading) in enumerate(zip(first, readings, strict=True))
            if call and reading and reading.faults
        }
        second = dict(zip(repairs, self._round(list(repairs.values()), on_progress), strict=True))
        replies = [
            self._reply(question, first[i], readings[i], second.get(i), i in repairs)
            for i, question in enumerate(questions)
        ]
        self._numbers = numbers
        self._keep(replies)
        self.asked += [(request.purpose, reply) for request, reply in zip(requests, replies, strict=True)]
        return replies

    def preview(self, requests: Sequence[Request]) -> Preview:
        """What asking would take; nothing is sent.

        Examples
        --------
        >>> from censemble.llm import FakeModel, Message
        >>> Client(FakeModel([])).preview([Request([Message("user", "Why?")], {"type": "string"})]).likely.calls
        1
        """
        _, questions = self._numbered(requests)
        open_ = [Turn(question) for question in questions if not self.store.call(question.key, 0)]
        likely = total(self._bound(turn) for turn in open_)
        repairs = total(self._bound(replace(turn, wrong=WrongAnswer("x" * MOST_QUOTED, ()))) for turn in open_)
        excess = self.budget.excess(self.spending + likely)
        return Preview(len(questions), len(questions) - len(open_), likely, likely + repairs, excess)

    def _numbered(self, requests: Sequence[Request]) -> tuple[Counter[str], list[Question]]:
        """Number repeated requests; the numbers count only once the replies are there."""
        numbers, questions = self._numbers.copy(), []
        for request in requests:
            digest = digest_of(request.identity(self.model.name))
            questions.append(Question(request, self.model.name, numbers[digest]))
            numbers[digest] += 1
        return numbers, questions

    def _bound(self, turn: Turn) -> Spending:
        """The most that a turn costs, told at length: not dependent on what has been settled meanwhile."""
        messages = turn.messages("prompted")
        return self.budget.at_most(self.model.name, messages, turn.question.request.settings.max_tokens)

    def _round(self, turns: Sequence[Turn], on_progress: Progress | None) -> list[StoredCall | None]:
        """Ask in waves that fit the budget; None from the first turn that does not fit."""
        calls: list[StoredCall | None] = []
        while len(calls) < len(turns):
            wave = self._affordable(turns[len(calls) :])
            if not wave:
                break
            if self._caller.form is None:
                wave = wave[:1]  # its answer tells how to ask the others
            answered = self._wave(wave, len(calls), len(turns), on_progress)
            calls += answered
        return calls + [None] * (len(turns) - len(calls))

    def _affordable(self, turns: Sequence[Turn]) -> list[Turn]:
        if self.budget.unlimited:
            return list(turns)
        bounds = accumulate((self._bound(turn) for turn in turns), initial=self.spending)
        next(bounds)
        return [turn for turn, spending in zip(turns, bounds, strict=True) if not self.budget.excess(spending)]

    def _wave(self, turns: list[Turn], before: int, n: int, on_progress: Progress | None) -> list[StoredCall]:
        """Answers to some turns, by several threads; the first failure is raised when all have ended."""
        start, done = self.spending, Spending()
        if any(self.store.call(turn.question.key, turn.round) is None for turn in turns):
            self.store.claim()
        self._caller.stop.clear()
        with ThreadPoolExecutor(min(len(turns), self._caller.concurrency)) as pool:
            futures: list[Future[StoredCall]] = [pool.submit(self._caller.answer, turn) for turn in turns]
            try:
                for count, future in enumerate(as_completed(futures), before + 1):
                    done += self._spent(future.result())
                    if on_progress:
                        on_progress(count, n, start + done)
            except CallFault as fault:
                self._end(pool)
                raise self._explained(fault, futures) from None
            finally:
                self._end(pool)
        self.spending = start + done
        return [future.result() for future in futures]

    def _end(self, pool: ThreadPoolExecutor) -> None:
        """Ask nothing more; calls under way are waited for, because they are paid for, and kept."""
        self._caller.stop.set()
        pool.shutdown(wait=True, cancel_futures=True)

    def _explained(self, cause: CallFault, futures: Sequence[Future[StoredCall]]) -> LanguageModelError:
        """What stopped the run, what is kept, and how to go on."""
        kept = sum(f.done() and not f.cancelled() and f.exception() is None for f in futures)
        where = f"{kept} of {len(futures)} answers of this round are kept in {self.store.name}"
        again = "Run it again to go on from there; no stored answer is paid twice."
        if cause.kind == "absent":
            again = "Its inputs, settings or version differ from those of the run that was recorded."
        return LanguageModelError(f"Language model {self.model.name}: {cause.message}. {where}. {again}", cause.kind)

    def _spent(self, call: StoredCall) -> Spending:
        return self.budget.of(self.model.name, call.raw)

    def _reply(
        self,
        question: Question,
        first: StoredCall | None,
        reading: Reading | None,
        second: StoredCall | None,
        wanted: bool,
    ) -> Reply:
        """The verdict on one question from its one or two answers."""
        if first is None or reading is None:
            words = self.budget.excess(self.spending + self._bound(Turn(question)))
            return Reply("unasked", faults=(Fault("budget", words),), model=self.model.name, key=question.key)
        asked = [call for call in (first, second) if call]
        spent = total(map(self._spent, asked))
        reply = Reply(
            "valid",
            reading.value,
            reading.faults,
            text=asked[-1].raw.text,
            tokens_in=spent.tokens_in,
            tokens_out=spent.tokens_out,
            seconds=sum(call.raw.seconds for call in asked),
            model=self.model.name,
            key=question.key,
        )
        if not wanted:
            return reply
        if second is None:
            unrepaired = (*reading.faults, Fault("budget", "no repair was asked for: the budget is spent"))
            return replace(reply, verdict="refused", faults=unrepaired, draft=reading.draft)
        again = read_answer(second.raw, question.request.schema)
        if not again.faults:
            return replace(reply, verdict="repaired", value=again.value)
        draft = reading.draft if again.draft is None else again.draft
        return replace(reply, verdict="refused", value=None, faults=again.faults, draft=draft)

    def _keep(self, replies: Sequence[Reply]) -> None:
        for reply in replies:
            self.verdicts[reply.verdict] += 1
            self.reasons.update(fault.kind for fault in reply.faults)
            if reply.verdict != "unasked":
                self.store.keep_verdict(reply.key, reply.verdict, reply.faults)


def _reading(call: StoredCall | None, question: Question) -> Reading | None:
    return read_answer(call.raw, question.request.schema) if call else None
