"""HTML made in Python: every piece is escaped unless it is markup of ours already."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable

from markupsafe import Markup, escape


def tag(name: str, inside: object = "", **attributes: object) -> Markup:
    """`<name …>inside</name>`. Attributes that are words of Python end with `_`; those that are None are left out."""
    given = ((_attribute(n), v) for n, v in attributes.items() if v is not None)
    listed = "".join(f' {n}="{escape(v)}"' for n, v in given)
    # Put together as text, which is many times faster than to format markup; every piece is escaped above or here.
    held = inside if isinstance(inside, Markup) else escape(inside)
    return Markup(f"<{name}{listed}>{held}</{name}>")  # noqa: S704


@functools.cache
def _attribute(name: str) -> str:
    return name.rstrip("_").replace("_", "-")


def joined(pieces: Iterable[str]) -> Markup:
    """Pieces that are markup already, one behind the other."""
    return Markup("".join(pieces))  # noqa: S704


def link(target: str, label: object = None) -> Markup:
    """A link where the scheme is one that a browser may follow from here; else only its label."""
    if not re.match(r"(https?://|mailto:|/)", target):
        return escape(label or target)
    return tag("a", label or target, href=target)
