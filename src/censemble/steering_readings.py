"""What words mean to a survey: which of its personas say so.

A persona's text is cut into statements ("works from home all week"). Those most like a user's words, by the cosine of
their embeddings, are what the words are read as, and the personas that make them are the people who are like that.
Where no statement is like the words, the reading says so.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from censemble.personas.bank import PersonaBank
from censemble.personas.number_words import SMALL
from censemble.personas.text_words import NEGATIONS

Embed = Callable[[Sequence[str]], NDArray[np.float32]]
ENOUGH = 50.0  # effective records of the personas that say so: statements are added, most alike first, until there are
MOST = 40  # statements that words are read as, at most
LIKE = 0.6  # cosine under which no statement is like the words
ENDS = re.compile(r"(?<=[.!?;])\s+|,\s+(?:and\s+|or\s+)?|\s+and\s+(?!then\b)|\s+who\s+")
SUBJECTS = re.compile(r"^(?:he|she|it|they|the person)\s+", re.IGNORECASE)
ARTICLES = ("a", "an", "the", "his", "her", "its", "their")
PREPOSITIONS = ("from", "in", "at", "by", "to", "on", "for", "with", "of")
CONTINUES = {*ARTICLES, *PREPOSITIONS, *SMALL}  # begin what goes on under the verb before


@dataclass(frozen=True)
class Reading:
    """How a text was understood.

    Parameters
    ----------
    text : str
        The user's.
    statements : tuple of str
        Those of personas that it was read as, most alike first.
    likeness : float
        Cosine of the text and the first of them, -1..1.
    n_personas : int
        That say one of them.
    behind : float
        Effective number of records whose personas say something that is like the text: statements of a cosine of
        0.6 or more. The others were added so that there are enough to move towards.
    """

    text: str
    statements: tuple[str, ...]
    likeness: float
    n_personas: int
    behind: float = np.inf

    @property
    def is_understood(self) -> bool:
        """Whether some persona says something like it."""
        return self.likeness >= LIKE

    def facts(self) -> dict[str, Any]:
        """In JSON types."""
        return {
            "text": self.text,
            "statements": list(self.statements),
            "likeness": round(self.likeness, 3),
            "personas": self.n_personas,
            "records_behind": round(self.behind, 1),
            "is_understood": self.is_understood,
        }


@dataclass(frozen=True, eq=False)
class Statements:
    """Everything that personas say.

    Parameters
    ----------
    texts : tuple of str
        Distinct statements.
    personas : tuple of ndarray of int64
        For each statement the personas that make it.
    embeddings : ndarray of float64, shape (n_statements, n_embedding)
        Of length 1, or 0.
    weights : ndarray of float64, shape (n_personas,)
        Of the personas.
    n_records : ndarray of int64, shape (n_personas,), >= 1
        That each of them stands for.
    """

    texts: tuple[str, ...]
    personas: tuple[NDArray[np.int64], ...]
    embeddings: NDArray[np.float64]
    weights: NDArray[np.float64]
    n_records: NDArray[np.int64]

    @classmethod
    def of(cls, bank: PersonaBank, embed: Embed) -> Statements:
        """Collect what the personas of a bank say; texts are embedded as the bank's were."""
        places: dict[str, list[int]] = {}
        for persona, text in enumerate(bank.texts):
            for statement in dict.fromkeys(statements_of(text)):
                places.setdefault(statement, []).append(persona)
        texts = tuple(sorted(places))
        said_by = tuple(np.array(places[t], dtype=np.int64) for t in texts)
        n_records = np.maximum(np.bincount(bank.of_record, minlength=bank.n_personas), 1)
        return cls(texts, said_by, _units(embed(texts)), bank.weights, n_records)

    def read(self, text: str, embed: Embed, *, against: Sequence[str] = ()) -> tuple[Reading, NDArray[np.bool_]]:
        """Find who says what a text says.

        Parameters
        ----------
        text : str
            A user's words.
        embed : callable
            As the statements were embedded.
        against : sequence of str
            Texts of the opposite. Where no statement is like the words, the one decides that is more like them than
            like these.

        Returns
        -------
        Reading
        ndarray of bool, shape (n_personas,)
            Who says one of its statements.
        """
        likeness = order = self.embeddings @ _units(embed([text]))[0]
        if against and likeness.max(initial=-1.0) < LIKE:
            order = likeness - (self.embeddings @ _units(embed(against)).T).mean(axis=1)
        says = np.zeros(len(self.weights), dtype=bool)
        read: list[int] = []
        for place in np.argsort(-order, kind="stable")[:MOST]:
            says[self.personas[place]] = True
            read.append(int(place))
            if effective(self.weights[says]) >= ENOUGH:
                break
        told = tuple(self.texts[place] for place in read)
        first = float(likeness[read[0]]) if read else -1.0
        return Reading(text, told, first, int(says.sum()), self._behind(np.flatnonzero(likeness >= LIKE))), says

    def _behind(self, statements: NDArray[np.int64]) -> float:
        """Effective number of the records whose personas make one of some statements; their own weights are alike."""
        says = np.zeros(len(self.weights), dtype=bool)
        for place in statements:
            says[self.personas[place]] = True
        squares = float((self.weights[says] ** 2 / self.n_records[says]).sum())
        return float(self.weights[says].sum() ** 2 / squares) if squares else 0.0


def unread(readings: Sequence[Reading]) -> tuple[str, ...]:
    """Say which texts resemble nothing that personas say.

    Examples
    --------
    >>> unread([Reading("flies", ("drives",), 0.3, 9), Reading("cycles", ("cycles",), 1.0, 9)])[0].split("; ")[:2]
    ["no persona says anything like 'flies'", "nearest is 'drives' (cosine 0.30)"]
    """
    return tuple(
        f"no persona says anything like {r.text!r}; nearest is {r.statements[0]!r} (cosine {r.likeness:.2f}); take "
        "words and language of the personas, which censemble personas --preview shows"
        for r in readings
        if r.statements and not r.is_understood
    )


def few_say(readings: Sequence[Reading], *, below: float, least: float = 0.0) -> tuple[str, ...]:
    """Say of which texts that some persona does say like that there are few such people in the survey.

    Parameters
    ----------
    readings : sequence of Reading
        Those that nobody says are left out: `unread` tells them.
    below, least : float
        Effective numbers of records: fewer than `below`, and `least` or more.

    Examples
    --------
    >>> few_say([Reading("sails", ("sails",), 1.0, 9, 4.0), Reading("cycles", ("cycles",), 1.0, 99, 90.0)], below=30)
    ("hardly anybody in the survey says anything like 'sails': 4.0 effective records",)
    """
    many = "few people" if least else "hardly anybody"
    verb = "say" if least else "says"
    return tuple(
        f"{many} in the survey {verb} anything like {r.text!r}: {r.behind:.1f} effective records"
        for r in readings
        if r.is_understood and least <= r.behind < below
    )


def denials(readings: Sequence[Reading]) -> tuple[str, ...]:
    """Say which texts deny something and were read as a statement that does not: embedders hardly hear a "not".

    Examples
    --------
    >>> said = Reading("lives without a car", ("has a car",), 0.8, 9), Reading("has no car", ("is car-free",), 0.7, 9)
    >>> denials(said)
    ("'lives without a car' denies something and was read as 'has a car', which does not; say it without a denial",)
    """
    return tuple(
        f"{r.text!r} denies something and was read as {r.statements[0]!r}, which does not; say it without a denial"
        for r in readings
        if r.is_understood and r.statements and _denies(r.text) and not _denies(r.statements[0])
    )


def _denies(text: str) -> bool:
    return not NEGATIONS.isdisjoint(re.findall(r"[a-z]+", text.lower())) or bool(re.search(r"n['’]t\b", text))


def statements_of(text: str) -> list[str]:
    """Cut a text into what it says, without its subjects; a verb that stands for several is said with each.

    Examples
    --------
    >>> statements_of("A man who has two cars. He works for pay and from home all week, cycles now and then.")
    ['A man', 'has two cars', 'works for pay', 'works from home all week', 'cycles now and then']
    """
    found: list[str] = []
    verb = ""
    for part in ENDS.split(text):
        said = SUBJECTS.sub("", part.strip(" .,;!?"))
        first = said.split(" ", 1)[0]
        if not said:
            continue
        if verb and first in CONTINUES:
            said = f"{verb} {said}"
        elif first not in CONTINUES and first.islower():
            verb = first
        found.append(said)
        if part.rstrip().endswith((".", "!", "?")):
            verb = ""
    return found


def effective(weights: NDArray[np.float64]) -> float:
    """Kish's effective number of weighted records; 0 of none.

    Examples
    --------
    >>> effective(np.array([1.0, 1.0])), effective(np.zeros(0))
    (2.0, 0.0)
    """
    squares = float((weights**2).sum())
    return float(weights.sum() ** 2 / squares) if squares else 0.0


def _units(embeddings: NDArray[np.float32]) -> NDArray[np.float64]:
    """Each line divided by its length."""
    lines = embeddings.astype(np.float64)
    lengths = np.linalg.norm(lines, axis=1, keepdims=True)
    return np.asarray(np.divide(lines, lengths, out=np.zeros_like(lines), where=lengths > 0), dtype=np.float64)
