"""Equal values have equal JSON and digests."""

from __future__ import annotations

import pytest

from censemble.llm.canonical import canonical, digest_of


def test_the_order_of_keys_does_not_matter() -> None:
    """At any depth; the order of lists does."""
    assert canonical({"b": {"y": 1, "x": 2}, "a": 0}) == canonical({"a": 0, "b": {"x": 2, "y": 1}})
    assert digest_of([1, 2]) != digest_of([2, 1])


def test_digests_are_published_ones() -> None:
    """SHA-256 of the two bytes {}."""
    assert digest_of({}) == "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"


def test_what_is_no_json_is_refused() -> None:
    """NaN has no digest; half a character has one."""
    with pytest.raises(ValueError, match="JSON compliant"):
        canonical(float("nan"))
    assert len(digest_of("\ud800")) == 64
