"""What engineering gets: everything to work on, nothing that was said in comments, and no gap that nobody is told of."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from app.adf.build import doc, paragraph
from app.adf.canonical import digest
from app.domain import Issue
from app.domain_handoff import FieldRule, Kind, LeftOut, SharedField, SyncedValue, TargetField, Way
from app.handoff.clone import (
    Draft,
    agreement,
    as_label,
    draft,
    fields_to_read,
    is_clone_of,
    is_linked,
    mark_of,
    own_mark,
    plain_agreement,
    said_in,
    unfilled,
)
from app.handoff.plain import Sides
from tests.builders import FIELDS, a_picture, a_text, an_issue


def shared(name: str, id: str, kind: Kind, way: Way = Way.ONCE, there: str = "") -> SharedField:
    return SharedField(FieldRule(name, name, way), id, there or id, kind)


TABLE = (
    shared("Summary", "summary", Kind.LINE),
    shared("Description", "description", Kind.TEXT, Way.BOTH),
    shared("Priority", "priority", Kind.CHOICE),
    shared("Exception Type", "cf_type", Kind.CHOICE),
    shared("Context Tags", "cf_tags", Kind.CHOICES),
    shared("Resolution Notes", "cf_notes", Kind.TEXT, Way.BOTH),
)
CHOICES = {
    "priority": (("Major", "3"), ("General", "4")),
    "cf_type": (("Platform / app issue", "301"),),
    "cf_tags": (("Ops - ticketing", "311"), ("Finance - taxes", "312")),
}
TARGETS = {each.ops: TargetField(each.ops, each.rule.ops, choices=CHOICES.get(each.ops, ())) for each in TABLE}
SAID: dict[str, Any] = {
    "summary": "Queue stuck",
    "description": a_text("Nothing moves"),
    "priority": {"id": "3", "name": "Major"},
    "cf_type": {"id": "201", "value": "Platform / app issue"},
    "cf_tags": [{"id": "211", "value": "Ops - ticketing"}, {"id": "212", "value": "Finance - taxes"}],
    "cf_notes": a_text("Tried a restart"),
}


def saying(**values: Any) -> Issue:
    return an_issue(values=SAID | values)


def drafted(original: Issue, table: tuple[SharedField, ...] = TABLE, label: str = "", **targets: Any) -> Draft:
    """*targets* are other fields there, or None for one that may not be set."""
    there = {id: each for id, each in (TARGETS | targets).items() if each is not None}
    return draft(original, table, there, "YAY", "Task", label)


def test_the_clone_says_what_the_original_says_with_the_ids_of_its_own_project() -> None:
    assert drafted(saying()) == Draft(
        {
            "project": {"key": "YAY"},
            "issuetype": {"name": "Task"},
            "summary": "Queue stuck",
            "description": a_text("Nothing moves"),
            "priority": {"id": "3"},
            "cf_type": {"id": "301"},
            "cf_tags": [{"id": "311"}, {"id": "312"}],
            "cf_notes": a_text("Tried a restart"),
        }
    )


def test_what_the_original_does_not_say_is_not_set_and_not_told() -> None:
    silent = saying(description=None, priority=None, cf_type=None, cf_tags=[], cf_notes=doc([]))

    assert drafted(silent) == Draft(
        {"project": {"key": "YAY"}, "issuetype": {"name": "Task"}, "summary": "Queue stuck"}
    )


def test_a_picture_of_the_original_is_a_name_in_the_clone() -> None:
    """Jira refuses a text with another issue's media; the file itself follows as an attachment."""
    shown = saying(description=doc([a_picture("error.png")]), cf_notes=doc([a_picture("fixed.png")]))

    values = drafted(shown).fields

    assert (values["description"], values["cf_notes"]) == (a_text("📎 error.png"), a_text("📎 fixed.png"))


@pytest.mark.parametrize(
    "original",
    [saying(), saying(cf_tags=[{"value": "Ops - ticketing"}, {"value": "Ops - ticketing"}])],
    ids=["once", "a value said twice"],
)
def test_a_field_that_may_not_be_set_there_is_told(original: Issue) -> None:
    plan = drafted(original, cf_tags=None, cf_notes=None)

    assert {"cf_tags", "cf_notes"}.isdisjoint(plan.fields)
    assert plan.left_out == (
        LeftOut("Context Tags", "YAY does not take it on a new Task"),
        LeftOut("Resolution Notes", "YAY does not take it on a new Task"),
    )


def test_a_choice_that_is_not_offered_there_is_told_and_the_others_are_carried() -> None:
    plan = drafted(saying(cf_tags=[{"value": "Ops - ticketing"}, {"value": "New tag"}], cf_type={"value": "Gone"}))

    assert plan.fields["cf_tags"] == [{"id": "311"}]
    assert "cf_type" not in plan.fields
    assert plan.left_out == (
        LeftOut("Exception Type", "there is no choice “Gone” there"),
        LeftOut("Context Tags", "there is no choice “New tag” there"),
    )


def test_a_security_level_never_travels_and_that_is_told() -> None:
    """The levels of two projects are two lists; who may see the clone is for engineering's administrator to say."""
    plan = drafted(replace(saying(), security_level="Staff only"))

    assert "security" not in plan.fields
    assert plan.left_out == (LeftOut("Security Level", "whoever may see YAY sees the clone"),)


def test_a_summary_stands_even_where_the_table_has_none() -> None:
    assert drafted(saying(), table=TABLE[1:]).fields["summary"] == "Queue stuck"


def test_what_only_comes_back_is_not_carried_over() -> None:
    table = (shared("Description", "description", Kind.TEXT, Way.TO_OPS),)

    assert "description" not in drafted(saying(), table).fields
    assert fields_to_read(table) == []


def test_a_field_is_carried_into_the_one_that_the_table_names() -> None:
    table = (shared("Priority", "priority", Kind.CHOICE, there="cf_severity"),)
    severity = TargetField("cf_severity", "Severity", choices=(("Major", "77"),))

    assert drafted(saying(), table, cf_severity=severity).fields["cf_severity"] == {"id": "77"}


@pytest.mark.parametrize(
    ("own", "label", "set_there"),
    [
        ([], "solveonce-clone", ["solveonce-clone"]),
        (["vip"], "solveonce-clone", ["vip", "solveonce-clone"]),
        (["solveonce-clone"], "solveonce-clone", ["solveonce-clone"]),
        (["vip"], "", ["vip"]),
    ],
)
def test_a_label_marks_the_clone_beside_those_that_are_carried(
    own: list[str], label: str, set_there: list[str]
) -> None:
    table = (shared("Labels", "labels", Kind.LABELS),)

    assert (
        drafted(saying(labels=own), table, label, labels=TargetField("labels", "Labels")).fields["labels"] == set_there
    )


def test_where_labels_may_not_be_set_there_is_none() -> None:
    plan = drafted(saying(), label="solveonce-clone")

    assert "labels" not in plan.fields
    assert plan.left_out == ()


def test_a_label_has_no_spaces() -> None:
    assert as_label(" made by  SolveOnce ") == "made-by-SolveOnce"


@pytest.mark.parametrize(
    ("field", "missing"),
    [
        (TargetField("cf_9", "Severity", required=True), ["Severity"]),
        (TargetField("cf_9", "Severity", required=True, has_default=True), []),
        (TargetField("cf_9", "Severity"), []),
        (TargetField("priority", "Priority", required=True, choices=CHOICES["priority"]), []),
        (TargetField("priority", "Priority", required=True), ["Priority"]),
        (TargetField("reporter", "Reporter", required=True), []),
        (TargetField("project", "Project", required=True), []),
    ],
    ids=["nothing fills it", "it has a default", "optional", "filled", "no such choice", "Jira fills it", "we fill it"],
)
def test_a_required_field_that_nothing_fills_is_named(field: TargetField, missing: list[str]) -> None:
    targets = TARGETS | {field.id: field}

    assert unfilled(draft(saying(), TABLE, targets, "YAY", "Task", ""), targets) == missing


def mention(**attrs: str) -> dict[str, Any]:
    return {"type": "mention", "attrs": {"id": "712020:erin", **attrs}}


def test_a_mention_is_words_in_the_clone_and_that_difference_is_no_change() -> None:
    """It would call the person again."""
    original = saying(description=doc([paragraph([mention(text="@Erin Engineer")])]))

    plan = drafted(original)

    assert plan.fields["description"] == a_text("@Erin Engineer")
    agreed = agreement(original, plan, TABLE, FIELDS)["description"]
    said_here, said_there = original.values["description"], a_text("@Erin Engineer")
    assert agreed == SyncedValue(digest(said_here), digest(said_there), said_here)


def test_a_text_that_could_not_be_carried_is_agreed_as_none_there() -> None:
    """Else the clone's empty field would look like a text that somebody took away."""
    original = saying()

    agreed = agreement(original, drafted(original, cf_notes=None), TABLE, FIELDS)

    assert agreed["notes"] == SyncedValue(digest(SAID["cf_notes"]), digest(None), SAID["cf_notes"])
    assert set(agreed) == {"description", "notes"}


def test_plain_fields_that_follow_are_agreed_by_their_words_as_the_clone_was_given_them() -> None:
    table = (
        shared("Priority", "priority", Kind.CHOICE, Way.BOTH),
        shared("Context Tags", "cf_tags", Kind.CHOICES, Way.BOTH),
        shared("Labels", "labels", Kind.LABELS, Way.BOTH),
        shared("Exception Type", "cf_type", Kind.CHOICE),
    )
    targets = TARGETS | {"labels": TargetField("labels", "Labels")}
    original = saying(labels=["vip"], cf_tags=[{"value": "Ops - ticketing"}, {"value": "New tag"}])

    plan = draft(original, table, targets, "YAY", "Task", "ours")

    assert plain_agreement(original, plan, table, targets, "ours") == {
        "priority": Sides("Major", "Major"),
        "cf_tags": Sides(["New tag", "Ops - ticketing"], ["Ops - ticketing"]),
        "labels": Sides(["vip"], ["vip"]),
    }


def test_what_was_agreed_comes_back_out_of_the_mark() -> None:
    agreed = {"description": SyncedValue("a" * 64, "b" * 64, a_text("as it was"))}

    assert said_in(mark_of("10001", agreed), agreed) == agreed
    assert said_in(own_mark("10001", "20001"), agreed) == {}


def test_of_a_text_that_was_edited_meanwhile_only_the_digests_are_known() -> None:
    then, now = SyncedValue("a" * 64, "b" * 64, a_text("then")), SyncedValue("c" * 64, "c" * 64, a_text("now"))

    found = said_in(mark_of("10001", {"description": then}), {"description": now})

    assert found == {"description": SyncedValue("a" * 64, "b" * 64, None)}


@pytest.mark.parametrize("said", [None, "x", [], {"description": "x"}, {"description": ["a", "b"]}, {"notes": [1, 2]}])
def test_a_mark_that_somebody_wrote_over_says_nothing(said: Any) -> None:
    assert said_in({"role": "clone", "origin": "10001", "said": said}, {}) == {}


def test_the_clone_of_an_issue_is_known_by_its_origin() -> None:
    assert is_clone_of(mark_of("10001", {}), "10001")
    assert not is_clone_of(mark_of("10001", {}), "10002")
    assert not is_clone_of({"role": "request", "origin": "10001"}, "10001")


LINK = {"type": {"id": "10001"}, "outwardIssue": {"id": "10001"}}


@pytest.mark.parametrize(
    ("links", "linked"),
    [
        ([], False),
        ([LINK], True),
        ([{"type": {"id": "10001"}, "inwardIssue": {"id": "10001"}}], False),
        ([LINK | {"type": {"id": "10003"}}], False),
        ([LINK | {"outwardIssue": {"id": "10002"}}], False),
        ([LINK | {"outwardIssue": {"id": "10002"}}, LINK], True),
    ],
    ids=["none", "clones it", "the wrong way round", "of another type", "another issue", "two"],
)
def test_only_the_link_in_the_right_direction_counts(links: list[dict[str, Any]], linked: bool) -> None:
    assert is_linked(links, "10001", "10001") is linked
