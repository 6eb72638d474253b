"""The form, the notes and the ticket's card: Slack takes them whatever people wrote."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from app.adf.slack import to_adf
from app.adf.text import plain_text
from app.domain_choices import EXCEPTION_TYPES, PRIORITIES, TAGS, TEAMS
from app.intake import blocks
from app.intake.drafting import draft, draft_from
from app.intake.guessing import words_in
from app.intake.request import BLOCKS
from app.slack.mrkdwn import escaped
from tests.slack_limits import HOSTILE, assert_message, assert_modal

OURS = words_in((Path(__file__).parents[2] / "app/intake/words.toml").read_text())
URL = "https://team.atlassian.net/browse/OPS-1"
texts = pytest.mark.parametrize("words", HOSTILE.values(), ids=list(HOSTILE))


def elements(form: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {block["block_id"]: block["element"] for block in form["blocks"]}


def asked(**changes: Any) -> dict[str, Any]:
    plain = {
        "summary": "Queue stuck",
        "exception_type": EXCEPTION_TYPES[0],
        "team": "Operations",
        "tags": [TAGS[0]],
        "priority": "General",
        "user": "U1",
    }
    return {**plain, **changes}


def test_the_form_has_the_fields_of_table_1() -> None:
    form = blocks.form("C1")

    assert_modal(form)
    shown = {block["label"]["text"]: block["optional"] for block in form["blocks"]}
    assert shown == {
        "Summary": False,
        "Description": True,
        "Exception Type": False,
        "Team Responsible": False,
        "Context Tags": True,
        "Priority": True,
    }
    options = {id: [each["value"] for each in one["options"]] for id, one in elements(form).items() if "options" in one}
    assert options == {
        "type_b": list(EXCEPTION_TYPES),
        "team_b": list(TEAMS),
        "tags_b": list(TAGS),
        "priority_b": list(PRIORITIES),
    }
    assert elements(form)["priority_b"]["initial_option"]["value"] == "General"


def test_the_form_and_its_reading_speak_of_the_same_fields() -> None:
    assert {id: element["action_id"] for id, element in elements(blocks.form("C1")).items()} == BLOCKS


@texts
def test_the_form_opens_with_whatever_was_typed(words: str) -> None:
    """As Slack sends it, with its three escapes; what does not fit into one line stands in the description, whole."""
    form = blocks.form("C1", draft(escaped(words), OURS))

    assert_modal(form)
    shown = elements(form)
    there = shown["summary_b"].get("initial_value", "") + plain_text(
        to_adf(shown["description_b"].get("initial_value"))
    )
    assert [word for word in re.findall(r"\w{3,}", words) if word not in there] == []


def test_a_guess_is_chosen_in_the_form_and_says_what_it_was_based_on() -> None:
    form = blocks.form("C1", draft("Urgent: refunds are stuck since the card outage", OURS))

    chosen = elements(form)
    assert chosen["type_b"]["initial_option"]["value"] == "Payments and transactions"
    assert [tag["value"] for tag in chosen["tags_b"]["initial_options"]] == [
        "Finance - refunds",
        "Finance - payment processing",
        "Platform - outage / latency",
    ]
    assert chosen["priority_b"]["initial_option"]["value"] == "Critical"
    hints = {block["block_id"]: block.get("hint", {}).get("text", "") for block in form["blocks"]}
    assert hints["type_b"] == "Guessed from: refund, card."


def test_nothing_typed_is_no_initial_value() -> None:
    """Slack refuses an empty one."""
    assert "initial_value" not in elements(blocks.form("C1"))["summary_b"]


def test_a_stored_request_cannot_be_sent_a_second_time() -> None:
    note = blocks.submitting()

    assert_modal(note)
    assert "submit" not in note


@pytest.mark.parametrize("thread", [None, "https://team.slack.com/archives/C1/p1"])
def test_the_ticket_and_its_thread_are_shown_when_they_are_there(thread: str | None) -> None:
    note = blocks.created("OPS-1", URL, thread)

    assert_modal(note)
    [said] = [block["text"]["text"] for block in note["blocks"]]
    assert f"<{URL}|OPS-1>" in said
    assert (thread or "no thread") in said or thread is None


def test_the_card_tells_a_screen_reader_everything_that_matters() -> None:
    text, shown = blocks.card("OPS-1", URL, asked(), "To Do")

    assert text == "OPS-1 To Do: Queue stuck (Priority General)"
    assert_message(text, shown, may_ring=("U1",))


@texts
def test_the_card_shows_whatever_people_wrote_as_text(words: str) -> None:
    text, shown = blocks.card("OPS-1", URL, asked(summary=words), "To Do")

    assert_message(text, shown, may_ring=("U1",))


@texts
def test_the_card_without_a_ticket_shows_whatever_people_wrote_as_text(words: str) -> None:
    for text, shown in (blocks.queued(asked(summary=words)), blocks.not_queued(asked(summary=words))):
        assert_message(text, shown, may_ring=("U1",))


@texts
def test_not_even_an_admin_s_names_ring(words: str) -> None:
    names = {"exception_type": words, "team": words, "tags": [words] * 3, "priority": words[:40]}
    text, shown = blocks.card("OPS-1", URL, asked(**names), status=words[:60])

    assert_message(text, shown, may_ring=("U1",))


def test_a_guess_that_triage_has_corrected_is_not_shown_for_checking_any_more() -> None:
    guessed = [
        {"field": "team", "value": "Operations", "because": ["printer"]},
        {"field": "tags", "value": "Refunds", "because": ["refund"]},
    ]

    def checked(**now: Any) -> str:
        _, shown = blocks.card("OPS-1", URL, asked(guessed=guessed, **now), "To Do")
        return str([block for block in shown if "Guessed" in str(block)])

    assert "Operations" in checked(team="Operations", tags=[])
    assert "Refunds" not in checked(team="Operations", tags=[])
    assert checked(team="Engineering", tags=[]) == "[]"


def test_a_card_without_tags_says_so() -> None:
    _, shown = blocks.card("OPS-1", URL, asked(tags=[]), "To Do")

    assert "*Tags*\nnone" in [field["text"] for block in shown for field in block.get("fields", [])]


def test_a_numbered_list_that_was_interrupted_keeps_its_numbers_in_the_form() -> None:
    """Slack's editor goes on counting behind a block of code; a form has no way to say so."""

    def listed(offset: int, *items: str) -> dict[str, Any]:
        lines = [{"type": "rich_text_section", "elements": [{"type": "text", "text": each}]} for each in items]
        return {"type": "rich_text_list", "style": "ordered", "indent": 0, "offset": offset, "elements": lines}

    code = {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": "refund 12"}]}
    rich = {"type": "rich_text", "elements": [listed(0, "open checkout"), code, listed(1, "pay", "see error")]}
    form = blocks.form("C1", draft_from(rich, OURS))

    assert_modal(form)
    written = to_adf(elements(form)["description_b"]["initial_value"])
    assert plain_text(written).split("\n")[-2:] == ["2. pay", "3. see error"]
