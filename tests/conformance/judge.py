"""Says what each call was, what it was held to, and what is wrong with it; what is of one shape is judged once."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from pathlib import Path

from tests.conformance import schemas, shapes, slack
from tests.conformance.documents import Documents
from tests.conformance.recorder import INSTALL, Call
from tests.conformance.rest import RestRules
from tests.conformance.rules import Rules


@dataclass(frozen=True)
class Verdict:
    operation: str
    #: What the call was compared with; empty if with nothing.
    held_to: str
    complaints: tuple[str, ...] = ()


class Judge:
    """*contracts* has `schemas` beside the documents."""

    def __init__(self, documents: Documents, contracts: Path) -> None:
        self._documents = documents
        self._schemas = contracts / "schemas"
        self._rules: dict[Hashable, Rules] = {}
        self._found: dict[Hashable, tuple[str, ...]] = {}

    def judge(self, call: Call) -> Verdict:
        address = shapes.shape_of_address(call)
        if address not in self._rules:
            self._rules[address] = self._rules_for(call)
        rules = self._rules[address]
        wrong: tuple[str, ...] = ()
        # Tests ask wrongly to hear a no. What the service asks is right, and so is what the sandbox says yes to.
        if call.by_service or rules.said_yes(call):
            wrong += self._once(shapes.shape_of_request(call), rules.about_request, call)
        if call.status is not None:
            wrong += self._once((address, call.by_service, shapes.shape_of_answer(call)), rules.about_answer, call)
        return Verdict(rules.name(call), rules.held_to, wrong)

    @property
    def judged(self) -> int:
        """How many shapes of requests and answers there were."""
        return len(self._found)

    def _once(self, shape: Hashable, about: Callable[[Call], Iterable[str]], call: Call) -> tuple[str, ...]:
        if shape not in self._found:
            self._found[shape] = tuple(about(call))
        return self._found[shape]

    def _rules_for(self, call: Call) -> Rules:
        if call.path == INSTALL:
            return DescriptorRules(self._schemas)
        if call.path.startswith((slack.API, slack.LATE)):
            return slack.rules_for(call.path, self._schemas / "slack")
        if call.path.startswith("/_sandbox/keys/"):
            return KeyRules()
        for start, name in FILES:
            if call.path.startswith(start):
                return FileRules(name)
        return RestRules(self._documents.operation(call.method, call.path))


class DescriptorRules(Rules):
    """The descriptor that the sandbox fetched fits Connect's schema for its product."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        described = any(folder.glob("connect-*-descriptor.derived.schema.json"))
        self.held_to = "connect-*-descriptor.derived.schema.json" if described else "the sandbox's own rules"

    def name(self, call: Call) -> str:
        return f"connect {call.descriptor[0]} descriptor" if call.descriptor else "connect descriptor, refused"

    def about_answer(self, call: Call) -> Iterable[str]:
        if call.descriptor is None:
            return
        product, descriptor = call.descriptor
        schema = schemas.validator(self._folder / f"connect-{product}-descriptor.derived.schema.json")
        if schema:
            yield from (f"descriptor: {each}" for each in schemas.complaints(schema, descriptor))


class KeyRules(Rules):
    """A public key is PEM text, or there is none."""

    held_to = "PEM text"

    def name(self, call: Call) -> str:
        return "connect public key"

    def about_answer(self, call: Call) -> Iterable[str]:
        if call.status != 404 and not call.answer.startswith(b"-----BEGIN PUBLIC KEY-----"):
            yield "answer: a key is PEM text"


@dataclass(frozen=True)
class FileRules(Rules):
    """What comes says of what kind it is."""

    title: str
    held_to = "a file with its type"

    def name(self, call: Call) -> str:
        return self.title

    def about_answer(self, call: Call) -> Iterable[str]:
        if not call.answer_type and call.status != 404:
            yield f"answer: a file has a type, and this is {call.status} without one"


#: Addresses of files, which no document describes.
FILES = (
    ("/_media/", "jira media, where getAttachmentContent redirects to"),
    ("/slack/files/", "slack file, url_private"),
)
