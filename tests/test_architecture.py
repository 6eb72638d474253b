"""The structure is kept: what may import what (docs/architecture.md §3), read from each file's imports."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.cli.rules import rule_list
from app.engine import FLOWS
from app.events.subscriptions import SUBSCRIPTIONS
from app.triage.flow_deciding import FOLLOWED_BY
from app.workflow import post_functions

ROOT = Path(__file__).resolve().parents[1]
ROOMS = {"intake", "triage", "handoff", "workflow", "publishing", "home", "events", "sites"}
WORDS = {
    "app.domain",
    "app.domain_choices",
    "app.domain_handoff",
    "app.domain_log",
    "app.domain_setup",
    "app.errors",
}
#: Rules that every room may use: the text that travels, and how text is shown in Slack.
COMMON_RULES = {"app.adf", "app.slack.blocks", "app.slack.mrkdwn", "app.settings"}
#: What doors stand on.
GROUND = {
    "app.engine",
    "app.engine_schedules",
    "app.context",
    "app.crew",
    "app.speaking",
    "app.decisions",
    "app.audit",
    "app.once",
    "app.threads",
    "app.deliveries",
    "app.logs",
    "app.models",
    "app.models_handoff",
    "app.models_log",
    "app.models_slack",
    "app.workspaces",
}
DOORS_IN, DOORS_OUT = {"routes", "listeners"}, {"flow", "store"}
#: A rule gets its time and its chance as arguments, and calls nobody.
OUTSIDE = {
    "dbos",
    "flask",
    "requests",
    "slack_bolt",
    "sqlalchemy",
    "psycopg",
    "structlog",
    "gunicorn",
    "sandbox",
    "tests",
}
OUTSIDE |= {
    "socket",
    "subprocess",
    "threading",
    "os",
    "time",
    "random",
    "secrets",
    "uuid",
    "http",
    "urllib.request",
    "sqlite3",
}


def imports(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            # `from app import engine` imports app.engine; `from app.errors import Refused` imports app.errors.
            yield from (f"app.{name.name}" for name in node.names) if node.module == "app" else [node.module]
            if node.module in {f"app.{room}" for room in ROOMS | {"auth", "slack", "adf"}}:
                yield from (f"{node.module}.{name.name}" for name in node.names)


def within(module: str, allowed: set[str]) -> bool:
    return any(module == each or module.startswith(each + ".") for each in allowed)


def violations(path: str, source: str) -> list[str]:
    """What *path* ("app/publishing/entry.py") imports and may not."""
    found = set(imports(source))
    parts = Path(path).with_suffix("").parts
    wrong = {module for module in found if not allowed(parts, module)}
    if is_rule(parts) and any(f"datetime.{word}(" in source for word in ("now", "utcnow", "today")):
        wrong.add("the clock")
    return sorted(wrong)


def kind(parts: tuple[str, ...]) -> str:
    """A door's file may name its noun too: `flow_archive.py` is a `flow`."""
    return parts[-1].split("_")[0]


def is_rule(parts: tuple[str, ...]) -> bool:
    if ".".join(parts[:2]) in WORDS | {"app.adf"}:
        return True
    if parts[:2] == ("app", "auth"):
        return parts[-1] in {"connect", "slack", "vault"}
    if parts[:2] == ("app", "slack"):
        return parts[-1] in {"blocks", "envelope", "mrkdwn"}
    return len(parts) == 3 and parts[1] in ROOMS and kind(parts) not in DOORS_IN | DOORS_OUT and parts[2] != "__init__"


def allowed(parts: tuple[str, ...], module: str) -> bool:
    name = ".".join(parts)
    if within(module, {"dbos"}):
        return name in {"app.engine", "app.engine_schedules", "app.engine_polls"}
    if within(module, {"sandbox", "tests"}):
        return parts[0] != "app" or name.startswith("app.cli.demo")
    if parts[0] == "sandbox":
        return not within(module, {"app"})
    if not within(module, {"app"}):
        return not (is_rule(parts) and within(module, OUTSIDE))
    return allowed_of_ours(parts, module)


def allowed_of_ours(parts: tuple[str, ...], module: str) -> bool:
    room = f"app.{parts[1]}" if len(parts) == 3 else ""
    if within(module, WORDS):
        return True
    if ".".join(parts[:2]) in WORDS:
        return False
    if parts[1] == "adf":
        return within(module, {"app.adf"})
    if parts[1] == "clients":
        return within(module, {"app.clients"})
    if is_rule(parts):
        own = within(module, {room}) and kind(tuple(module.split("."))) not in DOORS_IN | DOORS_OUT
        return own or within(module, COMMON_RULES)
    if len(parts) == 3 and parts[1] in ROOMS:
        auth = {"app.auth"} if kind(parts) in DOORS_IN or parts[1] == "sites" else set()
        access = {"app.sites.store"} if kind(parts) in DOORS_IN else set()
        return within(module, {room} | COMMON_RULES | GROUND | auth | access)
    if parts[1] in {"settings", "db", "models", "logs", "engine_slots"}:
        return within(module, {"app.logs", "app.db", "app.settings"})
    return True  # where things are put together: create_app, context, the command line, the guard


def files() -> list[str]:
    found = [*ROOT.glob("app/**/*.py"), *ROOT.glob("sandbox/**/*.py")]
    return sorted(str(file.relative_to(ROOT)) for file in found)


@pytest.mark.parametrize("path", files())
def test_imports_keep_the_law(path: str) -> None:
    assert violations(path, (ROOT / path).read_text()) == []


@pytest.mark.parametrize(
    ("path", "source", "caught"),
    [
        ("app/publishing/entry.py", "import requests", "requests"),
        ("app/publishing/entry.py", "from app.publishing.store import page_id", "app.publishing.store"),
        ("app/publishing/entry.py", "from app import context", "app.context"),
        ("app/publishing/entry.py", "import time", "time"),
        ("app/publishing/entry.py", "from datetime import datetime\ndatetime.now()", "the clock"),
        ("app/handoff/clone.py", "from app.intake.fields import issue_fields", "app.intake.fields"),
        ("app/handoff/flow.py", "from app.publishing.flow import publish", "app.publishing.flow"),
        ("app/handoff/flow.py", "import dbos", "dbos"),
        ("app/clients/jira.py", "from app.handoff.clone import clone_fields", "app.handoff.clone"),
        ("app/adf/text.py", "from app.intake import request", "app.intake"),
        ("app/domain.py", "from app.settings import Settings", "app.settings"),
        ("sandbox/jira.py", "from app.domain import Issue", "app.domain"),
        ("app/intake/flow.py", "from sandbox import Sandbox", "sandbox"),
    ],
)
def test_a_planted_violation_is_caught(path: str, source: str, caught: str) -> None:
    assert caught in violations(path, source)


def test_every_flow_that_is_named_exists() -> None:
    named = {each.flow for each in SUBSCRIPTIONS} | set(post_functions.FLOWS.values())
    named |= {flow for flows in FOLLOWED_BY.values() for flow in flows}
    for file in ROOT.glob("app/**/*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "enqueue" and len(node.args) > 1:
                name = node.args[1]
                named |= {name.value} if isinstance(name, ast.Constant) else set()

    assert named <= set(FLOWS)
    assert {"publishing.publish", "handoff.route", "intake.open_request"} <= named


def test_every_rule_opens_with_a_sentence() -> None:
    silent = [path for path, sentence in rule_list() if not sentence.endswith((".", "?", "!"))]
    assert silent == []


def test_the_list_of_rules_is_the_files_that_the_law_treats_as_rules() -> None:
    by_law = {path for path in files() if path.startswith("app/") and is_rule(Path(path).with_suffix("").parts)}
    words = {f"{word.replace('.', '/')}.py" for word in WORDS} | {"app/adf/__init__.py"}
    assert {path for path, _ in rule_list()} == by_law - words


@pytest.mark.parametrize("path", [path for path in files() if not path.startswith("app/migrations")])
def test_a_file_past_300_lines_hides_a_second_noun(path: str) -> None:
    assert len((ROOT / path).read_text().splitlines()) <= 300
