"""What SemaPop-GAN and -VAE share: a network from noise and persona to softmax blocks; it draws and is restored."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from inspect import signature
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from censemble.errors import ConfigError, Problem, SchemaError
from censemble.generators.semapop.backbone import Codes, Lesson, Vectors
from censemble.generators.semapop.film import Modulation, Precision, run_network
from censemble.generators.semapop.softmax_blocks import capped, draw_codes, shares_of

PART = 4096
Tree = Any
Settings = TypeVar("Settings")


@dataclass(frozen=True, eq=False)
class BlockModel:
    """A learnt network from noise and persona to softmax blocks.

    Parameters
    ----------
    network : tree of arrays
        See `film`.
    starts : ndarray of int64
        Of the blocks in a flat row.
    noise : int
        Numbers of noise for a record.
    modulation : {"film", "concatenate", "none"}
        How the network sees personas.
    precision : {"float32", "bfloat16"}
        Of products of matrices.
    """

    network: Tree
    starts: NDArray[np.int64]
    noise: int
    modulation: Modulation
    precision: Precision

    def draw(self, vectors: Vectors, rng: np.random.Generator, *, part: int = PART) -> Codes:
        """Draw one record for each row of noisy persona vectors, some rows at a time.

        Parameters
        ----------
        vectors : ndarray of float32, shape (n, width + 1)
            Persona vectors with closeness.
        rng : numpy.random.Generator
            Gives two streams, of noise and of uniform numbers, each read row by row: the number of rows at a time
            changes nothing.
        part : int
            Rows at a time; the last rows are filled up to it, so that one compiled function serves all.

        Returns
        -------
        ndarray of int16, shape (n, n_blocks)
        """
        import jax

        shares = _compiled_shares(self.modulation, self.precision, tuple(self.starts.tolist()))
        network = jax.tree.map(jax.numpy.asarray, self.network)
        of_noise, of_codes = (np.random.default_rng(s) for s in rng.integers(2**63, size=2))
        codes = np.empty((len(vectors), len(self.starts) - 1), np.int16)
        for first in range(0, len(vectors), part):
            rows = slice(first, min(first + part, len(vectors)))
            n = rows.stop - first
            noise, given = np.zeros((part, self.noise), np.float32), np.zeros((part, vectors.shape[1]), np.float32)
            noise[:n], given[:n] = of_noise.standard_normal((n, self.noise), np.float32), vectors[rows]
            made = np.asarray(shares(network, noise, given))
            draw_codes(made[:n], of_codes.random((n, codes.shape[1]), np.float32), self.starts, codes[rows])
        return codes

    def arrays(self) -> dict[str, NDArray[Any]]:
        """The network's arrays by their path."""
        return flat_arrays(self.network)

    def restored(self, arrays: Mapping[str, NDArray[Any]], n_condition: int) -> BlockModel:
        """The same with the network that `arrays` gave.

        Raises
        ------
        SchemaError
            It gives another number of codes, or sees vectors of another width.
        """
        network = grown_tree(arrays)
        n_cells, found = int(self.starts[-1]), len(network["last"]["b"])
        if found != n_cells:
            raise SchemaError(f"the saved model gives {found} codes, the records have {n_cells}; train it again")
        n_in = len(network["layers"][0]["linear"]["w"]) - self.noise
        seen = len(network["layers"][0]["gamma"]["w"]) if self.modulation == "film" else n_in
        if self.modulation != "none" and seen != n_condition:
            raise SchemaError(
                f"the saved model sees persona vectors of {seen - 1} numbers, here they have {n_condition - 1}; "
                "train it again"
            )
        return replace(self, network=network)


def block_logits(network: Tree, noise: Any, condition: Any, modulation: Modulation, precision: Precision) -> Any:
    """Capped logits of all cells, shape (n, n_cells)."""
    return capped(run_network(network, noise, condition, modulation=modulation, precision=precision))


@cache
def _compiled_shares(modulation: Modulation, precision: Precision, starts: tuple[int, ...]) -> Callable[..., Any]:
    import jax

    def shares(network: Tree, noise: Any, condition: Any) -> Any:
        return shares_of(block_logits(network, noise, condition, modulation, precision), np.array(starts))

    return jax.jit(shares)  # type: ignore[no-any-return]


def flat_arrays(tree: Tree, name: str = "") -> dict[str, NDArray[Any]]:
    """Arrays of nested dicts and lists, by their path.

    Examples
    --------
    >>> list(flat_arrays({"last": {"w": np.zeros(1)}, "layers": [{"b": np.ones(1)}]}))
    ['last/w', 'layers/0/b']
    """
    if not isinstance(tree, dict | list):
        return {name: np.asarray(tree)}
    inner = tree.items() if isinstance(tree, dict) else enumerate(tree)
    flat: dict[str, NDArray[Any]] = {}
    for key, value in inner:
        flat |= flat_arrays(value, f"{name}/{key}" if name else str(key))
    return flat


def grown_tree(arrays: Mapping[str, NDArray[Any]]) -> Tree:
    """The nested dicts and lists that `flat_arrays` was given.

    Examples
    --------
    >>> grown_tree({"last/w": np.zeros(1), "layers/0/b": np.ones(1)})
    {'last': {'w': array([0.])}, 'layers': [{'b': array([1.])}]}
    """
    if "" in arrays:
        return arrays[""]
    inner: dict[str, dict[str, NDArray[Any]]] = {}
    for path, array in arrays.items():
        key, _, rest = path.partition("/")
        inner.setdefault(key, {})[rest] = array
    grown = {key: grown_tree(below) for key, below in inner.items()}
    if all(key.isdigit() for key in grown):
        return [grown[key] for key in sorted(grown, key=int)]
    return grown


def check_lesson(lesson: Lesson) -> None:
    """Refuse records that nothing can be learnt from.

    Raises
    ------
    SchemaError
        No training or no validation record.
    """
    for name, records in (("training", lesson.training), ("validation", lesson.validation)):
        if not len(records.codes):
            raise SchemaError(f"SemaPop needs at least 1 {name} record, and has none; give it more survey records")


def settings_of(kind: type[Settings], model: str, given: Mapping[str, Any]) -> Settings:
    """Settings of a model from what a user wrote.

    Raises
    ------
    ConfigError
        A setting that does not exist; those that do are listed.
    """
    known = list(signature(kind).parameters)
    problems = [
        Problem(model, name, f"one of {', '.join(known)}", "no such setting", "Correct the name.", "unknown-setting")
        for name in given
        if name not in known
    ]
    if problems:
        raise ConfigError(f"The settings of {model} cannot be used.", problems)
    return kind(**given)


def check_settings(
    model: str, settings: Mapping[str, Any], *, choices: Mapping[str, Sequence[str]], least: Mapping[str, float]
) -> None:
    """Refuse settings that are no choice, or below the least value that makes sense; all of them at once.

    Raises
    ------
    ConfigError
        With one problem for each setting.
    """
    problems = [
        Problem(
            model, name, f"one of {', '.join(allowed)}", repr(settings[name]), "Take one of those.", "wrong-setting"
        )
        for name, allowed in choices.items()
        if settings[name] not in allowed
    ]
    problems += [
        Problem(model, name, f"a number >= {low:g}", repr(settings[name]), "Raise it.", "wrong-setting")
        for name, low in least.items()
        if not settings[name] >= low
    ]
    if problems:
        raise ConfigError(f"The settings of {model} cannot be used.", problems)
