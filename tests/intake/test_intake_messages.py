"""What is read from a message, whatever is missing in it; and what of it a form's field takes."""

from __future__ import annotations

import json
from typing import Any

import pytest

from app.adf.slack import to_adf
from app.adf.text import plain_text
from app.intake import blocks
from app.intake.assuming import guessed_from, request_from
from app.intake.drafting import draft_from
from app.intake.messages import has_emoji, is_by_a_person, is_talk, said
from app.intake.origin import origin_of
from app.intake.request import problems
from app.intake.store_words import guessing_words
from tests.slack_limits import assert_modal
from tests.specs import CORPORA

SAMPLES = sorted((CORPORA / "slack" / "realistic").glob("*.json"))
OURS = "A0SOLVE"


def messages() -> list[Any]:
    """Every message in Slack's own samples of payloads."""
    found = []
    for file in SAMPLES:
        whole = json.loads(file.read_text())
        for part in (whole.get("event"), whole.get("message")):
            if isinstance(part, dict) and ("text" in part or "blocks" in part):
                found.append(pytest.param(part, id=file.stem))
    return found


@pytest.mark.skipif(not SAMPLES, reason="the samples of payloads are not beside this checkout")
@pytest.mark.parametrize("message", messages())
def test_of_each_of_slacks_samples_a_form_and_a_request_can_be_made(message: dict[str, Any]) -> None:
    read = said(message, "C1")
    draft = draft_from(read.rich, guessing_words(""))

    assert_modal(blocks.form("C1", draft, origin_of(read)), may_ring=(read.author,))
    request = request_from(draft, read.file_names)
    assert problems(request) == {}


def message(**parts: Any) -> dict[str, Any]:
    return {"type": "message", "user": "U1", "ts": "1.2", "text": "Refunds are stuck", **parts}


@pytest.mark.parametrize(
    ("parts", "talk", "by_a_person"),
    [
        ({}, True, True),
        ({"subtype": "file_share", "files": [{"id": "F1"}]}, True, True),
        ({"subtype": "thread_broadcast", "thread_ts": "1.1"}, True, True),
        ({"subtype": "message_changed", "hidden": True}, False, False),
        ({"subtype": "message_deleted"}, False, False),
        ({"subtype": "channel_join"}, False, False),
        ({"subtype": "bot_message", "bot_id": "B1"}, True, False),
        ({"bot_id": "B1", "app_id": "A1"}, True, False),
        ({"bot_id": "B0SOLVE", "app_id": OURS}, False, False),
        ({"user": None}, True, False),
    ],
)
def test_who_said_something(parts: dict[str, Any], talk: bool, by_a_person: bool) -> None:
    assert (is_talk(message(**parts), OURS), is_by_a_person(message(**parts), OURS)) == (talk, by_a_person)


def test_what_was_typed_wins_over_its_text_and_what_was_passed_on_is_quoted() -> None:
    typed = {
        "type": "rich_text",
        "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": "a"}]}],
    }
    passed_on = {"is_share": True, "author_name": "Erin", "text": "It is &lt;down&gt;"}
    link = {"from_url": "https://x.io", "text": "A page about refunds"}

    read = said(message(blocks=[typed], attachments=[passed_on, link]), "C1")

    adf = to_adf(read.rich)
    assert plain_text(adf) == "a\nErin\nIt is <down>"
    assert adf
    assert [node["type"] for node in adf["content"]] == ["paragraph", "blockquote"]


def test_a_message_of_files_alone_is_named_after_them() -> None:
    read = said(message(text="", files=[{"id": "F1", "name": "error.png", "title": "Checkout"}, {"id": "F2"}]), "C1")

    assert read.files == ("F1", "F2")
    assert request_from(draft_from(read.rich, {}), read.file_names).summary == "See Checkout, F2"


@pytest.mark.parametrize(
    "broken", [{}, {"ts": None, "files": "x", "blocks": [None], "attachments": {}}, {"text": None}]
)
def test_what_is_missing_is_empty(broken: dict[str, Any]) -> None:
    assert plain_text(to_adf(said(broken, "C1").rich)) == ""


def test_what_nobody_chose_is_told_with_what_it_was_based_on() -> None:
    draft = draft_from(
        said(message(text="Refunds fail"), "C1").rich, {"type": {"Payments and transactions": ["refund"]}}
    )

    assert guessed_from(draft) == [
        {"field": "type", "value": "Payments and transactions", "because": ["refund"]},
        {"field": "team", "value": "Operations", "because": []},
        {"field": "priority", "value": "General", "because": []},
    ]


@pytest.mark.parametrize(("words", "has"), [("🔥", True), ("… 👍🏽", True), ("…", False), ("?!", False), ("", False)])
def test_an_emoji_alone_is_told_from_dots(words: str, has: bool) -> None:
    assert has_emoji(words) is has
