"""Two documents are the same when they say the same, whatever ids and order Jira gave back."""

from __future__ import annotations

import copy
import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.adf.build import doc, paragraph, text
from app.adf.canonical import DEEPEST, canonical, digest
from app.adf.text import plain_text
from tests.adf.documents import ANYTHING, DOCUMENTS, quick
from tests.builders import a_picture, a_text

STRONG, EM = {"type": "strong"}, {"type": "em"}


def one(node: dict[str, Any]) -> dict[str, Any]:
    return doc([node])


@pytest.mark.parametrize(
    ("left", "right"),
    [
        pytest.param(None, {"type": "doc", "version": 1, "content": []}, id="no field and an empty document"),
        pytest.param(None, a_text(""), id="no field and an empty paragraph"),
        pytest.param(a_text("x"), a_text("x", "", ""), id="empty paragraphs at the end"),
        pytest.param(
            one(paragraph([text("x")])),
            one({**paragraph([text("x")]), "attrs": {"localId": "8f1a"}}),
            id="a local id",
        ),
        pytest.param(
            one({"type": "heading", "attrs": {"level": 1, "localId": None}, "content": []}),
            one({"attrs": {"level": 1}, "type": "heading"}),
            id="a null attribute, no content and another order of keys",
        ),
        pytest.param(
            one(paragraph([text("x", [STRONG, EM])])), one(paragraph([text("x", [EM, STRONG])])), id="order of marks"
        ),
        pytest.param(
            one(paragraph([text("ab", [EM])])),
            one(paragraph([text("a", [EM]), {"type": "text", "text": "b", "marks": [EM]}])),
            id="a run in two pieces",
        ),
        pytest.param(
            one(paragraph([text("ab")])),
            one(paragraph([{"type": "text", "text": ""}, text("a"), {"type": "text", "text": ""}, text("b")])),
            id="empty runs",
        ),
        pytest.param(one(a_picture(id="1001")), one(a_picture(id="2002")), id="the same picture in another issue"),
        pytest.param(one(a_picture("error.png")), a_text("📎 error.png"), id="a picture and our line of text for it"),
        pytest.param(
            one(paragraph([text("📎 err"), text("or.png")])), a_text("📎 error.png"), id="that line in two pieces"
        ),
    ],
)
def test_what_says_the_same_has_one_digest(left: Any, right: Any) -> None:
    assert digest(left) == digest(right)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        pytest.param(a_text("x"), a_text("y"), id="words"),
        pytest.param(a_text("x"), a_text("x "), id="a blank"),
        pytest.param(a_text("a", "b"), a_text("b", "a"), id="order"),
        pytest.param(a_text("a", "b"), a_text("ab"), id="paragraphs"),
        pytest.param(a_text("", "a"), a_text("a"), id="an empty paragraph above"),
        pytest.param(one(paragraph([text("x")])), one(paragraph([text("x", [STRONG])])), id="a mark"),
        pytest.param(
            one(paragraph([text("ab", [STRONG])])),
            one(paragraph([text("a", [STRONG]), text("b")])),
            id="how far a mark goes",
        ),
        pytest.param(
            one(paragraph([text("x", [{"type": "link", "attrs": {"href": "https://a.example"}}])])),
            one(paragraph([text("x", [{"type": "link", "attrs": {"href": "https://b.example"}}])])),
            id="where a link leads",
        ),
        pytest.param(one(a_picture("a.png")), one(a_picture("b.png")), id="which picture"),
        pytest.param(
            one({"type": "media", "attrs": {"type": "external", "url": "https://a.example/1.png"}}),
            one({"type": "media", "attrs": {"type": "external", "url": "https://a.example/2.png"}}),
            id="which picture of the web",
        ),
        pytest.param(
            one({"type": "heading", "attrs": {"level": 1}, "content": [text("x")]}),
            one({"type": "heading", "attrs": {"level": 2}, "content": [text("x")]}),
            id="the level of a heading",
        ),
        pytest.param(
            one({"type": "mediaGroup", "content": [*a_picture("a.txt")["content"], *a_picture("b.txt")["content"]]}),
            one({"type": "mediaGroup", "content": [*a_picture("a.txt")["content"], *a_picture("c.txt")["content"]]}),
            id="the second file of a group",
        ),
        pytest.param(
            one({**a_picture(), "content": [*a_picture()["content"], {"type": "caption", "content": [text("x")]}]}),
            one(a_picture()),
            id="a picture's caption",
        ),
    ],
)
def test_what_says_something_else_has_another_digest(left: Any, right: Any) -> None:
    assert digest(left) != digest(right)


@quick
@given(DOCUMENTS)
def test_the_canonical_form_is_its_own_canonical_form(document: dict[str, Any]) -> None:
    once = canonical(document)

    assert canonical({"type": "doc", "content": once}) == once


@quick
@given(DOCUMENTS, st.integers())
def test_what_jira_changes_when_it_stores_a_text_is_no_change(document: dict[str, Any], seed: int) -> None:
    assert digest(as_jira_gives_it_back(document, random.Random(seed))) == digest(document)


@quick
@given(DOCUMENTS, DOCUMENTS)
def test_other_words_have_another_digest(left: dict[str, Any], right: dict[str, Any]) -> None:
    if plain_text(left) != plain_text(right):
        assert digest(left) != digest(right)


def test_words_count_however_deep_they_stand() -> None:
    shallow, deep = a_text("a"), a_text("b")
    for _ in range(2 * DEEPEST):
        shallow, deep = (
            one({"type": "blockquote", "content": [shallow]}),
            one({"type": "blockquote", "content": [deep]}),
        )

    assert digest(shallow) != digest(deep)
    assert canonical({"type": "doc", "content": canonical(deep)}) == canonical(deep)


@quick
@given(DOCUMENTS)
def test_a_document_is_left_as_it_was(document: dict[str, Any]) -> None:
    before = copy.deepcopy(document)

    canonical(document)

    assert document == before


@quick
@given(ANYTHING)
def test_any_json_has_a_digest(value: Any) -> None:
    assert len(digest(value)) == 64
    assert canonical({"content": canonical(value)}) == canonical(value)


def as_jira_gives_it_back(node: dict[str, Any], chance: random.Random) -> dict[str, Any]:
    """With ids of Jira's, keys and marks in another order, and runs split at any place."""
    changed = {name: node[name] for name in chance.sample(sorted(node), len(node))}
    if node["type"] in ("paragraph", "bulletList", "listItem"):
        changed["attrs"] = {**node.get("attrs", {}), "localId": str(chance.random())}
    if node["type"] == "media":
        changed["attrs"] = {**node["attrs"], "id": str(chance.random()), "collection": "", "occurrenceKey": None}
    if "marks" in node:
        changed["marks"] = chance.sample(node["marks"], len(node["marks"]))
    if "content" in node:
        children = [as_jira_gives_it_back(child, chance) for child in node["content"]]
        changed["content"] = [piece for child in children for piece in _split(child, chance)]
    return changed


def _split(node: dict[str, Any], chance: random.Random) -> list[dict[str, Any]]:
    if node["type"] != "text" or len(node["text"]) < 2 or chance.random() < 0.5:
        return [node]
    cut = chance.randrange(1, len(node["text"]))
    return [{**node, "text": node["text"][:cut]}, {**node, "text": node["text"][cut:]}]
