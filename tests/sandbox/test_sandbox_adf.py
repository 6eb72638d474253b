"""Documents: their text, what Jira takes, and what it makes of them."""

from __future__ import annotations

from typing import Any

import pytest
from jira_client import a_document

from sandbox import adf
from sandbox.adf_check import is_valid

PARAGRAPH = {"type": "paragraph", "content": [{"type": "text", "text": "x"}]}
FILE = {"type": "media", "attrs": {"type": "file", "id": "m1", "collection": ""}}


def doc(*content: Any) -> dict[str, Any]:
    return {"type": "doc", "version": 1, "content": list(content)}


RICH = doc(
    {"type": "heading", "attrs": {"level": 2}, "content": [{"type": "text", "text": "What we did"}]},
    {"type": "bulletList", "content": [{"type": "listItem", "content": [PARAGRAPH]}]},
    {"type": "mediaSingle", "content": [FILE]},
    {"type": "paragraph", "content": [{"type": "mention", "attrs": {"id": "7:8", "text": "@Toni"}}]},
    {"type": "paragraph", "content": [{"type": "text", "text": "a"}, {"type": "hardBreak"}]},
)


def test_the_plain_text_is_the_words_without_pictures() -> None:
    assert adf.plain_text(RICH).split() == ["What", "we", "did", "x", "@Toni", "a"]


def test_the_wiki_text_names_files_and_people() -> None:
    assert adf.wiki_text(RICH, {"m1": "shot.png"}).splitlines() == [
        "h2. What we did",
        "* x",
        "!shot.png!",
        "[~accountid:7:8]",
        "a",
    ]


def test_saving_says_the_same_in_other_bytes_each_time() -> None:
    saved = adf.normalised(RICH, "first")

    again = adf.normalised(saved, "second")

    assert again != saved != RICH
    assert is_valid(again)
    assert adf.same(saved, RICH)
    assert adf.same(again, RICH)
    assert not adf.same(saved, a_document("x"))


def test_saving_joins_runs_and_sorts_marks() -> None:
    marks = [{"type": "strong"}, {"type": "em"}]
    runs = [{"type": "text", "text": "a", "marks": marks}, {"type": "text", "text": "b", "marks": marks[::-1]}]

    (paragraph,) = adf.normalised(doc({"type": "paragraph", "content": runs}), "")["content"]

    assert paragraph["content"] == [{"marks": marks[::-1], "text": "ab", "type": "text"}]


@pytest.mark.parametrize(
    "document",
    [
        RICH,
        doc(),
        a_document(""),
        doc({"type": "codeBlock", "attrs": {"language": "sql"}, "content": [{"type": "text", "text": "select"}]}),
        doc({"type": "panel", "attrs": {"panelType": "info"}, "content": [PARAGRAPH]}),
        doc({"type": "table", "content": [{"type": "tableRow", "content": [{"type": "tableCell", "content": []}]}]}),
        doc({"type": "expand", "attrs": {"title": "log"}, "content": [PARAGRAPH]}),
        doc({"type": "rule"}),
    ],
)
def test_jira_takes(document: dict[str, Any]) -> None:
    assert is_valid(document)


@pytest.mark.parametrize(
    "document",
    [
        {"type": "doc", "content": []},
        doc({"type": "heading", "attrs": {"level": 7}}),
        doc({"type": "panel", "content": [PARAGRAPH]}),
        doc({"type": "mediaSingle", "content": [{"type": "media", "attrs": {"type": "file"}}]}),
        doc({"type": "listItem", "content": [PARAGRAPH]}),
        doc({"type": "paragraph", "content": [PARAGRAPH]}),
        doc({"type": "paragraph", "content": [{"type": "text", "text": "x", "marks": [{"type": "link"}]}]}),
        doc({"type": "marquee"}),
        doc({"type": ["paragraph"]}),
        doc("x"),
        doc({"type": "paragraph", "content": "x"}),
        doc({"type": "paragraph", "attrs": None}),
    ],
)
def test_jira_refuses(document: dict[str, Any]) -> None:
    assert not is_valid(document)
