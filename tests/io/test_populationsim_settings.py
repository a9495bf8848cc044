"""Tests of reading settings.yaml of a PopulationSim folder."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path

import pytest

from censemble.errors import ConfigError
from censemble.io.populationsim_settings import read_settings, summary_names

Tiny = Callable[..., Path]


def test_small_settings(tiny_folder: Tiny) -> None:
    """Levels, keys, tables with renames and drops, and the output asked for."""
    settings = read_settings(tiny_folder())
    assert (settings.levels, settings.seed_level) == (("REGION", "PUMA", "TAZ"), "PUMA")
    assert (settings.weight, settings.household_id, settings.total) == ("WGTP", "hh_id", "num_hh")
    assert settings.tables["persons"].columns(["HHNUM", "SEX", "JUNK"]) == {"hh_id": "HHNUM", "SEX": "SEX"}
    assert settings.output.summary_tables == ("summary_TAZ", "summary_TAZ_PUMA")
    assert settings.output.expanded_ids
    assert settings.notes == ()


def test_settings_may_lie_in_the_folder_itself(tiny_folder: Tiny) -> None:
    """A flat folder is read too."""
    folder = tiny_folder()
    for path in (folder / "configs").iterdir():
        path.rename(folder / path.name)
    (folder / "configs").rmdir()
    assert read_settings(folder).controls == folder / "controls.csv"


def test_compressed_tables_stand_in_for_plain_ones(tiny_folder: Tiny) -> None:
    """households.csv.gz is used where households.csv is named and absent."""
    folder = tiny_folder()
    plain = folder / "data" / "households.csv"
    (folder / "data" / "households.csv.gz").write_bytes(gzip.compress(plain.read_bytes()))
    assert read_settings(folder).tables["households"].path.suffix == ".csv"
    plain.unlink()
    assert read_settings(folder).tables["households"].path.suffix == ".gz"


@pytest.mark.parametrize(
    ("change", "part"),
    [
        (("seed_geography: PUMA", "seed_geography: COUNTY"), "expected one of REGION, PUMA, TAZ, found 'COUNTY'"),
        (("household_weight_col: WGTP", "household_weight: WGTP"), "the nearest is 'household_weight'"),
        (("geographies: [REGION, PUMA, TAZ]", "geographies: PUMA"), "expected a list"),
        (("max_expansion_factor: 10", "max_expansion_factor: many"), "expected a number > 0, found 'many'"),
        (("tablename: households", "tablename: homes"), "a table named 'households'"),
        (("columns: [NP, INC]", "columns: NP"), "output_synthetic_population.households.columns: expected a list"),
        (("rename_columns: {PUMACE: PUMA}", "rename_columns: [PUMACE]"), "rename_columns: expected key: value"),
        (("max_expansion_factor: 10", "rng_base_seed: x"), "rng_base_seed: expected a whole number"),
        (("filename: taz.csv", "file: taz.csv"), "tablename and filename in every entry"),
    ],
)
def test_settings_that_cannot_be_used_are_named(tiny_folder: Tiny, change: tuple[str, str], part: str) -> None:
    """Each faulty setting is a problem of the settings file."""
    with pytest.raises(ConfigError) as caught:
        read_settings(tiny_folder(settings=change))
    assert part in str(caught.value)
    assert caught.value.exit_status == 2


def test_no_settings_and_no_yaml(tiny_folder: Tiny, tmp_path: Path) -> None:
    """A folder of something else, and a file that is not YAML, say so."""
    with pytest.raises(ConfigError, match="no PopulationSim folder"):
        read_settings(tmp_path)
    folder = tiny_folder()
    for text, match in [("a: [", "not a YAML file"), ("- a", "expected settings")]:
        (folder / "configs" / "settings.yaml").write_text(text)
        with pytest.raises(ConfigError, match=match):
            read_settings(folder)


@pytest.mark.parametrize(
    ("tables", "expected"),
    [
        ("{action: skip, tables: [summary_TAZ_REGION]}", ("summary_TAZ", "summary_TAZ_PUMA")),
        ("{action: include}", ("summary_TAZ", "summary_TAZ_PUMA", "summary_TAZ_REGION")),
        ("{action: include, tables: [summary_TAZ, hh_weights], prefix: x_}", ("summary_TAZ",)),
    ],
)
def test_output_tables(tiny_folder: Tiny, tables: str, expected: tuple[str, ...]) -> None:
    """Include, skip and everything; what is not written is a note."""
    folder = tiny_folder()
    path = folder / "configs" / "settings.yaml"
    text = path.read_text()
    start, end = text.index("output_tables:"), text.index("output_synthetic_population:")
    path.write_text(text[:start] + f"output_tables: {tables}\n" + text[end:])
    settings = read_settings(folder)
    assert settings.output.summary_tables == expected
    assert any("hh_weights" in n for n in settings.notes) == ("hh_weights" in tables)
    assert any("prefix" in n for n in settings.notes) == ("prefix" in tables)


def test_summaries_of_a_seed_level_that_is_not_a_level() -> None:
    """A wrong seed level has no summaries (and is refused elsewhere)."""
    assert summary_names(["PUMA", "TAZ"], "COUNTY") == ()
