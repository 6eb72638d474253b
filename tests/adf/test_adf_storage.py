"""ADF as a cell of the log in Confluence: every word, well-formed, and nothing that a stranger could do with it."""

from __future__ import annotations

import copy
import importlib.util
import json
import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from random import Random
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.adf.build import code_block, doc, paragraph, text
from app.adf.nodes import kind_of
from app.adf.storage import safe_text, to_storage
from app.adf.storage_lists import DEEPEST_LIST
from app.adf.storage_writer import DEEPEST, MOST_NODES
from app.adf.text import plain_text
from tests.adf.documents import ANYTHING, DOCUMENTS, quick
from tests.markup import addresses, elements, parsed, words
from tests.specs import contract, corpus

GOLDEN = sorted((Path(__file__).parent / "golden").glob("*.json"))
JIRA = "https://team.atlassian.net"
SAFE = ("http://", "https://", "mailto:", "tel:")
#: All that we ever write.
ELEMENTS = {
    "p",
    "strong",
    "em",
    "u",
    "s",
    "sub",
    "sup",
    "code",
    "span",
    "a",
    "br",
    "hr",
    "ul",
    "ol",
    "li",
    "blockquote",
}
ELEMENTS |= {"ac:structured-macro", "ac:parameter", "ac:plain-text-body", "ac:rich-text-body"}
MACROS = {"code", "status", "panel", "info", "tip", "note", "warning"}
STYLE = re.compile(
    r"text-align: (center|right);|margin-left: \d+\.0px;|(background-)?color: rgb\(\d{1,3},\d{1,3},\d{1,3}\);"
)
NAMED = ["mention", "status", "placeholder"]
LEAVES = [*NAMED, "text", "emoji", "date", "hardBreak", "rule", "media", "mediaInline"]
LEAVES += ["inlineCard", "blockCard", "embedCard"]
BLOCK = re.compile(r"(?=<(?:p|ul|ol|li|hr|blockquote|ac:structured-macro|/ul|/ol|/blockquote)\b)")


@pytest.mark.parametrize("source", GOLDEN, ids=lambda path: path.stem)
def test_a_document_becomes_this_markup(source: Path, update: bool) -> None:
    document, golden = json.loads(source.read_text()), source.with_suffix(".xml")
    made = to_storage(document, JIRA)
    if update:
        golden.write_text(readable(made) + "\n")

    assert readable(made) == golden.read_text().removesuffix("\n")
    assert_harmless(made)
    assert_says_all_of(document, made)


def test_the_golden_documents_have_every_node_and_mark_of_the_schema() -> None:
    definitions = json.loads(contract("schemas/adf-full.json").read_text())["definitions"].values()
    theirs = {kind for each in definitions for kind in each.get("properties", {}).get("type", {}).get("enum", ())}
    ours = {kind for source in GOLDEN for kind in kinds_in(json.loads(source.read_text()))}

    assert theirs - ours == set()


@pytest.mark.parametrize("example", corpus("adf"))
def test_every_document_of_the_collections_arrives_with_its_words(example: Path) -> None:
    document = json.loads(example.read_text())

    made = to_storage(document)

    assert_harmless(made)
    assert_says_all_of(document, made)


@pytest.mark.parametrize("source", [*(pytest.param(path, id=path.stem) for path in GOLDEN), *corpus("adf")])
def test_the_lint_of_what_confluence_s_editor_keeps_has_nothing_to_say(source: Path) -> None:
    assert lint()(to_storage(json.loads(source.read_text()), JIRA)) == []


def test_we_write_only_elements_that_confluence_is_known_to_keep() -> None:
    known = json.loads(contract("schemas/storage-vocabulary.json").read_text())

    assert set(known["elements"]) >= ELEMENTS
    assert set(known["macros"]) >= MACROS


@quick
@given(ANYTHING)
def test_any_json_becomes_well_formed_markup_with_all_its_words(value: Any) -> None:
    for document in (value, doc([value, paragraph([value, text("x", [value])])]), in_a_table(value)):
        made = to_storage(document, JIRA)

        assert_harmless(made)
        assert_says_all_of(document, made)


@quick
@given(DOCUMENTS)
def test_no_word_is_lost(document: dict[str, Any]) -> None:
    made = to_storage(document)

    assert_harmless(made)
    assert_says_all_of(document, made)


@quick
@given(st.sampled_from(GOLDEN), st.randoms(use_true_random=False))
def test_a_document_that_was_damaged_on_its_way_keeps_what_is_left(source: Path, chance: Random) -> None:
    document = json.loads(source.read_text())
    for _ in range(chance.randint(1, 8)):
        damage(document, chance)

    made = to_storage(document, JIRA)

    assert_harmless(made)
    assert_says_all_of(document, made)


def test_the_same_text_has_the_same_markup_whatever_the_order_of_its_marks() -> None:
    marks = [{"type": "strong"}, {"type": "link", "attrs": {"href": "https://a.example"}}, {"type": "em"}]

    one = to_storage(doc([paragraph([text("x", marks)])]))
    other = to_storage(doc([paragraph([text("x", marks[::-1])])]))

    assert one == other == '<p><a href="https://a.example"><strong><em>x</em></strong></a></p>'


def test_a_text_in_pieces_of_one_letter_does_not_grow() -> None:
    """32 KB of text with a mark at each letter were 2 MB of markup (facts: confluence_adf.md, trap 16)."""
    letters = [text(letter, [{"type": "strong"}, {"type": "em"}]) for letter in "abcdef" * 100]

    assert len(to_storage(doc([paragraph(letters)]))) < 700


@pytest.mark.parametrize("levels", [DEEPEST, 10_000])
@pytest.mark.parametrize(
    "around",
    [
        pytest.param(lambda inner: {"type": "blockquote", "content": [inner]}, id="quotes"),
        pytest.param(lambda inner: {"type": "paragraph", "content": [inner]}, id="paragraphs"),
        pytest.param(lambda inner: {"type": "bulletList", "content": [inner]}, id="lists in lists"),
        pytest.param(
            lambda inner: {"type": "bulletList", "content": [{"type": "listItem", "content": [inner]}]}, id="lists"
        ),
        pytest.param(
            lambda inner: {"type": "tableRow", "content": [{"type": "tableCell", "content": [inner]}]}, id="rows"
        ),
        pytest.param(lambda inner: {"type": "tableCell", "content": [inner]}, id="cells"),
        pytest.param(lambda inner: {"type": "mediaSingle", "content": [inner]}, id="frames"),
        pytest.param(lambda inner: {"type": "taskItem", "content": [inner]}, id="tasks"),
        pytest.param(lambda inner: {"type": "codeBlock", "content": [inner]}, id="code"),
        pytest.param(lambda inner: {"type": "madeUp", "content": [inner]}, id="unknown nodes"),
        pytest.param(lambda inner: {"content": [inner]}, id="no type"),
    ],
)
def test_what_is_too_deep_is_shown_as_text(around: Any, levels: int) -> None:
    deep: dict[str, Any] = paragraph([text("the end & all")])
    for _ in range(levels):
        deep = around(deep)

    for document in (doc([deep]), in_a_table(deep)):
        made = to_storage(document)

        assert_harmless(made)
        assert words(made).removesuffix(" |").endswith("the end & all")


def test_what_is_too_much_is_shown_as_text() -> None:
    """A person writes 20,000 nodes never; a machine may, and the page has to be readable still."""
    strong = paragraph([text("first", [{"type": "strong"}])])
    rest = [paragraph([text(f"line {number}", [{"type": "em"}])]) for number in range(MOST_NODES)]

    made = to_storage(doc([{"type": "panel", "content": [strong]}, {"type": "panel", "content": rest}]))

    assert_harmless(made)
    assert (made.count("<strong>"), made.count("<em>")) == (1, 0)
    assert made.count("<p>") == MOST_NODES + 1


def test_lists_deeper_than_the_editor_shows_go_on_in_the_list_around_them() -> None:
    deep: dict[str, Any] = {
        "type": "bulletList",
        "content": [{"type": "listItem", "content": [paragraph([text("0")])]}],
    }
    for level in range(1, DEEPEST_LIST + 3):
        item = {"type": "listItem", "content": [paragraph([text(str(level))]), deep]}
        deep = {"type": "bulletList", "content": [item, {"type": "listItem", "content": [paragraph([text("+")])]}]}

    made = to_storage(doc([deep]))

    assert_harmless(made)
    assert_says_all_of(doc([deep]), made)
    assert made.count("<ul>") == DEEPEST_LIST
    assert "<p>3</p></li><li><p>2</p></li><li><p>1</p></li><li><p>0</p></li><li><p>+</p></li>" in made


@pytest.mark.parametrize("value", [None, "words", 5, [], {}, {"type": "doc"}, {"type": "doc", "content": None}])
def test_no_document_is_nothing(value: Any) -> None:
    assert to_storage(value) == ""


def test_a_path_leads_to_jira_or_nowhere() -> None:
    """On a page of Confluence's it would lead to Confluence (facts: confluence_adf.md, trap 15)."""
    document = doc([paragraph([text("x", [{"type": "link", "attrs": {"href": "/browse/OPS-1"}}])])])

    assert addresses(to_storage(document, JIRA + "/")) == ["https://team.atlassian.net/browse/OPS-1"]
    assert addresses(to_storage(document)) == []


def test_a_picture_looks_as_its_name_does_in_the_other_ticket() -> None:
    """`app.adf.media` puts the name where a picture cannot be shown: both tickets' rows have to read the same."""
    media = {"type": "media", "attrs": {"type": "file", "id": "1", "collection": "", "alt": "error.png"}}

    assert to_storage(doc([{"type": "mediaSingle", "content": [media]}])) == "<p>📎 error.png</p>"
    assert to_storage(doc([paragraph([text("📎 error.png")])])) == "<p>📎 error.png</p>"


@pytest.mark.parametrize(
    "evil", ["]]>", "]]]]>>", "<![CDATA[x]]>", "]]]]><![CDATA[>", "a\x00]\x01]>", "]]\ud800>", "&#0;&lt;"]
)
def test_code_is_shown_letter_by_letter(evil: str) -> None:
    made = to_storage(doc([code_block(evil)]))

    assert "".join(parsed(made).itertext()) == safe_text(evil)


def test_a_character_that_xml_cannot_carry_is_shown_as_lost() -> None:
    assert safe_text("a\x00b\x1fc\ufffed\ud800e\tf\ng") == "a\ufffdb\ufffdc\ufffdd\ufffde\tf\ng"


@cache
def lint() -> Callable[[str], list[str]]:
    """From beside the schemas: well-formed, verified on a live site, and what may be in what (facts: §5)."""
    found = importlib.util.spec_from_file_location("lint_storage", contract("schemas/lint_storage.py"))
    assert found is not None
    assert found.loader is not None
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return cast("Callable[[str], list[str]]", module.lint)


def damage(document: Any, chance: Random) -> None:
    """Somewhere in *document*: something is lost, there twice, in another's place, or of another kind."""
    places = [
        (each, key) for each in containers(document) for key in (each if isinstance(each, dict) else range(len(each)))
    ]
    if not places:
        return
    (there, key), (other, name) = chance.choice(places), chance.choice(places)
    kinds = ["tableRow", "listItem", "text", "media", "codeBlock", "panel", "bulletList", "mention", "taskItem", "doc"]
    change = chance.choice(["lose", "double", "swap", "kind", "replace"])
    if change == "lose":
        del there[key]
    elif change == "double" and isinstance(there, list):
        there.append(copy.deepcopy(there[key]))
    elif change == "swap":
        there[key] = copy.deepcopy(other[name])
    elif change == "kind" and isinstance(there, dict) and "type" in there:
        there["type"] = chance.choice(kinds)
    else:
        there[key] = chance.choice([None, 0, True, "", "]]>\x00<b>", [], {}, [None], {"type": None}])


def containers(value: Any) -> Iterator[Any]:
    """Each object and each list in it."""
    if isinstance(value, dict | list):
        yield value
        for each in value.values() if isinstance(value, dict) else value:
            yield from containers(each)


def in_a_table(node: Any) -> dict[str, Any]:
    row = {"type": "tableRow", "content": [{"type": "tableHeader", "content": [node]}, {"type": "tableCell"}]}
    return doc([{"type": "table", "content": [row]}])


def readable(markup: str) -> str:
    """Each block on a line of its own."""
    return BLOCK.sub("\n", markup).strip()


def assert_harmless(markup: str) -> None:
    """Well-formed, and only what we mean to write."""
    root = parsed(markup)
    assert elements(markup) <= ELEMENTS
    assert [address for address in addresses(markup) if not address.lower().startswith(SAFE)] == []
    attributes = {str(name).rpartition("}")[2] for each in root.iter() for name in each.attrib}
    assert attributes <= {"href", "name", "schema-version", "start", "style"}
    assert [style for each in root.iter() if (style := each.get("style")) and not STYLE.fullmatch(style)] == []


def assert_says_all_of(document: Any, markup: str) -> None:
    """Each visible word of *document*, in its order; what we say besides (`📎 name`, `[macro: toc]`) stands between."""
    there = iter("".join(words(markup).split()))
    missing = [letter for letter in "".join(safe_text(plain_text(document)).split()) if letter not in there]
    assert missing == []
    there_too = "".join(words(markup).split())
    assert [said for said in texts_in(document) if said not in there_too] == []


def texts_in(node: Any) -> Iterator[str]:
    """Each text of *node* by itself, without blanks, found without our own code; nobody shows what a leaf may hold."""
    waiting = [node]
    while waiting:
        each = waiting.pop()
        if not isinstance(each, dict):
            continue
        kind, attrs = each.get("type"), each.get("attrs") if isinstance(each.get("attrs"), dict) else {}
        said = each.get("text") if kind == "text" else attrs.get("text") if kind in NAMED else None
        if isinstance(said, str):
            yield "".join(safe_text(said).split())
        if kind not in LEAVES and isinstance(each.get("content"), list):
            waiting += each["content"]


def kinds_in(node: Any) -> Iterator[str]:
    """Types of all nodes and marks in a document."""
    if isinstance(node, dict):
        yield kind_of(node)
        for name in ("content", "marks"):
            for each in node.get(name) or [] if isinstance(node.get(name), list) else ():
                yield from kinds_in(each)
