"""Words about privacy."""

from __future__ import annotations

from censemble.evaluation.comparison.privacy_facts import FACTS, PLAIN_WORDS


def test_the_words_claim_no_guarantee() -> None:
    """What the page says about privacy names what is not shown."""
    assert "no guarantee" in PLAIN_WORDS and "Differential privacy" in PLAIN_WORDS


def test_every_figure_is_explained_once() -> None:
    """Names are unique; each has a title and a sentence."""
    assert len({f.name for f in FACTS}) == len(FACTS)
    assert all(f.title and f.says.endswith(".") for f in FACTS)
