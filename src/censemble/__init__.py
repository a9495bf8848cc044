"""Tables about a population in, people who add up to those tables out.

    import censemble
    result = censemble.run(censemble.read_project("censemble.yaml"), out="out")

The functions are loaded when first used, so that `import censemble` costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from censemble.comparing import CompareOptions, compare, write_comparison
    from censemble.pipeline import Run, check, demo_inputs, read_populationsim, read_project, run

__version__ = "0.1.0"
_HOME = {
    **dict.fromkeys(("Run", "check", "demo_inputs", "read_populationsim", "read_project", "run"), "pipeline"),
    **dict.fromkeys(("CompareOptions", "compare", "write_comparison"), "comparing"),
}
__all__ = [
    "CompareOptions",
    "Run",
    "check",
    "compare",
    "demo_inputs",
    "read_populationsim",
    "read_project",
    "run",
    "write_comparison",
]


def __getattr__(name: str) -> Any:
    if name in __all__:
        return getattr(import_module(f"censemble.{_HOME[name]}"), name)
    raise AttributeError(f"module 'censemble' has no attribute {name!r}; it has {', '.join(__all__)}")
