"""Every notebook runs from its first cell to its last, offline, and ends with what its text promises."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

REPOSITORY = Path(__file__).resolve().parents[1]
EXAMPLES = REPOSITORY / "examples"
NOTEBOOKS = sorted(EXAMPLES.glob("*.ipynb"))
# runs all code cells in one name space, then evaluates what the test asks for and leaves it as JSON
RUNNER = """
import json, pathlib, sys
book, asked, answers = map(pathlib.Path, sys.argv[1:])
names = {"__name__": "__main__"}
for number, cell in enumerate(json.loads(book.read_text(encoding="utf-8"))["cells"], 1):
    if cell["cell_type"] == "code":
        exec(compile("".join(cell["source"]), f"{book.name}, cell {number}", "exec"), names)
found = {key: eval(text, names) for key, text in json.loads(asked.read_text(encoding="utf-8")).items()}
answers.write_text(json.dumps(found), encoding="utf-8")
"""


def state_after(name: str, asked: dict[str, str], folder: Path) -> dict[str, Any]:
    """Run a notebook in a process and a folder of its own, warnings as errors; values of expressions at its end."""
    (folder / "asked.json").write_text(json.dumps(asked), encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY / "src"), "OMP_NUM_THREADS": "1"}
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", RUNNER, str(EXAMPLES / name), "asked.json", "answers.json"],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    found: dict[str, Any] = json.loads((folder / "answers.json").read_text(encoding="utf-8"))
    return found


def test_the_first_population_meets_its_tables_and_names_its_personas(tmp_path: Path) -> None:
    """Each zone has the households of its table, each household a persona of the model, and words steer the draw."""
    pytest.importorskip("jax")
    asked = {
        "targets": "dict(zip(inputs.geography.zones, inputs.margins[0].targets[:, 0].tolist()))",
        "counts": "households['block_group'].value_counts().to_dict()",
        "strangers": "sorted(set(households['persona']) - set(texts))",
        "alone": "[alone['a population'], alone['described']]",
        "age": "[age['a population'], age['described']]",
        "leaks": "[[leak.majority, leak.accuracy] for leak in leaks]",
    }
    found = state_after("first_personas.ipynb", asked, tmp_path)
    assert found["counts"] == {zone: n for zone, n in found["targets"].items() if n}
    assert not found["strangers"]
    assert found["alone"][1] > found["alone"][0] + 0.2
    assert found["age"][1] < found["age"][0]
    assert all(accuracy >= majority for majority, accuracy in found["leaks"])
    assert (tmp_path / "town" / "personas.parquet").is_file()


def test_the_what_if_study_rises_and_warns_of_what_the_survey_lacks(tmp_path: Path) -> None:
    """Old people become more with strength and in the population; of cyclists, of whom there is one, it warns."""
    pytest.importorskip("jax")
    asked = {
        "shares": "response['shares']",
        "old": "[(p['age'] >= 65).mean() for p in (without, steered)]",
        "persons": "[len(without), len(steered)]",
        "supported": "[support['supported'], facts['support']['supported']]",
    }
    found = state_after("what_if.ipynb", asked, tmp_path)
    assert found["shares"] == sorted(found["shares"])
    assert found["shares"][-1] > found["shares"][0] + 0.05
    assert found["old"][1] > found["old"][0]
    assert found["supported"] == [True, False]
    assert (tmp_path / "ageing" / "counterfactual.html").is_file()


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.name)
def test_notebooks_are_kept_without_outputs(path: Path) -> None:
    """No outputs and no counters: what a notebook shows is what it computes."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    code = [cell for cell in cells if cell["cell_type"] == "code"]
    assert code
    assert all(cell["outputs"] == [] and cell["execution_count"] is None for cell in code)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.name)
def test_notebooks_are_listed(path: Path) -> None:
    """The list of examples is complete."""
    assert f"]({path.name})" in (EXAMPLES / "README.md").read_text(encoding="utf-8")
