"""One way to write a value as JSON, so that equal questions have equal keys on every machine."""

from __future__ import annotations

import hashlib
import json
from typing import Any


def canonical(value: Any) -> str:
    """Write a value as JSON with sorted keys and no blanks.

    Raises
    ------
    ValueError, TypeError
        NaN, infinities, and what is no value of JSON.

    Examples
    --------
    >>> canonical({"b": [1, 2.0], "a": "ö"})
    '{"a":"ö","b":[1,2.0]}'
    """
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def digest_of(value: Any) -> str:
    """SHA-256 of a value's canonical JSON, 64 hexadecimal digits.

    Examples
    --------
    >>> digest_of({"a": 1, "b": 2}) == digest_of({"b": 2, "a": 1})
    True
    """
    return hashlib.sha256(canonical(value).encode("utf-8", "surrogatepass")).hexdigest()
