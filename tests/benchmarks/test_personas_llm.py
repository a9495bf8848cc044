"""The benchmark of a language model's personas, with a model that copies the record."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from censemble.llm import Client, FakeModel, Store
from censemble.llm.fake import FakeCall


@pytest.fixture
def benchmark(script: Callable[[str], ModuleType]) -> ModuleType:
    """The module."""
    return script("personas_llm")


def _copied(call: FakeCall) -> str:
    """Sentences of the record's phrases, its facts restated; of those who live alone something false at first."""
    block = call.messages[-1].text.split("\n")[1]
    phrases = json.loads(block)
    alone = "lives alone" in phrases and call.random_seed == 0
    who = "She" if "sex: female" in phrases else "He"
    said = (
        f"{who} is {phrases[0].removeprefix('age: ').removesuffix(' years')} years old and this is who it is in town. "
    )
    said += f"{who} " + " and ".join(phrases[2:]) + (" with three children." if alone else ".")
    held = call.response_format["json_schema"]["schema"]["properties"]["facts"]["properties"]  # type: ignore[index]
    facts = {name: next(p for p in (*phrases, *of["enum"]) if p in of["enum"]) for name, of in held.items()}
    return json.dumps({"persona": said[:600].rsplit(" and ", 1)[0] + ".", "facts": facts})


def test_asked_kept_and_repeated(benchmark: ModuleType, shared_data: Path, tmp_path: Path) -> None:
    """What was asked is measured and kept; the replay file gives the same figures without a model."""
    pool = benchmark.travellers(benchmark.nhts.load(shared_data), 12)
    assert pool.n_records == 12
    store = Store.open(tmp_path / "answers.sqlite")
    writer = benchmark.writer_of(Client(FakeModel(_copied), store=store, concurrency=1))
    found = benchmark.figures(writer, pool)
    assert found["valid"] + found["repaired"] + found["refused"] == found["asked"] == 12
    assert found["valid"] > 5
    assert set(found["words per text"]) == {"language model", "template"}
    assert any(line.startswith("12 travellers") for line in benchmark.lines_of(found))
    benchmark.keep_replay(store, tmp_path / "kept.gz")
    store.close()
    arguments = type("Arguments", (), {"ask": False, "replay": tmp_path / "kept.gz"})
    with benchmark.client_of(arguments) as client:
        again = benchmark.figures(benchmark.writer_of(client), pool)
    for one in (found, again):
        one.pop("asking")
    assert json.dumps(again) == json.dumps(found)


def test_travellers_are_always_the_same(benchmark: ModuleType, shared_data: Path) -> None:
    """Fewer travellers are the first of the many."""
    everybody = benchmark.nhts.load(shared_data)
    few, many = benchmark.travellers(everybody, 5), benchmark.travellers(everybody)
    assert many.n_records == 320
    np.testing.assert_array_equal(few.persons["age"], many.persons["age"][:5])


def test_the_replay_file_repeats_the_run(benchmark: ModuleType, shared_data: Path) -> None:
    """The kept answers of a real model stand for all travellers, and give the figures of the results file."""
    if not benchmark.REPLAY.exists():
        pytest.skip("no replay file yet")
    assert len(gzip.decompress(benchmark.REPLAY.read_bytes())) > 0
    arguments = type("Arguments", (), {"ask": False, "replay": benchmark.REPLAY})
    kept = json.loads(benchmark.RESULTS.read_text(encoding="utf-8"))
    pool = benchmark.travellers(benchmark.nhts.load(shared_data))
    with benchmark.client_of(arguments) as client:
        writer = benchmark.writer_of(client)
        writer.write(benchmark.nhts.SCHEMA, pool, np.arange(pool.n_records))
    assert {name: kept[name] for name in writer.report_.as_dict()} == json.loads(json.dumps(writer.report_.as_dict()))
