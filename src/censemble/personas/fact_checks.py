"""Whether a persona's text contradicts its record: facts restated by label, and the text itself.

The checks read English words and are no proof: what they find is refused, what they miss stands. They are ours.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from censemble.llm.json_schema import Fault
from censemble.personas.fact_sheet import Fact, FactSheet
from censemble.personas.phrasing import Wording
from censemble.personas.plain_names import humanised
from censemble.personas.text_words import TENS, Word, is_denied, places_of, stem, stems_of, words_of
from censemble.personas.topics import Topic, is_absent, span_of, topic_of

FEMALE = frozenset({"female", "woman", "women", "f", "girl", "girls", "lady", "she", "her", "hers", "herself"})
MALE = frozenset({"male", "man", "men", "m", "boy", "boys", "gentleman", "he", "him", "his", "himself"})
OFTEN = stems_of("the a an and of in to with is has on at for she he her his they their who lives by works this that")
COMPANY = stems_of("a an her his their two three four other family")
PEOPLE = stems_of("adult adults person people member members")
EMPTY_VERBS = stems_of("is has lives")
LEAST_OFTEN = 0.15  # share of such words in any English text; portraits have about a third
FEWEST_WORDS = 15
DECADES = {f"{word[:-1]}ies": 10 * i for i, word in enumerate(TENS, 2)}
COUNT_REACH = 3  # words between a number and what it counts


def contradictions(
    text: str, restated: Mapping[str, Any], sheet: FactSheet, *, wording: Wording, topics: Mapping[str, Topic]
) -> list[Fault]:
    """Find what is false of the record, in words that a model can act on.

    Parameters
    ----------
    text : str
        The persona.
    restated : mapping
        Attribute name -> label or number, as the answer has it.
    sheet : FactSheet
        The record.
    wording : Wording
        Phrases; the phrase of another label of the same attribute is false.
    topics : mapping
        Attribute -> how texts speak of it, where the name does not tell.

    Returns
    -------
    list of Fault
        Kinds: "language", "cut", "restated", "sex", "age", "count", "absent", "household", "other category".

    Examples
    --------
    >>> from censemble.schema import Attribute
    >>> cars = Fact(Attribute("cars", "persons", "ordinal", ("0", "1", "2")), "1", "has one car")
    >>> text = "She lives in a small town by the river and she has two cars that take her to work."
    >>> [str(f) for f in contradictions(text, {}, FactSheet((cars,)), wording=Wording(), topics={})]
    ['persona: the record says "has one car", not "two cars"']
    """
    read = words_of(text)
    faults = [*_form_faults(text, read), *_restated_faults(restated, sheet)]
    if sheet.n_people == 1:
        faults += [*_sex_faults(read, sheet), *_age_faults(read, sheet)]
    for held in sheet.held().values():
        topic = topic_of(held[0].attribute, topics)
        for check in (_count_faults, _absence_faults, _size_faults):
            faults += check(read, held, topic)
    return _once([*faults, *_category_faults(read, sheet, wording, topics)])


def _form_faults(text: str, read: Sequence[Word]) -> Iterator[Fault]:
    share = sum(word.stem in OFTEN for word in read) / max(len(read), 1)
    if len(read) < FEWEST_WORDS:
        yield _fault("language", f"write a paragraph of 50 to 80 words; these are {len(read)}")
    elif share < LEAST_OFTEN:
        yield _fault("language", "write plain English sentences")
    if not text.rstrip(" \"'”’)").endswith((".", "!", "?")):
        yield _fault("cut", "the text breaks off; write fewer words and end the last sentence")


def _restated_faults(restated: Mapping[str, Any], sheet: FactSheet) -> Iterator[Fault]:
    for fact in sheet.shared:
        said = restated.get(fact.attribute.name, fact.value)
        if said != fact.value:
            words = f'the record says "{fact.phrase}", which is {fact.value!r} and not {said!r}'
            yield Fault("restated", words, ("facts", fact.attribute.name))


def _sex_faults(read: Sequence[Word], sheet: FactSheet) -> Iterator[Fault]:
    """The first word that tells a sex is about the person; later ones may be about others, if they are fewer."""
    fact = next((f for f in sheet.shared if _side(f.attribute.categories)), None)
    if fact is None:
        return
    own = FEMALE if str(fact.value).lower() in FEMALE else MALE if str(fact.value).lower() in MALE else frozenset()
    if not own:
        return
    other = MALE if own is FEMALE else FEMALE
    told = [word.text.lower() for word in read if word.text.lower() in FEMALE | MALE and len(word.text) > 1]
    n_other = sum(word in other for word in told)
    if told and (told[0] in other or n_other * 2 > len(told)):
        word = next(word for word in told if word in other)
        yield _fault("sex", f'the record says "{fact.phrase or fact.value}", not "{word}"')


def _side(categories: Sequence[str]) -> bool:
    labels = {label.lower() for label in categories}
    return bool(labels & FEMALE) and bool(labels & MALE)


def _age_faults(read: Sequence[Word], sheet: FactSheet) -> Iterator[Fault]:
    fact = next((f for f in sheet.shared if f.attribute.name.lower() in ("age", "agep", "years_old")), None)
    span = span_of(fact.value) if fact else None
    if fact is None or span is None:
        return
    for at, word in enumerate(read):
        decade = DECADES.get(word.text.lower())
        if decade is not None and (decade + 9 < span[0] or decade > span[1]):
            yield _fault("age", f'the record says "{fact.phrase}", not "{word.text}"')
        if word.number is not None and _is_age(read, at) and not span[0] <= word.number <= span[1]:
            yield _fault("age", f'the record says "{fact.phrase}", not "{word.text} years"')


def _is_age(read: Sequence[Word], at: int) -> bool:
    after = [word.text.lower() for word in read[at + 1 : at + 3]]
    return after in (["year", "old"], ["years", "old"]) or (at > 0 and read[at - 1].text.lower() == "aged")


def _count_faults(read: Sequence[Word], held: Sequence[Fact], topic: Topic) -> Iterator[Fault]:
    spans = [span for span in (span_of(fact.value) for fact in held) if span]
    nouns = {stem(word) for word in topic.counted if " " not in word}
    for at, word in enumerate(read):
        if word.number is None or not spans or not nouns:
            continue
        thing = _counted(read, at, nouns)
        if thing and not any(low <= word.number <= high for low, high in spans):
            yield _fault("count", f'the record says "{_said(held)}", not "{word.text} {thing}"')


def _counted(read: Sequence[Word], at: int, nouns: set[str]) -> str:
    """The thing that a number counts: the next of `nouns`, unless another number or a new sentence comes first."""
    for word in read[at + 1 : at + 1 + COUNT_REACH]:
        if word.starts or word.number is not None or word.stem in ("and", "with", "in", "year", "years"):
            return ""
        if word.stem in nouns:
            return word.text
    return ""


def _absence_faults(read: Sequence[Word], held: Sequence[Fact], topic: Topic) -> Iterator[Fault]:
    if not all(is_absent(fact.value) for fact in held):
        return
    for claim in topic.claimed:
        for at in places_of([stem(word) for word in claim.split()], read):
            if not is_denied(read, at):
                yield _fault("absent", f'the record says "{_said(held)}"; take out "{claim}"')
                break


def _size_faults(read: Sequence[Word], held: Sequence[Fact], topic: Topic) -> Iterator[Fault]:
    span = span_of(held[0].value) if topic.is_size else None
    if span is None:
        return
    said = _said(held)
    if span[0] > 1 and any(not is_denied(read, at) for at in places_of(["liv", "alon"], read)):
        yield _fault("household", f'the record says "{said}", not alone')
    if span[1] <= 1 and any(read[at + 2].stem in COMPANY for at in places_of(["liv", "with"], read[:-1])):
        yield _fault("household", f'the record says "{said}", not with others')
    for at in places_of(["other"], read):
        others = next((w.number for w in read[max(at - 2, 0) : at] if w.number is not None), None)
        is_people = at + 1 < len(read) and read[at + 1].stem in PEOPLE
        if is_people and others is not None and not span[0] <= others + 1 <= span[1]:
            yield _fault("household", f'the record says "{said}", not with {others:g} others')
    for noun in ("household", "family"):
        for at in places_of([noun, "of"], read[:-1]):
            number = read[at + 2].number
            if number is not None and not span[0] <= number <= span[1]:
                yield _fault("household", f'the record says "{said}", not "{noun} of {read[at + 2].text}"')


def _category_faults(
    read: Sequence[Word], sheet: FactSheet, wording: Wording, topics: Mapping[str, Topic]
) -> Iterator[Fault]:
    """Phrases of labels that the record does not have, outside of the phrases that it has."""
    own = [_said_stems(fact.phrase) for fact in sheet.facts]
    taken = {at + i for phrase in own for at in places_of(phrase, read) for i in range(len(phrase))}
    for name, held in sheet.held().items():
        for phrase, stems in _others(held, wording.words.get(name, {}), topics.get(name, Topic())):
            for at in [] if stems in own else places_of(stems, read):
                if not taken & set(range(at, at + len(stems))) and not is_denied(read, at):
                    yield _fault("other category", f'the record says "{_said(held)}", not "{phrase}"')


def _others(held: Sequence[Fact], phrases: Mapping[str, str], topic: Topic) -> Iterator[tuple[str, list[str]]]:
    """What may stand only with labels that a record does not have, as text and as stems."""
    values = {fact.value for fact in held}
    for label, phrase in phrases.items():
        stems = _said_stems(phrase)
        if label not in values and len(stems) > 1:
            yield phrase, stems
    for label, several in topic.told.items():
        for words in several if label not in values else ():
            yield words, [word.stem for word in words_of(words)]


def _said_stems(phrase: str) -> list[str]:
    """Stems of a phrase without its verb where that says nothing: a life is car-free, too."""
    stems = [word.stem for word in words_of(phrase)]
    return stems[1:] if len(stems) > 2 and stems[0] in EMPTY_VERBS else stems


def _said(held: Sequence[Fact]) -> str:
    said = dict.fromkeys(fact.phrase for fact in held if fact.phrase)
    return "; ".join(said) or f"{humanised(held[0].attribute.name)}: {held[0].value}"


def _fault(kind: str, words: str) -> Fault:
    return Fault(kind, words, ("persona",))


def _once(faults: Sequence[Fault]) -> list[Fault]:
    return list(dict.fromkeys(faults))
