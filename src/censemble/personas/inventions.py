"""What a persona says that its record does not: counted by kind, and as words of its own.

The kinds are closed lists of English words, so their counts are lower bounds; words of its own are an upper one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from censemble.personas.fact_sheet import FactSheet
from censemble.personas.text_words import Word, stem, words_of

KINDS: dict[str, str] = {
    "family": "husband wife spouse partner boyfriend girlfriend fiance son daughter child children kid kids baby toddler "
    "teenager mother father parent parents mom dad brother sister sibling grandson granddaughter grandchild "
    "grandchildren grandmother grandfather grandparent aunt uncle cousin nephew niece roommate flatmate",
    "occupation": "nurse teacher engineer doctor lawyer manager accountant programmer developer designer artist "
    "writer cashier clerk mechanic electrician plumber carpenter chef cook waiter waitress farmer scientist "
    "researcher professor consultant salesman saleswoman secretary technician librarian entrepreneur executive "
    "student soldier officer analyst pharmacist",
    "attitude": "enjoy love like prefer value dislike hate passionate proud happy content comfortable busy quiet hope "
    "dream worry hobby hobbies dedicated active independent friendly loyal convenient convenience healthy",
    "possession": "dog cat pet garden laptop computer smartphone phone boat truck motorcycle scooter pool television",
}
STOP = frozenset(
    map(
        stem,
        "a an the and or but so of in to with without is are was were be been being has have had do does did on at by "
        "for from as into out up down over about around this that these those it its they them their she he her his "
        "him hers himself herself themselves who whom whose which where when while also still often just only own "
        "very more most some any all each every both one two there here than then such not no nor person man woman "
        "people resident individual adult life live lives year years old age day time home house household family "
        "member members make makes made get gets go goes going take takes keep keeps use uses spend spends mostly "
        "usually typically need needs like can will would well alone together includes include including total".split(),
    )
)
STARTERS = frozenset(
    "a an the she he her his they their this that these those it its at in on as with for from by to of there here "
    "when while after before during despite although though however even if and but or so also both each every most "
    "some all no not being having living working despite overall additionally once twice since until what whether "
    "women men woman man people".split()
)
VERBS = frozenset("is was lives works has drives owns enjoys walks takes and resides spends gets who cycles a".split())


@dataclass(frozen=True)
class Inventions:
    """What one persona invents.

    Parameters
    ----------
    found : tuple of (str, str)
        Kind and word: "name", "number", "family", "occupation", "attitude", "possession".
    own_words : int
        Words that neither the record nor a list of common words has.
    n_words : int
        Of the text.
    """

    found: tuple[tuple[str, str], ...]
    own_words: int
    n_words: int


def inventions(text: str, sheet: FactSheet) -> Inventions:
    """Count what a text says that the record does not.

    Parameters
    ----------
    text : str
        The persona.
    sheet : FactSheet
        The record.

    Examples
    --------
    >>> from censemble.personas.fact_sheet import Fact
    >>> from censemble.schema import Attribute
    >>> age = Fact(Attribute("age", "persons", "numeric"), 39.0, "is 39 years old")
    >>> inventions("John is 39 and has 3 dogs. He lives in Boston.", FactSheet((age,))).found
    (('name', 'John'), ('number', '3'), ('possession', 'dogs'), ('name', 'Boston'))
    """
    read = words_of(text)
    told = [word for fact in sheet.facts for word in words_of(f"{fact.phrase}. {fact.value}. {fact.attribute.name}")]
    stems, numbers = {word.stem for word in told if word.stem}, {w.number for w in told if w.number is not None}
    kinds = {stem(word): kind for kind, listed in KINDS.items() for word in listed.split()}
    found: list[tuple[str, str]] = []
    for at, word in enumerate(read):
        kind = _kind(read, at, kinds)
        if kind == "number" and word.number not in numbers:
            found.append((kind, word.text))
        elif kind and kind != "number" and word.stem not in stems:
            found.append((kind, word.text))
    own = sum(_is_own(word, stems) for word in read)
    return Inventions(tuple(dict.fromkeys(found)), own, len(read))


def _kind(read: Sequence[Word], at: int, kinds: dict[str, str]) -> str:
    word = read[at]
    if word.number is not None:
        return "" if word.text.lower() in ("one", "zero") else "number"
    return "name" if _is_name(read, at) else kinds.get(word.stem, "")


def _is_name(read: Sequence[Word], at: int) -> bool:
    """A capital inside a sentence; at its start, a word that is no usual opening and is followed by a verb."""
    word = read[at]
    if not word.text[0].isupper() or word.text in ("I", "English"):
        return False
    if not word.starts:
        return True
    after = read[at + 1].text.lower() if at + 1 < len(read) else ""
    return word.text.lower() not in STARTERS and after in VERBS


def _is_own(word: Word, stems: set[str]) -> bool:
    return word.number is None and len(word.text) > 3 and word.stem not in STOP and word.stem not in stems
