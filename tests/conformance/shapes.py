"""What is of one shape is judged alike: ids, times and long texts differ, but no schema looks at them."""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Hashable
from typing import Any

from tests.conformance.recorder import Call

#: Numbers, and what looks like part of a hash or a uuid.
COUNTED = re.compile(r"\b(?=[a-f]*\d)[0-9a-f]{4,}\b|\d+")
#: No schema in use limits a text that is longer than this: Slack's longest is 3,000 characters.
LONG = 3000


def shape_of_address(call: Call) -> Hashable:
    return call.method, shape_of_text(call.path)


def shape_of_request(call: Call) -> Hashable:
    query = tuple((name, _parameter(value)) for name, value in call.query)
    return shape_of_address(call), query, _media_type(call.content_type), _body(call.body, call.content_type)


def shape_of_answer(call: Call) -> Hashable:
    return call.status, call.answer_type, _body(call.answer, call.answer_type), shape_of(call.descriptor)


def shape_of(value: Any) -> Hashable:
    """A JSON value without what only counts: texts keep their words, lists their kinds of items and their length."""
    if isinstance(value, str):
        return shape_of_text(value)
    if isinstance(value, dict):
        return "{", frozenset((shape_of_text(name), shape_of(each)) for name, each in value.items())
    if isinstance(value, list | tuple):
        return "[", len(value), frozenset(shape_of(each) for each in value)
    if isinstance(value, bool) or value is None:
        return value, "constant"
    # Limits are round numbers: 50 and 500 are told apart, 51 and 52 are not.
    return type(value).__name__, value > 0, len(str(value))


@functools.lru_cache(100_000)
def shape_of_text(text: str) -> str:
    return COUNTED.sub("0", text) if len(text) <= LONG else f"more than {LONG}"


def _parameter(value: str) -> str:
    """A number in a query may have a limit; what is longer is an id or words."""
    return value if len(value) < 5 else shape_of_text(value)


def _media_type(content_type: str) -> str:
    """Without parameters: the boundary of a form with files is new each time."""
    return content_type.partition(";")[0].strip().lower()


def _body(content: bytes, content_type: str) -> Hashable:
    if "multipart" in content_type:
        return bool(content)
    try:
        return shape_of(json.loads(content)) if "json" in content_type else _words(content)
    except ValueError:
        return "no JSON", _words(content)


def _words(content: bytes) -> str:
    return shape_of_text(content.decode("latin-1"))
