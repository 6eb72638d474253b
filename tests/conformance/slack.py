"""Holds a call to Slack to what Slack publishes: its methods' names, and the schemas of Block Kit.

Slack has no description of its methods for machines any more (contracts/schemas/slack/SOURCES.md). So a method is one
that Slack's own library knows, an answer has Slack's one common form, and blocks and views fit their schemas.
"""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from slack_sdk import WebClient

from tests.conformance import schemas
from tests.conformance.recorder import Call
from tests.conformance.rules import Rules

API, LATE = "/slack/api/", "/slack/response/"
#: Method → the argument with blocks, and the surface they are for.
SURFACES = {
    "chat.postMessage": ("blocks", "message"),
    "chat.postEphemeral": ("blocks", "message"),
    "chat.update": ("blocks", "message"),
    "chat.scheduleMessage": ("blocks", "message"),
    "views.open": ("view", "modal"),
    "views.push": ("view", "modal"),
    "views.update": ("view", "modal"),
    "views.publish": ("view", "home"),
}


@cache
def methods() -> frozenset[str]:
    """The names of all methods, from the source of Slack's own client."""
    return frozenset(re.findall(r'api_call\(\s*"([a-zA-Z0-9.]+)"', inspect.getsource(WebClient)))


def rules_for(path: str, folder: Path) -> Rules:
    """*folder* has `blockkit.message.schema.json` and its sisters."""
    if path.startswith(LATE):
        return LateAnswerRules(folder)
    return MethodRules(path.removeprefix(API), folder)


@dataclass(frozen=True)
class LateAnswerRules(Rules):
    """A `response_url` takes a message."""

    folder: Path
    held_to = "blockkit.message"

    def name(self, call: Call) -> str:
        return "slack response_url"

    def about_request(self, call: Call) -> Iterator[str]:
        yield from about_blocks(self.folder, "message", arguments(call).get("blocks"))


class MethodRules(Rules):
    """A method of the Web API."""

    def __init__(self, method: str, folder: Path) -> None:
        self._method, self._folder = method, folder
        self._argument, self._surface = SURFACES.get(method, ("", ""))
        common = "method's name, answer's form"
        described = (folder / _schema(self._surface)).is_file()
        self.held_to = f"{common}, blockkit.{self._surface}" if described else common

    def name(self, call: Call) -> str:
        return f"slack {self._method}" if self._method in methods() else "slack, no method"

    def said_yes(self, call: Call) -> bool:
        answer = _answer(call)
        return isinstance(answer, dict) and answer.get("ok") is True

    def about_request(self, call: Call) -> Iterator[str]:
        if self._method not in methods():
            yield "this is no method that Slack's library knows"
        yield from about_blocks(self._folder, self._surface, arguments(call).get(self._argument))

    def about_answer(self, call: Call) -> Iterator[str]:
        answer = _answer(call)
        if not isinstance(answer, dict) or not isinstance(answer.get("ok"), bool):
            yield 'answer: it is not an object with "ok"'
        elif answer["ok"] == ("error" in answer):
            yield 'answer: "error" is there if and only if "ok" is false'
        elif call.status not in (200, 429) and (call.status or 0) < 500:
            yield f"answer: Slack answers 200 whatever happened, not {call.status}"


def _schema(surface: str) -> str:
    return f"blockkit.{surface}.schema.json"


def about_blocks(folder: Path, surface: str, value: Any) -> Iterator[str]:
    """What the schema of *surface* has against a message's blocks, or against a view."""
    schema = schemas.validator(folder / _schema(surface)) if value is not None else None
    if schema:
        described = {"blocks": value} if surface == "message" else value
        yield from (f"request: {each}" for each in schemas.complaints(schema, described))


def arguments(call: Call) -> dict[str, Any]:
    """As JSON, or as a form whose structured values are JSON."""
    if "json" in call.content_type or call.path.startswith(LATE):
        try:
            sent = json.loads(call.body or b"{}")
        except ValueError:
            return {}
        return sent if isinstance(sent, dict) else {}
    form = {name: values[-1] for name, values in parse_qs(call.body.decode(), keep_blank_values=True).items()}
    return {name: _parsed(value) if name in ("blocks", "view") else value for name, value in form.items()}


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


def _answer(call: Call) -> Any:
    try:
        return json.loads(call.answer)
    except ValueError:
        return None
