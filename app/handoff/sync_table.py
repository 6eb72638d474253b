"""Which fields the two tickets share, which way each travels, and who wins: the setting HANDOFF_FIELDS, read."""

from __future__ import annotations

import re

from app.domain_handoff import FieldRule, OnClash, Way
from app.errors import Misconfigured

_LINE = re.compile(r"(?P<ops>.+?)\s*(?P<way><->|->|<-|=>)\s*(?P<engineering>[^:]+?)\s*(?::\s*(?P<on_clash>\w+))?")
#: A comment is nobody's field: it never travels (product.md, rule 2).
_NEVER = frozenset({"comment", "comments", "status", "resolution", "worklog", "attachment", "issuelinks"})


def field_rules(setting: str) -> tuple[FieldRule, ...]:
    """The lines of the table. Raises Misconfigured, with the line that is wrong."""
    rules = tuple(_rule(line.strip()) for line in setting.split(";") if line.strip())
    for side in ("ops", "engineering"):
        names = [getattr(rule, side).lower() for rule in rules]
        for name in names:
            if names.count(name) > 1:
                raise Misconfigured(f"HANDOFF_FIELDS names {name!r} twice.", "Name each field once for each side.")
    return rules


def _rule(line: str) -> FieldRule:
    found = _LINE.fullmatch(line)
    if not found:
        raise Misconfigured(f"HANDOFF_FIELDS: {line!r} is no rule.", "Write it like `Priority -> Priority : newest`.")
    ops, engineering = found["ops"].strip(), found["engineering"].strip()
    if {ops.lower(), engineering.lower()} & _NEVER:
        raise Misconfigured(f"HANDOFF_FIELDS: {line!r} cannot travel.", "Name fields that hold a value of the ticket.")
    try:
        return FieldRule(ops, engineering, Way(found["way"]), OnClash(found["on_clash"] or "merge"))
    except ValueError:
        raise Misconfigured(
            f"HANDOFF_FIELDS: {line!r} names no way to settle a clash.", "Say merge, newest, ops or engineering."
        ) from None
