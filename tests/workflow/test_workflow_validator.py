"""Nothing reaches Done with empty Resolution Notes: in Jira, and in our own eyes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from app.adf.build import doc, paragraph, text
from app.domain import Adf
from app.settings import Settings
from app.workflow.validator import EXPRESSION, is_filled, may_be_done, refusal
from sandbox.expressions import Entity, RichText, evaluate
from tests.builders import a_picture, a_text, an_issue

ROOT = Path(__file__).resolve().parents[2]
MENTION = {"type": "mention", "attrs": {"id": "5b10", "text": "@Rae"}}
CARD = {"type": "inlineCard", "attrs": {"url": "https://a.example"}}
ITEM = {"type": "listItem", "content": a_text("Restarted")["content"]}

TABLE = [
    pytest.param(None, False, id="null"),
    pytest.param("", False, id="an empty string"),
    pytest.param(" \t\n", False, id="a string of blanks"),
    pytest.param("Restarted", True, id="a string"),
    pytest.param(doc([]), False, id="an empty document"),
    pytest.param({"type": "doc", "content": []}, False, id="an empty document without a version"),
    pytest.param(a_text(""), False, id="an empty paragraph"),
    pytest.param(a_text("  ", "\u00a0"), False, id="paragraphs of blanks"),
    pytest.param(doc([paragraph([{"type": "hardBreak"}])]), False, id="a line end"),
    pytest.param(doc([a_picture()]), False, id="a lone image"),
    pytest.param(doc([a_picture(), paragraph([])]), False, id="an image and an empty paragraph"),
    pytest.param(doc([{"type": "rule"}]), False, id="a line"),
    pytest.param(a_text("Restarted"), True, id="a word"),
    pytest.param(a_text("", "", "x"), True, id="a letter in the last paragraph"),
    pytest.param(doc([a_picture(), *a_text("see above")["content"]]), True, id="an image with words"),
    pytest.param(doc([{"type": "bulletList", "content": [ITEM]}]), True, id="a list"),
    pytest.param(doc([{"type": "codeBlock", "content": [text("kill -9 1")]}]), True, id="code"),
    pytest.param(doc([paragraph([MENTION])]), True, id="a mention"),
    pytest.param(doc([paragraph([CARD])]), True, id="a link card"),
    pytest.param([], False, id="no options"),
    pytest.param([{"id": "1", "value": "Ops - ticketing"}], True, id="an option of several"),
    pytest.param({"id": "1", "value": "Engineering"}, True, id="an option"),
    pytest.param(0, True, id="a number"),
    pytest.param(False, True, id="a yes or no"),
]


def in_jira(value: Any) -> Any:
    issue = Entity("Issue", {"customfield_1": value})
    return evaluate(EXPRESSION, {"issue": issue, "config": {"fieldId": "customfield_1"}})


@pytest.mark.parametrize(("value", "passes"), TABLE)
def test_the_expression_and_its_twin_say_the_same(value: Any, passes: bool) -> None:
    assert in_jira(value) is passes
    assert is_filled(value) is passes


@pytest.mark.parametrize(("document", "passes"), [case for case in TABLE if isinstance(case.values[0], dict)])
def test_the_system_s_own_rich_text_counts_alike(document: Adf, passes: bool) -> None:
    """There a document is a RichText; what is no document is not one of these."""
    if document.get("type") == "doc":
        assert in_jira(RichText(document)) is passes


def test_zero_width_characters_pass_in_jira_and_are_seen_here() -> None:
    """Jira's `trim` leaves them; the ticket gets no row until somebody writes words."""
    assert in_jira(a_text("\u200b")) is True
    assert not is_filled(a_text("\u200b"))


def test_the_descriptor_brings_the_very_expression_and_the_very_sentence() -> None:
    descriptor = json.loads((ROOT / "atlassian-connect.json").read_text())
    [rule] = descriptor["modules"]["jiraWorkflowValidators"]

    assert rule["expression"] == EXPRESSION
    assert rule["errorMessage"]["value"] == refusal(Settings().field_notes)


def test_the_expression_keeps_within_jira_s_limit() -> None:
    assert len(EXPRESSION) <= 1000


def test_the_refusal_says_what_is_missing_and_where_to_write_it() -> None:
    said = refusal("Resolution Notes")

    assert said.startswith("Resolution Notes are empty")
    assert "into the field Resolution Notes of this ticket" in said


@pytest.mark.parametrize(
    ("notes", "may"), [(None, False), (a_text(" "), False), (doc([a_picture()]), False), (a_text("Restarted"), True)]
)
def test_an_issue_may_be_done_with_notes_only(notes: Adf | None, may: bool) -> None:
    assert may_be_done(an_issue(notes=notes)) is may
