"""Three attributes that hang together, and personas that say the first one, to test the autoregressive backbone."""

from __future__ import annotations

import numpy as np

from censemble.generators.semapop.backbone import Block, Lesson, Records

BLOCKS = (
    Block("a", "persons", "a", 0, 3),
    Block("b", "persons", "b", 0, 3),
    Block("c", "persons", "c", 0, 2),
)
VECTORS = 1.5 * np.eye(3, dtype=np.float32)  # of the personas that say a


def made(n: int, random_seed: int) -> Records:
    """Records of which b is mostly a, and c is 1 where a and b are both 2, never else."""
    rng = np.random.default_rng(random_seed)
    a = rng.choice(3, n, p=[0.5, 0.3, 0.2])
    b = np.where(rng.random(n) < 0.8, a, rng.integers(0, 3, n))
    c = ((a == 2) & (b == 2)).astype(int)
    return Records(np.stack([a, b, c], axis=1).astype(np.int16), np.ones(n), VECTORS[a])


def lesson(n: int = 900, *, personas: bool = True) -> Lesson:
    """A tenth of so many records are for validation."""
    training, validation = made(n - n // 10, 1), made(n // 10, 2)
    if not personas:
        training, validation = (
            Records(r.codes, r.weights, np.zeros((len(r.codes), 0), np.float32)) for r in (training, validation)
        )
    shares = tuple(np.bincount(training.codes[:, j], minlength=b.n_codes) / n for j, b in enumerate(BLOCKS))
    return Lesson(BLOCKS, training, validation, shares, True)
