"""Verification of a steered run: margins that it was released from are no targets of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from censemble.evaluation.ledger import Ledger
from censemble.inputs import Inputs


def without_released(manifest: Mapping[str, Any], inputs: Inputs, ledger: Ledger) -> Inputs:
    """Give the inputs without the margins that a steered run was released from; as they are for other runs.

    Parameters
    ----------
    manifest : mapping
        Of the run.
    inputs : Inputs
        As they were read.
    ledger : Ledger
        Takes released margins that the inputs do not have.
    """
    steering = manifest.get("steering")
    if not steering:
        return inputs
    ledger.unverified.append("manifest.json: that the words steered the personas in this way")
    released = set(steering.get("released", ()))
    strange = released - {m.name for m in inputs.margins}
    ledger.require(not strange, f"manifest.json: steering: released margins that are not there: {sorted(strange)}")
    return replace(inputs, margins=tuple(m for m in inputs.margins if m.name not in released))
