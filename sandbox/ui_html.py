"""HTML made in Python: every piece is escaped unless it is markup of ours already."""

from __future__ import annotations

import re

from markupsafe import Markup, escape


def tag(name: str, inside: object = "", **attributes: object) -> Markup:
    """`<name …>inside</name>`. Attributes that are words of Python end with `_`; those that are None are left out."""
    given = {n.rstrip("_").replace("_", "-"): v for n, v in attributes.items() if v is not None}
    listed = Markup("").join(Markup(' {}="{}"').format(n, v) for n, v in given.items())
    return Markup("<{0}{1}>{2}</{0}>").format(name, listed, inside)


def link(target: str, label: object = None) -> Markup:
    """A link where the scheme is one that a browser may follow from here; else only its label."""
    if not re.match(r"(https?://|mailto:|/)", target):
        return escape(label or target)
    return tag("a", label or target, href=target)
