"""Members of records: persons of a household, trips of a traveller's day, as far as the tables speak of them."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from censemble.errors import ConfigError, SchemaError
from censemble.generators.conditions import Allowed
from censemble.generators.household_sizes import Sizes, is_open
from censemble.generators.tables_model import TablesModel
from censemble.schema import Attribute, Schema

MOST_MEMBERS = 8
LEAST_RATIO = 0.2  # of households of one more person to those of one fewer, where tables leave sizes open
KEYS = {"size": "size", "most_members": "most", "ordered_by": "ordered_by"}  # of a project file
NOUNS = {"record": "household", "member": "person"}
NOUN = re.compile(r"[^\W\d_][^\W\d_ -]*(?:[ -][^\W\d_]+){0,3}")


@dataclass(frozen=True)
class MemberOptions:
    """What a user says of members.

    Parameters
    ----------
    size : str
        Household attribute whose labels begin with the number of members; "" for none.
    most : int
        Members of a record at most, >= 1, where labels are open ("5 or more") or no attribute holds the size.
    ordered_by : str
        Member attribute whose values never decrease along the list; "" for none.
    record, member : str
        Nouns for the prompt.

    Raises
    ------
    ConfigError
        Nouns that are no words: they stand among instructions, where no text of others may. No member at most.

    Examples
    --------
    >>> MemberOptions(record="traveller", member="trip").most
    8
    """

    size: str = ""
    most: int = MOST_MEMBERS
    ordered_by: str = ""
    record: str = NOUNS["record"]
    member: str = NOUNS["member"]

    def __post_init__(self) -> None:
        if self.most < 1:
            raise ConfigError(f"generator.most_members: {self.most}; give 1 or more")
        for noun in (self.record, self.member):
            if not NOUN.fullmatch(noun) or len(noun) > 30:
                raise ConfigError(f"generator.called: {noun!r} is no noun of at most four words and 30 letters")


def member_options(options: Mapping[str, Any]) -> tuple[MemberOptions, dict[str, Any]]:
    """Take what a project file says of members, as keys beside all others, out of a generator's options.

    Parameters
    ----------
    options : mapping
        Of a project's generator: `size`, `most_members`, `ordered_by`, `called`, each where it is given, and others.

    Returns
    -------
    members : MemberOptions
    others : dict
        The options that are left.

    Raises
    ------
    ConfigError
        A noun for what there is not; as `MemberOptions`.

    Examples
    --------
    >>> member_options({"calls": 3, "size": "trips of the day", "called": {"member": "trip"}})
    (MemberOptions(size='trips of the day', most=8, ordered_by='', record='household', member='trip'), {'calls': 3})
    """
    others = dict(options)
    given = {name: others.pop(key) for key, name in KEYS.items() if key in others}
    nouns = others.pop("called", None) or {}
    if strange := nouns.keys() - NOUNS.keys():
        raise ConfigError(f"generator.called: no noun for {', '.join(sorted(strange))}; there are {', '.join(NOUNS)}")
    return MemberOptions(**given, **nouns), others


@dataclass(frozen=True, eq=False)
class MemberTargets:
    """What is known of the members of records.

    Parameters
    ----------
    attributes : tuple of Attribute
        Of members; numeric ones have bins.
    model : TablesModel
        The log-linear model of the tables of members, given `linked`.
    linked : tuple of str
        Record attributes that tables of members name.
    sizes : Sizes
        How many members records have.
    size : Attribute or None
        Record attribute that holds the size.
    most : int
        Members of a record at most.
    ordered_by : str
        As in `MemberOptions`.
    """

    attributes: tuple[Attribute, ...]
    model: TablesModel
    linked: tuple[str, ...]
    sizes: Sizes
    size: Attribute | None
    most: int
    ordered_by: str = ""

    @property
    def total(self) -> float:
        """Members of all records of the region."""
        return self.model.n_all

    @property
    def numbers(self) -> dict[int, int]:
        """Numbers of members that a record can have -> code of the size label (-1 where no attribute holds it)."""
        if self.size is None:
            return dict.fromkeys(range(1, self.most + 1), -1)
        found = {int(n): code for code, n in enumerate(self.sizes.numbers)}
        if is_open(self.size):
            last, code = int(self.sizes.numbers[-1]), self.size.n_codes - 1
            found |= dict.fromkeys(range(last, max(last, self.most) + 1), code)
        return found

    def numbers_in(self, box: Mapping[str, Allowed]) -> tuple[int, ...]:
        """Numbers of members, ascending, that a record in a box can have; at least 1 where the box names no size."""
        if self.size is None or self.size.name not in box:
            return tuple(sorted(n for n in self.numbers if n >= 1))
        codes = box[self.size.name].codes
        return tuple(sorted(n for n, code in self.numbers.items() if code in codes))

    def share_of(self, number: int, among: Collection[int]) -> float:
        """Share of the records with this many members among those of the same label and any of some numbers, 0..1."""
        alike = [n for n in among if self.numbers[n] == self.numbers[number]]
        ratio = max(self.sizes.more / (1 + self.sizes.more), LEAST_RATIO)
        return ratio**number / math.fsum(ratio**n for n in alike)


def check_members(schema: Schema, options: MemberOptions) -> None:
    """Refuse options that name attributes which do not exist or do not fit.

    Raises
    ------
    SchemaError
        Of the first fault found.
    """
    if options.size:
        schema.find("households", options.size)
    if options.ordered_by and schema.find("persons", options.ordered_by).kind == "categorical":
        raise SchemaError(
            f"generator.ordered_by: attribute {options.ordered_by!r} is categorical and has no order; declare it as "
            "ordinal or numeric"
        )
