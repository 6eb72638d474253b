"""What counts as text: who reads the field must see something."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given

from app.adf.build import doc, paragraph, text
from app.adf.text import is_blank, plain_text
from tests.adf.documents import ANYTHING, quick
from tests.builders import a_picture, a_text


def inline(node: dict[str, Any]) -> dict[str, Any]:
    return doc([paragraph([node])])


MENTION = {"type": "mention", "attrs": {"id": "5b10", "text": "@Rae"}}
EMOJI = {"type": "emoji", "attrs": {"shortName": ":fire:", "text": "🔥"}}
OWN_EMOJI = {"type": "emoji", "attrs": {"shortName": ":our-logo:"}}
DATE = {"type": "date", "attrs": {"timestamp": "1763769600000"}}
STATUS = {"type": "status", "attrs": {"text": "BLOCKED", "color": "red"}}
CARD = {"type": "inlineCard", "attrs": {"url": "https://team.atlassian.net/browse/OPS-1"}}
RULE = {"type": "rule"}
TABLE = {"type": "table", "content": [{"type": "tableRow", "content": [{"type": "tableCell", "content": []}]}]}


def case(value: Any, id: str) -> Any:
    return pytest.param(value, id=id)


@pytest.mark.parametrize(
    "value",
    [
        case(None, "null"),
        case("", "an empty string"),
        case(" \t\r\n\u00a0\u2003", "blanks of all kinds"),
        case("\u200b\u200c\u200d\u2060\ufeff\u00ad", "zero-width characters"),
        case("\u202e\u0000\u0007", "direction marks and control characters"),
        case({}, "no document"),
        case({"type": "doc", "content": []}, "an empty document"),
        case({"type": "doc", "version": 1}, "a document without content"),
        case({"type": "doc", "content": None}, "a document whose content is null"),
        case(a_text(""), "an empty paragraph"),
        case(a_text("", "   ", "\u00a0"), "paragraphs of blanks"),
        case(a_text("\u200b"), "a paragraph of a zero-width space"),
        case(inline({"type": "hardBreak"}), "a line end"),
        case(doc([a_picture()]), "a lone image"),
        case(doc([a_picture(), paragraph([])]), "an image and an empty paragraph"),
        case(doc([RULE]), "a line"),
        case(doc([TABLE]), "an empty table"),
        case({"type": "mention", "attrs": None}, "a mention of nobody"),
        case([], "a list"),
        case(5, "a number"),
    ],
)
def test_nothing_to_read_is_blank(value: Any) -> None:
    assert is_blank(value)


@pytest.mark.parametrize(
    "value",
    [
        case("x", "a string"),
        case(a_text("x"), "a word"),
        case(a_text("", "x"), "a word in the second paragraph"),
        case(a_text("漢"), "a Chinese character"),
        case(a_text("."), "a full stop"),
        case(inline(MENTION), "a mention"),
        case(inline(EMOJI), "an emoji"),
        case(inline(OWN_EMOJI), "an emoji of the site's own"),
        case(inline(DATE), "a date"),
        case(inline(STATUS), "a status"),
        case(inline(CARD), "a link card"),
        case(doc([a_picture(), *a_text("see above")["content"]]), "an image with words below"),
        case(doc([{"type": "codeBlock", "content": [text("kill -9 1")]}]), "code"),
        case(
            doc([{"type": "madeUpIn2030", "content": [paragraph([text("x")])]}]), id="words in a node that nobody knows"
        ),
    ],
)
def test_something_to_read_is_not_blank(value: Any) -> None:
    assert not is_blank(value)


def test_each_block_is_a_line() -> None:
    item = {"type": "listItem", "content": a_text("one")["content"]}
    content = [
        {"type": "heading", "attrs": {"level": 1}, "content": [text("Cause")]},
        {"type": "bulletList", "content": [item, item]},
        paragraph([text("by "), MENTION, {"type": "hardBreak"}, text("  today  ")]),
    ]

    assert plain_text(doc(content)) == "Cause\none\none\nby @Rae\ntoday"


@pytest.mark.parametrize(
    ("node", "words"),
    [
        pytest.param(DATE, "2025-11-22", id="a date as people write it, in UTC"),
        pytest.param({"type": "date", "attrs": {"timestamp": "soon"}}, "soon", id="a date that is none"),
        pytest.param(
            {"type": "emoji", "attrs": {"shortName": ":x:", "id": "1f468-200d-1f4bb"}},
            "👨‍💻",
            id="an emoji by its code points",
        ),
        pytest.param(OWN_EMOJI, ":our-logo:", id="an emoji of the site's own by its name"),
        pytest.param(
            {"type": "inlineCard", "attrs": {"data": {"url": "https://a.example"}}}, "https://a.example", id="a card"
        ),
        pytest.param(
            {"type": "blockCard", "attrs": {"datasource": {"parameters": {"jql": "a = b"}}}},
            "a = b",
            id="a list's question",
        ),
        pytest.param(
            {"type": "expand", "attrs": {"title": "More"}, "content": [paragraph([text("x")])]},
            "More\nx",
            id="an expand",
        ),
        pytest.param(
            {"type": "madeUp", "attrs": {"title": "A title"}}, "A title", id="words of a node that nobody knows"
        ),
        pytest.param({"type": "extension", "attrs": {"extensionKey": "toc"}}, "", id="a macro without words"),
        pytest.param({"type": "text", "text": 5}, "5", id="a number"),
        pytest.param({"type": "text", "text": {"a": 1}}, "", id="no raw JSON"),
        pytest.param({"type": "paragraph", "content": text("x")}, "x", id="content without brackets"),
    ],
)
def test_what_is_read_in_the_log_is_the_plain_text(node: dict[str, Any], words: str) -> None:
    assert plain_text(doc([node])) == words


def test_what_the_editor_has_put_away_is_text_too() -> None:
    """It keeps a table within a table as a string of ADF (facts: confluence_adf.md §2.3)."""
    inner = json.dumps({"type": "table", "content": [{"type": "tableRow", "content": [paragraph([text("x")])]}]})
    attrs = {"extensionKey": "nested-table", "parameters": {"adf": inner}}

    assert plain_text(doc([{"type": "extension", "attrs": attrs}])) == "x"


def test_a_document_may_be_deeper_than_a_program_can_count() -> None:
    deep: dict[str, Any] = paragraph([text("the end")])
    for _ in range(10_000):
        deep = {"type": "blockquote", "content": [deep]}

    assert plain_text(doc([paragraph([text("the start")]), deep])) == "the start\nthe end"
    assert not is_blank(deep)


@quick
@given(ANYTHING)
def test_nothing_raises_whatever_the_json(value: Any) -> None:
    assert isinstance(plain_text(value), str)
    assert isinstance(is_blank(value), bool)
