"""The four official documents: where they lie, and which operation of theirs a call is.

openapi-core reads them and validates; here is what it needs around it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from tests.conformance import deviations

Json = dict[str, Any]

#: File name → where Atlassian publishes it.
ADDRESSES = {
    "jira-v3.json": "https://developer.atlassian.com/cloud/jira/platform/swagger-v3.v3.json",
    "jira-software.json": "https://developer.atlassian.com/cloud/jira/software/swagger.v3.json",
    "confluence-v2.json": "https://developer.atlassian.com/cloud/confluence/openapi-v2.v3.json",
    "confluence-v1.json": "https://developer.atlassian.com/cloud/confluence/swagger.v3.json",
}
#: Where the paths of a document begin on a site.
PREFIX = {"confluence-v2.json": "/wiki/api/v2"}
METHODS = ("get", "put", "post", "delete", "patch")
SITE = "https://site.example"


@dataclass(frozen=True)
class Operation:
    """One operation of one document."""

    document: Document
    template: str
    method: str
    raw: Json

    @property
    def name(self) -> str:
        return f"{self.document.name.removesuffix('.json')} {self.raw['operationId']}"

    @cached_property
    def query_names(self) -> set[str]:
        shared = self.document.raw["paths"][self.template].get("parameters", [])
        parameters = [self.document.resolved(each) for each in [*shared, *self.raw.get("parameters", [])]]
        return {each["name"] for each in parameters if each["in"] == "query"}

    def response(self, status: int) -> Json | None:
        found = self.raw["responses"].get(str(status))
        return self.document.resolved(found) if found else None


class Document:
    """One of the four, with what is known to differ on real sites put in (`deviations`)."""

    def __init__(self, name: str, raw: Json) -> None:
        self.name, self.raw = name, raw
        self.unused = deviations.put_into(name, raw)
        # The addresses of the documents name a site of Atlassian's, or a variable.
        raw["servers"] = [{"url": SITE + PREFIX.get(name, "")}]
        self._operations = sorted(self._read(), key=lambda each: each[0].pattern.count("[^/]+"))

    @cached_property
    def openapi(self) -> Any:
        """Ready to validate. The documents are not checked themselves: the full ones break rules of OpenAPI."""
        from openapi_core import Config, OpenAPI  # costs a second, and only where there are documents

        formats = {"date-time": deviations.is_date_time}
        return OpenAPI.from_dict(self.raw, config=Config(spec_validator_cls=None, extra_format_validators=formats))  # type: ignore[arg-type]

    def _read(self) -> Iterator[tuple[re.Pattern[str], Operation]]:
        for template, path in self.raw["paths"].items():
            pattern = PREFIX.get(self.name, "") + re.sub(r"\\{[^/]+?\\}", "[^/]+", re.escape(template))
            for method in METHODS:
                if method in path:
                    path[method].pop("security", None)  # who may call is tested with the sandbox's doors
                    yield re.compile(pattern), Operation(self, template, method.upper(), path[method])

    def operation(self, method: str, path: str) -> Operation | None:
        """The one with the fewest variables wins: `/issue/bulkfetch` is no issue."""
        found = (each for pattern, each in self._operations if each.method == method and pattern.fullmatch(path))
        return next(found, None)

    def resolved(self, part: Json) -> Json:
        """What a `$ref` stands for; anything else is itself."""
        while "$ref" in part:
            target: Any = self.raw
            for step in part["$ref"].removeprefix("#/").split("/"):
                target = target[step]
            part = target
        return part


@dataclass
class Documents:
    """All that were found."""

    each: list[Document]

    def operation(self, method: str, path: str) -> Operation | None:
        found = (document.operation(method, path) for document in self.each)
        return next((operation for operation in found if operation), None)


def missing(folder: Path) -> str | None:
    """What to do to get the documents; None when all are in *folder*."""
    absent = [name for name in ADDRESSES if not (folder / name).is_file()]
    if not absent:
        return None
    how = ", ".join(f"{address} as {name}" for name, address in ADDRESSES.items())
    return f"calls are not held to the official documents: download {how}, and name the folder in ATLASSIAN_SPECS"


def read(folder: Path) -> Documents:
    """The documents in *folder*."""
    return Documents([Document(name, json.loads((folder / name).read_text())) for name in ADDRESSES])
