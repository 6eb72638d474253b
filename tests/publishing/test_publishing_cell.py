"""One long text does not make the log too big: what a cell leaves out, in which order, and that it says so."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.adf.build import bullet_or_ordered, code_block, doc, paragraph, text
from app.adf.storage import to_storage
from app.publishing.cell import MOST_BYTES, plain_cell, rich_cell
from tests.adf.documents import ANYTHING, quick
from tests.builders import a_picture, a_text
from tests.markup import addresses, elements, parsed, words

LINK, JIRA = "https://team.atlassian.net/browse/OPS-1", "https://team.atlassian.net"
SAID = "… (shortened, the full text is in OPS-1)"
COLOUR = {"type": "textColor", "attrs": {"color": "#bf2600"}}


def cell(document: Any, most_bytes: int = MOST_BYTES) -> str:
    return rich_cell(document, key="OPS-1", link=LINK, base_url=JIRA, most_bytes=most_bytes)


def size(markup: str) -> int:
    return len(markup.encode())


def numbered(count: int, prefix: str = "line") -> list[str]:
    return [f"{prefix} {number}" for number in range(1, count + 1)]


def test_a_text_that_fits_is_shown_as_it_is() -> None:
    document = doc([paragraph([text("Restarted ", [COLOUR]), text("the queue", [{"type": "strong"}])]), a_picture()])

    assert cell(document) == to_storage(document, JIRA)


@pytest.mark.parametrize("value", [None, {}, doc([]), "words", [], 5])
def test_no_text_is_an_empty_cell(value: Any) -> None:
    assert cell(value) == plain_cell(value) == "<p></p>"


def test_first_the_colours_go() -> None:
    colourful = [text(f"{word} ", [COLOUR] if number % 2 else [{"type": "em"}]) for number, word in enumerate("abcdef")]
    document = doc([paragraph(colourful)])

    made = cell(document, size(to_storage(document)) - 1)

    assert words(made) == "a b c d e f"
    assert elements(made) == {"p", "em"}


def test_then_the_files_become_names() -> None:
    linked = {
        "type": "mediaSingle",
        "content": [{"type": "media", "attrs": {"type": "external", "url": "https://a.b/" + "c" * 99}}],
    }
    document = doc([a_picture("one.png"), a_picture("two.png"), linked, *a_text("the end")["content"]])

    made = cell(document, size(to_storage(document)) - 1)

    assert words(made) == f"📎 one.png, two.png, https://a.b/{'c' * 99}the end"
    assert addresses(made) == []


def test_then_the_last_blocks_go_and_the_cell_says_where_they_are() -> None:
    document = a_text(*numbered(3000))

    made = cell(document)

    shown = [each.text for each in parsed(made).iter("p")][:-1]
    assert shown == numbered(len(shown))
    assert (words(made)[-len(SAID) :], addresses(made)) == (SAID, [LINK])
    assert MOST_BYTES - 20 < size(made) <= MOST_BYTES


@pytest.mark.parametrize(
    "box",
    [
        pytest.param(lambda inner: bullet_or_ordered(False) | {"content": [item(each) for each in inner]}, id="a list"),
        pytest.param(lambda inner: {"type": "panel", "content": [*inner]}, id="a panel"),
        pytest.param(
            lambda inner: {"type": "expand", "content": [{"type": "blockquote", "content": [*inner]}]}, id="a quote"
        ),
        pytest.param(lambda inner: {"type": "table", "content": [row(each) for each in inner]}, id="a table"),
        pytest.param(lambda inner: {"type": "madeUp", "content": [*inner]}, id="a box that nobody knows"),
    ],
)
def test_what_stands_in_one_box_is_cut_within_it(box: Any) -> None:
    """Else a ticket that is one long list would have an empty row."""
    made = cell(doc([box(a_text(*numbered(3000))["content"])]))

    shown = words(made).removesuffix(SAID).replace("line", " line").split()
    assert shown == " ".join(numbered(len(shown) // 2)).split()
    assert MOST_BYTES * 0.9 < size(made) <= MOST_BYTES


def test_one_paragraph_that_is_too_long_is_shown_as_far_as_it_goes() -> None:
    made = cell(a_text("before", "&" * MOST_BYTES, "behind"))

    assert words(made).startswith("before&&&&")
    assert words(made).endswith(f"&&&{SAID}")
    assert MOST_BYTES - 10 < size(made) <= MOST_BYTES


def test_one_line_of_code_that_is_too_long_stays_code() -> None:
    made = cell(doc([code_block("x" * MOST_BYTES)]))

    assert words(made).startswith("xxx")
    assert {"ac:plain-text-body"} <= elements(made)
    assert size(made) <= MOST_BYTES


def test_a_character_of_several_parts_is_not_cut_in_two() -> None:
    """A joiner at the end would join whatever comes next (facts: confluence_adf.md, trap 7)."""
    technologist = "\N{MAN}\N{ZERO WIDTH JOINER}\N{PERSONAL COMPUTER}"
    ends = {words(cell(a_text(technologist * 99), room)).removesuffix(SAID)[-1:] for room in range(300, 330)}

    assert ends == {"\N{MAN}", "\N{PERSONAL COMPUTER}"}


def test_of_long_code_the_begin_and_the_end_are_shown() -> None:
    made = cell(doc([code_block("\n".join(numbered(500)))]))

    [shown] = [each.text for each in parsed(made).iter() if str(each.tag).endswith("plain-text-body")]
    gap = "… 340 lines are left out, the full text is in OPS-1 …"
    assert (shown or "").split("\n") == [*numbered(120), gap, *numbered(500)[-40:]]


@pytest.mark.parametrize("lines", [1, 199, 200])
def test_code_that_is_not_long_is_shown_whole(lines: int) -> None:
    document = doc([code_block("\n".join(numbered(lines)))])

    assert cell(document) == to_storage(document)


def test_a_plain_cell_has_only_the_words() -> None:
    document = doc(
        [{"type": "panel", "content": [paragraph([text("a <b>", [{"type": "strong"}])])]}, code_block("c\nd")]
    )

    assert plain_cell(document) == "<p>a &lt;b&gt;</p><p>c</p><p>d</p>"


def test_a_plain_cell_says_that_it_is_shortened() -> None:
    made = plain_cell(a_text(*numbered(3000)), most_bytes=1000)

    assert words(made).endswith("… (shortened)")
    assert 980 < size(made) <= 1000


@quick
@given(ANYTHING, st.integers(0, 400))
def test_a_cell_is_never_too_big_and_never_ill_formed(value: Any, most_bytes: int) -> None:
    """Not even for a room in which nothing has room."""
    long_texts = doc([value, *a_text("some words", "& more <of> them" * 9)["content"], value])
    for document in (value, long_texts, doc([bullet_or_ordered(False) | {"content": [long_texts]}])):
        for made in (cell(document, most_bytes), plain_cell(document, most_bytes=most_bytes)):
            parsed(made)
            assert size(made) <= most_bytes


def test_a_text_as_long_as_jira_takes_is_cut_at_once() -> None:
    """32,767 letters, each in a run of its own, were 2 MB of markup (facts: confluence_adf.md §6.2)."""
    marks = [[COLOUR, {"type": "strong"}], [{"type": "em"}]]
    document = doc([paragraph([text("x", marks[number % 2]) for number in range(32_767)])])

    made = cell(document)

    assert words(made).startswith("xxx")
    assert size(made) <= MOST_BYTES


def test_a_text_may_be_deeper_than_a_program_can_count() -> None:
    deep: dict[str, Any] = a_text(*numbered(3000))
    for _ in range(10_000):
        deep = {"type": "blockquote", "content": [deep]}

    assert words(cell(deep)).startswith("line 1line 2")
    assert words(plain_cell(deep)).startswith("line 1line 2")


def item(block: dict[str, Any]) -> dict[str, Any]:
    return {"type": "listItem", "content": [block]}


def row(block: dict[str, Any]) -> dict[str, Any]:
    return {"type": "tableRow", "content": [{"type": "tableCell", "content": [block]}]}
