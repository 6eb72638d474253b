"""A mention that is copied is words: nobody is called twice."""

from __future__ import annotations

from typing import Any

import pytest

from app.adf.build import doc, paragraph, text
from app.adf.mentions import as_words
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
