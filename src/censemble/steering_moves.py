"""From words to a direction: where each persona of the survey goes when the population is steered.

At strength s a persona with vector v is at v + s m, and m is, in the projected space of the model's personas:

matched    v of somebody who says so less v: each goes to one as much like it as can be (`steering_matching`), and those
           people are reached as often as they are. At strength s a share s have gone the whole way. The default: the
           population at strength s is 1 - s parts people as they are and s parts people who say so.
found      mean vector of the personas that say so less that of the others, who go there: the same m for all of these,
           none for those who are like that already. `steering_readings` finds them: what differs between people who
           differ in it is what differs between real ones.
told       the mean over personas of e(persona + towards) - e(persona), or - e(persona + away): what adding the words to
           a persona's text does. The same m for everybody.
bare       mean e(towards) - mean e(away), of the texts by themselves. The same m for everybody.
towards    e(towards) - v: at strength 1 all personas are the text, and nothing else of them is left.
rewritten  e(persona written again with the attribute's label) - e(persona): another m for each.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from censemble.errors import ConfigError
from censemble.personas.bank import PersonaBank
from censemble.personas.writer import Writer
from censemble.pool import Pool
from censemble.schema import Attribute, Schema
from censemble.steering_matching import match, turns
from censemble.steering_plan import Steering, find_attribute, read_range
from censemble.steering_readings import ENOUGH, Reading, Statements, effective

Float = NDArray[np.float64]
Embed = Callable[[Sequence[str]], NDArray[np.float32]]
Project = Callable[[NDArray[np.floating[Any]]], NDArray[np.float32]]
STREAM = 62  # of the random numbers of matching: the same for all steerings of a model
TOLD_TO = 300  # personas whose text is told the words; their mean hardly moves with more


@dataclass(frozen=True, eq=False)
class Moves:
    """Where personas go.

    Parameters
    ----------
    vectors : ndarray of float64, shape (n_personas, width)
        The survey's personas, projected.
    moves : ndarray of float64, shape (n_personas, width)
        What is added at strength 1.
    readings : tuple of Reading
        How each text was understood, where personas that say so were looked for.
    turn : ndarray of float64, shape (n_personas,), optional
        Above 0 to 1: the strength from which a persona has gone the whole way. Without it all go at once, a part of
        the way.
    """

    vectors: Float
    moves: Float
    readings: tuple[Reading, ...] = ()
    turn: Float | None = None

    def at(self, persona: NDArray[np.int64], strength: float | Float) -> NDArray[np.float32]:
        """Vectors of some personas at a strength, or at one each.

        Examples
        --------
        >>> Moves(np.zeros((1, 2)), np.ones((1, 2))).at(np.array([0, 0]), np.array([0.0, 0.5])).tolist()
        [[0.0, 0.0], [0.5, 0.5]]
        """
        by = np.broadcast_to(np.asarray(strength, dtype=np.float64), (len(persona),))
        if self.turn is not None:
            by = (by >= self.turn[persona]).astype(np.float64)
        return (self.vectors[persona] + by[:, None] * self.moves[persona]).astype(np.float32)

    def random(self, rng: np.random.Generator) -> Moves:
        """The same personas moved as far and when, all in one random direction: what any move of that length does."""
        direction = rng.standard_normal(self.moves.shape[1])
        lengths = np.linalg.norm(self.moves, axis=1)[:, None]
        return replace(self, moves=lengths * direction / np.linalg.norm(direction))


def moves_of(
    steering: Steering,
    bank: PersonaBank,
    *,
    embed: Embed,
    project: Project,
    rewrite: Callable[[], Sequence[tuple[str, str]]] | None = None,
) -> Moves:
    """Turn words into moves.

    Parameters
    ----------
    steering : Steering
        With the words.
    bank : PersonaBank
        The survey's personas, with texts.
    embed : callable
        Texts to embeddings, as the bank's were made.
    project : callable
        Embeddings to the model's vectors.
    rewrite : callable, optional
        For each persona its text as the template has it, and with the attributes set (`rewritten_texts`).

    Raises
    ------
    ConfigError
        The personas have no texts, or cannot be rewritten.
    """
    vectors = project(bank.embeddings).astype(np.float64)
    if not vectors.shape[1]:
        raise ConfigError("steering: the model was not conditioned on personas; train one with conditioning: text")
    if not any(bank.texts):
        raise ConfigError(f"steering: personas of {bank.writer} have no texts that words could be added to")
    way = steering.chosen_way
    if way == "rewritten":
        if rewrite is None:
            raise ConfigError("steering: attributes can be set where the survey is at hand; give a text instead")
        before, after = zip(*rewrite(), strict=True)
        return Moves(vectors, (project(embed(after)) - project(embed(before))).astype(np.float64))
    if way == "towards":
        return Moves(vectors, project(embed(steering.towards)).mean(axis=0).astype(np.float64) - vectors)
    if way in ("matched", "found"):
        says, readings = _who_says(steering, bank, embed)
        return (_matched if way == "matched" else _found)(bank, vectors, says, readings)
    told = _told if way == "told" else _bare
    return Moves(vectors, np.broadcast_to(told(steering, bank, embed, project), vectors.shape))


def _who_says(steering: Steering, bank: PersonaBank, embed: Embed) -> tuple[NDArray[np.bool_], tuple[Reading, ...]]:
    """Who says so, and not what is led away from as far as there are enough."""
    statements = Statements.of(bank, embed)
    read = {text: statements.read(text, embed, against=steering.away) for text in steering.towards}
    read |= {text: statements.read(text, embed, against=steering.towards) for text in steering.away}
    says = np.logical_or.reduce([read[text][1] for text in steering.towards])
    for text in steering.away:
        reading, other = read[text]
        if reading.is_understood and effective(bank.weights[says & ~other]) >= ENOUGH:
            says &= ~other
    return says, tuple(reading for reading, _ in read.values())


def _matched(bank: PersonaBank, vectors: Float, says: NDArray[np.bool_], readings: tuple[Reading, ...]) -> Moves:
    """Each who does not say so to one who does, one after the other."""
    rng = np.random.default_rng(np.random.SeedSequence(0, spawn_key=(STREAM,)))
    moves = vectors[match(vectors, bank.weights, says, rng)] - vectors
    return Moves(vectors, moves, readings, turns(bank.weights, ~says, rng))


def _found(bank: PersonaBank, vectors: Float, says: NDArray[np.bool_], readings: tuple[Reading, ...]) -> Moves:
    """From those who do not say so to those who do, by the difference of their means."""
    moves = np.zeros_like(vectors)
    if (bank.weights * says).any() and (bank.weights * ~says).any():
        moves[~says] = np.average(vectors, axis=0, weights=bank.weights * says) - np.average(
            vectors, axis=0, weights=bank.weights * ~says
        )
    return Moves(vectors, moves, readings)


def _bare(steering: Steering, bank: PersonaBank, embed: Embed, project: Project) -> Float:
    """The difference of the texts; without any to lead away from, from the mean persona."""
    away = project(embed(steering.away)).mean(axis=0) if steering.away else _mean(project(bank.embeddings), bank)
    return np.asarray(project(embed(steering.towards)).mean(axis=0) - away, dtype=np.float64)


def _told(steering: Steering, bank: PersonaBank, embed: Embed, project: Project) -> Float:
    """What adding the words to personas' texts does, on the mean of personas."""
    chosen = _typical(bank)
    texts = [bank.texts[p] for p in chosen]

    def mean_told(words: Sequence[str]) -> Float:
        told = [f"{text} {sentence(word)}" for word in words for text in texts]
        return np.asarray(project(embed(told)).mean(axis=0), dtype=np.float64)

    away = mean_told(steering.away) if steering.away else project(embed(texts)).mean(axis=0)
    return np.asarray(mean_told(steering.towards) - away, dtype=np.float64)


def _typical(bank: PersonaBank) -> list[int]:
    """Personas spread evenly over their weight, the same ones always; those without a text are left out."""
    weights = np.where([bool(text.strip()) for text in bank.texts], bank.weights, 0.0)
    cumulated = np.cumsum(weights)
    n = min(TOLD_TO, bank.n_personas)
    ticks = (np.arange(n) + 0.5) / n * cumulated[-1]
    return [int(p) for p in np.unique(np.searchsorted(cumulated, ticks, side="right"))]


def _mean(vectors: NDArray[np.float32], bank: PersonaBank) -> Float:
    return np.asarray(bank.weights @ vectors / bank.weights.sum(), dtype=np.float64)


def sentence(words: str) -> str:
    """Words as a sentence of its own.

    Examples
    --------
    >>> sentence("owns no car and cycles everywhere"), sentence("They cycle.")
    ('Owns no car and cycles everywhere.', 'They cycle.')
    """
    told = words.strip()
    told = told[:1].upper() + told[1:]
    return told if told.endswith((".", "!", "?")) else f"{told}."


def rewritten_texts(
    set_to: Mapping[str, str], schema: Schema, survey: Pool, bank: PersonaBank, writer: Writer
) -> list[tuple[str, str]]:
    """Write each persona's record twice: as it is, and with attributes set.

    Parameters
    ----------
    set_to : mapping of str to str
        Attributes of the record and labels; a number for a numeric one.
    schema : Schema
        Of the survey.
    survey : Pool
        Whose records the bank's personas stand for.
    bank : PersonaBank
        The survey's.
    writer : Writer
        One that writes the same of the same record: the template.

    Raises
    ------
    ConfigError
        An attribute or label that does not exist, or that is not the record's own.
    """
    first = np.full(bank.n_personas, -1, dtype=np.int64)
    first[bank.of_record[::-1]] = np.arange(len(bank.of_record))[::-1]
    known = first[first >= 0]
    changed = _changed(set_to, schema, survey)
    before, after = writer.write(schema, survey, known), writer.write(schema, changed, known)
    pairs = dict(zip(np.flatnonzero(first >= 0).tolist(), zip(before, after, strict=True), strict=True))
    return [pairs.get(p, (bank.texts[p], bank.texts[p])) for p in range(bank.n_personas)]


def _changed(set_to: Mapping[str, str], schema: Schema, survey: Pool) -> Pool:
    own = survey.record_entity
    columns = dict(survey.households if own == "households" else survey.persons)
    for name, label in set_to.items():
        attribute = find_attribute(schema, name, what="--set")
        if attribute.entity != own:
            raise ConfigError(
                f"--set: {name!r} is not an attribute of {own}, which the records are; give a text instead"
            )
        columns[name] = np.full_like(columns[name], _value(attribute, label))
    if own == "households":
        return replace(survey, households=columns)
    return replace(survey, persons=columns)


def _value(attribute: Attribute, label: str) -> float | int:
    if attribute.kind == "numeric":
        low, high = read_range(attribute, label, what="--set")
        return (low + high) / 2
    if label not in attribute.categories:
        raise ConfigError(f"--set: {attribute.name!r} has no label {label!r}; it has {', '.join(attribute.categories)}")
    return attribute.categories.index(label)
