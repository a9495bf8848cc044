"""Keys of the file of queries."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from censemble.io.queries_model import QueriesFile


def test_every_key_is_described() -> None:
    """Descriptions are the reference of the file."""
    for part in (QueriesFile, *(m for m in QueriesFile.__subclasses__())):
        assert all(field.description for field in part.model_fields.values())


def test_an_empty_file_asks_nothing() -> None:
    """All parts may be left out; unknown ones may not be there."""
    assert QueriesFile().queries == ()
    with pytest.raises(ValidationError):
        QueriesFile.model_validate({"query": []})


def test_features_are_written_from() -> None:
    """The key of a task's features is `from`, a word that Python keeps for itself."""
    content = {"tasks": [{"name": "t", "predict": "a", "from": ["b"]}]}
    assert QueriesFile.model_validate(content).tasks[0].features == ("b",)
