"""A mention that is copied is words: nobody is called twice."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given

from app.adf.build import code_block, doc, paragraph, text
from app.adf.canonical import digest
from app.adf.mentions import as_words, with_mentions
from tests.adf.documents import TEXTS, quick
from tests.builders import a_picture


def mention(**attrs: Any) -> dict[str, Any]:
    return {"type": "mention", "attrs": {"id": "712020:erin", **attrs}}


@pytest.mark.parametrize(
    ("attrs", "words"),
    [
        ({"text": "@Erin Engineer", "accessLevel": "CONTAINER"}, "@Erin Engineer"),
        ({"text": "Erin"}, "@Erin"),
        ({}, "@somebody"),
        ({"text": None}, "@somebody"),
    ],
    ids=["as Jira has it", "without the sign", "without a name", "a name that is none"],
)
def test_a_mention_becomes_the_name(attrs: dict[str, Any], words: str) -> None:
    said = as_words(doc([paragraph([text("Ask "), mention(**attrs)])]))

    assert said == doc([paragraph([text("Ask "), text(words)])])


def test_mentions_are_found_in_lists_and_nothing_else_changes() -> None:
    item = {"type": "listItem", "content": [paragraph([mention(text="@Erin")])]}
    before = doc([{"type": "bulletList", "content": [item]}, a_picture(), {"type": "rule"}])

    said = as_words(before)

    assert said["content"][0]["content"][0]["content"] == [paragraph([text("@Erin")])]
    assert said["content"][1:] == before["content"][1:]
    assert before["content"][0]["content"][0] is item  # the original is left alone


def test_a_document_deeper_than_any_person_writes_is_no_trouble() -> None:
    node: dict[str, Any] = paragraph([text("x")])
    for _ in range(5000):
        node = {"type": "blockquote", "content": [node]}

    assert as_words(doc([node]))["type"] == "doc"


ERIN, LEE = mention(text="@Erin Engineer"), mention(text="@Lee", id="712020:lee")
HERE = doc([paragraph([text("Ask "), ERIN, text(" or "), LEE])])


def test_words_that_come_back_are_the_mention_again() -> None:
    edited = doc([paragraph([text("Please ask @Erin Engineer, or @Lee!")])])

    assert with_mentions(edited, HERE) == doc([paragraph([text("Please ask "), ERIN, text(", or "), LEE, text("!")])])


@pytest.mark.parametrize(
    "content",
    [
        paragraph([text("@Erin Engineering is a team, @Leeds a town")]),
        paragraph([text("@Toni was not called here")]),
        paragraph([text("@Lee", marks=[{"type": "code"}])]),
        code_block("@Lee"),
    ],
    ids=["a longer word", "somebody else", "code", "a block of code"],
)
def test_other_words_stay_words(content: dict[str, Any]) -> None:
    assert with_mentions(doc([content]), HERE) == doc([content])


def test_where_nobody_was_called_nobody_is() -> None:
    said = doc([paragraph([text("@Lee")])])

    assert with_mentions(said, None) is with_mentions(said, doc([])) is said


def test_a_mention_and_its_words_say_the_same() -> None:
    assert digest(as_words(HERE)) == digest(HERE)
    assert digest(HERE) != digest(doc([paragraph([text("Ask "), LEE, text(" or "), ERIN])]))


@quick
@given(TEXTS)
def test_there_and_back_nothing_is_lost(said: dict[str, Any]) -> None:
    assert digest(with_mentions(as_words(said), said)) == digest(said)
