"""What can be read in storage format: the same before and after Confluence has written the markup anew."""

from __future__ import annotations

from itertools import count
from typing import Any

import pytest
from hypothesis import given

from app.adf.build import doc
from app.publishing import rendering
from app.publishing.reading import is_whole, readable, text, text_digest
from sandbox.confluence_storage import kept
from tests.adf.documents import ANYTHING, WORDS, quick
from tests.builders import an_entry

_ids = count()


def kept_by_confluence(markup: str) -> str:
    return kept(markup, lambda: str(next(_ids)))


@pytest.mark.parametrize(
    ("storage", "said"),
    [
        ("<p>Restarted  the\n queue</p>", "Restartedthequeue"),
        ("<p>a &lt;b&gt; &amp; c&nbsp;d &eacute; &#233; &#xe9;</p>", "a<b>&cdééé"),
        ("<p>&amp;lt;</p>", "&lt;"),
        ("<![CDATA[<p>&lt;</p>]]>", "<p>&lt;</p>"),
        ("<![CDATA[a]]]]><![CDATA[>b]]>", "a]]>b"),
        ("<!-- <p>no</p> --><p>yes</p>", "yes"),
        ('<ac:inline-comment-marker ac:ref="8f">com</ac:inline-comment-marker>mented', "commented"),
        ('<p title="a > b">words</p>', "words"),
        ('<ac:parameter ac:name="language">java</ac:parameter><p>words</p>', "words"),
        ('<ac:parameter ac:name="x" />words<ac:parameter ac:name="y">z</ac:parameter>', "words"),
        ("", ""),
    ],
)
def test_what_can_be_read_is_the_text_without_blanks(storage: str, said: str) -> None:
    assert text(storage) == said


@pytest.mark.parametrize(
    "added",
    [
        '<ac:image><ri:attachment ri:filename="screen.png" /></ac:image>',
        '<ac:link><ri:user ri:account-id="5b10" /></ac:link>',
        '<time datetime="2026-11-22" />',
        '<ac:emoticon ac:name="tick" />',
        '<ac:structured-macro ac:name="jira"><ac:parameter ac:name="key">OPS-2</ac:parameter></ac:structured-macro>',
    ],
    ids=["a picture", "a mention", "a date", "an emoji", "a macro"],
)
def test_what_a_person_adds_counts_although_it_has_no_text(added: str) -> None:
    assert text_digest(f"<p>words{added}</p>") != text_digest("<p>words</p>")
    assert text(f"<p>{added}</p>")
    assert text_digest(kept_by_confluence(f"<p>{added}</p>")) == text_digest(f"<p>{added}</p>")


@quick
@given(WORDS, ANYTHING, ANYTHING)
def test_a_row_reads_the_same_when_confluence_has_written_it_anew(said: str, description: Any, notes: Any) -> None:
    """Otherwise everything that nobody touched would look like a person's edit."""
    entry = an_entry(summary=said, tags=(said,), reporter=said, description=description, notes=doc([notes]))

    for cell in rendering.cells(entry, "UTC", "https://team.atlassian.net").values():
        assert text_digest(kept_by_confluence(cell)) == text_digest(cell)


def test_the_lines_of_a_text_stay_lines_for_a_terminal() -> None:
    code = "<ac:plain-text-body><![CDATA[one\n<p>two</p>]]></ac:plain-text-body>"
    storage = f"<p>First &amp; second</p><ul><li><p>third</p></li></ul>{code}<p></p>"

    lines = [line.strip() for line in readable(storage).splitlines()]

    assert lines == ["First & second", "third", "one", "<p>two</p>"]


@pytest.mark.parametrize(
    ("storage", "whole"),
    [
        ("", True),
        ("<p>a</p><br /><p>b</p>", True),
        ("<p>a", False),
        ("a</p><p>", False),
        ("<![CDATA[<p>]]>", True),
        ("<!-- <p> -->", True),
        ('<ac:structured-macro ac:name="info"><ac:rich-text-body><p>a</p>', False),
    ],
)
def test_what_is_cut_out_of_the_middle_of_an_element_is_not_whole(storage: str, whole: bool) -> None:
    assert is_whole(storage) is whole


@pytest.mark.parametrize(
    "piece",
    ["<", "<a", "<a ", "<p x='", "<!--", "<![CDATA[", "<ac:parameter", "<ac:parameter>", "&", "<?", "]]>", "a" * 9],
)
def test_nothing_takes_longer_than_its_length(piece: str) -> None:
    """Tens of thousands of anything: a second look at each would take hours."""
    storage = piece * 40_000

    text(storage)
    is_whole(storage)
