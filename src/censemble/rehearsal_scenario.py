"""The question what a scenario changes, before the population that it happens to is made.

Attributes, categories, areas and the text are those of the run. Totals and ends of numbers are the population's there;
here they are the tables' and the survey's, so that the question is about as long and reads the same.
"""

from __future__ import annotations

import math

import numpy as np

from censemble.changes import require_declared
from censemble.dataset import dataset_of_pool
from censemble.errors import ConfigError
from censemble.generators.llmsynthor.scenario_form import ScenarioForm
from censemble.inputs import Inputs
from censemble.llm import Request, clean_text
from censemble.schema import Entity

SCENARIO = "scenario"  # purpose of the question


def expected_request(inputs: Inputs, text: str) -> Request:
    """Word the question about a scenario from the inputs alone.

    Not what is sent: that is worded from the population without the scenario.

    Parameters
    ----------
    inputs : Inputs
        With any generator.
    text : str
        A situation in plain words.

    Raises
    ------
    ConfigError
        The text is empty or too long.
    SchemaError
        The tables count what no attribute describes.
    """
    if not clean_text(text):
        raise ConfigError("scenario: the text is empty; say in a sentence what happens")
    require_declared(inputs.margins, inputs.schema)
    entities: tuple[Entity, ...] = ("persons",)
    if inputs.record_entity == "households":
        entities = ("households", "persons") if inputs.schema.of("persons") else ("households",)
    units = dict(zip(inputs.geography.levels, inputs.geography.units, strict=True))
    attributes = {entity: inputs.schema.of(entity) for entity in entities}
    form = ScenarioForm(attributes, _ends(inputs), {e: _total(inputs, e) for e in entities}, units)
    return form.request(text, random_seed=inputs.settings.random_seed)


def _total(inputs: Inputs, entity: Entity) -> int:
    """The table of totals, else the largest table; of persons that no table counts as many as of households."""
    counted = [m for m in inputs.margins if m.entity == entity]
    sums = [float(np.nansum(m.targets)) for m in [m for m in counted if m.is_total] or counted]
    if not sums and entity == "persons":
        return _total(inputs, "households")
    return round(max(sums, default=1.0))


def _ends(inputs: Inputs) -> dict[tuple[Entity, str], tuple[int, int]]:
    """Lowest and highest whole number of each numeric attribute: in the survey, else of its bins."""
    found: dict[tuple[Entity, str], tuple[int, int]] = {}
    sample = inputs.seed_sample
    data = None if sample is None else dataset_of_pool(sample, inputs.schema, name="seed sample")
    for a in inputs.schema.attributes:
        if a.kind != "numeric":
            continue
        columns = {} if data is None else data.households if a.entity == "households" else data.persons
        known = columns[a.name][~np.isnan(columns[a.name])] if a.name in columns else np.zeros(0)
        if len(known):
            found[a.entity, a.name] = math.floor(known.min()), math.floor(known.max())
        elif a.bins:
            found[a.entity, a.name] = math.floor(a.bins[0]), math.ceil(a.bins[-1]) - 1
    return found
