"""ADF as a cell of the log in Confluence: every word, well-formed, and nothing that a stranger could do with it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given

from app.adf.build import doc, paragraph, text
from app.adf.storage import DEEPEST, safe_text, to_storage
from tests.adf.documents import ANYTHING, DOCUMENTS, quick
from tests.markup import addresses, elements, parsed, words
from tests.specs import contract, corpus

GOLDEN = sorted((Path(__file__).parent / "golden").glob("*.json"))
SAFE = ("http://", "https://", "mailto:", "tel:")
#: All that we ever write.
ELEMENTS = {"p", "strong", "em", "u", "s", "sub", "sup", "code", "a", "br", "hr", "ul", "ol", "li", "blockquote"}
ELEMENTS |= {"ac:structured-macro", "ac:parameter", "ac:plain-text-body", "ac:rich-text-body"}


@pytest.mark.parametrize("source", GOLDEN, ids=lambda path: path.stem)
def test_a_document_becomes_this_markup(source: Path, update: bool) -> None:
    made, golden = str(to_storage(json.loads(source.read_text()))), source.with_suffix(".xml")
    if update:
        golden.write_text(made + "\n")

    assert made == golden.read_text().removesuffix("\n")
    assert_harmless(made)


@pytest.mark.parametrize("example", corpus("adf"))
def test_every_document_of_the_collections_arrives_with_its_words(example: Path) -> None:
    document = json.loads(example.read_text())

    made = to_storage(document)

    assert_harmless(made)
    there = words(made).replace(" ", "")
    assert [said for said in said_in(document) if said not in there] == []


@quick
@given(ANYTHING)
def test_any_json_becomes_well_formed_markup(value: Any) -> None:
    assert_harmless(to_storage(value))
    assert_harmless(to_storage(doc([value, paragraph([value, text("x", [value])])])))


@quick
@given(DOCUMENTS)
def test_no_word_is_lost(document: dict[str, Any]) -> None:
    there = words(to_storage(document)).replace(" ", "")

    assert [said for said in said_in(document) if said not in there] == []


def test_the_same_text_has_the_same_markup_whatever_the_order_of_its_marks() -> None:
    marks = [{"type": "strong"}, {"type": "link", "attrs": {"href": "https://a.example"}}, {"type": "code"}]

    one = to_storage(doc([paragraph([text("x", marks)])]))
    other = to_storage(doc([paragraph([text("x", marks[::-1])])]))

    assert one == other == '<p><a href="https://a.example"><strong><code>x</code></strong></a></p>'


def test_what_is_too_deep_is_shown_as_text() -> None:
    deep: dict[str, Any] = paragraph([text("the end & all")])
    for _ in range(DEEPEST * 2):
        deep = {"type": "blockquote", "content": [deep]}

    made = to_storage(doc([deep]))

    assert words(made) == "the end & all"
    assert made.count("<blockquote>") == DEEPEST + 1


def test_a_table_within_a_table_is_text_too() -> None:
    inner = {
        "type": "table",
        "content": [{"type": "tableRow", "content": [{"type": "tableCell", "content": [text("in")]}]}],
    }
    row = {"type": "tableRow", "content": [{"type": "tableCell", "content": [inner]}, {"type": "tableCell"}]}

    assert to_storage(doc([{"type": "table", "content": [row]}])) == "<p>in | </p>"


@pytest.mark.parametrize("value", [None, "words", 5, [], {}, {"type": "doc"}, {"type": "doc", "content": None}])
def test_no_document_is_nothing(value: Any) -> None:
    assert to_storage(value) == ""


def test_a_character_that_xml_cannot_carry_is_shown_as_lost() -> None:
    assert safe_text("a\x00b\x1fc\ufffed\ud800e\tf") == "a\ufffdb\ufffdc\ufffdd\ufffde\tf"


def test_we_write_only_elements_that_confluence_is_known_to_keep() -> None:
    known = json.loads(contract("schemas/storage-vocabulary.json").read_text())

    assert set(known["elements"]) >= ELEMENTS
    assert set(known["macros"]) >= {"code", "info", "tip", "note", "warning"}


def assert_harmless(markup: str) -> None:
    """Well-formed, and only what we mean to write."""
    assert elements(markup) <= ELEMENTS
    assert [address for address in addresses(markup) if not address.lower().startswith(SAFE)] == []
    attributes = {str(name).rpartition("}")[2] for each in parsed(markup).iter() for name in each.attrib}
    assert attributes <= {"href", "name", "schema-version", "start"}


def said_in(node: Any) -> Iterator[str]:
    """Words of *node* as a reader sees them, without blanks: texts, and the names of people, states and emoji."""
    if not isinstance(node, dict):
        return
    attrs = node.get("attrs") if isinstance(node.get("attrs"), dict) else {}
    if node.get("type") == "text" and isinstance(node.get("text"), str):
        yield "".join(safe_text(node["text"]).split())
    if node.get("type") in ("mention", "status", "emoji") and isinstance(attrs.get("text"), str):
        yield "".join(safe_text(attrs["text"]).split())
    for child in node.get("content") if isinstance(node.get("content"), list) else ():
        yield from said_in(child)
