"""Names of attributes as a reader would say them: humanised, singular, as an answer of yes or no, and their topic.

Rules of thumb for English names. Where they read badly, give phrases (`Wording`).
"""

from __future__ import annotations

import re
from typing import Literal

Topic = Literal["who", "home", "work", "moving", "other"]

SHORT_FORMS = {
    "hh": "household",
    "num": "number of",
    "n": "number of",
    "pct": "percent",
    "hrs": "hours",
    "mins": "minutes",
    "educ": "education",
    "occ": "occupation",
    "veh": "vehicles",
}
VERBS = {
    "has": "have", "is": "be", "owns": "own", "uses": "use", "works": "work", "can": "can", "drives": "drive",
    "lives": "live", "rides": "ride", "walks": "walk", "cycles": "cycle", "goes": "go", "studies": "study",
    "attends": "attend", "takes": "take", "speaks": "speak", "rents": "rent", "receives": "receive",
}  # fmt: skip
OF_PEOPLE = ("er", "or", "ent", "ian", "ist", "eran", "ee")  # worker, student, veteran, employee

# the first topic whose word begins a word of the name
ABOUT: tuple[tuple[Topic, str], ...] = (
    (
        "moving",
        "travel commut car cars vehicle auto trip bike bicycle cycl transit walk mode driv licen bus rail "
        "train distance deliver ride parking mobility purpose destination origin departure arrival",
    ),
    (
        "work",
        "work employ occupation industr job hour income wage earn salar pay labour labor school student stud "
        "capital poverty retire telework enrol pension",
    ),
    (
        "home",
        "tenure home house housing dwelling building structure room rent owner heating fuel urban rural "
        "region area district zone built internet mortgage size household population density address move",
    ),
    (
        "who",
        "age sex gender race ethnic hispanic origin birth born countr citizen language marital married "
        "relation education degree religion disab health veteran nativ migr family child",
    ),
)


def humanised(name: str) -> str:
    """Say a column's name in words.

    Examples
    --------
    >>> humanised("hh_vehicles"), humanised("travelToWork"), humanised("marital-status")
    ('household vehicles', 'travel to work', 'marital status')
    """
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)
    words = re.split(r"[\s_\-./]+", spaced.strip())
    return " ".join(SHORT_FORMS.get(w.lower(), w.lower()) for w in words if w) or name


def topic_of(name: str) -> Topic:
    """What a humanised name is about: who one is, home, work, moving, or anything else.

    Examples
    --------
    >>> topic_of("household vehicles"), topic_of("travel to work"), topic_of("marital status"), topic_of("colour")
    ('moving', 'moving', 'who', 'other')
    """
    words = name.split()
    for topic, stems in ABOUT:
        if any(_begins(word, stem) for word in words for stem in stems.split()):
            return topic
    return "other"


def is_plural(name: str) -> bool:
    """Whether the name counts something: its last word, or the one before "of" or "in", ends in a plural s.

    Examples
    --------
    >>> is_plural("cars"), is_plural("business class"), is_plural("persons in household")
    (True, False, True)
    """
    head = re.split(r" (?:of|in|per|with) ", name)[0]
    return head.endswith("s") and not head.endswith(("ss", "us", "is"))


def singular(name: str) -> str:
    """The name of one of what a plural name counts.

    Examples
    --------
    >>> singular("deliveries"), singular("cars")
    ('delivery', 'car')
    """
    return name[:-3] + "y" if name.endswith("ies") else name.removesuffix("s")


def with_article(words: str) -> str:
    """Put "a" or "an" before words.

    Examples
    --------
    >>> with_article("income"), with_article("hourly wage")
    ('an income', 'a hourly wage')
    """
    return f"an {words}" if words[:1].lower() in "aeio" else f"a {words}"


def answered(name: str, *, yes: bool) -> str:
    """What one does who answers a question by yes or no, in the third person.

    Examples
    --------
    >>> answered("has licence", yes=False), answered("works from home", yes=False), answered("worker", yes=True)
    ('lives without licence', 'does not work from home', 'is a worker')
    >>> answered("internet access", yes=True)
    'has internet access'
    """
    verb, _, rest = name.partition(" ")
    if verb not in VERBS or not rest:
        is_person = name.endswith(OF_PEOPLE)
        kind = f"is {'' if yes else 'not '}{with_article(name)}"
        return kind if is_person else f"has {name}" if yes else f"lives without {name}"
    if yes:
        return name
    if verb in ("has", "owns"):
        return f"lives without {rest}"
    return f"{verb} not {rest}" if verb in ("is", "can") else f"does not {VERBS[verb]} {rest}"


def _begins(word: str, stem: str) -> bool:
    """Short stems must be the whole word or its singular: "car" is not in "carer"."""
    return word in (stem, stem + "s") if len(stem) <= 3 else word.startswith(stem)
