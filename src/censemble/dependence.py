"""Where the dependence of each pair of attributes in a population comes from."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

from censemble.dataset import Dependence
from censemble.margins import Margin
from censemble.schema import Schema


def dependence_of(
    schema: Schema, margins: Sequence[Margin], *, otherwise: Dependence
) -> list[tuple[str, str, Dependence]]:
    """Class every pair of attributes.

    A pair that a cell of some margin counts together is constrained. Every other pair is learnt where the generator had
    a survey to learn from, proposed where a language model said what goes together, and otherwise independent, but for
    what other tables carry over.

    Parameters
    ----------
    schema : Schema
        An attribute name that both entities have is one attribute here.
    margins : sequence of Margin
        Of households and persons.
    otherwise : {"learnt", "proposed", "independent"}
        Where the dependence of a pair comes from that no cell counts together.

    Returns
    -------
    list of (first, second, class)
        Names in sorted order, pairs in sorted order.

    Examples
    --------
    >>> from censemble.schema import Attribute
    >>> schema = Schema((Attribute("sex", "persons", "ordinal", ("f", "m")), Attribute("age", "persons", "numeric")))
    >>> dependence_of(schema, [], otherwise="learnt")
    [('age', 'sex', 'learnt')]
    """
    names = sorted({a.name for a in schema.attributes})
    together = [c.where.columns for m in margins for c in m.cells if len(c.where.columns) > 1]
    return [
        (first, second, "constrained" if any({first, second} <= columns for columns in together) else otherwise)
        for first, second in combinations(names, 2)
    ]
