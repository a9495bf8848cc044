"""What a language model's personas came to: valid at once, asked again, taken from the template, what they invent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from censemble.llm.json_schema import Fault
from censemble.personas.inventions import Inventions

Outcome = Literal["valid", "repaired", "refused", "unasked"]


@dataclass(frozen=True)
class Written:
    """One persona as it was taken.

    Parameters
    ----------
    text : str
        The model's, or the template's.
    outcome : {"valid", "repaired", "refused", "unasked"}
        Right at once; right when asked again; never right, or not asked because the budget was spent or nothing is
        known of the record, so that the text is the template's.
    faults : tuple of Fault
        Of every answer that was not taken, in the order given.
    inventions : Inventions or None
        Of a model's text.
    n_answers : int
        How often the model was asked.
    key : str
        Of the last question, in the file of answers.
    """

    text: str
    outcome: Outcome
    faults: tuple[Fault, ...] = ()
    inventions: Inventions | None = None
    n_answers: int = 0
    key: str = ""


@dataclass(frozen=True)
class WritingReport:
    """All personas of one call, counted.

    Parameters
    ----------
    asked, valid, repaired, refused, unasked : int
        Distinct records by outcome; `asked` are all but the unasked.
    faults : Counter
        Answers that were not taken by kind of fault; an answer counts once for each kind that it has.
    inventions : Counter
        Invented words of the model's texts that were taken, by kind.
    with_inventions : int
        Texts that have at least one.
    words, own_words : int
        Of the model's texts that were taken; those that neither the record nor common English has.
    """

    asked: int
    valid: int
    repaired: int
    refused: int
    unasked: int
    faults: Counter[str]
    inventions: Counter[str]
    with_inventions: int
    words: int
    own_words: int

    @property
    def taken(self) -> int:
        """Texts of the model that stand."""
        return self.valid + self.repaired

    def as_dict(self) -> dict[str, Any]:
        """The same as values of JSON, for a manifest.

        Examples
        --------
        >>> report_of([Written("She drives.", "refused", (Fault("sex", "a man"),), None, 3)]).as_dict()["faults"]
        {'sex': 1}
        """
        counts = {name: getattr(self, name) for name in ("asked", "valid", "repaired", "refused", "unasked")}
        rest = {"with_inventions": self.with_inventions, "words": self.words, "own_words": self.own_words}
        kinds = {"faults": dict(sorted(self.faults.items())), "inventions": dict(sorted(self.inventions.items()))}
        return {**counts, **kinds, **rest}


def report_of(written: Sequence[Written]) -> WritingReport:
    """Count personas.

    Examples
    --------
    >>> found = Inventions((("name", "John"),), 2, 30)
    >>> report = report_of([Written("John ...", "valid", (), found, 1), Written("A man.", "unasked")])
    >>> report.asked, report.taken, report.inventions["name"], report.words
    (1, 1, 1, 30)
    """
    outcomes = Counter(one.outcome for one in written)
    invented = [one.inventions for one in written if one.inventions is not None]
    return WritingReport(
        asked=len(written) - outcomes["unasked"],
        valid=outcomes["valid"],
        repaired=outcomes["repaired"],
        refused=outcomes["refused"],
        unasked=outcomes["unasked"],
        faults=Counter(fault.kind for one in written for fault in one.faults),
        inventions=Counter(kind for one in invented for kind, _ in one.found),
        with_inventions=sum(bool(one.found) for one in invented),
        words=sum(one.n_words for one in invented),
        own_words=sum(one.own_words for one in invented),
    )
