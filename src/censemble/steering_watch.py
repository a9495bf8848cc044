"""What is watched: read from ATTRIBUTE=LABEL or ATTRIBUTE=LOW..HIGH, or found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from censemble.coding import Coding
from censemble.errors import ConfigError
from censemble.evaluation.counterfactual_codes import (
    CodedPool,
    Key,
    Watched,
    codings_of,
    mover,
    watched_label,
    watched_range,
)
from censemble.pool import Pool
from censemble.schema import Entity, Schema
from censemble.steering_plan import find_attribute, read_pair, read_range

WHAT = "--watch"


def codings_with(schema: Schema, survey: Pool, watch: str) -> dict[Entity, tuple[Coding, ...]]:
    """Codes of all attributes, with edges at the ends of a range that is watched.

    Raises
    ------
    ConfigError
        There is no such attribute, label or range.
    """
    ranges = {key: span for key, span in [_asked(schema, watch)] if span is not None} if watch else {}
    codings = codings_of(schema, survey, ranges=ranges)
    if watch:
        watched_in(codings, watch, schema, ())
    return codings


def watched_in(
    codings: Mapping[Entity, tuple[Coding, ...]], watch: str, schema: Schema, steered: Sequence[CodedPool]
) -> Watched:
    """What is watched; the label that gains most between the first and the last of `steered` where nothing is named.

    Raises
    ------
    ConfigError
        There is no such attribute, label or range.
    """
    if not watch:
        return mover(steered[0], steered[-1])
    key, span = _asked(schema, watch)
    if span is not None:
        return watched_range(codings, key, span)
    label = read_pair(watch, what=WHAT)[1]
    found = watched_label(codings, key, label)
    if found is None:
        labels = schema.find(*key).categories
        raise ConfigError(f"{WHAT}: {key[1]!r} has no label {label!r}; it has {', '.join(labels)}")
    return found


def _asked(schema: Schema, watch: str) -> tuple[Key, tuple[float, float] | None]:
    name, label = read_pair(watch, what=WHAT)
    attribute = find_attribute(schema, name, what=WHAT)
    key: Key = (attribute.entity, name)
    return key, read_range(attribute, label, what=WHAT) if attribute.kind == "numeric" else None
