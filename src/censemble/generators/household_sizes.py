"""How many persons a household has, as far as tables say."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from censemble.errors import SchemaError
from censemble.schema import Attribute

Float = NDArray[np.float64]
Int = NDArray[np.int64]
MAX_SIZE = 20  # persons, where no attribute holds the size
MAX_MORE = 15  # persons beyond the number of the last label


@dataclass(frozen=True, eq=False)
class Sizes:
    """Numbers of persons.

    Parameters
    ----------
    numbers : ndarray of shape (n_labels,)
        Persons of each label of the size attribute; empty where there is none.
    more : float
        Mean number of persons beyond the last label's number (with numbers), or beyond one (without).
    """

    numbers: Int
    more: float

    @property
    def means(self) -> Float:
        """Mean persons of a household of each label; one number where no attribute holds the size."""
        if not len(self.numbers):
            return np.array([1.0 + self.more])
        return np.asarray(self.numbers + np.append(np.zeros(len(self.numbers) - 1), self.more))

    def draw(self, label: Int, rng: np.random.Generator) -> Int:
        """Draw the persons of households with given labels (any numbers where no attribute holds the size).

        Examples
        --------
        >>> Sizes(np.array([1, 2]), 0.0).draw(np.array([1, 0]), np.random.default_rng(0)).tolist()
        [2, 1]
        """
        beyond = rng.geometric(1 / (1 + self.more), len(label)) - 1
        if not len(self.numbers):
            return np.minimum(1 + beyond, MAX_SIZE)
        last = label == len(self.numbers) - 1
        return self.numbers[label] + np.where(last, np.minimum(beyond, MAX_MORE), 0)


def sizes_of(attribute: Attribute | None, shares: Float, persons_of_household: float) -> Sizes:
    """Learn sizes.

    Parameters
    ----------
    attribute : Attribute or None
        Its labels begin with numbers of persons; the last label means its number and more where it says more than a
        number ("5 or more", "5+").
    shares : ndarray of shape (n_labels,)
        Share of the households with each label.
    persons_of_household : float
        Mean of the tables; NaN where they do not say.

    Raises
    ------
    SchemaError
        A numeric attribute, a label without a number, or no attribute and no mean.

    Examples
    --------
    >>> size = Attribute("size", "households", "ordinal", ("1", "2", "3 or more"))
    >>> sizes_of(size, np.array([0.5, 0.25, 0.25]), 2.0).means.tolist()
    [1.0, 2.0, 4.0]
    """
    if attribute is None:
        if np.isnan(persons_of_household):
            raise SchemaError(
                "maximum_entropy: nothing says how many persons households have. Name the attribute of household size "
                "as generator.size, or give a table that counts all persons."
            )
        return Sizes(np.zeros(0, np.int64), max(persons_of_household - 1.0, 0.0))
    if attribute.kind == "numeric":
        raise SchemaError(
            f"attribute {attribute.name!r} is numeric; a size attribute has labels that begin with numbers of persons. "
            "Declare it as ordinal with the labels 1, 2, ..., 5 or more, or leave out generator.size."
        )
    numbers = np.array([_number(label, attribute.name) for label in attribute.categories], dtype=np.int64)
    missing = persons_of_household - float(numbers @ shares)
    more = missing / shares[-1] if is_open(attribute) and shares[-1] > 0 and missing > 0 else 0.0
    return Sizes(numbers, min(more, MAX_MORE / 3))


def is_open(attribute: Attribute) -> bool:
    """Whether the last label of a size attribute means its number and more.

    Examples
    --------
    >>> is_open(Attribute("size", "households", "ordinal", ("1", "2", "3+")))
    True
    """
    return not re.fullmatch(r"\s*\d+\s*", attribute.categories[-1])


def _number(label: str, name: str) -> int:
    found = re.match(r"\s*(\d+)", label)
    if found is None:
        raise SchemaError(
            f"attribute {name!r}: label {label!r} does not begin with a number of persons. Write its labels as 1, 2, "
            "..., 5 or more, or leave out generator.size."
        )
    return int(found[1])
