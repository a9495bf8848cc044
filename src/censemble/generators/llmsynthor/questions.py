"""How many questions a run may put to a language model, from its options alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any


def most_questions(options: Mapping[str, Any], met: Iterable[str] = ()) -> dict[str, int]:
    """Questions at most, by purpose; repairs of unusable answers come on top.

    Parameters
    ----------
    options : mapping
        Of the generator: `mode`, `calls`.
    met : iterable of str
        Purposes of questions that are known to be put; those of which there are more than the options say, count.

    Examples
    --------
    >>> most_questions({"mode": "faithful", "calls": 10})
    {'dependencies': 1, 'proposals': 10}
    """
    asked = Counter(met)
    known = {"proposals": int(options.get("calls", 20))}
    if options.get("mode") == "faithful":
        known = {"dependencies": 1, **known}
    return {name: max(known.get(name, 0), asked[name]) for name in {**dict.fromkeys(asked), **known}}
