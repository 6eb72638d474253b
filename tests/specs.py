"""The neighbours' own descriptions, and collections of real documents: read from where they lie, never committed."""

from __future__ import annotations

import json
import os
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import pytest

BESIDE = Path(__file__).resolve().parents[2] / "shared" / "contracts" / "openapi"
#: The four official documents; what else is published as a schema lies beside them.
OPENAPI = Path(os.environ.get("ATLASSIAN_SPECS", BESIDE))
CONTRACTS = OPENAPI.parent
CORPORA = CONTRACTS.parent / "corpora"


def missing(path: Path) -> str:
    return f"{path.relative_to(CONTRACTS.parent)} is not here: name the folder contracts/openapi beside it in ATLASSIAN_SPECS"


def contract(name: str) -> Path:
    """A file below contracts/; the test is skipped where it is not here."""
    path = CONTRACTS / name
    if not path.is_file():
        pytest.skip(missing(path))
    return path


@cache
def _validator(path: Path) -> Any:
    schema = json.loads(path.read_text())
    return jsonschema.validators.validator_for(schema)(schema)


def complaints(document: Any, schema: str) -> list[str]:
    """What the JSON Schema at contracts/*schema* has against *document*. Small documents only: a deep one takes minutes."""
    found = _validator(contract(schema)).iter_errors(document)
    return [f"/{'/'.join(map(str, each.absolute_path))}: {each.message[:200]}" for each in found]


def corpus(folder: str, containing: str = "") -> list[Any]:
    """A parameter for each JSON file below corpora/*folder*; a single skipped one where there are none."""
    files = [path for path in sorted((CORPORA / folder).rglob("*.json")) if containing in path.read_text()]
    if not files:
        return [pytest.param(None, marks=pytest.mark.skip(reason=missing(CORPORA / folder)), id="no corpus")]
    return [pytest.param(path, id=str(path.relative_to(CORPORA / folder).with_suffix(""))) for path in files]
