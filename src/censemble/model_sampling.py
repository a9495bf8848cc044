"""Records drawn from a trained model, as tables: without zones, without calibration."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq
from numpy.typing import NDArray

from censemble.errors import ConfigError, OutputError
from censemble.generators.semapop.persona_space import Nearness
from censemble.generators.semapop.population_model import SemaPop
from censemble.population import id_column
from censemble.publication import pool_tables

SPAWN_KEY = 70  # of the random stream of samples, apart from every other
FORMATS = (".csv", ".parquet")


@dataclass(frozen=True, eq=False)
class Drawn:
    """Tables of records.

    Parameters
    ----------
    tables : mapping of str to pyarrow.Table
        "persons", and "households" before it where records are households: ids, persona, attributes.
    nearness : Nearness or None
        Of the texts that were asked for.
    notes : tuple of str
        What the user should know.
    """

    tables: dict[str, pa.Table]
    nearness: Nearness | None
    notes: tuple[str, ...]


def draw_tables(
    model: SemaPop,
    n: int,
    *,
    random_seed: int = 0,
    texts: Sequence[str] = (),
    closeness: float | None = None,
) -> Drawn:
    """Draw records of a trained model's population, or people as some texts say.

    Parameters
    ----------
    model : SemaPop
        Trained.
    n : int
        Records, >= 1.
    random_seed : int
        >= 0; the same gives the same records.
    texts : sequence of str
        Personas in words; record i is drawn from text i modulo their number.
    closeness : float, optional
        0..1; the model's own for populations and for texts if left out.

    Raises
    ------
    SchemaError, ConfigError
        As `SemaPop.sample` and `SemaPop.sample_near`.
    """
    rng = np.random.default_rng(np.random.SeedSequence(random_seed, spawn_key=(SPAWN_KEY,)))
    nearness, notes = None, []
    if texts:
        vectors = model.project_texts(texts)
        nearness = model.nearness(vectors)
        if not nearness.is_supported:
            notes.append(scarcity(nearness))
            notes.append(f"take words and language of the survey's personas, such as: {example_near(model, vectors)}")
        pool = model.sample_near(n, rng, texts=texts, closeness=closeness)
    else:
        model.closeness = model.closeness if closeness is None else closeness
        pool = model.sample(n, rng)
    assert model.learnt_ is not None
    return Drawn(_tables(pool_tables(pool, model.learnt_.flat.schema), pool.record_entity), nearness, tuple(notes))


def scarcity(nearness: Nearness) -> str:
    """Say with figures that the survey has few such people."""
    far = float(np.median(nearness.distances))
    return (
        f"the survey has few such people: about {nearness.effective_size:,.1f} records are near, and the texts lie "
        f"{far:.1f} from the nearest persona (99 % of the survey's lie within {nearness.usual:.1f} of another). What "
        "the model draws there is a guess."
    )


def example_near(model: SemaPop, vectors: NDArray[np.float32]) -> str:
    """Text of the survey's persona that is nearest to the first place."""
    places = model.space_.project(model.bank_.embeddings)
    return model.bank_.texts[int(((places - vectors[:1]) ** 2).sum(axis=1).argmin())]


def _tables(described: dict[str, pa.Table], entity: str) -> dict[str, pa.Table]:
    """Tables with the ids that a reader expects; prior weights are all alike and are left out."""
    if entity == "persons":
        return {"persons": _renamed(described["pool"], {id_column("persons"): "person_id"})}
    named = {id_column("households"): "household_id"}
    return {
        "households": _renamed(described["pool"], named),
        "persons": _renamed(described["pool_persons"], named),
    }


def _renamed(table: pa.Table, names: dict[str, str]) -> pa.Table:
    kept = table.drop_columns([name for name in ("prior_weight",) if name in table.column_names])
    return kept.rename_columns([names.get(name, name) for name in kept.column_names])


def paths_of(out: Path, entities: Sequence[str]) -> dict[str, Path]:
    """Where each table goes: the file itself, or two files beside each other.

    Raises
    ------
    ConfigError
        The file ends neither in .csv nor in .parquet.

    Examples
    --------
    >>> [path.name for path in paths_of(Path("people.csv"), ["households", "persons"]).values()]
    ['people-households.csv', 'people-persons.csv']
    """
    if out.suffix.lower() not in FORMATS:
        raise ConfigError(f"{out}: a sample is written as {' or '.join(FORMATS)}; end the name of --out so.")
    if len(entities) == 1:
        return {entities[0]: out}
    return {entity: out.with_name(f"{out.stem}-{entity}{out.suffix}") for entity in entities}


def write_tables(drawn: Drawn, out: Path) -> list[Path]:
    """Write the tables, each under a temporary name first.

    Raises
    ------
    ConfigError
        As `paths_of`.
    OutputError
        A file cannot be written.
    """
    paths = paths_of(out, list(drawn.tables))
    for entity, path in paths.items():
        temporary = path.with_name(f".{path.name}.part")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            write = pacsv.write_csv if path.suffix.lower() == ".csv" else pq.write_table
            write(drawn.tables[entity], temporary)
            temporary.replace(path)
        except OSError as error:
            raise OutputError(f"{path} could not be written: {error.strerror or error}.") from error
    return list(paths.values())
