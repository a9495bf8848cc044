"""How pages are made from templates: every text from data is escaped, a name that is missing is an error."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jinja2 import Environment


def page_templates() -> Environment:
    """Give the templates of this package.

    Examples
    --------
    >>> page_templates().from_string("{{ text }}").render(text="<b>")
    '&lt;b&gt;'
    """
    from jinja2 import Environment, PackageLoader, StrictUndefined  # noqa: PLC0415 (start-up time)

    return Environment(
        loader=PackageLoader("censemble.evaluation"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
