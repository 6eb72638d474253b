"""The clone, as people find it: complete, in engineering's own words, told where it is not, and one for ever."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app import engine
from app.models import AuditEntry
from sandbox import Sandbox
from sandbox.people import Admin, JiraUser, SlackUser, post, text, words
from sandbox.seed import CONTEXT_TAGS, EXCEPTION_TYPE, NOTES, TAGS, TEAM, account_id
from sandbox.world import Field, Option
from tests import effects
from tests.service import BOT_TOKEN, SIGNING_SECRET, Service
from tests.waiting import eventually, quiet
from tests.walks.story import ENGINEERING

SEVERITY = "customfield_10060"


def clone_of(world: Sandbox, reporter: JiraUser, key: str) -> str:
    clone = eventually(lambda: reporter.clone_of(key))
    quiet(world.url)
    return clone


def alert(world: Sandbox) -> str:
    """The blocks of the one alert."""
    (message,) = SlackUser(world.url, "engineer@example.com").messages(ENGINEERING)
    return str(message["blocks"])


def not_carried(service: Service) -> list[str]:
    with service.db.reading() as session:
        return list(session.scalars(select(AuditEntry.outcome).where(AuditEntry.step == "not_carried")))


def test_choices_are_carried_by_their_words_into_a_context_with_other_ids(
    world: Sandbox, service: Service, reporter: JiraUser
) -> None:
    world.world.settings.own_contexts = True
    key = reporter.new_issue(priority={"name": "Blocker"}, **{TAGS: [{"value": CONTEXT_TAGS[0]}]})

    there = reporter.issue(clone_of(world, reporter, key))

    here = reporter.issue(key)
    for field in (EXCEPTION_TYPE, TEAM):
        assert there[field]["value"] == here[field]["value"]
        assert there[field]["id"] != here[field]["id"]
    assert [tag["value"] for tag in there[TAGS]] == [CONTEXT_TAGS[0]]
    assert there["priority"]["name"] == "Blocker"
    assert not_carried(service) == []


def test_an_option_that_is_laid_aside_there_is_told_and_the_rest_is_carried(
    world: Sandbox, service: Service, reporter: JiraUser
) -> None:
    world.world.settings.own_contexts = True
    world.world.jira.fields[TAGS].own_options["YAY"][0].disabled = True

    key = reporter.new_issue(**{TAGS: [{"value": CONTEXT_TAGS[0]}, {"value": CONTEXT_TAGS[1]}]})
    there = reporter.issue(clone_of(world, reporter, key))

    assert [tag["value"] for tag in there[TAGS]] == [CONTEXT_TAGS[1]]
    why = f"there is no choice “{CONTEXT_TAGS[0]}” there"
    assert not_carried(service) == [f"Context Tags: {why}"]
    assert f"*Context Tags*: {why}" in alert(world)


def test_a_field_that_is_not_on_the_screen_there_is_told_and_its_text_stays_in_the_original(
    world: Sandbox, service: Service, reporter: JiraUser
) -> None:
    yay = world.world.jira.projects["YAY"]
    yay.create_screen = tuple(id for id in yay.create_screen if id not in (TAGS, "labels", "description"))

    key = reporter.new_issue(**{TAGS: [{"value": CONTEXT_TAGS[0]}]})
    clone = clone_of(world, reporter, key)
    reporter.write_notes(key, "Something new, so that both texts are looked at")
    eventually(lambda: words(reporter.issue(clone)[NOTES]))
    quiet(world.url)

    assert reporter.issue(clone)["labels"] == []
    assert words(reporter.issue(key)["description"]) == "Since this morning."
    assert [told.partition(":")[0] for told in not_carried(service)] == ["Description", "Context Tags"]
    assert "*Context Tags*: YAY does not take it on a new Task" in alert(world)


@pytest.mark.settings(handoff_fields="Description <-> Description; Severity => Severity")
def test_a_required_field_that_nothing_fills_is_named_and_the_hand_off_goes_on_once_it_is_mended(
    world: Sandbox, service: Service, reporter: JiraUser
) -> None:
    field = Field(SEVERITY, "Severity", "select", [Option("901", "High")])
    world.world.jira.fields[SEVERITY] = field
    ops, yay = (world.world.jira.projects[key] for key in ("OPS", "YAY"))
    ops.create_screen, yay.create_screen = (*ops.create_screen, SEVERITY), (*yay.create_screen, SEVERITY)
    yay.required = (*yay.required, SEVERITY)

    key = reporter.new_issue()
    (flow, *_) = eventually(engine.failed)

    assert "Project YAY asks for 'Severity' on a new Task, and nothing fills that." in flow["reason"]
    assert "HANDOFF_FIELDS" in flow["reason"]
    assert effects.issues(world, "YAY") == []
    reporter.edit(key, **{SEVERITY: {"value": "High"}})
    for each in engine.failed():
        engine.repeat(each["id"])
    assert reporter.issue(clone_of(world, reporter, key))[SEVERITY]["value"] == "High"
    assert effects.issues(world, "YAY") == ["YAY-1"]


@pytest.mark.settings(handoff_fields="Description <-> Description; Nowhere => Nowhere")
def test_a_table_that_names_no_field_stops_the_hand_off_and_nothing_else(
    world: Sandbox, service: Service, reporter: JiraUser, slack_reporter: SlackUser
) -> None:
    slack_reporter.ask()
    eventually(lambda: effects.messages(world, "#ops-exceptions"))
    (flow, *_) = eventually(engine.failed)

    assert "HANDOFF_FIELDS: Jira has no field 'Nowhere'." in flow["reason"]
    assert effects.issues(world, "OPS") == ["OPS-1"]
    reporter.write_notes("OPS-1", "Fixed by hand")
    reporter.move("OPS-1", "Done")
    eventually(lambda: effects.log_rows(world))


@pytest.mark.settings(handoff_fields="Cost => Cost; Due => Due; Area => Area; Labels => Labels; Other => Line")
def test_lines_numbers_dates_and_labels_are_carried_as_they_are(
    world: Sandbox, service: Service, reporter: JiraUser
) -> None:
    kinds = {"Cost": "float", "Due": "datepicker", "Area": "textfield", "Line": "textfield", "Other": "textfield"}
    for number, (name, kind) in enumerate(kinds.items(), 10070):
        id = f"customfield_{number}"
        world.world.jira.fields[id] = Field(id, name, kind)
        for project in world.world.jira.projects.values():
            project.create_screen = (*project.create_screen, id)
    values = {"customfield_10070": 2.5, "customfield_10071": "2026-11-30", "customfield_10072": "Gate 4"}

    key = reporter.new_issue(**values, customfield_10074="x" * 255, labels=["vip", "gate"])
    there = reporter.issue(clone_of(world, reporter, key))

    assert {id: there[id] for id in values} == values
    assert there["customfield_10073"] == "x" * 255
    assert there["labels"] == ["gate", "solveonce-clone", "vip"]
    assert there["summary"] == "Refunds are stuck"


def test_a_mention_calls_nobody_again_and_is_no_change(world: Sandbox, service: Service, reporter: JiraUser) -> None:
    erin = {"type": "mention", "attrs": {"id": account_id("engineer@example.com"), "text": "@Erin Engineer"}}
    said = text("Ask ")
    said["content"][0]["content"].append(erin)

    key = reporter.new_issue(description=said)
    clone = clone_of(world, reporter, key)
    world.world.calls.clear()
    reporter.write_notes(key, "So that both are looked at")
    eventually(lambda: words(reporter.issue(clone)[NOTES]))
    quiet(world.url)

    paragraph = reporter.issue(clone)["description"]["content"][0]["content"]
    assert "".join(node.get("text", "") for node in paragraph) == "Ask @Erin Engineer"
    assert "mention" not in str(paragraph)
    assert "mention" in str(reporter.issue(key)["description"])
    assert [method for method, _ in effects.writes(world)] == ["PUT"]


def test_a_mention_stays_one_in_the_original_and_words_in_the_clone_whoever_edits(
    world: Sandbox, service: Service, reporter: JiraUser, engineer: JiraUser
) -> None:
    erin = {"type": "mention", "attrs": {"id": account_id("engineer@example.com"), "text": "@Erin Engineer"}}
    key = reporter.new_issue()
    clone = clone_of(world, reporter, key)

    said = text("Ask ")
    said["content"][0]["content"].append(erin)
    reporter.edit(key, description=said)
    eventually(lambda: words(engineer.issue(clone)["description"]) == "Ask @Erin Engineer")
    assert "mention" not in str(engineer.issue(clone)["description"])
    engineer.edit(clone, description=text("Ask @Erin Engineer first"))
    eventually(lambda: words(reporter.issue(key)["description"]).endswith("first"))

    first = reporter.issue(key)["description"]["content"][0]["content"]
    assert [node["type"] for node in first] == ["text", "mention", "text"]
    assert "mention" not in str(engineer.issue(clone)["description"])


def test_the_clone_is_marked_and_knows_itself(world: Sandbox, service: Service, reporter: JiraUser) -> None:
    key = reporter.new_issue()
    clone = clone_of(world, reporter, key)

    here, there = world.world.issue(key), world.world.issue(clone)
    assert here
    assert there
    assert there.properties["solveonce"] == {"role": "clone", "origin": here.id, "self": there.id}
    assert there.fields["labels"] == ["solveonce-clone"]
    assert here.fields["labels"] == []


@pytest.mark.settings(label_clone="")
def test_without_a_label_in_the_settings_there_is_none(world: Sandbox, service: Service, reporter: JiraUser) -> None:
    clone = clone_of(world, reporter, reporter.new_issue())

    assert reporter.issue(clone)["labels"] == []


def switch(world: Sandbox, person: JiraUser, key: str) -> None:
    """To Operations and back to Engineering: whatever is cloned at all is cloned now."""
    for team in ("Operations", "Engineering"):
        person.edit(key, **{TEAM: {"value": team}})
        quiet(world.url)


@pytest.mark.parametrize("with_properties", [True, False], ids=["with our mark", "without it"])
def test_a_person_s_own_clone_of_the_clone_is_never_cloned(
    world: Sandbox, service: Service, reporter: JiraUser, with_properties: bool
) -> None:
    clone = clone_of(world, reporter, reporter.new_issue())
    who = {"user": "lead@example.com"}

    copied = post(f"{world.url}/_sandbox/jira/clone", {**who, "issue": clone, "properties": with_properties})["key"]
    moved = post(f"{world.url}/_sandbox/jira/move", {**who, "issue": copied, "project": "OPS"})["key"]
    switch(world, reporter, moved)

    assert effects.issues(world, "YAY") == [clone]
    assert reporter.status(moved) == "To Do"


def test_a_clone_that_lost_its_marks_and_was_moved_to_ops_is_never_cloned(
    world: Sandbox, service: Service, reporter: JiraUser
) -> None:
    clone = clone_of(world, reporter, reporter.new_issue())
    issue = world.world.issue(clone)
    assert issue
    issue.properties.clear()
    reporter.edit(clone, labels=[])

    moved = post(f"{world.url}/_sandbox/jira/move", {"user": "lead@example.com", "issue": clone, "project": "OPS"})[
        "key"
    ]
    switch(world, reporter, moved)

    assert effects.issues(world, "YAY") == []
    assert effects.issues(world, "OPS") == ["OPS-1", moved]


def test_a_person_s_clone_of_the_ops_issue_is_a_ticket_of_its_own(
    world: Sandbox, service: Service, reporter: JiraUser
) -> None:
    key = reporter.new_issue()
    clone_of(world, reporter, key)

    who = {"user": "lead@example.com", "issue": key, "properties": True}
    copied = post(f"{world.url}/_sandbox/jira/clone", who)["key"]

    eventually(lambda: reporter.status(copied) == "Sent to Engineering")
    assert effects.issues(world, "YAY") == ["YAY-1", "YAY-2"]


def test_what_was_edited_while_the_answer_was_lost_is_not_written_over(
    world: Sandbox, service: Service, reporter: JiraUser
) -> None:
    """The clone that is found again was made with the earlier text: that is what was agreed, not what stands there now."""
    edits = iter(["It is worse now"])

    def edit_meanwhile(phase: str, method: str, path: str) -> None:
        if phase == "after" and method == "POST" and path == "/rest/api/3/issue" and effects.issues(world, "YAY"):
            for words_now in edits:
                reporter.edit("OPS-1", description=text(words_now))

    lost = {"path": "/rest/api/3/issue$", "method": "POST", "by": "solveonce", "times": 1, "lose": True}
    post(f"{world.url}/_sandbox/faults", lost)
    world.world.watchers.append(edit_meanwhile)
    try:
        key = reporter.new_issue()
        clone = clone_of(world, reporter, key)
    finally:
        world.world.watchers.clear()

    eventually(lambda: words(reporter.issue(clone)["description"]) == "It is worse now")
    assert words(reporter.issue(key)["description"]) == "It is worse now"
    assert effects.issues(world, "YAY") == [clone]


def test_two_post_functions_and_every_event_twice_make_one_clone(
    world: Sandbox, service: Service, reporter: JiraUser
) -> None:
    world.world.settings.deliver_twice = True
    Admin(world.url, service.url).add_rule("OPS", "post-function", "clone-and-link", transition="Create")

    clone = clone_of(world, reporter, reporter.new_issue())

    assert effects.issues(world, "YAY") == [clone]
    assert effects.links(world) == 1
    assert len(effects.messages(world, ENGINEERING)) == 1


def test_the_link_reads_clone_clones_original(world: Sandbox, service: Service, reporter: JiraUser) -> None:
    key = reporter.new_issue()
    clone = clone_of(world, reporter, key)

    (link,) = reporter.issue(clone)["issuelinks"]
    assert (link["type"]["outward"], link["outwardIssue"]["key"]) == ("clones", key)


def test_a_link_that_jira_took_and_does_not_show_is_made_again(
    world: Sandbox, service: Service, reporter: JiraUser
) -> None:
    """Its answer has no body: a yes to nothing looks like a yes."""
    post(
        f"{world.url}/_sandbox/faults", {"path": "/rest/api/3/issueLink$", "method": "POST", "status": 201, "times": 1}
    )

    clone_of(world, reporter, reporter.new_issue())

    assert effects.links(world) == 1


def test_a_link_the_other_way_round_is_not_ours(world: Sandbox, service: Service, reporter: JiraUser) -> None:
    """Somebody was quicker, and had the two ends swapped."""
    swapped = iter([1])

    def link_meanwhile(phase: str, method: str, path: str) -> None:
        if phase == "before" and method == "POST" and path == "/rest/api/3/issueLink":
            for _ in swapped:
                ends = {"inwardIssue": {"key": "OPS-1"}, "outwardIssue": {"key": "YAY-1"}}
                reporter.call("POST", "issueLink", {"type": {"name": "Cloners"}, **ends})

    world.world.watchers.append(link_meanwhile)
    try:
        clone_of(world, reporter, reporter.new_issue())
    finally:
        world.world.watchers.clear()

    assert [(link.inward, link.outward) for link in world.world.jira.links][-1] == tuple(
        issue.id for issue in (world.world.issue("YAY-1"), world.world.issue("OPS-1")) if issue
    )
    assert effects.links(world) == 2


def test_a_ticket_that_was_there_before_us_and_moves_on_is_left_to_those_who_work_on_it(
    world: Sandbox, bare_service: Service, reporter: JiraUser
) -> None:
    key = reporter.new_issue()
    Admin(world.url, bare_service.url).set_up(SIGNING_SECRET, BOT_TOKEN)
    reporter.move(key, "In Progress")
    quiet(world.url)

    assert effects.issues(world, "YAY") == []
