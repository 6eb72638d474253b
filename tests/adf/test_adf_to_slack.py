"""A text of Jira's, to be edited in Slack: no word is lost on the way there and back."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given

from app.adf.build import bullet_or_ordered, code_block, doc, paragraph, text
from app.adf.slack import to_adf
from app.adf.text import plain_text
from app.adf.to_slack import pictures, to_rich_text
from sandbox.adf_check import is_valid
from sandbox.slack_checks import check_view
from tests.adf.documents import ANYTHING, DOCUMENTS, quick
from tests.builders import a_picture, a_text
from tests.slack_limits import assert_modal


def a_view(block: Any) -> dict[str, Any]:
    element = {"type": "rich_text_input", "action_id": "a", "initial_value": block}
    plain = {"type": "plain_text", "text": "Notes"}
    input_block = {"type": "input", "block_id": "b", "label": plain, "element": element}
    return {"type": "modal", "callback_id": "c", "title": plain, "submit": plain, "blocks": [input_block]}


def there_and_back(document: Any) -> Any:
    return to_adf(to_rich_text(document))


def item(*blocks: Any) -> Any:
    return {"type": "listItem", "content": list(blocks)}


def a_list(*items: Any, ordered: bool = False, start: int = 1) -> Any:
    return {**bullet_or_ordered(ordered, start), "content": list(items)}


def a_line(*words: str) -> Any:
    return paragraph([text(word) for word in words])


LINK = [{"type": "link", "attrs": {"href": "https://a.example/?b=1&c=2"}}]


@pytest.mark.parametrize(
    "document",
    [
        a_text("Restarted the queue", "Added a watchdog"),
        doc([paragraph([text("a"), {"type": "hardBreak"}, text("b")])]),
        doc([paragraph([text("bold", [{"type": "strong"}]), text(" and "), text("code", [{"type": "code"}])])]),
        doc([paragraph([text("the runbook", LINK)])]),
        doc([code_block("if x:\n    y()\n\nz"), a_line("after")]),
        doc([a_list(item(a_line("one")), item(a_line("two"), a_list(item(a_line("in it")))), item(a_line("three")))]),
        doc([a_list(item(a_line("one")), item(a_line("two")), ordered=True)]),
        doc([{"type": "blockquote", "content": [a_line("said"), a_line("twice")]}]),
    ],
    ids=["paragraphs", "line end", "marks", "link", "code", "nested list", "numbers", "quote"],
)
def test_what_slack_can_show_comes_back_as_it_was(document: Any) -> None:
    assert there_and_back(document) == document


@pytest.mark.parametrize(
    ("block", "words"),
    [
        ({"type": "heading", "attrs": {"level": 2}, "content": [text("Cause")]}, "Cause"),
        ({"type": "panel", "attrs": {"panelType": "info"}, "content": [a_line("Mind")]}, "Mind"),
        ({"type": "expand", "attrs": {"title": "More"}, "content": [a_line("inside")]}, "More\ninside"),
        (paragraph([{"type": "mention", "attrs": {"id": "x", "text": "@Erin"}}]), "@Erin"),
        (paragraph([{"type": "inlineCard", "attrs": {"url": "https://a.example"}}]), "https://a.example"),
        (
            {
                "type": "table",
                "content": [
                    {
                        "type": "tableRow",
                        "content": [
                            {"type": "tableCell", "content": [a_line("a")]},
                            {"type": "tableCell", "content": [a_line("b")]},
                        ],
                    }
                ],
            },
            "a | b",
        ),
    ],
)
def test_what_slack_cannot_show_keeps_its_words(block: Any, words: str) -> None:
    assert plain_text(there_and_back(doc([block]))) == words


def test_a_numbered_list_that_starts_elsewhere_keeps_its_numbers() -> None:
    inner = a_list(item(a_line("in it")))
    document = doc(
        [a_list(item(a_line("three")), item(a_line("four"), inner), item(a_line("five")), ordered=True, start=3)]
    )

    assert_modal(a_view(to_rich_text(document)))
    assert plain_text(there_and_back(document)).split("\n") == ["3. three", "4. four", "in it", "5. five"]


def test_pictures_are_no_words_and_are_found_again() -> None:
    document = doc([a_line("See"), a_list(item(a_line("x"), a_picture())), a_picture("two.png")])

    assert plain_text(there_and_back(document)) == "See\nx"
    assert [one["content"][0]["attrs"]["alt"] for one in pictures(document)] == ["error.png", "two.png"]
    assert pictures(None) == []


@quick
@given(DOCUMENTS)
def test_no_word_is_lost_on_the_way_there_and_back(document: Any) -> None:
    assert plain_text(there_and_back(document)).split() == plain_text(document).split()


@quick
@given(DOCUMENTS)
def test_slack_takes_every_text_and_jira_takes_it_back(document: Any) -> None:
    block = to_rich_text(document)
    if block is None:
        assert plain_text(document) == ""
        return
    view = a_view(block)
    check_view(view)
    assert_modal(view)
    assert is_valid(to_adf(block) or doc([]))


@quick
@given(ANYTHING)
def test_anything_at_all_is_shown_somehow(document: Any) -> None:
    to_rich_text(document)
    pictures(document)
