"""What the documents say is so."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from app.cli import cli
from app.cli.rules import rule_list
from app.cli.settings import settings_table

ROOT = Path(__file__).resolve().parents[1]
DOCUMENTS = [
    "README.md",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
    *(str(p.relative_to(ROOT)) for p in ROOT.glob("docs/**/*.md")),
]


def read(document: str) -> str:
    return (ROOT / document).read_text()


def test_the_readme_lists_every_rule_as_the_command_prints_them() -> None:
    printed = "\n".join(f"{path:34} {sentence}" for path, sentence in rule_list())
    assert f"```\n{printed}\n```" in read("README.md")


def test_the_settings_page_is_the_settings() -> None:
    assert settings_table() in read("docs/settings.md")


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_command_that_a_document_names_exists(document: str) -> None:
    commands = set(re.findall(r"python -m app ([a-z-]+)", read(document)))
    targets = set(
        re.findall(r"^(?:\w+=\S+ )*make ([a-z-]+)|`(?:\w+=\S+ )*make ([a-z-]+)", read(document), re.MULTILINE)
    )
    assert commands <= set(cli.commands)
    assert {name for pair in targets for name in pair if name} <= set(
        re.findall(r"^([a-z-]+):", read("Makefile"), re.MULTILINE)
    )


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_link_and_every_file_that_a_document_names_exists(document: str) -> None:
    links = [link for link in re.findall(r"\]\(([^)#]+)\)", read(document)) if "://" not in link]
    named = re.findall(r"`((?:app|docs|tests|sandbox|templates)/[\w./]*\w)`", read(document))
    missing = [link for link in links if not (ROOT / document).parent.joinpath(link).exists()]
    assert missing + [path for path in named if not (ROOT / path).exists()] == []


def test_the_procfile_and_ci_run_what_the_readme_names() -> None:
    assert "release: python -m app migrate" in read("Procfile")
    assert "make check\nmake test\n" in read(".ci/run")


def test_what_the_page_for_slacks_people_tells_them_to_press_stands_somewhere_in_slack() -> None:
    """Buttons and menus by their words, as the code and the manifest have them; the same for what can be typed."""
    page = read("docs/slack.md")
    shown = "\n".join(path.read_text() for path in (ROOT / "app").glob("*/blocks*.py")) + read("slack/manifest.json")
    shown += read("app/domain_choices.py") + read("app/workflow/gate.py") + read("app/settings.py")
    pressed = set(re.findall(r"(?<![*\w])\*([A-Z][^*\n]+)\*(?!\*)", page)) - NOT_PRESSED
    assert {words for words in pressed if words not in shown} == set()
    assert len(pressed) > 20
    typed = set(re.findall(r"`(/ops [^`]+)`", page))
    helped = read("app/intake/blocks_lists.py").replace("{command}", "/ops")
    assert {words for words in typed if f"`{words}`" not in helped} == {"/ops help"}


#: Jira's and Slack's own words.
NOT_PRESSED = {"Home", "Description", "Ops Exception Log", "Done", "Resolution Notes"}
