"""Hot-deck with perturbation: a donor's record in which some attributes are another donor's.

Records are drawn by weight. In each, `n_changed` attributes chosen at random are replaced together by those of a
donor of the same class: records that agree with it in all other attributes. Where nobody else does, attributes are
dropped from the class, those that depend least on the replaced ones first, until there is a second donor (sequential
hot deck with collapsing classes; Andridge and Little 2010, "A review of hot deck imputation for survey non-response",
International Statistical Review 78(1)). Persons of households stay with their household.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from censemble.generators.conditions import meeting, read_conditions
from censemble.generators.proposals import (
    count_of,
    fitted,
    learnable,
    need_attributes,
    need_sample,
    numbered,
    record_columns,
    take_records,
)
from censemble.generators.protocol import Conditions
from censemble.generators.value_codes import value_codes
from censemble.margins import Margin
from censemble.pool import Pool
from censemble.schema import Schema
