"""Pictures in texts: the same file has another id in each of the two tickets, and its author's words are nobody's name."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given

from app.adf.build import doc, paragraph, text
from app.adf.canonical import digest
from app.adf.media import bound, for_issue, named, shown_media
from sandbox.adf_check import is_valid
from tests.adf.documents import DOCUMENTS, quick
from tests.builders import a_picture, a_text

#: Media id → name in both tickets: of the Ops issue, and of its clone.
NAMES = {"m1": "error.png", "m2": "error.png (2)", "n1": "error.png", "n2": "error.png (2)"}
OPS, CLONE = {"error.png": "m1", "error.png (2)": "m2"}, {"error.png": "n1", "error.png (2)": "n2"}
IN_LINE = {"type": "mediaInline", "attrs": {"type": "file", "id": "m1", "collection": "x", "localId": "l"}}
ON_THE_WEB = {
    "type": "mediaSingle",
    "content": [{"type": "media", "attrs": {"type": "external", "url": "https://a.b"}}],
}


def a_group(*ids: str) -> dict[str, Any]:
    return {"type": "mediaGroup", "content": [a_picture(id, id)["content"][0] for id in ids]}


def media(document: dict[str, Any]) -> list[str]:
    return list(shown_media(document))


@pytest.mark.parametrize(
    "node",
    [
        pytest.param(a_picture("The red button", id="m1"), id="a picture"),
        pytest.param(a_group("m1", "m2"), id="a group of files"),
        pytest.param(paragraph([text("see "), IN_LINE]), id="a file within a line"),
        pytest.param(
            {
                **a_picture(id="m1"),
                "content": [*a_picture(id="m1")["content"], {"type": "caption", "content": [IN_LINE]}],
            },
            id="a picture with a file in its caption",
        ),
        pytest.param({"type": "expand", "attrs": {}, "content": [a_picture(id="m2")]}, id="a picture in something"),
    ],
)
def test_the_other_ticket_shows_its_own_copy_and_both_texts_agree(node: dict[str, Any]) -> None:
    here = doc([*a_text("Look:")["content"], node])

    there = bound(named(here, NAMES), CLONE)
    back = bound(named(there, NAMES), OPS)

    assert media(there) == [each.replace("m", "n") for each in media(here)]
    assert is_valid(there)
    assert digest(named(there, NAMES)) == digest(named(here, NAMES)) == digest(named(back, NAMES))
    assert media(back) == media(here)


def test_words_and_sizes_of_the_author_stay_and_what_binds_to_the_place_goes() -> None:
    attrs = {"type": "file", "id": "m1", "alt": "The button", "width": 300, "collection": "c", "localId": "l"}
    attrs |= {"occurrenceKey": "k", "__fileMimeType": "image/png"}
    here = doc([{"type": "mediaSingle", "attrs": {"layout": "wide"}, "content": [{"type": "media", "attrs": attrs}]}])

    there = bound(named(here, NAMES), CLONE)

    kept = {"type": "file", "id": "n1", "alt": "The button", "width": 300, "collection": ""}
    frame = {"type": "mediaSingle", "attrs": {"layout": "wide"}, "content": [{"type": "media", "attrs": kept}]}
    assert there["content"] == [frame]


def test_two_pictures_of_one_name_are_two() -> None:
    here = doc([a_picture("error.png", id="m2"), a_picture("error.png", id="m1")])
    swapped = doc([a_picture("error.png", id="m1"), a_picture("error.png", id="m2")])

    assert media(bound(named(here, NAMES), CLONE)) == ["n2", "n1"]
    assert digest(named(here, NAMES)) != digest(named(swapped, NAMES))
    assert digest(here) == digest(swapped)  # without their names nobody could tell


def test_whoever_changes_the_words_under_a_picture_has_not_changed_the_text() -> None:
    here, there = doc([a_picture("The button", id="m1")]), doc([a_picture("Der Knopf", id="n1")])

    assert digest(named(here, NAMES)) == digest(named(there, NAMES))


def test_a_file_that_could_not_be_carried_is_a_line_of_text_and_the_others_are_pictures() -> None:
    here = doc([a_picture("x", id="m1"), a_picture("film.mp4", id="m7")])

    there = bound(named(here, NAMES | {"m7": "film.mp4"}), CLONE)

    assert media(there) == ["n1"]
    assert there["content"][1] == a_text("📎 film.mp4")["content"][0]
    assert digest(named(there, NAMES)) == digest(named(here, NAMES | {"m7": "film.mp4"}))


def test_a_line_of_text_for_a_file_is_a_picture_again_where_the_text_showed_it() -> None:
    here = named(doc([a_picture("The button", id="m1")]), NAMES)

    back = bound(a_text("📎 error.png", "Restarted"), OPS, here)

    assert media(back) == ["m1"]
    assert back["content"][0]["content"][0]["attrs"]["alt"] == "The button"


def test_it_is_not_where_somebody_deleted_the_file_meanwhile() -> None:
    """Jira would refuse the whole text."""
    here = named(doc([a_picture(id="m1")]), NAMES)

    assert media(bound(a_text("📎 error.png"), {"error.png (2)": "m2"}, here)) == []


def test_a_picture_from_the_web_is_nobody_s_file() -> None:
    here = doc([ON_THE_WEB])

    assert bound(named(here, NAMES), {}) == here
    assert for_issue(here, None) == here


def test_a_document_deeper_than_the_stack_is_carried_all_the_same() -> None:
    """Jira reads and writes it; a stranger may have made it on purpose."""
    node = a_picture(id="m1")
    for _ in range(5000):
        node = {"type": "blockquote", "content": [node]}
    here = doc([node])

    assert media(bound(named(here, NAMES), CLONE, here)) == ["n1"]
    assert media(for_issue(here, None)) == []
    deep = bound(named(here, NAMES), {})
    while "text" not in deep:
        deep = deep["content"][0]
    assert deep["text"] == "📎 error.png"
    while node is not None:  # or the garbage collector would go down there, too
        node = node.pop("content", [None])[0]


@pytest.mark.parametrize("content", [None, "x", [None], [{"type": ["media"]}], [{"type": "media", "attrs": "x"}]])
def test_anything_that_calls_itself_a_document_is_taken(content: Any) -> None:
    here = {"type": "doc", "version": 1, "content": content}

    assert bound(named(here, NAMES), CLONE, here) == here


@quick
@given(DOCUMENTS)
def test_whatever_the_document_both_say_the_same_and_no_foreign_id_is_in_it(here: dict[str, Any]) -> None:
    names = {id: f"file {number}" for number, id in enumerate(sorted(shown_media(here)))}
    ids = {name: f"there {name}" for name in list(names.values())[::2]}

    there = bound(named(here, names), ids)

    assert set(shown_media(there)) <= set(ids.values())
    told = {id: name for name, id in ids.items()}
    assert digest(named(there, told)) == digest(named(here, names))
