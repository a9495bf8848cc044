"""Personas from a template: a short paragraph that reads, from the facts alone; the same facts, the same text.

Facts are grouped by what they are about into two to five sentences; of a household first it, then each member.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from censemble.personas.number_words import number_text
from censemble.personas.phrasing import Fact, Wording
from censemble.personas.spoken_values import ShownPool, shown_pool
from censemble.pool import Pool
from censemble.schema import Schema

# who of unknown sex is named by a noun, so that phrases in the singular fit
PRONOUNS = {"female": ("She", "her"), "male": ("He", "his"), "": ("The person", "their")}
YOUNG = {"female": "girl", "male": "boy", "": "child"}
GROWN = {"female": "woman", "male": "man", "": "person"}
SENTENCES = (("home",), ("work",), ("moving",), ("other",))  # after the one about who it is


class TemplateWriter:
    """Writes personas without a model; the offline default.

    Reads well where phrases are given, and passably without. Not for texts that should sound like different people:
    a language model writes those.

    Parameters
    ----------
    wording : Wording
        Phrases, patterns, what to leave out.

    Examples
    --------
    >>> import pyarrow as pa
    >>> from censemble.schema import Attribute
    >>> schema = Schema((Attribute("age", "persons", "numeric"), Attribute("cars", "persons", "numeric"),
    ...                  Attribute("sex", "persons", "categorical", ("male", "female"))))
    >>> none = pa.table({})
    >>> pool = Pool({}, {"age": np.array([37.0]), "cars": np.array([2.0]), "sex": np.array([1])}, np.array([0, 1]),
    ...             np.ones(1), pa.array([1]), none, none, "", np.zeros(1, np.int32), "survey", "persons")
    >>> TemplateWriter().write(schema, pool, np.array([0]))
    ['A woman in her late thirties. She has two cars.']
    """

    name = "template"

    def __init__(self, wording: Wording | None = None) -> None:
        self.wording = wording or Wording()

    def write(self, schema: Schema, pool: Pool, records: NDArray[np.int64]) -> list[str]:
        """Write about some records; see `Writer`. Numbers are high or low beside those of the whole pool."""
        shown = shown_pool(schema, pool, self.wording)
        if pool.record_entity == "persons":
            return [person_text(facts_of_person(shown, int(r)), self.wording) for r in records]
        return [
            household_text(facts_of_household(shown, int(r)), facts_of_members(shown, pool, int(r)), self.wording)
            for r in records
        ]


def facts_of_household(shown: ShownPool, record: int) -> list[Fact]:
    """What is said of a household itself."""
    return [s.facts[s.codes[record]] for s in shown.households if s.codes[record] >= 0]


def facts_of_person(shown: ShownPool, person: int) -> list[Fact]:
    """What is said of a person, by its row."""
    return [s.facts[s.codes[person]] for s in shown.persons if s.codes[person] >= 0]


def facts_of_members(shown: ShownPool, pool: Pool, record: int) -> list[list[Fact]]:
    """What is said of each member of a household."""
    return [facts_of_person(shown, row) for row in range(int(pool.offsets[record]), int(pool.offsets[record + 1]))]


def person_text(facts: Sequence[Fact], wording: Wording) -> str:
    """A paragraph about one person (or one flat row of another kind); "A person." where there is no fact.

    Examples
    --------
    >>> facts = [Fact("m", "moving", "cycles to work"), Fact("r", "who", "", "marital status", "single")]
    >>> person_text(facts, Wording())
    'A person; their marital status is single. The person cycles to work.'
    """
    they, their = ("It", "its") if wording.member != "person" else PRONOUNS[_sex_of(facts)]
    about = {topic: [f for f in facts if f.topic in topic] for topic in SENTENCES}
    first = _first(noun_of(facts, wording), [f for f in facts if f.topic == "who"], their)
    return " ".join([first, *(_sentence(they, their, said) for said in about.values() if said)])


def household_text(facts: Sequence[Fact], members: Sequence[Sequence[Fact]], wording: Wording) -> str:
    """A paragraph about a household and its members.

    Examples
    --------
    >>> member = [Fact("age", "age", "", "age", "7-year-old")]
    >>> household_text([Fact("c", "moving", "has two cars")], [member], Wording())
    'A household of one person. It has two cars. There is a 7-year-old child.'
    """
    n = len(members)
    noun = f"{wording.member}{'' if n == 1 else 's'}"
    first = f"A {wording.record} of {number_text(n)} {noun}" if n else f"A {wording.record}"
    about = [[f for f in facts if f.topic in topic] for topic in (("who", "home"), ("work",), ("moving", "other"))]
    return " ".join(
        [f"{first}.", *(_sentence("It", "its", said) for said in about if said), *_members(members, wording)]
    )


def noun_of(facts: Sequence[Fact], wording: Wording) -> str:
    """Who it is as a noun: "a woman in her late thirties", "a 7-year-old boy", "a person".

    Examples
    --------
    >>> noun_of([Fact("age", "age", "", "age", "16-year-old"), Fact("sex", "sex", "", "sex", "male")], Wording())
    'a 16-year-old boy'
    """
    if wording.member != "person":
        return f"a {wording.member}"
    age = next((f.value for f in facts if f.topic == "age"), "")
    sex = _sex_of(facts)
    if age == "baby":
        return {"female": "a baby girl", "male": "a baby boy", "": "a baby"}[sex]
    first = re.match(r"(?:aged )?(\d+)", age)
    nouns = YOUNG if first and int(first[1]) < (18 if age.endswith("-year-old") else 15) else GROWN
    if age.endswith("-year-old"):
        return f"{'an' if re.match(r'(8|11|18)-', age) else 'a'} {age} {nouns[sex]}"
    return f"a {nouns[sex]} {age}".strip().replace("{their}", PRONOUNS[sex][1])


def _sex_of(facts: Iterable[Fact]) -> str:
    return next((f.value for f in facts if f.topic == "sex"), "")


def _members(members: Sequence[Sequence[Fact]], wording: Wording) -> Iterable[str]:
    for facts in members:
        if facts:
            their = "its" if wording.member != "person" else PRONOUNS[_sex_of(facts)][1]
            others = [f for f in facts if f.topic not in ("age", "sex")]
            yield _first(f"there is {noun_of(facts, wording)}", others, their)


def _first(noun: str, facts: Sequence[Fact], their: str) -> str:
    does, pairs = _parts(facts, their)
    who = f" who {_joined(does)}" if does else ""
    text = f"{noun}{who}{f'; {pairs}' if pairs else ''}."
    return text[:1].upper() + text[1:]


def _sentence(they: str, their: str, facts: Sequence[Fact]) -> str:
    does, pairs = _parts(facts, their)
    if not does:
        return f"{pairs[:1].upper()}{pairs[1:]}."
    return f"{they} {_joined(does)}{f'; {pairs}' if pairs else ''}."


def _parts(facts: Sequence[Fact], their: str) -> tuple[list[str], str]:
    """What is done, and the pairs of name and value: "her race is White and her religion Catholic"."""
    does = [f.does.replace("{their}", their) for f in facts if f.does]
    pairs = [
        f"{their} {f.name} {'is ' if not k else ''}{f.value}" for k, f in enumerate(f for f in facts if not f.does)
    ]
    return does, _listed(pairs)


def _listed(texts: Sequence[str]) -> str:
    return texts[0] if len(texts) == 1 else f"{', '.join(texts[:-1])} and {texts[-1]}" if texts else ""


def _joined(does: Sequence[str]) -> str:
    """What is done in one clause: those with the same verb stand together, and it is said once."""
    by_verb: dict[str, list[str]] = {}
    for text in does:
        verb, _, rest = text.partition(" ")
        by_verb.setdefault(verb, []).append(rest)
    return _listed([f"{verb} {_listed(rests)}".strip() for verb, rests in by_verb.items()])
