"""The few kinds of rule that Block Kit's limits are made of; each tells its faults in Slack's words, with where."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

Json = dict[str, Any]
#: (value, where it stands) → its faults.
Rule = Callable[[Any, str], Iterator[str]]


def fault(words: str, where: str) -> str:
    return f"{words} [json-pointer:{where}]"


def listed(value: Any) -> list[Any]:
    """*value* if it is a list; what is none is told elsewhere."""
    return value if isinstance(value, list) else []


def anything(value: Any, where: str) -> Iterator[str]:
    """Not looked at here."""
    yield from ()


def string(most: int | None = None, least: int = 0) -> Rule:
    def check(value: Any, where: str) -> Iterator[str]:
        if not isinstance(value, str):
            yield fault("must be a string", where)
        elif len(value) < least:
            yield fault(f"must be more than {least - 1} characters", where)
        elif most is not None and len(value) > most:
            yield fault(f"must be less than {most + 1} characters", where)

    return check


def number(low: float, high: float) -> Rule:
    def check(value: Any, where: str) -> Iterator[str]:
        if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
            yield fault(f"must be a number from {low:g} to {high:g}", where)

    return check


def flag(value: Any, where: str) -> Iterator[str]:
    if not isinstance(value, bool):
        yield fault("must be a boolean", where)


def one_of(*values: Any) -> Rule:
    def check(value: Any, where: str) -> Iterator[str]:
        if value not in values:
            yield fault(f"must be one of: {', '.join(map(str, values))}", where)

    return check


def matching(pattern: str) -> Rule:
    def check(value: Any, where: str) -> Iterator[str]:
        if not isinstance(value, str) or not re.fullmatch(pattern, value):
            yield fault(f"must match {pattern}", where)

    return check


def many(rule: Rule, least: int = 0, most: int | None = None) -> Rule:
    def check(value: Any, where: str) -> Iterator[str]:
        if not isinstance(value, list):
            yield fault("must be an array", where)
            return
        if len(value) < least:
            yield fault(f"no fewer than {least} items allowed", where)
        if most is not None and len(value) > most:
            yield fault(f"no more than {most} items allowed", where)
        for number, one in enumerate(value):
            yield from rule(one, f"{where}/{number}")

    return check


def shape(required: Mapping[str, Rule], optional: Mapping[str, Rule] | None = None) -> Rule:
    """An object with these properties and no other; `null` is the same as not there."""
    known = {**required, **(optional or {})}

    def check(value: Any, where: str) -> Iterator[str]:
        if not isinstance(value, dict):
            yield fault("must be an object", where)
            return
        given = {name: one for name, one in value.items() if one is not None}
        for name in (name for name in required if name not in given):
            yield fault(f"missing required field: {name}", where)
        for name, one in given.items():
            if name in known:
                yield from known[name](one, f"{where}/{name}")
            elif name != "type":
                yield fault(f"invalid additional property: {name}", where)

    return check


def typed(shapes: Mapping[str, Rule]) -> Rule:
    """An object whose `type` says which of *shapes* it has."""

    def check(value: Any, where: str) -> Iterator[str]:
        kind = value.get("type") if isinstance(value, dict) else None
        if not isinstance(kind, str) or kind not in shapes:
            yield fault(f"unsupported type: {kind}", where)
        else:
            yield from shapes[kind](value, where)

    return check


def both(*rules: Rule) -> Rule:
    def check(value: Any, where: str) -> Iterator[str]:
        for rule in rules:
            yield from rule(value, where)

    return check


def text(most: int, *kinds: str) -> Rule:
    """A text object; `plain_text` alone where Slack wants no formatting."""
    words = {"text": string(most, 1)}
    shapes = {"plain_text": shape(words, {"emoji": flag}), "mrkdwn": shape(words, {"verbatim": flag})}
    return typed({kind: shapes[kind] for kind in kinds or shapes})


def plain(most: int) -> Rule:
    return text(most, "plain_text")
