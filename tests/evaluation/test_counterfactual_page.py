"""The page of a steering shows the figures it is given, and escapes what people wrote."""

from __future__ import annotations

from typing import Any

import pytest
from counterfactual_case import facts

from censemble.evaluation.counterfactual_page import label_of, render, words_of

STEERING = {
    "towards": ["<b>cycles</b>"],
    "away": [],
    "set": {},
    "way": "told",
    "strength": 0.5,
    "share": 0.2,
    "released": ["modes"],
    "watch": "bike=yes",
    "closeness": None,
}
EXAMPLE = {
    "persona": "She <i>drives</i>.",
    "before": [{"bike": "no", "car": "yes"}],
    "after": [{"bike": "yes", "car": "yes"}],
}


def page(**more: Any) -> str:
    """With the facts of the small case."""
    return render({"steering": STEERING, "random_seed": 0, **facts(), **more}).replace("\u00a0", " ")


def test_figures_and_words_are_on_it() -> None:
    """The response, the doubt, the words without their marks."""
    shown = page(project="Town")
    assert "&lt;b&gt;cycles&lt;/b&gt;" in shown
    assert "25.0 % → 75.0 %" in shown
    assert "not supported" in shown
    assert "2.0 effective records with bike: yes" in shown
    assert "<script" not in shown
    assert "a fresh sample would have" in shown
    assert "† Rests on fewer than 30 effective records" in shown


def test_how_words_were_read_is_on_it() -> None:
    """The statement of personas, how much alike, said by how many; three statements at most."""
    reading = {"text": "cycles <all>", "statements": ["cycles", "b", "c", "d"], "likeness": 0.75, "personas": 1200}
    shown = page(readings=[reading])
    assert "&lt;all&gt;&#34; is read as: cycles / b / c / ... (cosine 0.75, said by 1,200 personas)" in shown


def test_examples_show_what_differs() -> None:
    """One attribute changed, one is the same."""
    shown = page(examples=[EXAMPLE])
    assert "She &lt;i&gt;drives&lt;/i&gt;." in shown
    assert "1 other attributes are the same" in shown


def test_finished_populations_and_released_margins() -> None:
    """What calibration left of the response."""
    rows = [{"entity": "persons", "attribute": "car", "total_variation": 0.125}]
    shown = page(populations={"without": 0.25, "steered": 0.375, "attributes": rows})
    assert "25.0 % without steering, 37.5 % with strength 50.0 % for 20.0 % of the records" in shown
    assert "Released: <bdi>modes</bdi>." in shown
    assert "12.5 %" in shown


@pytest.mark.parametrize(
    ("label", "told"),
    [("5 to below inf", "n: 5 or more"), ("-inf to below 2", "n: below 2"), ("65 to 120", "n: 65 to 120")],
)
def test_open_bins_in_words(label: str, told: str) -> None:
    """Nobody reads infinities."""
    assert label_of({"attribute": "n", "label": label}) == told


def test_words_of_several_texts() -> None:
    """All of them, with what they are set against."""
    steering = {"towards": ["a", "b"], "away": ["c"], "set": {}}
    assert words_of(steering) == "a / b, rather than: c"
