"""Two runs side by side in one folder, without and with a change, and what compares them: scenarios and steering."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from censemble.inputs import Inputs
from censemble.io.output_folder import remove_file, require_replaceable, require_writable, write_text
from censemble.pipeline import Made, publish_made

WITHOUT, WITH = "without", "with"


@dataclass(frozen=True)
class PairFolder:
    """Where both runs and the comparison go.

    Parameters
    ----------
    path : Path
        Has the runs `without` and `with`.
    page, facts : str
        Names of the page that compares them, and of the figures: a folder with these is complete.
    """

    path: Path
    page: str
    facts: str

    def require(self) -> None:
        """Find out before minutes are spent whether all can be written.

        Raises
        ------
        OutputError
            A folder or a file that cannot be.
        """
        for folder in (self.path, self.path / WITHOUT, self.path / WITH):
            require_writable(folder)
        for name in (self.page, self.facts):
            require_replaceable(self.path / name)

    def publish(
        self, base: tuple[Made, Inputs], changed: tuple[Made, Inputs], *, page: str, facts: Mapping[str, Any]
    ) -> None:
        """Write both runs, each with what it was made from, then the page, and the figures last.

        Raises
        ------
        OutputError
            The disk or a folder said no.
        """
        for name in (self.facts, self.page):
            remove_file(self.path / name)
        for folder, (made, inputs) in ((WITHOUT, base), (WITH, changed)):
            publish_made(made, self.path / folder, inputs=inputs)
        write_text(self.path / self.page, page)
        text = json.dumps(facts, indent=2, ensure_ascii=False, allow_nan=False)
        write_text(self.path / self.facts, text + "\n")
