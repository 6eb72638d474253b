"""The list of rules: each pure file and the sentence it opens with. The README shows the same list."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import click

#: Files that touch the outside, or only hold words; every other file in a room is a rule.
DOORS = frozenset({"__init__", "routes", "listeners", "flow", "store", "door", "keys", "guard"})
ROOMS = ("intake", "triage", "handoff", "workflow", "publishing", "home", "events", "sites", "auth", "adf", "slack")


@click.command("rules")
def rules() -> None:
    """Print which file holds which rule."""
    for path, sentence in rule_list():
        click.echo(f"{path:34} {sentence}")


APP = Path(__file__).resolve().parents[1]


def rule_list(app: Path = APP) -> Iterator[tuple[str, str]]:
    """`("app/publishing/entry.py", "Which issues get a row …")` for each rule, room by room."""
    for room in ROOMS:
        for file in sorted((app / room).glob("*.py")):
            if not {file.stem, file.stem.partition("_")[0]} & DOORS:
                yield f"app/{room}/{file.name}", first_sentence(file)


def first_sentence(file: Path) -> str:
    docstring = ast.get_docstring(ast.parse(file.read_text())) or ""
    return " ".join(docstring.split("\n\n")[0].split())
