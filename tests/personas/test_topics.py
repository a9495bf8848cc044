"""How texts speak of attributes."""

from __future__ import annotations

import pytest

from censemble.errors import ConfigError
from censemble.personas.topics import Topic, is_absent, read_topics, span_of, topic_of
from censemble.schema import Attribute


def _ordinal(name: str) -> Attribute:
    return Attribute(name, "persons", "ordinal", ("0", "1"))


def test_names_tell_what_is_counted() -> None:
    """Plural names count their noun, sizes the people, children bring family words; categories count nothing."""
    assert topic_of(_ordinal("vehicles"), {}).counted == ("vehicle", "vehicles")
    assert topic_of(_ordinal("household_size"), {}).is_size
    assert "daughter" in topic_of(_ordinal("num_children"), {}).claimed
    assert topic_of(Attribute("glasses", "persons", "categorical", ("yes", "no")), {}) == Topic()


def test_what_is_given_wins() -> None:
    """A topic that is given replaces what the name tells."""
    given = Topic(claimed=("bike",))
    assert topic_of(_ordinal("vehicles"), {"vehicles": given}) is given


@pytest.mark.parametrize(
    ("label", "span"),
    [
        ("3+", (3.0, float("inf"))),
        ("less than 5", (0.0, 5.0)),
        ("$1,000 to $2,500", (1000.0, 2500.0)),
        ("None", (0.0, 0.0)),
        ("owned", None),
    ],
)
def test_spans_of_labels(label: str, span: tuple[float, float] | None) -> None:
    """Ranges, open ends and words for nothing are read; labels without numbers have no span."""
    assert span_of(label) == span


def test_absence() -> None:
    """Only what is certainly none is absent."""
    assert [is_absent(v) for v in ("0", "never", 0.0, "0-2", "owned")] == [True, True, True, False, False]


def test_topics_are_read_and_refused() -> None:
    """A table becomes topics; every entry of another form is named."""
    read = read_topics({"cars": {"counted": ["car"]}, "size": {"is_size": True}, "home": {"told": {"owned": ["own"]}}})
    assert read == {"cars": Topic(("car",)), "size": Topic(is_size=True), "home": Topic(told={"owned": ("own",)})}
    with pytest.raises(ConfigError) as caught:
        read_topics({"a": {"counted": "car"}, "b": 3, "c": {"strange": []}, "d": {"told": [1]}})
    assert [p.where for p in caught.value.problems] == ["a", "b", "c", "d"]
