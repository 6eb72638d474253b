"""JSON Schemas from `contracts/schemas`, each compiled once, with complaints that name the place."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema


@cache
def validator(path: Path) -> Any:
    """Of the schema at *path*; None where there is none."""
    if not path.is_file():
        return None
    schema = json.loads(path.read_text())
    return jsonschema.validators.validator_for(schema)(schema)


def complaints(schema: Any, value: Any) -> list[str]:
    """What *schema*, a validator, has against *value*."""
    return [f"at /{'/'.join(map(str, each.absolute_path))}: {each.message[:300]}" for each in _leaves(schema, value)]


def _leaves(schema: Any, value: Any) -> Iterator[Any]:
    for error in schema.iter_errors(value):
        yield from _leaf(error)


def _leaf(error: Any) -> list[Any]:
    """Of alternatives only the one that was meant is worth a word: the one whose `type` fits, else the closest."""
    if not error.context:
        return [error]
    branches: dict[Any, list[Any]] = {}
    for each in error.context:
        branches.setdefault(each.schema_path[0], []).append(each)
    meant = [errors for errors in branches.values() if not any(_is_about_type(each) for each in errors)]
    closest = min(meant or list(branches.values()), key=len)
    return [leaf for each in closest for leaf in _leaf(each)]


def _is_about_type(error: Any) -> bool:
    """The value says itself that it is something else; a branch may have branches of its own."""
    if not error.relative_path:
        return any(_is_about_type(each) for each in error.context)
    return list(error.relative_path) == ["type"] and error.validator in ("const", "enum")
