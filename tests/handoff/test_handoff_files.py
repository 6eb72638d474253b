"""Which files travel between the two tickets, and what texts call them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain import Attachment, SharedFile
from app.handoff.files import (
    TOO_LARGE,
    alike,
    known_before,
    logical_name,
    media_by_name,
    names_by_media,
    not_carried,
    too_large,
    unknown_media,
    waiting,
)
from tests.builders import a_file


def shared(source: str, **more: object) -> SharedFile:
    plain = {"to_ops": False, "filename": "a.png", "name": "a.png"}
    return SharedFile(**{"source": source, **plain, **more})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("known", "travels"),
    [
        pytest.param([], True, id="a file that nobody has looked at"),
        pytest.param([shared("1", source_media="m")], True, id="one of which only the media id is known"),
        pytest.param([shared("1", target="9")], False, id="one that has its copy"),
        pytest.param([shared("9", target="1")], False, id="one that is a copy"),
        pytest.param([shared("1", orphan=True)], False, id="a copy of something that is gone"),
        pytest.param([shared("1", refused=TOO_LARGE)], False, id="one that is too large, never again"),
        pytest.param([shared("1", refused="403")], True, id="one that Jira refused, with the pair's next file"),
        pytest.param([shared("2", target="9")], True, id="one beside a copied one"),
    ],
)
def test_a_file_travels_once_and_a_copy_does_not_travel(known: list[SharedFile], travels: bool) -> None:
    file = a_file("a.png", id="1")

    assert waiting([file], known) == ([file] if travels else [])


@pytest.mark.parametrize(("limit", "verdict"), [(9, True), (10, False), (0, True), (None, False)])
def test_a_file_above_jira_s_limit_is_too_large(limit: int | None, verdict: bool) -> None:
    assert too_large(a_file("a.png", size=10), limit) is verdict


def test_a_copy_is_looked_for_by_name_and_size_among_those_that_stand_for_nothing_else() -> None:
    there = [a_file("a.png", id="1"), a_file("a.png", id="2"), a_file("a.png", 11, "3"), a_file("A.png", id="4")]

    assert alike(a_file("a.png"), there, {"1"}) == ["2"]


@pytest.mark.parametrize(
    ("taken", "name"),
    [
        ([], "a.png"),
        (["b.png"], "a.png"),
        (["a.png"], "a.png (2)"),
        (["a.png", "a.png (2)"], "a.png (3)"),
        (["a.png (2)"], "a.png"),
    ],
)
def test_files_of_one_name_are_told_apart(taken: list[str], name: str) -> None:
    assert logical_name("a.png", taken) == name


def ours(name: str, id: str, size: int = 10) -> Attachment:
    return Attachment(id, name, size, "text/plain", "app")


BEFORE = [
    pytest.param([a_file("a", id="1")], [ours("a", "9")], [("1", "9")], id="the same on both sides was copied"),
    pytest.param([a_file("a", id="1")], [ours("a", "9", 11)], [("9", None)], id="another size is another file"),
    pytest.param(
        [a_file("a", id="1"), a_file("a", id="2")], [ours("a", "9")], [("1", "9")], id="each copy is one's only"
    ),
    pytest.param([], [ours("a", "9")], [("9", None)], id="what we attached and nobody wants back"),
    pytest.param([a_file("a", id="1")], [a_file("a", id="9")], [], id="what engineering attached is its own"),
]


@pytest.mark.parametrize(("ops", "engineering", "found"), BEFORE)
def test_a_pair_of_an_earlier_release_is_known_by_its_looks(
    ops: list[Attachment], engineering: list[Attachment], found: list[tuple[str, str | None]]
) -> None:
    known = [(file.id, copy.id if copy else None) for file, copy in known_before(ops, engineering, "app")]

    assert known == found


NAMES = st.lists(st.sampled_from(["a.png", "b.png"]), max_size=5)


@given(NAMES, NAMES)
def test_of_an_earlier_release_s_pair_as_many_are_known_as_there_are_on_both_sides(
    here: list[str], there: list[str]
) -> None:
    ops = [a_file(name, id=str(n)) for n, name in enumerate(here)]
    engineering = [ours(name, f"c{n}") for n, name in enumerate(there)]

    known = [copy.id for _, copy in known_before(ops, engineering, "app") if copy]

    assert len(known) == sum(min(here.count(name), there.count(name)) for name in set(here))
    assert len(set(known)) == len(known)
    assert list(known_before(ops, engineering, None)) == []


def test_both_texts_call_a_file_by_one_name_and_show_it_by_the_id_it_has_there() -> None:
    known = [
        shared("1", target="9", source_media="m1", target_media="m9"),
        shared("8", to_ops=True, target="2", name="a.png (2)", source_media="m8", target_media="m2"),
        shared("3", name="b.png", target="7", source_media="m3"),
    ]
    ops, engineering = [a_file("a.png", id=id) for id in "123"], [a_file("a.png", id=id) for id in "987"]

    assert names_by_media(known) == {
        "m1": "a.png",
        "m9": "a.png",
        "m8": "a.png (2)",
        "m2": "a.png (2)",
        "m3": "b.png",
    }
    assert media_by_name(known, ops, ops=True) == {"a.png": "m1", "a.png (2)": "m2", "b.png": "m3"}
    assert media_by_name(known, engineering, ops=False) == {"a.png": "m9", "a.png (2)": "m8"}


def test_a_file_that_somebody_deleted_there_cannot_be_shown_there() -> None:
    known = [shared("1", target="9", source_media="m1", target_media="m9")]

    assert media_by_name(known, [], ops=False) == {}


def test_people_are_told_of_files_that_jira_did_not_take_as_long_as_they_are_there() -> None:
    known = [shared("1", refused=TOO_LARGE), shared("2", refused="403"), shared("3", target="9")]
    there = [a_file("film.mp4", id="1"), a_file("log.txt", id="3")]

    assert not_carried(there, known) == ["film.mp4"]


def test_a_media_id_is_asked_for_once() -> None:
    assert unknown_media({"m1": "a.png", "m5": "b.png"}, [shared("1", source_media="m1")]) == {"m5": "b.png"}
