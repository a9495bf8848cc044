"""Training in compiled runs of steps, on a model whose steps are known: the mean of a column."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from censemble.errors import InputError, OutputError, SchemaError
from censemble.generators.semapop.backbone import Block, Lesson, Records
from censemble.generators.semapop.training_loop import Learner, LoopSettings, drawer, train

SETTINGS = LoopSettings(steps=40, run=5, patience=100, watch="distance", save_seconds=0.0)


class Stopped(Exception):
    """A kill in the middle of training."""


def records(codes: list[int], weights: list[float] | None = None) -> Records:
    """Records of one block without personas."""
    given = np.ones(len(codes)) if weights is None else np.array(weights)
    return Records(np.array(codes, np.int16)[:, None], given, np.zeros((len(codes), 0), np.float32))


def lesson(*, weights: list[float] | None = None) -> Lesson:
    """Codes 0 and 3."""
    block = Block("cars", "persons", "cars", 0, 4)
    shares = (np.array([0.5, 0.0, 0.0, 0.5]),)
    return Lesson((block,), records([0, 0, 3, 3], weights), records([0, 3]), shares, loosened=False)


def learner(*, breaks_at: float = np.inf, best: float = 1.5, described: str = "") -> Learner:
    """Moves a number towards the mean of a batch; the loss is not finite where it passes `breaks_at`."""

    def step(state: Any, draw: Any, key: Any) -> tuple[Any, dict[str, Any]]:
        codes, _ = draw(key, 8)
        mean = state["mean"] + 0.05 * (codes.mean() - state["mean"])
        return {"mean": mean}, {"loss": jnp.where(mean > breaks_at, jnp.nan, mean)}

    def figures(kept: Any) -> dict[str, float]:
        return {"distance": abs(float(kept["mean"]) - best)}

    return Learner(step, lambda state: state, figures, {"named": described})


def run(
    checkpoint: Path | None = None,
    *,
    stop_after: int = 99,
    random_seed: int = 1,
    settings: LoopSettings = SETTINGS,
    by: Learner | None = None,
    of: Lesson | None = None,
) -> Any:
    """Train from 0; stopped after so many runs."""
    looks: list[float] = []

    def progress(phrase: str, share: float) -> None:
        looks.append(share)
        if len(looks) == stop_after:
            raise Stopped(phrase)

    start = {"mean": jnp.zeros(())}
    return train(
        by or learner(),
        start,
        of or lesson(),
        settings=settings,
        random_seed=random_seed,
        progress=progress,
        checkpoint=checkpoint,
    )


def test_same_random_seed_same_bytes() -> None:
    """Two trainings are equal to the last bit, and another random seed gives another."""
    first, second, other = run(), run(), run(random_seed=2)
    assert first.kept["mean"].tobytes() == second.kept["mean"].tobytes()
    assert first.curves.figures["loss"].tolist() == second.curves.figures["loss"].tolist()
    assert first.kept["mean"].tobytes() != other.kept["mean"].tobytes()


@pytest.mark.parametrize("stop_after", [1, 4])
def test_going_on_after_a_stop_ends_the_same(tmp_path: Path, stop_after: int) -> None:
    """Training that was killed and started again gives the bytes and curves of one that was not."""
    path = tmp_path / "training" / "checkpoint.safetensors"
    with pytest.raises(Stopped):
        run(path, stop_after=stop_after)
    resumed, whole = run(path), run()
    assert resumed.kept["mean"].tobytes() == whole.kept["mean"].tobytes()
    assert resumed.curves.steps.tolist() == whole.curves.steps.tolist() == list(range(5, 45, 5))
    for name, line in whole.curves.figures.items():
        assert resumed.curves.figures[name].tolist() == line.tolist()
    assert (resumed.curves.best_step, resumed.curves.ending) == (whole.curves.best_step, "all 40 steps were done")
    assert [p.name for p in path.parent.iterdir()] == [path.name]


def test_ended_training_is_not_trained_again(tmp_path: Path) -> None:
    """The checkpoint of a training that ended gives its result without a step."""
    path = tmp_path / "checkpoint"
    whole = run(path)
    assert run(path, stop_after=1).kept["mean"].tobytes() == whole.kept["mean"].tobytes()


def test_best_weights_are_kept_and_patience_ends() -> None:
    """The number passes .6 on its way to 1.5: the weights nearest to .6 are kept, and the ending says why."""
    by, patient = learner(best=0.6), LoopSettings(steps=1000, run=2, patience=10, watch="distance")
    trained = run(settings=patient, by=by)
    distances = trained.curves.figures["distance"]
    best = int(distances.argmin())
    assert abs(float(trained.kept["mean"]) - 0.6) == pytest.approx(distances[best])
    assert trained.curves.best_step == trained.curves.steps[best]
    assert trained.curves.steps[-1] == trained.curves.best_step + 10
    assert trained.curves.ending == "no better distance for 10 steps"


def test_diverging_training_keeps_the_best_weights() -> None:
    """Losses that are no longer finite end training, and the weights before are given."""
    trained = run(by=learner(breaks_at=0.8))
    assert 0 < float(trained.kept["mean"]) <= 0.8
    assert "no longer finite" in trained.curves.ending
    assert np.isfinite(trained.curves.figures["loss"]).all()


def test_training_that_never_was_finite_is_refused() -> None:
    """Nothing can be kept where the first losses are not finite."""
    with pytest.raises(SchemaError, match="no finite loss in the first 5 steps"):
        run(by=learner(breaks_at=-1.0))


def test_checkpoint_of_another_training_is_refused(tmp_path: Path) -> None:
    """Other settings, another random seed and other records are each named."""
    path = tmp_path / "checkpoint"
    run(path)
    with pytest.raises(InputError, match=r"'named': 'wider'.*found .*'named': ''"):
        run(path, by=learner(described="wider"))
    with pytest.raises(InputError, match="'random_seed': 2"):
        run(path, random_seed=2)
    with pytest.raises(InputError, match="found other records"):
        run(path, of=lesson(weights=[1.0, 1.0, 1.0, 2.0]))


def test_damaged_checkpoint_is_refused(tmp_path: Path) -> None:
    """A file that is no checkpoint is named, with what to do."""
    path = tmp_path / "checkpoint"
    path.write_bytes(b"nothing")
    with pytest.raises(InputError, match=r"checkpoint: expected censemble semapop training 1.*Delete the file"):
        run(path)


def test_checkpoint_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    """A file where a folder belongs ends with the path and the reason."""
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="could not be written"):
        run(tmp_path / "file" / "checkpoint")


def test_batches_follow_the_weights() -> None:
    """Records are drawn as often as their weights say, those of hardly any weight hardly ever."""
    weights = np.array([5.0, 1.0, 1e-9, 4.0])
    ends = jnp.asarray(np.cumsum(weights) / weights.sum(), jnp.float32)
    codes, _ = drawer(jnp.arange(4)[:, None], jnp.zeros((4, 0)), ends)(jax.random.key(3), 20_000)
    shares = np.bincount(np.asarray(codes)[:, 0], minlength=4) / 20_000
    assert shares == pytest.approx([0.5, 0.1, 0.0, 0.4], abs=0.012)
