"""A run that kills itself at a point of one's choice: python killed_run.py STORE LOG WHEN NUMBER.

The fake model writes each call that it is paid for into the log, before it answers. WHEN is "asked" (the call has been
paid, its answer has not come), "answered" (it has come, and is not kept), "kept" or "never".
"""

from __future__ import annotations

import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

from fault_server import digit_of
from llm_case import digit_requests

from censemble.llm import Client, FakeModel, Store
from censemble.llm.fake import FakeCall

WRONG = {3, 5}  # numbers of requests whose first answer needs repair


def main(place: Path, log: Path, when: str, number: int) -> None:
    """Ask eight questions, two of which need repair."""
    calls = {"asked": 0, "answered": 0, "kept": 0}

    def reach(point: str) -> None:
        calls[point] += 1
        if (point, calls[point]) == (when, number):
            os.kill(os.getpid(), signal.SIGKILL)

    def answer(call: FakeCall) -> str:
        with log.open("a") as lines:
            lines.write("paid\n")
        reach("asked")
        messages = [message.as_dict() for message in call.messages]
        text = messages[-1]["content"]
        wrong = any(f"number {i}?" in text for i in WRONG) and "wrong_answer" not in text
        digit = 77 if wrong else digit_of({"messages": messages, "seed": call.random_seed})
        return json.dumps({"n": digit})

    class Watched(Store):
        def keep_call(self, *values: Any, **named: Any) -> Any:
            reach("answered")
            kept = super().keep_call(*values, **named)
            reach("kept")
            return kept

    with Watched.open(place) as store:
        Client(FakeModel(answer), store=store, concurrency=1).ask(digit_requests(8))
        store.export(place.with_suffix(".replay"))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], int(sys.argv[4]))
