"""Training a project's model to be used again and again."""

from __future__ import annotations

import itertools
import json
from pathlib import Path

import pytest
import semapop_project
from command_case import command

import censemble
from censemble.errors import ConfigError, InputError
from censemble.generators import SemaPop
from censemble.generators.semapop import training_loop
from censemble.model_training import UNFINISHED, train


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of a project with a model trained by the command."""
    folder = tmp_path_factory.mktemp("trained")
    done = command("train", semapop_project.write(folder), "--out", folder / "model")
    assert done.status == 0, done.err
    assert "training ended: all 60 steps were done" in done.out and "censemble sample" in done.out
    assert "validation F1" in done.out
    return folder


def test_training_leaves_a_model_its_curves_and_nothing_else(trained: Path) -> None:
    """Four files of the model, the curves, no checkpoint; the steps are those asked for."""
    names = {p.name for p in (trained / "model").iterdir()}
    files = {"semapop.json", "weights.safetensors", "values.parquet", "personas.parquet", "curves.csv"}
    assert names == files
    assert (trained / "model" / "curves.csv").read_text().splitlines()[-1].startswith("60,")
    assert SemaPop.load(trained / "model").curves_.steps.tolist() == [30, 60]


def test_a_stopped_training_goes_on_to_the_same_model(
    trained: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stopped after the first of two runs of steps, it ends with the same bytes as one that was not stopped."""
    clock = itertools.count(0, 60)
    monkeypatch.setattr(training_loop.time, "monotonic", lambda: float(next(clock)))
    inputs = censemble.read_project(semapop_project.write(tmp_path))

    def stop(phrase: str, _share: float) -> None:
        if phrase.startswith("training: step 30"):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train(inputs, tmp_path / "model", progress=stop)
    assert list((tmp_path / "model" / UNFINISHED).iterdir())
    told: list[str] = []
    train(inputs, tmp_path / "model", progress=lambda phrase, _share: told.append(phrase))
    assert [phrase for phrase in told if "step 30" in phrase] == []
    for name in ("weights.safetensors", "semapop.json"):
        assert (tmp_path / "model" / name).read_bytes() == (trained / "model" / name).read_bytes()


def test_a_run_with_a_trained_model_can_be_verified(trained: Path) -> None:
    """Nothing is trained; every record names its persona; report and manifest say how the model was made."""
    semapop_project.write(trained, "{kind: semapop, records: 400, trained: model}")
    done = command("run", trained / "censemble.yaml", "--out", trained / "out")
    assert done.status == 0, done.err
    assert "nothing was trained now" in done.out
    assert command("verify", trained / "out").status == 0
    manifest = json.loads((trained / "out" / "manifest.json").read_text())
    assert manifest["generator"]["trained"]["model"] == "vae"
    assert {"trained model"} <= {entry["role"] for entry in manifest["inputs"]}
    facts = json.loads((trained / "out" / "report.json").read_text())
    assert {e["persona"] for e in facts["training"]["examples"]} and facts["training"]["curves"]
    page = (trained / "out" / "report.html").read_text()
    assert "The model and its personas" in page and "A household of" in page
    assert [row["attribute"] for row in facts["training"]["leakage"]["attributes"]] == ["tenure", "size", "sex", "age"]
    assert "What the persona vectors give away" in page and "shuffled texts</th>" in page
    verified = facts | {"training": {**facts["training"], "examples": []}}
    (trained / "out" / "report.json").write_text(json.dumps(verified))
    assert "training" in command("verify", trained / "out").err


def test_a_model_of_another_schema_is_refused_by_its_differences(trained: Path, tmp_path: Path) -> None:
    """An attribute's labels are others, one is new: both are named."""
    path = semapop_project.write(tmp_path, f"{{kind: semapop, records: 50, trained: {trained / 'model'}}}")
    text = path.read_text().replace("{female: f, male: m}", "{woman: f, man: m}").replace("female", "woman")
    path.write_text(text.replace("sex: male", "sex: man"))
    done = command("run", path, "--out", tmp_path / "out")
    assert done.status == 2
    assert "trained for another schema" in done.err
    assert "labels woman, man, found categorical with labels female, male" in done.err


def test_settings_beside_a_trained_model_are_refused(trained: Path, tmp_path: Path) -> None:
    """It has its own; a table of personas needs the choice that draws from it; a folder that is not there is named."""
    path = semapop_project.write(tmp_path, f"{{kind: semapop, trained: {trained / 'model'}, width: 8, bank: a.csv}}")
    done = command("check", path)
    assert done.status == 2 and "nothing beside a trained model" in done.err
    assert "a table of personas and the choice 'bank' together" in done.err
    path = semapop_project.write(tmp_path, "{kind: semapop, trained: gone}")
    done = command("check", path)
    assert done.status == 2 and "trained model" in done.err and "Correct the path" in done.err


def test_what_cannot_be_trained_is_said(trained: Path, tmp_path: Path) -> None:
    """Another generator, a model that is trained already, a folder that holds one."""
    other = censemble.read_project(semapop_project.write(tmp_path, "{kind: bootstrap, records: 5}"))
    with pytest.raises(ConfigError, match=r"'bootstrap' is not trained beforehand.*kind: semapop"):
        train(other, tmp_path / "model")
    again = censemble.read_project(semapop_project.write(tmp_path, f"{{kind: semapop, trained: {trained / 'model'}}}"))
    with pytest.raises(ConfigError, match="names a model that is trained"):
        train(again, tmp_path / "model")
    mine = censemble.read_project(semapop_project.write(tmp_path))
    with pytest.raises(ConfigError, match="holds a trained model"):
        train(mine, trained / "model")


def test_a_checkpoint_of_other_settings_is_refused(trained: Path, tmp_path: Path) -> None:
    """A damaged one too; the message says to delete the file."""
    (tmp_path / "model" / UNFINISHED).mkdir(parents=True)
    (tmp_path / "model" / UNFINISHED / "steps.safetensors").write_bytes(b"nonsense")
    inputs = censemble.read_project(semapop_project.write(tmp_path))
    with pytest.raises(InputError, match="Delete the file to train from the start"):
        train(inputs, tmp_path / "model")
