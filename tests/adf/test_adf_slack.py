"""What a person wrote in Slack, as Jira takes it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.adf.slack import to_adf
from app.adf.text import plain_text
from sandbox.adf_check import is_valid
from tests.adf.documents import ANYTHING, quick
from tests.builders import a_text
from tests.specs import complaints, corpus

Node = dict[str, Any]
SCHEMA = "schemas/adf-full.json"


def a_section(*leaves: Node | str) -> Node:
    return {"type": "rich_text_section", "elements": [_leaf(leaf) for leaf in leaves]}


def _leaf(leaf: Node | str) -> Node:
    return {"type": "text", "text": leaf} if isinstance(leaf, str) else leaf


def a_list(*items: str, indent: int = 0, **more: Any) -> Node:
    elements = [a_section(item) for item in items]
    return {"type": "rich_text_list", "style": "bullet", "indent": indent, "elements": elements, **more}


def rich_text(*elements: Node) -> Node:
    return {"type": "rich_text", "block_id": "b1", "elements": list(elements)}


def content(*elements: Node) -> list[Node]:
    made = to_adf(rich_text(*elements))
    assert made
    found: list[Node] = made["content"]
    return found


def the_run(leaf: Node) -> Node:
    """The only run of text that *leaf* becomes."""
    [block] = content(a_section(leaf))
    [run] = block["content"]
    found: Node = run
    return found


def test_a_line_is_a_paragraph() -> None:
    assert to_adf(rich_text(a_section("Queue stuck"))) == a_text("Queue stuck")


def test_a_blank_line_starts_a_paragraph_and_a_line_end_does_not() -> None:
    [first, second] = content(a_section("\none\ntwo\n\n\nthree\n"))

    assert first["content"] == [{"type": "text", "text": "one"}, {"type": "hardBreak"}, {"type": "text", "text": "two"}]
    assert second["content"] == [{"type": "text", "text": "three"}]


@pytest.mark.parametrize(
    ("leaf", "words"),
    [
        ({"type": "emoji", "name": "fire", "unicode": "1f525"}, "🔥"),
        ({"type": "emoji", "name": "+1", "unicode": "1f44d-1f3fb"}, "👍🏻"),
        ({"type": "emoji", "name": "our-logo"}, ":our-logo:"),
        ({"type": "emoji", "name": "odd", "unicode": "zz"}, ":odd:"),
        ({"type": "user", "user_id": "U1"}, "@U1"),
        ({"type": "usergroup", "usergroup_id": "S1"}, "@S1"),
        ({"type": "channel", "channel_id": "C1"}, "#C1"),
        ({"type": "broadcast", "range": "channel"}, "@channel"),
        ({"type": "link", "url": "https://a.example/?b=1&c=2"}, "https://a.example/?b=1&c=2"),
        ({"type": "date", "timestamp": 1763769600, "format": "{date}", "fallback": "22 November"}, "22 November"),
        ({"type": "color", "value": "#F405B3"}, "#F405B3"),
        ({"type": "team", "team_id": "T1"}, "T1"),
        ({"type": "made_up_in_2030", "text": "words"}, "words"),
        ({"type": "made_up_in_2030"}, "[made_up_in_2030]"),
    ],
    ids=lambda value: value.get("type") if isinstance(value, dict) else "",
)
def test_every_element_keeps_its_words(leaf: Node, words: str) -> None:
    assert the_run(leaf)["text"] == words


@pytest.mark.parametrize(
    ("style", "marks"),
    [
        ({"bold": True}, ["strong"]),
        ({"italic": True, "strike": True}, ["em", "strike"]),
        ({"underline": True}, ["underline"]),
        ({"code": True, "bold": True}, ["code"]),
        ({"bold": False}, []),
        ("bold", []),
        (None, []),
    ],
    ids=str,
)
def test_a_style_is_a_mark_that_may_stand_there(style: Any, marks: list[str]) -> None:
    run = the_run({"type": "text", "text": "x", "style": style})

    assert [mark["type"] for mark in run.get("marks", [])] == marks


def test_a_link_leads_there_and_shows_its_words() -> None:
    run = the_run({"type": "link", "url": "https://a.example", "text": "the log", "style": {"bold": True}})

    assert run["text"] == "the log"
    assert run["marks"] == [{"type": "strong"}, {"type": "link", "attrs": {"href": "https://a.example"}}]


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "JaVaScRiPt:x", "data:text/html,x", "file:///etc/passwd", "", None, 5]
)
def test_an_address_that_is_no_page_is_no_link(url: Any) -> None:
    assert "marks" not in the_run({"type": "link", "url": url, "text": "press me"})


def test_preformatted_text_keeps_its_lines() -> None:
    [block] = content({"type": "rich_text_preformatted", "elements": [{"type": "text", "text": "a\n  b\n\nc"}]})

    assert block == {"type": "codeBlock", "attrs": {}, "content": [{"type": "text", "text": "a\n  b\n\nc"}]}


def test_a_quote_is_a_quote() -> None:
    [block] = content({"type": "rich_text_quote", "elements": [{"type": "text", "text": "it broke"}]})

    assert block == {"type": "blockquote", "content": a_text("it broke")["content"]}


def test_nested_lists_are_nested() -> None:
    [outer] = content(
        a_list("one"), a_list("deeper", indent=1), a_list("deepest", indent=2), a_list("two"), a_list("again", indent=1)
    )

    one, two = outer["content"]
    [deeper] = one["content"][1]["content"]
    assert plain_text(deeper) == "deeper\ndeepest"
    assert plain_text(two) == "two\nagain"


def test_numbers_go_on_where_they_stopped() -> None:
    [list_] = content(a_list("four", style="ordered", offset=3))

    assert (list_["type"], list_["attrs"]) == ("orderedList", {"order": 4})


def test_another_kind_of_list_is_a_list_of_its_own() -> None:
    kinds = [block["type"] for block in content(a_list("a"), a_list("b", style="ordered"), a_list("c"))]

    assert kinds == ["bulletList", "orderedList", "bulletList"]


@pytest.mark.parametrize(
    "block",
    [
        None,
        5,
        "words",
        {},
        {"elements": None},
        {"elements": [5]},
        rich_text(),
        rich_text(a_section("\n")),
        rich_text(a_list()),
    ],
)
def test_nothing_written_is_no_document(block: Any) -> None:
    assert to_adf(block) is None


def rich_texts(found: Any) -> Iterator[Node]:
    if isinstance(found, dict):
        if found.get("type") == "rich_text":
            yield found
        for value in found.values():
            yield from rich_texts(value)
    if isinstance(found, list):
        for value in found:
            yield from rich_texts(value)


def leaf_texts(found: Any) -> Iterator[str]:
    if isinstance(found, dict):
        if found.get("type") in ("text", "link") and found.get("text"):
            yield from str(found["text"]).split()
        yield from leaf_texts(found.get("elements"))
    if isinstance(found, list):
        for value in found:
            yield from leaf_texts(value)


@pytest.mark.parametrize("payload", corpus("slack/realistic", containing='"rich_text"'))
def test_what_real_people_wrote_arrives_with_every_word(payload: Path) -> None:
    for block in rich_texts(json.loads(payload.read_text())):
        made = to_adf(block)

        assert complaints(made, SCHEMA) == []
        there = plain_text(made)
        assert [word for word in leaf_texts(block) if word not in there] == []


LEAVES = st.one_of(
    st.builds(lambda words: {"type": "text", "text": words}, st.text("ab \n", max_size=5)),
    st.builds(lambda words: {"type": "text", "text": words, "style": {"code": True, "bold": True}}, st.text("ab")),
    st.just({"type": "link", "url": "https://a.example"}),
    st.just({"type": "emoji", "name": "fire", "unicode": "1f525"}),
)
SECTIONS = st.builds(lambda leaves: a_section(*leaves), st.lists(LEAVES, max_size=3))
WRITTEN = st.builds(
    lambda elements: rich_text(*elements),
    st.lists(
        st.one_of(
            SECTIONS,
            st.builds(
                lambda leaves: {"type": "rich_text_preformatted", "elements": leaves}, st.lists(LEAVES, max_size=2)
            ),
            st.builds(lambda leaves: {"type": "rich_text_quote", "elements": leaves}, st.lists(LEAVES, max_size=2)),
            st.builds(
                lambda items, indent, style: {
                    "type": "rich_text_list",
                    "elements": items,
                    "indent": indent,
                    "style": style,
                },
                st.lists(SECTIONS, max_size=2),
                st.integers(0, 3),
                st.sampled_from(["bullet", "ordered"]),
            ),
        ),
        max_size=5,
    ),
)


@quick
@given(WRITTEN)
def test_jira_takes_whatever_slack_s_editor_can_write(block: Node) -> None:
    made = to_adf(block)

    assert made is None or is_valid(made)


@quick
@given(ANYTHING)
def test_nothing_raises_whatever_slack_sends(value: Any) -> None:
    to_adf(value)
    to_adf({"elements": [value, {"type": "rich_text_list", "elements": [value], "indent": value, "offset": value}]})
    to_adf(rich_text(a_section({"type": "emoji", "unicode": value}, {"type": "link", "url": value, "style": value})))
