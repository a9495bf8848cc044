"""The model of a replay file."""

from __future__ import annotations

import pytest
from llm_case import digit_request

from censemble.errors import InputError
from censemble.llm import CallFault, Client, FakeModel, Message, ReplayModel, Settings, Store, replayed_model


def test_it_never_answers() -> None:
    """All answers are in the file; a question beyond them is quoted."""
    with pytest.raises(CallFault, match=r"run\.replay has no answer .*'Who\?'") as caught:
        ReplayModel("m", "run.replay").complete(
            [Message("user", "Who?")], response_format=None, settings=Settings(), random_seed=0
        )
    assert caught.value.kind == "absent"


def test_the_model_is_found_by_its_answers() -> None:
    """The only one by itself; one of several by name; none is an error that says which there are."""
    store = Store.in_memory()
    with pytest.raises(InputError, match="found none"):
        replayed_model(store)
    for name in ("small", "large"):
        Client(FakeModel(['{"n": 1}'], name=name), store=store).ask([digit_request()])
        if name == "small":
            assert replayed_model(store).name == "small"
    assert replayed_model(store, name="large").name == "large"
    with pytest.raises(InputError, match="found those of large, small"):
        replayed_model(store)
    with pytest.raises(InputError, match="answers of huge"):
        replayed_model(store, name="huge")
