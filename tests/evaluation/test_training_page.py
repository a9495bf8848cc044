"""The report's section on a trained model."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from censemble.evaluation.templating import page_templates
from censemble.evaluation.training_page import even_axis, training_section

FACTS = {
    "model": "gan",
    "conditioning": "text",
    "writer": "template",
    "embedder": "static",
    "choice": "bootstrap",
    "closeness": 1.0,
    "survey": {"records": 1200, "validation": 120, "effective_size": 900.4, "personas": 700},
    "draws": {"drawn": 1000, "incomplete": 250, "overfull": 0},
    "best_step": 300,
    "ending": "all 400 steps were done",
    "curves": [
        {"figure": "validation F1", "points": [[100, -12.5], [200, -11.0]]},
        {"figure": "loss", "points": [[100, 1.0]]},
    ],
    "examples": [{"persona": "persona-1", "text": "x" * 900, "source": "sp-1", "record": ["sex male"]}],
}


@settings(max_examples=60, deadline=None)
@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=9))
def test_axes_hold_their_values(values: list[float]) -> None:
    """All between the first and the last tick, whose steps are even and few."""
    axis = even_axis(values)
    steps = [b - a for a, b in zip(axis.ticks, axis.ticks[1:], strict=False)]
    assert axis.ticks[0] <= min(values) + 1e-6 and axis.ticks[-1] >= max(values) - 1e-6
    assert 1 <= len(steps) <= 8 and max(steps) == pytest.approx(min(steps), rel=1e-3)
    assert all(0 <= axis.along(v) <= 1 for v in values)


def test_negative_figures_are_drawn_with_minus_signs() -> None:
    """A curve of two points; one of a single point is none."""
    section = training_section(FACTS)
    ((drawn, caption),) = section["training_curves"]
    assert drawn.y_title == "Validation F1" and "kept apart" in caption
    assert any("\u2212" in tick.label for tick in drawn.up)


def test_examples_say_whether_personas_are_followed() -> None:
    """At closeness 0 a record is drawn without a look at its persona, and the caption says so."""
    assert "how much it follows" in training_section(FACTS)["persona_followed"]
    for closeness, said in ((0.0, "does not look at the persona"), (None, "how much it follows")):
        assert said in training_section({**FACTS, "closeness": closeness})["persona_followed"]


def test_rows_say_how_it_was_trained_and_drawn() -> None:
    """With the share of refused records; a long persona is clipped."""
    section = training_section(FACTS)
    rows = dict(section["training_rows"])
    assert rows["Refused as incomplete"].startswith("25") and rows["Closeness to the persona"] == "1 of 1"
    assert "written by template, embedded by static" in rows["Given of a record"]
    assert rows["Records of the survey"].startswith("1,200")
    assert len(section["persona_examples"][0]["text"]) <= 600


@pytest.mark.parametrize(
    ("conditioning", "says"), [("none", "nothing"), ("one_hot", "one hot"), ("shuffled", "dealt to the wrong records")]
)
def test_controls_are_said_in_words(conditioning: str, says: str) -> None:
    """What the model was given in place of a persona."""
    rows = dict(training_section(FACTS | {"conditioning": conditioning})["training_rows"])
    assert says in rows["Given of a record"]


def leakage(n: int = 2) -> dict[str, object]:
    """Of some attributes."""
    rows = [
        {"entity": "persons", "attribute": f"a{i}", "guessing": 0.5, "read_back": {"text": 0.91, "template": 0.97}}
        for i in range(n)
    ]
    means = {"guessing": 0.25, "text": 0.8, "template": None}
    return {"records": 500, "attributes": rows, "mean_over_categories": means}


def test_leakage_is_a_row_an_attribute_and_a_column_a_control() -> None:
    """Shares in per cent under the controls' names in words; of more than forty attributes the rest is counted."""
    table = training_section(FACTS | {"leakage": leakage(43)})["leakage"]
    assert table["controls"] == ["persona text", "template text"] and table["records"] == "500"
    assert [share[:2] for share in table["rows"][0][2]] == ["50", "91", "97"]
    assert [share[:2] for share in table["means"]] == ["25", "80", "–"]
    assert (len(table["rows"]), table["hidden"]) == (40, "3")


def test_a_model_of_before_says_that_leakage_was_not_measured() -> None:
    """Its facts have none; a model that nothing conditions has nothing to give away."""
    section = training_section(FACTS | {"curves": [], "examples": []})
    assert section["leakage"] is None and section["leakage_missing"]
    assert not training_section(FACTS | {"conditioning": "none", "leakage": {}})["leakage_missing"]
    page = page_templates().get_template("training.html.j2").render(section, noun="person")
    assert "was not measured when this model was trained" in page and "What the persona vectors" not in page


def test_what_a_language_model_wrote_is_counted() -> None:
    """Asked, right at once and when asked again, taken from the template."""
    writing = {"asked": 40, "valid": 20, "repaired": 5, "refused": 14, "unasked": 1}
    rows = dict(training_section(FACTS | {"writing": writing})["training_rows"])
    assert rows["Personas asked of the language model"] == "40"
    assert rows["Right at once, when asked again"] == "20, 5"
    assert rows["Taken from the template instead"] == "15"
