"""A scenario's changes as records: asked of a language model, drawn from a population, refused where they cannot be.

References
----------
arXiv:2505.14752, scenario control: there a sentence in the prompt shifts the records. Here it changes the tables, by
records that can be looked at, and whatever generator and calibration then meet the changed tables.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from censemble.changes import Change, Changes
from censemble.dataset import Dataset
from censemble.errors import ConfigError, LanguageModelError
from censemble.generators.llmsynthor.scenario_draw import (
    ENOUGH,
    Drawn,
    conversions_of,
    draw_converted,
    draw_fewer,
    draw_more,
)
from censemble.generators.llmsynthor.scenario_form import ScenarioForm, read_changes
from censemble.generators.llmsynthor.scenario_records import changed_tables, members_of
from censemble.generators.llmsynthor.scenario_residents import Residents, ends_of
from censemble.generators.llmsynthor.scenario_words import stated_numbers, stated_ranges
from censemble.geography import Geography
from censemble.llm import Client, clean_text
from censemble.rules import RuleBook, checkable, violating_records
from censemble.schema import Entity, Schema


@dataclass(frozen=True, eq=False)
class Setting:
    """What a scenario happens in.

    Parameters
    ----------
    residents : mapping of Entity to Residents
        A population made without the scenario.
    schema : Schema
    geography : Geography
    rules : RuleBook
        What records that are altered must obey.
    """

    residents: Mapping[Entity, Residents]
    schema: Schema
    geography: Geography
    rules: RuleBook = field(default_factory=RuleBook)

    def form(self) -> ScenarioForm:
        """What a change may name here."""
        attributes = {e: tuple(a for a in r.attributes if a.entity == e) for e, r in self.residents.items()}
        units = dict(zip(self.geography.levels, self.geography.units, strict=True))
        return ScenarioForm(attributes, ends_of(self.residents), {e: len(r) for e, r in self.residents.items()}, units)


def propose_changes(setting: Setting, text: str, *, client: Client, random_seed: int) -> Changes:
    """Ask a language model what a scenario changes, and draw the records.

    Not for effects of effects: the model names what the text says and what follows directly; nobody behaves.

    Parameters
    ----------
    setting : Setting
        The population that it happens to.
    text : str
        A situation in plain words.
    client : Client
        Asked once.
    random_seed : int
        Of the model's draw and of the records.

    Raises
    ------
    ConfigError
        The text says nothing, the answer cannot be used, or every change is refused; with the reasons.
    LanguageModelError
        The model does not answer, or the budget does not allow the question.
    """
    if not clean_text(text):
        raise ConfigError("scenario: the text is empty; say in a sentence what happens")
    form = setting.form()
    (reply,) = client.ask([form.request(text, random_seed=random_seed)])
    if reply.verdict == "unasked":
        raise LanguageModelError(
            f"scenario: the language model was not asked what it changes because {reply.faults[0].words}. Raise the "
            "limits: a call is made only if all that it may take fits (see `censemble preview`).",
            "unusable",
        )
    if reply.value is None:
        why = "; ".join(str(fault) for fault in reply.faults[:3])
        raise ConfigError(f"scenario: the language model's answer cannot be used ({why}); say it in other words")
    asked, refused = read_changes(reply.value, form)
    rng = np.random.default_rng(np.random.SeedSequence(random_seed, spawn_key=(32,)))
    found = draw_changes(setting, text, asked, rng=rng, refused=refused)
    if not found.changes:
        counts = ", ".join(f"{why}: {n}" for why, n in found.refused.items()) or "none was proposed"
        raise ConfigError(f"scenario: no change could be made ({counts}); say it in other words, or try another model")
    return found


def draw_changes(
    setting: Setting,
    text: str,
    asked: Sequence[Change],
    *,
    rng: np.random.Generator,
    refused: Mapping[str, int] | None = None,
) -> Changes:
    """Draw the records of changes, one after the other; nobody is taken away twice.

    Parameters
    ----------
    setting : Setting
        The population that they are drawn from.
    text : str
        What they come from.
    asked : sequence of Change
        As proposed.
    rng : numpy.random.Generator
        The same state draws the same records.
    refused : mapping of str to int, optional
        What was refused before, by reason.
    """
    work = _Work(setting, Counter(refused or {}), rng)
    into = conversions_of(asked)
    source = {second.id: first for first, second in into.items()}
    for change in asked:
        if change.kind == "fewer":
            work.take(change, into.get(change.id))
        elif change.id in source:
            work.convert(change, source[change.id])
        else:
            work.add(change)
    drawn = list(work.drawn.values())
    notes = (*work.notes, *_unused_numbers(text, asked), *_unused_names(setting.form(), text, asked))
    return Changes(
        text,
        tuple(d.change for d in drawn),
        changed_tables(drawn, setting.residents, setting.geography),
        dict(work.refused),
        notes,
    )


class _Work:
    """Changes that are drawn so far, and who is left."""

    def __init__(self, setting: Setting, refused: Counter[str], rng: np.random.Generator) -> None:
        self.setting, self.refused, self.rng = setting, refused, rng
        self.left = {entity: np.ones(len(r), dtype=bool) for entity, r in setting.residents.items()}
        self.drawn: dict[str, Drawn] = {}
        self.notes: list[str] = []

    def take(self, change: Change, into: Change | None) -> None:
        """Take records away, and the persons of households with them."""
        residents = self.setting.residents
        drawn = draw_fewer(
            change,
            residents[change.of],
            left=self.left[change.of],
            geography=self.setting.geography,
            rng=self.rng,
            into=into,
        )
        if not len(drawn.rows):
            self.refused["there is nobody to take away"] += 1
            return
        if len(drawn.rows) < change.records:
            self.notes.append(
                f"scenario: {change.id} asks for {change.records:,} {change.of} fewer; there are "
                f"{len(drawn.rows):,} such, and all are taken."
            )
        self.left[change.of][drawn.rows] = False
        if change.of == "households" and "persons" in residents:
            self.left["persons"] &= ~np.isin(residents["persons"].household, drawn.rows)
        self.drawn[change.id] = drawn

    def convert(self, change: Change, first: str) -> None:
        """Change what another change took away; the pair goes together."""
        if first not in self.drawn:
            self.refused["what it was to come from is not there"] += 1
            return
        taken, of = self.drawn[first], self.setting.residents[change.of]
        made = draw_converted(change, taken, of, geography=self.setting.geography, rng=self.rng)
        good = np.flatnonzero(~self._breaks(made))
        if not len(good):
            self.refused["every record would break a rule"] += 2
            del self.drawn[first]
            return
        if len(good) < len(made.rows):
            self.notes.append(
                f"scenario: of {change.id} {len(made.rows) - len(good):,} are left out: they break a rule."
            )
        self.drawn[first], self.drawn[change.id] = taken.keep(good), made.keep(good)

    def add(self, change: Change) -> None:
        """Add records; those that break a rule because they were altered are replaced by others."""
        of = self.setting.residents[change.of]
        if not len(of):
            self.refused["there is nobody to be like"] += 1
            return
        drawn = draw_more(change, of, geography=self.setting.geography, rng=self.rng)
        bad = self._breaks(drawn) if drawn.altered else np.zeros(len(drawn.rows), dtype=bool)
        if bad.all():
            self.refused["every record would break a rule"] += 1
            return
        if bad.any():
            instead = np.arange(len(bad))
            instead[bad] = self.rng.choice(np.flatnonzero(~bad), int(bad.sum()))
            drawn = drawn.keep(np.sort(instead))
        if drawn.altered:
            named = ", ".join(repr(name) for name in drawn.altered)
            self.notes.append(
                f"scenario: fewer than {ENOUGH} such {change.of} are there without the scenario; {change.id} copies "
                f"others and sets {named}."
            )
        self.drawn[change.id] = drawn

    def _breaks(self, drawn: Drawn) -> Any:
        """Which altered records break a rule that can be asked of them."""
        schema, n = self.setting.schema, len(drawn.rows)
        own = {a.name: drawn.columns[a.name] for a in schema.of(drawn.change.of)}
        homes, of_person = {}, np.zeros(0, np.int64)
        persons = own
        if drawn.change.of == "households":
            people = self.setting.residents.get("persons")
            members, of_person = members_of(people, drawn) if people else (np.zeros(0, np.int64), of_person)
            persons = {a.name: people.columns[a.name][members] for a in schema.of("persons")} if people else {}
            homes = own
        data = Dataset(
            "scenario", schema, homes, persons, np.ones(n if homes else 0), np.ones(len(of_person) or n), of_person
        )
        book, _ = checkable(self.setting.rules, data)
        return violating_records(book, data) if book.rules else np.zeros(n, dtype=bool)


def _unused_numbers(text: str, changes: Sequence[Change]) -> list[str]:
    """Say when the text states numbers and no change has any of them."""
    stated = stated_numbers(text)
    if not stated or stated & {change.records for change in changes}:
        return []
    said = ", ".join(f"{n:,}" for n in sorted(stated))
    return [f"scenario: the text states {said}; no change is of that number of records."]


def _unused_names(form: ScenarioForm, text: str, changes: Sequence[Change]) -> list[str]:
    """Say which categories and areas the text names and no change does."""
    used = {clean_text(str(label)) for change in changes for values in change.where.values() for label in values}
    used |= {clean_text(unit) for change in changes for unit in change.units}
    ranges = {tuple(values) for change in changes for values in change.where.values()}
    left = [f"{name} {label}" for name, labels in form.mentioned(text).items() for label in labels if label not in used]
    ranges |= {tuple(map(int, re.findall(r"\d+", label))) for label in used}  # a category may be a range: "20-24 h"
    left += [f"{low} to {high}" for low, high in stated_ranges(text) if (low, high) not in ranges]
    return [f"scenario: the text names {', '.join(left)}; no change does."] if left else []
