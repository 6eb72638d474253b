"""The customer's two pages, through the real doors, step by step."""

from __future__ import annotations

import requests

from app import engine
from sandbox import Sandbox
from sandbox.people import NOTES, JiraUser, SlackUser, text, words
from tests import effects
from tests.service import Service
from tests.waiting import eventually, quiet
from tests.walks import story


def test_from_a_slack_message_to_a_row_in_the_log_with_every_effect_once(world: Sandbox, service: Service) -> None:
    story.play(world)
    story.assert_told_once(world)


def test_wrong_input_is_shown_beside_the_field_and_nothing_happens(
    world: Sandbox, service: Service, slack_reporter: SlackUser
) -> None:
    answer = slack_reporter.ask(summary="?!")

    assert answer["errors"] == {"summary_b": "Say in one line what is wrong."}
    quiet(world.url)
    assert effects.issues(world, "OPS") == []


def test_a_form_that_was_corrected_makes_one_ticket(
    world: Sandbox, service: Service, slack_reporter: SlackUser
) -> None:
    view = slack_reporter.command()["view"]
    filled = {"type": "Customer experience", "team": "Operations"}
    assert slack_reporter.submit(view["id"], summary="...", **filled)["errors"]

    slack_reporter.submit(view["id"], summary="Seats sold twice", **filled)

    eventually(lambda: effects.issues(world, "OPS") == ["OPS-1"])


def test_the_description_arrives_as_rich_text(
    world: Sandbox, service: Service, slack_reporter: SlackUser, reporter: JiraUser
) -> None:
    bold = {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [
        {"type": "text", "text": "The refund job "}, {"type": "text", "text": "hangs", "style": {"bold": True}}]}]}  # fmt: skip
    slack_reporter.ask(description=bold)
    eventually(lambda: effects.issues(world, "OPS"))

    content = reporter.issue("OPS-1")["description"]["content"][0]["content"]

    assert content[1] == {"type": "text", "text": "hangs", "marks": [{"type": "strong"}]}


def test_the_issue_says_who_asked_and_links_to_its_thread(
    world: Sandbox, service: Service, slack_reporter: SlackUser, reporter: JiraUser
) -> None:
    slack_reporter.ask(team="Operations")
    eventually(lambda: effects.issues(world, "OPS") and effects.remote_links(world, "OPS-1"))

    assert reporter.issue("OPS-1")["reporter"]["displayName"] == "Riley Reporter"
    card = slack_reporter.messages("#ops-exceptions")[0]
    issue = world.world.issue("OPS-1")
    assert issue
    assert [link["object"]["title"] for link in issue.remote_links.values()] == ["Slack thread"]
    assert card["ts"].replace(".", "") in next(iter(issue.remote_links.values()))["object"]["url"]
    assert f"{world.url}/browse/OPS-1" in str(card["blocks"])


def test_the_shortcut_opens_its_thread_in_ops_requests(
    world: Sandbox, service: Service, slack_reporter: SlackUser
) -> None:
    view = slack_reporter.do("shortcut", callback_id="ops_create_global")["view"]
    slack_reporter.submit(view["id"], summary="Data mismatch", type="Other (needs triage)", team="Operations")

    told = ["OPS-1 To Do: Data mismatch (Priority General)", "Triage OPS-1"]
    eventually(lambda: effects.messages(world, "#ops-requests") == told)


def test_operations_tickets_lie_in_to_do_and_no_call_is_made_for_engineering(
    world: Sandbox, service: Service, reporter: JiraUser
) -> None:
    key = reporter.new_issue(team="Operations")
    quiet(world.url)

    assert reporter.status(key) == "To Do"
    assert effects.issues(world, "YAY") == []
    assert effects.writes(world) == []


def test_the_clone_carries_the_fields_and_files(world: Sandbox, service: Service, reporter: JiraUser) -> None:
    key = reporter.new_issue(
        "Operations",
        priority={"name": "Blocker"},
        customfield_10049=[{"value": "Finance - refunds"}, {"value": "Finance - taxes"}],
    )
    attach(reporter, key, "screen.png", b"\x89PNG picture")
    attach(reporter, key, "log.txt", b"stack trace")
    reporter.edit(key, customfield_10048={"value": "Engineering"})
    clone = eventually(lambda: reporter.clone_of(key))
    eventually(lambda: effects.messages(world, story.ENGINEERING))

    fields = reporter.issue(clone)
    assert fields["status"]["name"] == "Backlog"
    assert fields["priority"]["name"] == "Blocker"
    assert words(fields["description"]) == "Since this morning."
    assert [tag["value"] for tag in fields["customfield_10049"]] == ["Finance - refunds", "Finance - taxes"]
    assert sorted(file["filename"] for file in fields["attachment"]) == ["log.txt", "screen.png"]


def test_engineering_set_later_does_the_same_once(world: Sandbox, service: Service, reporter: JiraUser) -> None:
    key = reporter.new_issue(team="Operations")
    quiet(world.url)

    for team in ("Engineering", "Operations", "Engineering"):
        reporter.edit(key, customfield_10048={"value": team})
        quiet(world.url)

    assert effects.issues(world, "YAY") == ["YAY-1"]
    assert reporter.status(key) == "Sent to Engineering"
    alerts = [words for words in effects.messages(world, story.ENGINEERING) if words.startswith("New Ops Exception")]
    assert len(alerts) == 1


def test_texts_follow_each_other_either_way_and_no_echo_causes_a_second_write(
    world: Sandbox, service: Service, reporter: JiraUser, engineer: JiraUser
) -> None:
    key, clone = handed_over(world, reporter)
    world.world.calls.clear()

    engineer.write_notes(clone, "Root cause found")
    eventually(lambda: words(reporter.issue(key)[NOTES]) == "Root cause found")
    reporter.edit(key, description=text("It is worse now"))
    eventually(lambda: words(engineer.issue(clone)["description"]) == "It is worse now")
    reporter.write_notes(key, "Root cause found and fixed")
    eventually(lambda: words(engineer.issue(clone)[NOTES]) == "Root cause found and fixed")
    quiet(world.url)

    assert [method for method, _ in effects.writes(world)] == ["PUT", "PUT", "PUT"]


def test_comments_never_travel(world: Sandbox, service: Service, reporter: JiraUser, engineer: JiraUser) -> None:
    key, clone = handed_over(world, reporter)
    world.world.calls.clear()

    for person, issue in ((reporter, key), (engineer, clone)):
        assert person.call("POST", f"issue/{issue}/comment", {"body": text("between us")}).status_code == 201
    quiet(world.url)

    assert effects.writes(world) == []
    assert [len(engineer.issue(issue)["comment"]["comments"]) for issue in (key, clone)] == [1, 1]


def test_done_with_blank_notes_is_refused_on_both_boards_with_an_explanation(
    world: Sandbox, service: Service, reporter: JiraUser, engineer: JiraUser
) -> None:
    _, clone = handed_over(world, reporter)
    engineer.write_notes(clone, "   ")
    quiet(world.url)
    mine = reporter.new_issue(team="Operations")

    for person, issue in ((engineer, clone), (reporter, mine)):
        answer = person.try_to(issue, "Done")
        assert answer.status_code == 400
        assert "Resolution Notes are empty" in answer.json()["errorMessages"][0]
        assert "Write the root cause and the resolution into the field Resolution Notes" in answer.text
        assert person.status(issue) != "Done"


def test_the_validator_holds_while_the_service_is_down(world: Sandbox, service: Service, reporter: JiraUser) -> None:
    key = reporter.new_issue(team="Operations")
    quiet(world.url)
    world.world.apps["solveonce-jira"].base_url = "http://127.0.0.1:9"  # nobody answers there

    assert reporter.try_to(key, "Done").status_code == 400
    reporter.write_notes(key, "Fixed by hand")
    assert reporter.try_to(key, "Done").status_code == 204


def test_a_re_opened_clone_sends_the_original_back_to_engineering(
    world: Sandbox, service: Service, reporter: JiraUser, engineer: JiraUser
) -> None:
    key, clone = handed_over(world, reporter)
    engineer.write_notes(clone, "Fixed")
    engineer.move(clone, "Done")
    eventually(lambda: reporter.status(key) == "Resolution Notes Required")

    engineer.move(clone, "In Progress")

    eventually(lambda: reporter.status(key) == "Sent to Engineering")


def test_publishing_again_changes_nothing(world: Sandbox, service: Service, reporter: JiraUser) -> None:
    story.play(world)
    version = effects.log_version(world)
    issue = world.world.issue("OPS-1")
    assert issue

    with service.db.writing() as session:
        engine.enqueue(session, "publishing.publish", 1, issue.id, id="again", lane="1:log")
    quiet(world.url)

    assert effects.log_version(world) == version


def test_re_opened_edited_and_closed_again_is_the_same_row_with_the_new_text(
    world: Sandbox, service: Service, reporter: JiraUser
) -> None:
    key = reporter.new_issue(team="Operations")
    reporter.write_notes(key, "Restarted")
    reporter.move(key, "Done")
    eventually(lambda: effects.log_rows(world))

    reporter.move(key, "In Progress")
    reporter.write_notes(key, "Restarted, and the limit raised")
    reporter.move(key, "Done")

    eventually(lambda: [row[5] for row in effects.log_rows(world)] == ["Restarted, and the limit raised"])


def test_a_done_ticket_that_is_edited_brings_its_row_up_to_date(
    world: Sandbox, service: Service, reporter: JiraUser
) -> None:
    key = reporter.new_issue(team="Operations")
    reporter.write_notes(key, "Restarted")
    reporter.move(key, "Done")
    eventually(lambda: effects.log_rows(world))

    reporter.edit(key, summary="Refunds were stuck")

    eventually(lambda: [row[3] for row in effects.log_rows(world)] == ["Refunds were stuck"])


def test_what_people_write_around_the_rows_stays(world: Sandbox, service: Service, reporter: JiraUser) -> None:
    first = reporter.new_issue(team="Operations")
    reporter.write_notes(first, "One")
    reporter.move(first, "Done")
    eventually(lambda: effects.log_rows(world))
    page = next(page for page in world.world.confluence.pages.values() if page.title == effects.LOG)
    page.body = "<h2>House rules &amp; tips&nbsp;</h2>" + page.body + "<p>Ask Toni&rsquo;s team</p>"
    page.version += 1

    second = reporter.new_issue(team="Operations")
    reporter.write_notes(second, "Two")
    reporter.move(second, "Done")

    eventually(lambda: [row[0] for row in effects.log_rows(world)] == [second, first])
    assert page.body.startswith("<h2>House rules &amp; tips&nbsp;</h2>")
    assert page.body.endswith("<p>Ask Toni&rsquo;s team</p>")


def handed_over(world: Sandbox, reporter: JiraUser) -> tuple[str, str]:
    """A new ticket for engineering and its clone, with everything about the hand-off done."""
    key = reporter.new_issue()
    clone = eventually(lambda: reporter.clone_of(key))
    quiet(world.url)
    return key, clone


def attach(person: JiraUser, key: str, name: str, content: bytes) -> None:
    answer = requests.post(
        f"{person.url}/rest/api/3/issue/{key}/attachments",
        files={"file": (name, content)},
        headers={"X-Atlassian-Token": "no-check"},
        auth=(person.email, "sandbox"),
        timeout=20,
    )
    assert answer.ok, answer.text
