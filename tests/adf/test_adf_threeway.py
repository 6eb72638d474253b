# ruff: noqa: E501 - a table of cases reads best with a case a line
"""Two people edit one document: their changes become one document, and nothing that anybody wrote is lost."""

from __future__ import annotations

import copy
import json
import re
import time
from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.adf.build import doc, paragraph, text
from app.adf.canonical import canonical, digest
from app.adf.nodes import Node
from app.adf.text import plain_text
from app.adf.threeway import Merged, Stands, kept_in, merge
from app.domain import Adf
from sandbox.adf_check import is_valid
from tests.adf.documents import ANYTHING, DOCUMENTS, quick
from tests.builders import a_picture, a_text
from tests.specs import CORPORA


def block(kind: str, *content: Node, **attrs: Any) -> Node:
    return {"type": kind, **({"attrs": attrs} if attrs else {}), "content": list(content)}


def p(*words: str) -> Node:
    return paragraph([text(each) for each in words if each])


def heading(words: str, level: int = 2) -> Node:
    return block("heading", text(words), level=level)


def items(*words: str) -> Node:
    return block("bulletList", *(block("listItem", p(each)) for each in words))


def code(words: str, language: str = "python") -> Node:
    return block("codeBlock", text(words), language=language)


def panel(*words: str, kind: str = "info") -> Node:
    return block("panel", *map(p, words), panelType=kind)


def table(*rows: str) -> Node:
    """`"a|b"` is a row of two cells."""
    return block(
        "table", *(block("tableRow", *(block("tableCell", p(cell)) for cell in row.split("|"))) for row in rows)
    )


def bold(words: str) -> Node:
    return text(words, [{"type": "strong"}])


def mention(name: str) -> Node:
    return {"type": "mention", "attrs": {"id": f"id-{name}", "text": f"@{name}"}}


def same(one: Any, other: Any) -> bool:
    return canonical(one) == canonical(other)


MERGES = {
    "nobody changed anything": (["a"], ["a"], ["a"], ["a"]),
    "ours changed": (["a"], ["b"], ["a"], ["b"]),
    "theirs changed": (["a"], ["a"], ["b"], ["b"]),
    "both made the same of it": (["a"], ["b"], ["b"], ["b"]),
    "different paragraphs": (["one", "two", "three"], ["ONE", "two", "three"], ["one", "two", "THREE"], ["ONE", "two", "THREE"]),
    "neighbouring paragraphs": (["one", "two"], ["ONE", "two"], ["one", "TWO"], ["ONE", "TWO"]),
    "different words of a paragraph": (["It broke at noon."], ["It really broke at noon."], ["It broke at midnight."], ["It really broke at midnight."]),
    "neighbouring words": (["It broke at noon."], ["It failed at noon."], ["It broke before noon."], ["It failed before noon."]),
    "both added a paragraph at the end": (["a"], ["a", "ours"], ["a", "theirs"], ["a", "ours", "theirs"]),
    "both added the same paragraph": (["a"], ["a", "new"], ["a", "new"], ["a", "new"]),
    "both added, one of it the same": (["a"], ["a", "new", "ours"], ["a", "new", "theirs"], ["a", "new", "ours", "theirs"]),
    "both began an empty text": ([], ["ours"], ["theirs"], ["ours", "theirs"]),
    "both filled an empty paragraph": ([""], ["ours"], ["theirs"], ["ours", "theirs"]),
    "both went on writing a sentence": (["Broken"], ["Broken, badly"], ["Broken since noon"], ["Broken, badly since noon"]),
    "both began a sentence anew": (["it broke"], ["Sadly it broke"], ["Today it broke"], ["Sadly Today it broke"]),
    "ours took a paragraph away": (["a", "b", "c"], ["a", "c"], ["a", "b", "c"], ["a", "c"]),
    "theirs took a paragraph away, ours changed another": (["a one", "b two", "c"], ["a one", "c"], ["a 1", "b two", "c"], ["a 1", "c"]),
    "ours took away what theirs changed": (["a", "b two", "c"], ["a", "c"], ["a", "b 2", "c"], ["a", "b 2", "c"]),
    "theirs took away what ours changed": (["a", "b two", "c"], ["a", "b 2", "c"], ["a", "c"], ["a", "b 2", "c"]),
    "both took it away": (["a", "b"], ["a"], ["a"], ["a"]),
    "ours put one before, theirs changed it": (["one word"], ["new", "one word"], ["one term"], ["new", "one term"]),
    "ours took it away, theirs put one behind it": (["a"], [], ["a", "new"], ["new"]),
    "ours took it away, theirs put one before it": (["a"], [], ["new", "a"], ["new"]),
    "ours changed and went on, theirs changed another word": (["one two three"], ["1 two three", "more"], ["one two 3"], ["1 two 3", "more"]),
}  # fmt: skip


@pytest.mark.parametrize(("base", "ours", "theirs", "wanted"), MERGES.values(), ids=MERGES.keys())
def test_what_each_changed_stands(base: list[str], ours: list[str], theirs: list[str], wanted: list[str]) -> None:
    found = merge(a_text(*base), a_text(*ours), a_text(*theirs))

    assert canonical(found.doc) == canonical(a_text(*wanted))
    assert found.overlaps == ()


STRUCTURES: dict[str, tuple[list[Node], list[Node], list[Node], list[Node]]] = {
    "items of a list": ([items("a", "b")], [items("A", "b")], [items("a", "b", "c")], [items("A", "b", "c")]),
    "an item within an item": (
        [block("bulletList", block("listItem", p("a"), items("x", "y")))],
        [block("bulletList", block("listItem", p("a"), items("X", "y")))],
        [block("bulletList", block("listItem", p("a"), items("x", "y")), block("listItem", p("b")))],
        [block("bulletList", block("listItem", p("a"), items("X", "y")), block("listItem", p("b")))],
    ),
    "each took one of two items away": ([p("z"), items("a", "b")], [p("z"), items("a")], [p("z"), items("b")], [p("z"), items("b")]),
    "a panel": ([panel("a", "b")], [panel("A", "b")], [panel("a", "B")], [panel("A", "B")]),
    "a panel's colour and its words": ([panel("a")], [panel("a", kind="error")], [panel("b")], [panel("b", kind="error")]),
    "a quotation": ([block("blockquote", p("a"), p("b"))], [block("blockquote", p("A"), p("b"))], [block("blockquote", p("a"), p("B"))], [block("blockquote", p("A"), p("B"))]),
    "an expand": ([block("expand", p("a"), p("b"), title="t")], [block("expand", p("A"), p("b"), title="t")], [block("expand", p("a"), p("b"), title="T")], [block("expand", p("A"), p("b"), title="T")]),
    "cells of a table": ([table("a|b", "c|d")], [table("A|b", "c|d")], [table("a|b", "c|D")], [table("A|b", "c|D")]),
    "cells of one row": ([table("a|b")], [table("A|b")], [table("a|B")], [table("A|B")]),
    "a row and a cell": ([table("a|b")], [table("a|b", "c|d")], [table("a|B")], [table("a|B", "c|d")]),
    "a column and a cell": ([table("a|b", "c|d")], [table("a|b|x", "c|d|y")], [table("A|b", "c|d")], [table("A|b|x", "c|d|y")]),
    "an empty cell that both fill": ([table("a|")], [table("a|one")], [table("a|two")], [block("table", block("tableRow", block("tableCell", p("a")), block("tableCell", p("one"), p("two"))))]),
    "lines of code": ([code("a\nb")], [code("A\nb")], [code("a\nb\nc")], [code("A\nb\nc")]),
    "code goes on on both sides": ([code("a")], [code("a\nb")], [code("a\nc")], [code("a\nb\nc")]),
    "the language and the code": ([code("a")], [code("a", "sql")], [code("b")], [code("b", "sql")]),
    "the level and the words of a heading": ([heading("a b")], [heading("a b", 3)], [heading("a c")], [heading("a c", 3)]),
    "a heading made of a paragraph": ([p("a long line"), p("b")], [heading("a long line"), p("b")], [p("a long line"), p("B")], [heading("a long line"), p("B")]),
    "marks": ([p("one two three")], [paragraph([bold("one"), text(" two three")])], [p("one two 3")], [paragraph([bold("one"), text(" two 3")])]),
    "a mention is one piece": ([paragraph([text("ask "), mention("Ann"), text(" now")])], [paragraph([text("ask "), mention("Bob"), text(" now")])], [paragraph([text("ask "), mention("Ann"), text(" today")])], [paragraph([text("ask "), mention("Bob"), text(" today")])]),
    "both put in a picture": ([p("a")], [p("a"), a_picture("one.png")], [p("a"), a_picture("two.png")], [p("a"), a_picture("one.png"), a_picture("two.png")]),
    "a picture of the other issue is the same picture": ([p("a"), a_picture("one.png", "1")], [p("a"), a_picture("one.png", "1"), p("x")], [p("b"), a_picture("one.png", "2")], [p("b"), a_picture("one.png", "1"), p("x")]),
    "a task is done, and renamed": (
        [block("taskList", block("taskItem", text("call her"), localId="1", state="TODO"), localId="0")],
        [block("taskList", block("taskItem", text("call her"), localId="1", state="DONE"), localId="0")],
        [block("taskList", block("taskItem", text("call him"), localId="1", state="TODO"), localId="0")],
        [block("taskList", block("taskItem", text("call him"), localId="1", state="DONE"), localId="0")],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("base", "ours", "theirs", "wanted"), STRUCTURES.values(), ids=STRUCTURES.keys())
def test_what_stands_in_another_is_gone_down_into(
    base: list[Node], ours: list[Node], theirs: list[Node], wanted: list[Node]
) -> None:
    found = merge(doc(base), doc(ours), doc(theirs))

    assert canonical(found.doc) == canonical(doc(wanted))
    assert found.overlaps == ()
    assert is_valid(found.doc)


OVERLAPS: dict[str, tuple[list[Node], list[Node], list[Node]]] = {
    "the same word": ([p("It broke at noon")], [p("It broke at one")], [p("It broke at two")]),
    "all words": ([p("as agreed")], [p("from ops")], [p("from engineering")]),
    "a word marked here and changed there": ([p("one two")], [paragraph([bold("one"), text(" two")])], [p("1 two")]),
    "two colours of a panel": ([panel("a")], [panel("a", kind="error")], [panel("a", kind="note")]),
    "a paragraph that became a list here and other words there": (
        [p("call her and her friend")],
        [items("call her and her friend")],
        [p("call him and her friend")],
    ),
    "columns put in on both sides, not in each row": (
        [table("a|b", "c|d")],
        [table("a|b|x", "c|d|y")],
        [table("a|b|x", "c|d|z")],
    ),
    "one line of code": ([code("a\nb\nc")], [code("a\n1\nc")], [code("a\n2\nc")]),
}


@pytest.mark.parametrize(("base", "ours", "theirs"), OVERLAPS.values(), ids=OVERLAPS.keys())
def test_where_both_changed_the_same_the_caller_says_what_stands(
    base: list[Node], ours: list[Node], theirs: list[Node]
) -> None:
    around = [p("before"), p("after, changed by us"), p("after, changed by them")]
    texts = (
        doc([p("before"), *base, p("after"), p("after")]),
        doc([p("before"), *ours, around[1], p("after")]),
        doc([p("before"), *theirs, p("after"), around[2]]),
    )
    stands = {Stands.OURS: ours, Stands.THEIRS: theirs, Stands.BOTH: [*ours, *theirs]}
    for side, blocks in stands.items():
        found = merge(*texts, side)

        assert [(each.ours, each.theirs) for each in found.overlaps] == [(ours, theirs)]
        assert canonical(found.doc) == canonical(doc([around[0], *blocks, *around[1:]]))
        assert is_valid(found.doc)


def test_an_overlap_in_a_cell_keeps_the_row_s_width() -> None:
    cells = [block("tableCell", p(words), background=f"#{n}{n}{n}") for n, words in enumerate(("a x", "a y", "a z"))]
    base, ours, theirs = (block("tableRow", cell, block("tableCell", p("b"))) for cell in cells)

    found = merge(*(doc([block("table", row)]) for row in (base, ours, theirs)), Stands.BOTH)

    (row,) = found.doc["content"][0]["content"]
    assert [plain_text(cell) for cell in row["content"]] == ["a y\na z", "b"]


def test_neither_text_is_changed_by_being_merged() -> None:
    texts = [doc([items("a", "b"), p(each)]) for each in ("x y", "X y", "x Y")]
    before = copy.deepcopy(texts)

    merge(*texts)

    assert texts == before


def test_jira_s_own_ids_are_no_change() -> None:
    base, ours, theirs = (doc([block("paragraph", text(each), localId=each)]) for each in ("a b", "a b", "a c"))

    found = merge(base, ours, theirs)

    assert plain_text(found.doc) == "a c"


def deep(levels: int, words: str) -> Adf:
    node = p(words)
    for _ in range(levels):
        node = block("bulletList", block("listItem", node))
    return doc([node])


@pytest.mark.parametrize("levels", [2, 20, 200])
def test_what_lies_too_deep_is_one_piece(levels: int) -> None:
    found = merge(deep(levels, "one two"), deep(levels, "1 two"), deep(levels, "one 2"))

    assert plain_text(found.doc) == ("1 2" if levels == 2 else "1 two")
    assert bool(found.overlaps) is (levels > 2)


VALID = DOCUMENTS.filter(is_valid)


@st.composite
def edited(draw: st.DrawFn) -> tuple[Adf, Adf, Adf]:
    """A document, and what two people made of it: blocks and words taken away, put in, changed and moved."""
    base = draw(st.one_of(VALID, CORPUS_DOCUMENTS))
    return base, _edit(draw, base), _edit(draw, base)


def _edit(draw: st.DrawFn, base: Adf) -> Adf:
    made = copy.deepcopy(base)
    for _ in range(draw(st.integers(0, 3))):
        holders = [node for node in _nodes(made) if isinstance(node.get("content"), list) and node["content"]]
        if not holders:
            return draw(VALID)
        content = draw(st.sampled_from(holders))["content"]
        at = draw(st.integers(0, len(content) - 1))
        _change(draw, content, at)
    return made if is_valid(made) else draw(VALID)


def _change(draw: st.DrawFn, content: list[Node], at: int) -> None:
    what = draw(st.sampled_from(["take away", "repeat", "write", "swap"]))
    if what == "take away":
        content.pop(at)
    elif what == "repeat":
        content.insert(at, copy.deepcopy(content[draw(st.integers(0, len(content) - 1))]))
    elif what == "swap":
        content[0], content[at] = content[at], content[0]
    elif content[at].get("type") == "text":
        words = content[at]["text"].split(" ")
        words[draw(st.integers(0, len(words) - 1))] = draw(st.sampled_from(["new", "other", "a b", "x"]))
        content[at]["text"] = " ".join(words)


def _nodes(node: Node) -> list[Node]:
    return [node, *(found for child in node.get("content") or [] for found in _nodes(child))]


def corpus() -> list[Adf]:
    """Real documents, where they lie beside the project."""
    found = [json.loads(path.read_text()) for path in sorted((CORPORA / "adf").rglob("*.json"))]
    return [each for each in found if isinstance(each, dict) and is_valid(each)]


CORPUS_DOCUMENTS = st.sampled_from(corpus() or [a_text("one two", "three")])
STANDS = st.sampled_from(Stands)
TRIPLES = st.one_of(edited(), st.tuples(VALID, VALID, VALID))


@quick
@given(TRIPLES, STANDS)
def test_what_jira_takes_becomes_what_jira_takes(texts: tuple[Adf, Adf, Adf], stands: Stands) -> None:
    assert is_valid(merge(*texts, stands).doc)


@quick
@given(TRIPLES, STANDS)
def test_asked_again_with_the_result_the_result_stays(texts: tuple[Adf, Adf, Adf], stands: Stands) -> None:
    base, ours, theirs = texts
    once = merge(base, ours, theirs, stands).doc

    assert digest(merge(base, once, theirs, stands).doc) == digest(once)


@quick
@given(TRIPLES)
def test_an_unchanged_side_changes_nothing(texts: tuple[Adf, Adf, Adf]) -> None:
    base, ours, _ = texts

    assert same(merge(base, ours, base).doc, ours)
    assert same(merge(base, base, ours).doc, ours)
    assert same(merge(base, ours, ours).doc, ours)


def words(*nodes: Any) -> Counter[str]:
    return Counter(word for node in nodes for word in plain_text(node).split())


def told(found: Merged) -> Counter[str]:
    return words(found.doc, *(doc(side) for each in found.overlaps for side in (each.ours, each.theirs)))


def new_words(text: Adf, base: Adf) -> set[str]:
    """As they are compared: by themselves, not as blanks divide them, since `f(x)` may be changed on both sides."""
    now, before = (
        {
            word
            for block in canonical(each)
            for node in _nodes(block)
            for word in re.findall(r"\w+", node.get("text", ""))
        }
        for each in (text, base)
    )
    return now - before


@quick
@given(TRIPLES, STANDS)
def test_no_word_that_somebody_wrote_is_lost(texts: tuple[Adf, Adf, Adf], stands: Stands) -> None:
    base, ours, theirs = texts

    kept = "".join(told(merge(*texts, stands)))

    assert all(word in kept for side in (ours, theirs) for word in new_words(side, base))


@st.composite
def told_apart(draw: st.DrawFn) -> tuple[Adf, Adf, Adf]:
    """Texts in which no word stands twice: else it depends on the order which of two is taken for which."""
    base = [[f"b{line}{word}" for word in "xyz"] for line in range(draw(st.integers(0, 4)))]
    return _numbered(base), _numbered(_retold(draw, base, "o")), _numbered(_retold(draw, base, "t"))


def _retold(draw: st.DrawFn, lines: list[list[str]], who: str) -> list[list[str]]:
    made: list[list[str]] = []
    for n, line in enumerate(lines):
        what = draw(st.sampled_from(["leave", "leave", "take away", "change", "put one before"]))
        made += [[f"{who}{n}new"]] if what == "put one before" else []
        if what == "change":
            at = draw(st.integers(0, 2))
            made.append([*line[:at], f"{who}{n}", *line[at + 1 :]])
        elif what != "take away":
            made.append(line)
    return [*made, [f"{who}end"]] if draw(st.booleans()) else made


def _numbered(lines: list[list[str]]) -> Adf:
    return a_text(*(" ".join(line) for line in lines))


@quick
@given(told_apart())
def test_it_makes_no_difference_whose_text_is_ours_but_for_the_order(texts: tuple[Adf, Adf, Adf]) -> None:
    base, ours, theirs = texts
    one, other = merge(base, ours, theirs, Stands.OURS), merge(base, theirs, ours, Stands.THEIRS)

    assert set(told(one)) == set(told(other))
    if not one.overlaps and not other.overlaps:
        assert words(one.doc) == words(other.doc)


@quick
@given(ANYTHING, ANYTHING, ANYTHING, STANDS)
def test_a_stranger_s_json_does_no_harm(base: Any, ours: Any, theirs: Any, stands: Stands) -> None:
    texts = [{"type": "doc", "version": 1, "content": [each]} for each in (base, ours, theirs)]

    merge(base, ours, theirs, stands)
    merge(*texts, stands)


def test_a_block_is_known_wherever_it_stands() -> None:
    text = doc([p("a"), items("b", "c")])

    assert kept_in(text, [p("a"), p("c")])
    assert not kept_in(text, [p("a"), p("d")])


def story(lines: int, per: int) -> list[str]:
    names = ["the", "queue", "was", "stuck", "and", "a", "worker", "of", "node", "restarted", "in", "time"]
    return [
        " ".join(f"{names[(n * 7 + m * m + m // 5) % 12]}{(n + m) % 97 or ''}" for m in range(per))
        for n in range(lines)
    ]


@pytest.mark.parametrize(("lines", "per"), [(1, 5000), (80, 100), (400, 20)], ids=["one", "some", "many"])
def test_fifty_kilobytes_changed_in_many_places_are_merged_in_seconds_and_not_in_minutes(lines: int, per: int) -> None:
    base = story(lines, per)
    ours = [line.replace("worker", "robot") if n % 3 == 0 else line for n, line in enumerate(base)]
    theirs = [line.replace("stuck", "full") if n % 5 == 0 else line for n, line in enumerate(base)]
    assert 30_000 < len("".join(base)) < 80_000

    started = time.process_time()
    found = merge(a_text(*base), a_text(*ours), a_text(*theirs))

    assert {"robot", "full"} <= set(re.findall("robot|full", plain_text(found.doc)))
    assert time.process_time() - started < 20.0


def test_a_text_of_one_word_is_merged_in_seconds_and_not_in_minutes() -> None:
    # As long as Jira lets a text be.
    base, ours, theirs = ("a " * n for n in (16_000, 15_500, 16_300))

    started = time.process_time()
    merge(a_text(base), a_text("x " + ours + "y"), a_text("z " + theirs + "b"))

    assert time.process_time() - started < 20.0
