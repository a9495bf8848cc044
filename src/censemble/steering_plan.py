"""What a user asks of a steering: words or an attribute's label, how strongly, for whom, and what may move with it."""

from __future__ import annotations

import difflib
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from censemble.errors import ConfigError
from censemble.margins import Margin
from censemble.schema import Attribute, Schema

Way = Literal["matched", "found", "told", "bare", "towards", "rewritten"]
WAYS: tuple[Way, ...] = ("matched", "found", "told", "bare", "towards", "rewritten")
STRENGTHS = (0.0, 0.25, 0.5, 0.75, 1.0)
RANGE = ".."


@dataclass(frozen=True)
class Steering:
    """A steering, checked as far as it can be without data.

    Parameters
    ----------
    towards, away : tuple of str
        Texts: what people shall be like, and what they shall be less like. `away` alone is not enough.
    set_to : mapping of str to str
        Instead of texts: attributes of the record and the label (number) that is written into its persona.
    way : {"matched", "found", "told", "bare", "towards", "rewritten"} or None
        How words become a direction (`steering_moves`); None is "rewritten" with `set_to`, else "matched".
    strength : float
        Of the population, 0..1.
    reach : float
        How often the direction is gone at strength 1, above 0: more than once where the words move too little. The
        way "matched" ends at people there are, and goes once.
    share : float
        Of the records that are steered, above 0 to 1; the others stay as they are.
    release : tuple of str
        Margins that the steered population need not meet.
    watch : str
        ATTRIBUTE=LABEL or ATTRIBUTE=LOW..HIGH, whose share is the response; "" for the label that moves most.
    closeness : float or None
        How closely records follow their personas, 0..1; None is 0.9, and 1 of a model that was not loosened.
    strengths : tuple of float
        At which the response is measured, from 0 on.
    n_personas, n_draws, n_random : int
        Personas of the protocol, records drawn for each, random directions to compare with.

    Raises
    ------
    ConfigError
        Settings that cannot be meant; all of them in one message.

    Examples
    --------
    >>> Steering(("cycles everywhere",), ("drives to everything",)).chosen_way
    'matched'
    >>> Steering(("cycles everywhere",), strength=2.0)
    Traceback (most recent call last):
    ...
    censemble.errors.ConfigError: steering: the strength is 2, and lies between 0 and 1 (--strength)
    """

    towards: tuple[str, ...] = ()
    away: tuple[str, ...] = ()
    set_to: Mapping[str, str] = field(default_factory=dict)
    way: Way | None = None
    strength: float = 1.0
    reach: float = 1.0
    share: float = 1.0
    release: tuple[str, ...] = ()
    watch: str = ""
    closeness: float | None = None
    strengths: tuple[float, ...] = STRENGTHS
    n_personas: int = 500
    n_draws: int = 8
    n_random: int = 5

    def __post_init__(self) -> None:
        faults = [*self._faults_of_words(), *self._faults_of_numbers()]
        if faults:
            raise ConfigError(f"steering: {'; '.join(faults)}")

    @property
    def chosen_way(self) -> Way:
        """The way that is taken."""
        return self.way or ("rewritten" if self.set_to else "matched")

    def facts(self) -> dict[str, Any]:
        """The settings in JSON types, for the manifest."""
        return {
            "towards": list(self.towards),
            "away": list(self.away),
            "set": dict(self.set_to),
            "way": self.chosen_way,
            "strength": self.strength,
            "reach": self.reach,
            "share": self.share,
            "released": list(self.release),
            "watch": self.watch,
            "closeness": self.closeness,
        }

    def _faults_of_words(self) -> list[str]:
        faults = []
        if not self.towards and not self.set_to:
            faults.append(
                "nothing says what people shall be like; give a text (--towards), or set an attribute (--set)"
            )
        if self.towards and self.set_to:
            faults.append("give texts or attributes to set, not both")
        for option, texts in (("towards", self.towards), ("away", self.away)):
            if any(not text.strip() for text in texts):
                faults.append(f"a text is empty (--{option}); say in a sentence what people do")
        if self.way is not None and self.way not in WAYS:
            faults.append(f"there is no way {self.way!r}; there are {', '.join(WAYS)}")
        if bool(self.set_to) != (self.chosen_way == "rewritten"):
            faults.append("personas are rewritten where attributes are set, and only there")
        if self.away and self.chosen_way == "towards":
            faults.append("the way 'towards' knows no text to lead away from; take 'told'")
        return faults

    def _faults_of_numbers(self) -> list[str]:
        faults = []
        for name, value in (("strength", self.strength), ("closeness", self.closeness)):
            if value is not None and not 0 <= value <= 1:
                faults.append(f"the {name} is {value:g}, and lies between 0 and 1 (--{name})")
        if not 0 < self.reach < math.inf:
            faults.append(f"the reach is {self.reach:g}, and lies above 0 (--reach)")
        elif self.reach != 1 and self.chosen_way == "matched":
            faults.append("the way 'matched' ends at people there are and has no reach; take 'found' or 'told'")
        if not 0 < self.share <= 1:
            faults.append(f"the share is {self.share:g}, and lies above 0, up to 1 (--share)")
        rising = all(a < b for a, b in zip(self.strengths, self.strengths[1:], strict=False))
        if len(self.strengths) < 2 or self.strengths[0] != 0 or not rising or self.strengths[-1] > 1:
            faults.append("strengths begin with 0, increase, and end at 1 at most")
        if min(self.n_personas, self.n_draws) < 1 or self.n_random < 0:
            faults.append("personas and draws are 1 or more, random directions 0 or more")
        return faults


def find_attribute(schema: Schema, name: str, *, what: str) -> Attribute:
    """Find an attribute by its name alone.

    Raises
    ------
    ConfigError
        There is none, or households and persons both have one.
    """
    found = [a for a in schema.attributes if a.name == name]
    if len(found) == 1:
        return found[0]
    names = [a.name for a in schema.attributes]
    close = difflib.get_close_matches(name, names, n=1)
    hint = f"did you mean {close[0]!r}?" if close else f"there are {', '.join(names)}"
    twice = f"households and persons both have {name!r}; watch another attribute" if found else ""
    raise ConfigError(f"{what}: {twice or f'there is no attribute {name!r}; {hint}'}")


def read_pair(text: str, *, what: str) -> tuple[str, str]:
    """Split ATTRIBUTE=LABEL.

    Raises
    ------
    ConfigError
        It has another form.

    Examples
    --------
    >>> read_pair("mode=bike", what="--watch")
    ('mode', 'bike')
    """
    name, sign, label = (part.strip() for part in text.partition("="))
    if not sign or not name or not label:
        raise ConfigError(f"{what} {text!r}: write ATTRIBUTE=LABEL, such as mode=bike, or age=65..120 for a number")
    return name, label


def read_pairs(texts: Sequence[str], *, what: str) -> dict[str, str]:
    """Read several ATTRIBUTE=LABEL, each attribute once.

    Raises
    ------
    ConfigError
        One has another form, or an attribute stands twice.
    """
    pairs = [read_pair(text, what=what) for text in texts]
    if len({name for name, _ in pairs}) != len(pairs):
        raise ConfigError(f"{what}: an attribute is named twice; a persona has one label of each")
    return dict(pairs)


def read_range(attribute: Attribute, label: str, *, what: str) -> tuple[float, float]:
    """Read LOW..HIGH, or one number, of a numeric attribute.

    Raises
    ------
    ConfigError
        It is neither.

    Examples
    --------
    >>> read_range(Attribute("age", "persons", "numeric"), "65..120", what="--watch")
    (65.0, 120.0)
    """
    low, _, high = label.partition(RANGE)
    try:
        ends = float(low), float(high or low)
    except ValueError:
        ends = (1.0, 0.0)
    if not ends[0] <= ends[1]:
        raise ConfigError(f"{what}: {attribute.name!r} is a number; write LOW..HIGH with LOW <= HIGH, not {label!r}")
    return ends


def released(margins: Sequence[Margin], names: Sequence[str]) -> tuple[Margin, ...]:
    """Leave out the margins that the steered population need not meet.

    Raises
    ------
    ConfigError
        A name that no margin has, or the total, without which no number of records is known.
    """
    known = {m.name: m for m in margins}
    for name in names:
        if name not in known:
            close = difflib.get_close_matches(name, known, n=1)
            hint = f"did you mean {close[0]!r}?" if close else f"there are {', '.join(known)}"
            raise ConfigError(f"release: there is no margin {name!r}; {hint}")
        if known[name].is_total:
            raise ConfigError(f"release: {name!r} says how many records there are and cannot be released")
    return tuple(m for m in margins if m.name not in names)
