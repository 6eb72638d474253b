"""Rich text in a text box: Markdown in, an Atlassian document out; and back, with nothing lost that Markdown cannot say."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.adf import plain_text
from sandbox.adf_check import is_valid
from sandbox.ui_markdown import document
from sandbox.ui_markdown_text import written


def said(text: str, *marks: str) -> dict[str, Any]:
    return {"type": "text", "text": text} | ({"marks": [{"type": mark} for mark in marks]} if marks else {})


def paragraph(*content: dict[str, Any]) -> dict[str, Any]:
    return {"type": "paragraph", "content": list(content)}


def doc(*blocks: dict[str, Any]) -> dict[str, Any]:
    return {"type": "doc", "version": 1, "content": list(blocks)}


def blocks_of(text: str) -> list[dict[str, Any]]:
    found = document(text)
    assert found is not None
    assert is_valid(found)
    return list(found["content"])


TYPED = [
    "one\ntwo",
    "# A heading\n\ntext",
    "**bold** *it* ~~no~~ `co*de` and [a link](https://example.com/a?b=c)",
    "- a\n  - b\n\n    second\n- c",
    "3. three\n4. four",
    "- [ ] to do\n- [x] done",
    "> quoted\n> \n> twice",
    "```python\nif a < b:\n    **not bold**\n```",
    "| a | b |\n| --- | --- |\n| 1 \\| 2 | **x** |",
    "above\n\n---\n\nbelow",
    "snake_case_name, 2 \\* 3, \\[x\\](y), <b>no html</b> &amp;",
    "\\# no heading\n\\- no list\n1\\. none either",
    "https://example.com/a_b_c is a link by itself",
]


@pytest.mark.parametrize("text", TYPED)
def test_typed_text_survives_being_typed_again(text: str) -> None:
    assert document(written(document(text))) == document(text)
    assert is_valid(document(text) or {})


@pytest.mark.parametrize("text", ["", "  \n ", "\x00"])
def test_an_empty_box_is_no_document(text: str) -> None:
    assert document(text) is None


def test_html_is_text() -> None:
    (block,) = blocks_of("<script>alert(1)</script> <b>x</b> &copy;")
    assert block == paragraph(said("<script>alert(1)</script> <b>x</b> &copy;"))


@pytest.mark.parametrize("address", ["javascript:alert(1)", "data:text/html,x", "vbscript:x"])
def test_an_address_that_could_act_is_no_link(address: str) -> None:
    assert blocks_of(f"[click]({address})") == [paragraph(said("click"))]


def test_a_list_may_follow_its_paragraph_at_once_and_a_channel_is_no_heading() -> None:
    assert [b["type"] for b in blocks_of("Seen:\n- a\n- b")] == ["paragraph", "bulletList"]
    assert [b["type"] for b in blocks_of("#ops-requests knows")] == ["paragraph"]


def test_what_jira_refuses_is_not_made() -> None:
    assert blocks_of("**bold `code`**")[0]["content"][1] == said("code", "code")
    assert [b["type"] for b in blocks_of("> # big\n> > deep")[0]["content"]] == ["paragraph", "paragraph"]


@pytest.mark.parametrize("text", ["- " * 500 + "x", "[" * 5000, "> " * 400, "*" * 3000, "a " * 30_000])
def test_text_that_would_keep_the_parser_busy_is_plain(text: str) -> None:
    assert plain_text(document(text) or {}).replace(" ", "") != ""
    assert is_valid(document(text) or {})


MENTION = {"type": "mention", "attrs": {"id": "712020:1", "text": "@Riley Reporter"}}
STATUS = {"type": "status", "attrs": {"text": "BLOCKED", "color": "red"}}
PANEL = {"type": "panel", "attrs": {"panelType": "warning"}, "content": [paragraph(said("Mind the gap"))]}
COLOURED = paragraph({**said("red"), "marks": [{"type": "textColor", "attrs": {"color": "#ff0000"}}]})
OLD = doc(paragraph(said("Ask "), MENTION, said(" now")), PANEL, COLOURED, paragraph(said("last")))


def test_what_markdown_cannot_say_stands_for_itself() -> None:
    assert written(OLD) == "Ask ⟦@Riley Reporter⟧ now\n\n⟦panel: Mind the gap⟧\n\nred\n\nlast"


def test_what_is_left_alone_is_kept() -> None:
    changed = written(OLD).replace("last", "**first**")
    assert document(changed, OLD) == doc(*OLD["content"][:3], paragraph(said("first", "strong")))


def test_what_is_kept_may_be_moved_and_removed() -> None:
    now = document("⟦panel: Mind the gap⟧\n\nTell ⟦@Riley Reporter⟧", OLD)
    assert now == doc(PANEL, paragraph(said("Tell "), MENTION))


def test_dates_and_emoji_are_told_in_words() -> None:
    date = {"type": "date", "attrs": {"timestamp": "1790000000000"}}
    fire = {"type": "emoji", "attrs": {"shortName": ":fire:", "text": "🔥"}}
    own = {"type": "emoji", "attrs": {"shortName": ":our_logo:", "text": ":our_logo:"}}
    old = doc(paragraph(date, fire, own), paragraph(said("last")))
    assert written(old) == "⟦date: 21 Sep 2026⟧🔥⟦emoji: :our_logo:⟧\n\nlast"
    assert document(written(old) + "!", old) == doc(old["content"][0], paragraph(said("last!")))


def test_two_different_things_of_one_name_are_told_apart() -> None:
    old = doc(paragraph(STATUS), paragraph({"type": "status", "attrs": {"text": "BLOCKED", "color": "blue"}}))
    assert written(old) == "⟦status: BLOCKED⟧\n\n⟦status: BLOCKED (2)⟧"
    assert document("x ⟦status: BLOCKED (2)⟧", old) == doc(paragraph(said("x "), old["content"][1]["content"][0]))


def test_brackets_that_stand_for_nothing_are_text() -> None:
    assert document("⟦what?⟧", OLD) == doc(paragraph(said("⟦what?⟧")))


def test_a_picture_goes_by_its_name() -> None:
    attrs = {"type": "file", "id": "uuid-1", "collection": "", "alt": "shot.png"}
    shown = document("Look:\n\n![](shot.png)", None, {"shot.png": "uuid-1"})
    assert shown is not None
    assert shown["content"][1]["content"] == [{"type": "media", "attrs": attrs}]


def test_an_item_of_a_list_keeps_its_colour_when_another_changes() -> None:
    items = [{"type": "listItem", "content": [COLOURED]}, {"type": "listItem", "content": [paragraph(said("b"))]}]
    now = document("- red\n- c", doc({"type": "bulletList", "content": items}))
    assert now is not None
    assert now["content"][0]["content"][0] == items[0]


ALPHABET = "ab *_`[]()~|#>-+1.\\!<&:/@\n\n  x⟦⟧\t"


@given(st.text(alphabet=ALPHABET, max_size=60))
def test_whatever_is_typed_jira_takes_it_and_it_does_not_change_when_left_alone(text: str) -> None:
    found = document(text)
    if found is not None:
        assert is_valid(found)
        assert document(written(found), found) == found
