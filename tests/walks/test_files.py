"""Files and pictures of the two tickets: each travels once, either way, and each text shows its own ticket's copy."""

from __future__ import annotations

from typing import Any

import pytest
import requests
from sqlalchemy import delete, select

from app import engine
from app.adf.build import doc
from app.models import AuditEntry, CopiedFile
from sandbox import Sandbox
from sandbox.people import NOTES, JiraUser, post
from tests import effects
from tests.builders import a_picture, a_text
from tests.service import Service
from tests.waiting import eventually, quiet
from tests.walks import story
from tests.walks.test_story import handed_over

UPLOAD, TEAM = "/attachments", "customfield_10048"


def attach(person: JiraUser, key: str, name: str, content: bytes = b"content") -> str:
    """The id of the new attachment."""
    answer = requests.post(
        f"{person.url}/rest/api/3/issue/{key}/attachments",
        files={"file": (name, content)},
        headers={"X-Atlassian-Token": "no-check"},
        auth=(person.email, "sandbox"),
        timeout=20,
    )
    assert answer.ok, answer.text
    return str(answer.json()[0]["id"])


def attachments(world: Sandbox, key: str) -> list[Any]:
    issue = world.world.issue(key)
    assert issue
    return list(issue.attachments)


def media_of(world: Sandbox, key: str, attachment_id: str) -> str:
    return str(next(file.media_id for file in attachments(world, key) if file.id == attachment_id))


def names(world: Sandbox, key: str) -> list[str]:
    return sorted(file.filename for file in attachments(world, key))


def pictures(world: Sandbox, key: str, field: str = "description") -> list[str]:
    """What a person sees there: the names of the issue's files that its text shows, and our lines of text for others."""
    issue = world.world.issue(key)
    assert issue
    by_media = {file.media_id: file.filename for file in issue.attachments}
    found, waiting = [], [issue.fields.get(field) or {}]
    while waiting:
        node = waiting.pop(0)
        if node.get("type") in ("media", "mediaInline"):
            found.append(by_media.get(node["attrs"]["id"], "broken"))
        if str(node.get("text", "")).startswith("📎"):
            found.append(node["text"])
        waiting += node.get("content") or []
    return found


def uploads(world: Sandbox) -> list[str]:
    """Paths of our uploads."""
    return [path for method, path in effects.writes(world) if method == "POST" and path.endswith(UPLOAD)]


def test_later_files_follow_either_way_and_no_copy_is_copied(
    world: Sandbox, service: Service, reporter: JiraUser, engineer: JiraUser
) -> None:
    key, clone = handed_over(world, reporter)

    attach(reporter, key, "log.txt")
    attach(engineer, clone, "fix.diff")
    eventually(lambda: names(world, key) == names(world, clone) == ["fix.diff", "log.txt"])
    quiet(world.url)

    assert len(uploads(world)) == 2
    assert {file.content for file in attachments(world, key) + attachments(world, clone)} == {b"content"}
    assert engine.failed() == []


def test_files_of_a_ticket_that_nobody_handed_over_start_nothing(
    world: Sandbox, service: Service, reporter: JiraUser
) -> None:
    """Its hand-off would wait behind them."""
    key = reporter.new_issue("Operations")
    quiet(world.url)
    flows = sum(engine.counts().values())

    attach(reporter, key, "log.txt")
    quiet(world.url)

    assert sum(engine.counts().values()) == flows


def test_an_echo_that_nobody_knows_as_one_copies_nothing(
    world: Sandbox, service: Service, reporter: JiraUser, engineer: JiraUser
) -> None:
    """Not every site sends our trace back: the table says what is a copy."""
    key, clone = handed_over(world, reporter)
    attach(reporter, key, "log.txt")
    eventually(lambda: names(world, clone))
    quiet(world.url)
    ops = world.world.issue(key)
    assert ops

    with service.db.writing() as session:
        engine.enqueue(session, "handoff.files", 1, ops.id, id="echo", lane=f"1:{ops.id}")
    quiet(world.url)

    assert len(uploads(world)) == 1
    assert names(world, key) == names(world, clone) == ["log.txt"]


def test_two_files_of_one_name_stay_two_each_with_its_content(
    world: Sandbox, service: Service, reporter: JiraUser, engineer: JiraUser
) -> None:
    key, clone = handed_over(world, reporter)
    attach(reporter, key, "image.png", b"one")
    attach(reporter, key, "image.png", b"two")
    attach(engineer, clone, "image.png", b"six")

    eventually(lambda: len(names(world, key)) == len(names(world, clone)) == 3)
    quiet(world.url)

    for each in (key, clone):
        assert sorted(file.content for file in attachments(world, each)) == [b"one", b"six", b"two"]


def test_a_deleted_copy_does_not_come_back_and_deletions_do_not_travel(
    world: Sandbox, service: Service, reporter: JiraUser, engineer: JiraUser
) -> None:
    key, clone = handed_over(world, reporter)
    kept = attach(reporter, key, "kept.txt")
    attach(reporter, key, "unwanted.txt")
    eventually(lambda: names(world, clone) == ["kept.txt", "unwanted.txt"])
    quiet(world.url)

    copy = next(file.id for file in attachments(world, clone) if file.filename == "unwanted.txt")
    assert engineer.call("DELETE", f"attachment/{copy}").status_code == 204
    assert reporter.call("DELETE", f"attachment/{kept}").status_code == 204
    attach(engineer, clone, "later.txt")
    eventually(lambda: "later.txt" in names(world, key))
    quiet(world.url)

    assert names(world, clone) == ["kept.txt", "later.txt"]
    assert names(world, key) == ["later.txt", "unwanted.txt"]


def test_a_lost_answer_makes_no_second_copy_and_none_that_travels_back(
    world: Sandbox, service: Service, reporter: JiraUser, engineer: JiraUser
) -> None:
    key, clone = handed_over(world, reporter)
    post(
        f"{world.url}/_sandbox/faults", {"path": UPLOAD, "method": "POST", "by": "solveonce", "lose": True, "times": 4}
    )

    for name in ("a.txt", "a.txt", "b.txt"):
        attach(reporter, key, name)
        attach(engineer, clone, name)

    eventually(lambda: len(names(world, key)) == len(names(world, clone)) == 6)
    quiet(world.url)
    assert names(world, key) == names(world, clone) == ["a.txt"] * 4 + ["b.txt"] * 2


def test_a_media_service_that_fails_holds_no_file_up_for_ever(
    world: Sandbox, service: Service, reporter: JiraUser
) -> None:
    key, clone = handed_over(world, reporter)
    faults = [{"path": "/_media/file", "status": 503, "times": 1}, {"path": "/_media/file", "cut": True, "times": 1}]
    post(f"{world.url}/_sandbox/faults", faults)

    attach(reporter, key, "log.txt")

    eventually(lambda: names(world, clone) == ["log.txt"])


def test_a_file_that_is_too_large_is_told_and_holds_up_no_other(
    world: Sandbox, service: Service, reporter: JiraUser, engineer: JiraUser
) -> None:
    """The limit was lowered after the file was attached."""
    key = reporter.new_issue("Operations")
    attach(reporter, key, "film.mp4", b"x" * 2000)
    attach(reporter, key, "log.txt")
    world.world.settings.attachment_limit = 1000

    reporter.edit(key, **{TEAM: {"value": "Engineering"}})
    clone = eventually(lambda: reporter.clone_of(key))
    eventually(lambda: effects.messages(world, story.ENGINEERING))
    attach(reporter, key, "later.txt")
    eventually(lambda: names(world, clone) == ["later.txt", "log.txt"])
    quiet(world.url)

    alert = next(message for message in world.world.slack.messages if clone in message.text)
    assert f"Files that Jira did not take, see {key}: film.mp4" in str(alert.blocks)
    with service.db.reading() as session:
        outcomes = list(session.scalars(select(AuditEntry.outcome).where(AuditEntry.step.startswith("copy_file"))))
    assert sorted(outcomes) == ["done", "done", "not carried: too large"]
    assert len(uploads(world)) == 2
    assert engine.failed() == []


def test_a_413_without_a_limit_that_says_so_is_asked_for_once(
    world: Sandbox, service: Service, reporter: JiraUser
) -> None:
    """An issue may hold no more files although each is small enough."""
    key, clone = handed_over(world, reporter)
    post(
        f"{world.url}/_sandbox/faults", {"path": UPLOAD, "method": "POST", "by": "solveonce", "status": 413, "times": 1}
    )

    attach(reporter, key, "a.txt")
    attach(reporter, key, "b.txt")

    eventually(lambda: names(world, clone) == ["b.txt"])
    quiet(world.url)
    assert len(uploads(world)) == 2


def test_a_clone_shows_its_own_copies_of_the_pictures(world: Sandbox, service: Service, reporter: JiraUser) -> None:
    key = reporter.new_issue("Operations")
    first, second = (media_of(world, key, attach(reporter, key, "image.png", each)) for each in (b"one", b"two"))
    shown = doc([*a_text("Look:")["content"], a_picture("The button", id=second), a_picture("image.png", id=first)])
    reporter.edit(key, description=shown)

    reporter.edit(key, **{TEAM: {"value": "Engineering"}})
    clone = eventually(lambda: reporter.clone_of(key))
    eventually(lambda: pictures(world, clone) == ["image.png", "image.png"])
    quiet(world.url)

    ids = {file.media_id: file.content for file in attachments(world, clone)}
    frames = reporter.issue(clone)["description"]["content"][1:]
    assert [ids[frame["content"][0]["attrs"]["id"]] for frame in frames] == [b"two", b"one"]
    assert [frame["content"][0]["attrs"]["alt"] for frame in frames] == ["The button", "image.png"]
    assert pictures(world, key) == ["image.png", "image.png"]
    puts = [path for method, path in effects.writes(world) if method == "PUT"]
    assert len(puts) == 1  # the clone's text, once more, with its pictures


def test_pictures_in_texts_follow_either_way(
    world: Sandbox, service: Service, reporter: JiraUser, engineer: JiraUser
) -> None:
    key, clone = handed_over(world, reporter)
    theirs = media_of(world, clone, attach(engineer, clone, "graph.png"))
    ours = media_of(world, key, attach(reporter, key, "error.png"))

    engineer.edit(clone, **{NOTES: doc([*a_text("Root cause:")["content"], a_picture("Load", id=theirs)])})
    reporter.edit(key, description=doc([a_picture("error.png", id=ours), *a_text("Since noon")["content"]]))
    eventually(lambda: pictures(world, key, NOTES) == ["graph.png"])
    eventually(lambda: pictures(world, clone) == ["error.png"])
    quiet(world.url)

    assert names(world, key) == names(world, clone) == ["error.png", "graph.png"]
    assert [method for method, _ in effects.writes(world)].count("PUT") == 2
    assert engine.failed() == []


def test_a_file_of_which_no_event_came_travels_with_the_text_that_shows_it(
    world: Sandbox, service: Service, reporter: JiraUser, engineer: JiraUser
) -> None:
    key, clone = handed_over(world, reporter)
    app = world.world.apps["solveonce-jira"]
    address, app.base_url, world.world.settings.webhook_retries = app.base_url, "http://127.0.0.1:9", ()
    theirs = media_of(world, clone, attach(engineer, clone, "graph.png"))
    attach(engineer, clone, "unseen.png")
    quiet(world.url)
    app.base_url = address

    engineer.edit(clone, **{NOTES: doc([a_picture("Load", id=theirs), *a_text("Fixed")["content"]])})
    eventually(lambda: pictures(world, key, NOTES) == ["graph.png"])
    quiet(world.url)
    assert names(world, key) == ["graph.png"]
    attach(engineer, clone, "later.png")
    eventually(lambda: names(world, key) == ["graph.png", "later.png", "unseen.png"])


def test_a_picture_goes_there_and_back_and_nobody_writes_twice(
    world: Sandbox, service: Service, reporter: JiraUser, engineer: JiraUser
) -> None:
    key, clone = handed_over(world, reporter)
    picture = a_picture("What I saw", id=media_of(world, key, attach(reporter, key, "error.png")))
    reporter.edit(key, description=doc([picture]))
    eventually(lambda: pictures(world, clone) == ["error.png"])
    quiet(world.url)

    there = engineer.issue(clone)["description"]
    engineer.edit(clone, description={**there, "content": [*there["content"], *a_text("Seen here too")["content"]]})
    eventually(lambda: "Seen here too" in str(reporter.issue(key)["description"]))
    quiet(world.url)

    assert pictures(world, key) == pictures(world, clone) == ["error.png"]
    assert reporter.issue(key)["description"]["content"][0]["content"][0]["attrs"]["alt"] == "What I saw"
    assert [method for method, _ in effects.writes(world)].count("PUT") == 2
    assert engine.failed() == []


@pytest.mark.parametrize("side", ["the copy", "the file itself"])
def test_a_picture_whose_file_was_deleted_does_not_hold_up_the_text(
    world: Sandbox, service: Service, reporter: JiraUser, engineer: JiraUser, side: str
) -> None:
    """Jira keeps the picture's node in the text, and refuses whoever writes it again."""
    key, clone = handed_over(world, reporter)
    file = attach(reporter, key, "error.png")
    picture = a_picture("What I saw", id=media_of(world, key, file))
    reporter.edit(key, description=doc([picture]))
    eventually(lambda: pictures(world, clone) == ["error.png"])
    quiet(world.url)
    there = engineer.issue(clone)["description"]["content"]
    more = a_text("and more")["content"]

    if side == "the copy":
        assert engineer.call("DELETE", f"attachment/{attachments(world, clone)[0].id}").status_code == 204
        reporter.edit(key, description=doc([picture, *more]))
    else:
        assert reporter.call("DELETE", f"attachment/{file}").status_code == 204
        engineer.edit(clone, description=doc([*there, *more]))

    gone, kept = (clone, key) if side == "the copy" else (key, clone)
    eventually(lambda: "and more" in str(reporter.issue(gone)["description"]))
    quiet(world.url)
    assert pictures(world, gone) == ["📎 error.png"]
    assert pictures(world, kept) == ["error.png"]
    assert names(world, gone) == []
    assert engine.failed() == []


def test_a_file_that_is_deleted_in_the_moment_of_writing_does_not_hold_up_the_text(
    world: Sandbox, service: Service, reporter: JiraUser
) -> None:
    key, clone = handed_over(world, reporter)
    gone, kept = (media_of(world, key, attach(reporter, key, name)) for name in ("gone.png", "kept.png"))
    eventually(lambda: names(world, clone) == ["gone.png", "kept.png"])
    quiet(world.url)
    issue = world.world.issue(clone)
    assert issue

    def somebody_deletes(phase: str, method: str, path: str) -> None:
        if phase == "before" and method == "PUT" and path.startswith(f"/rest/api/3/issue/{issue.id}"):
            issue.attachments[:] = [file for file in issue.attachments if file.filename != "gone.png"]

    world.world.watchers.append(somebody_deletes)
    try:
        shown = [a_picture("What I saw", id=gone), a_picture("And this", id=kept)]
        reporter.edit(key, description=doc([*shown, *a_text("and more")["content"]]))
        eventually(lambda: "and more" in str(reporter.issue(clone)["description"]))
        quiet(world.url)
    finally:
        world.world.watchers.clear()
    assert pictures(world, clone) == ["📎 What I saw", "kept.png"]
    assert pictures(world, key) == ["gone.png", "kept.png"]
    assert engine.failed() == []


def test_a_picture_that_is_too_large_is_a_line_of_text_and_its_neighbour_a_picture(
    world: Sandbox, service: Service, reporter: JiraUser
) -> None:
    key = reporter.new_issue("Operations")
    large, small = (
        media_of(world, key, attach(reporter, key, *each)) for each in (("film.gif", b"x" * 2000), ("a.png",))
    )
    reporter.edit(key, description=doc([a_picture("Film", id=large), a_picture("Button", id=small)]))
    world.world.settings.attachment_limit = 1000

    reporter.edit(key, **{TEAM: {"value": "Engineering"}})
    clone = eventually(lambda: reporter.clone_of(key))
    eventually(lambda: "a.png" in pictures(world, clone))
    quiet(world.url)

    assert pictures(world, clone) == ["📎 film.gif", "a.png"]
    assert pictures(world, key) == ["film.gif", "a.png"]
    assert engine.failed() == []


def test_files_that_an_earlier_release_copied_stay_as_they_are(
    world: Sandbox, service: Service, reporter: JiraUser, engineer: JiraUser
) -> None:
    """It kept no table of them."""
    key, clone = handed_over(world, reporter)
    gone = attach(reporter, key, "gone.txt")
    for name in ("a.txt", "a.txt", "b.txt"):
        attach(reporter, key, name)
    eventually(lambda: len(names(world, clone)) == 4)
    quiet(world.url)
    with service.db.writing() as session:
        session.execute(delete(CopiedFile))
    reporter.call("DELETE", f"attachment/{gone}")

    attach(engineer, clone, "new.txt")
    eventually(lambda: "new.txt" in names(world, key))
    quiet(world.url)

    assert names(world, key) == ["a.txt", "a.txt", "b.txt", "new.txt"]
    assert names(world, clone) == ["a.txt", "a.txt", "b.txt", "gone.txt", "new.txt"]


def test_sixty_files_travel_once_each_although_jira_limits_writes_to_one_issue(
    world: Sandbox, service: Service, reporter: JiraUser
) -> None:
    key = reporter.new_issue("Operations")
    files = [("file", (f"{number % 20}.txt", str(number).encode())) for number in range(60)]
    url, headers = f"{world.url}/rest/api/3/issue/{key}/attachments", {"X-Atlassian-Token": "no-check"}
    assert requests.post(url, files=files, headers=headers, auth=(reporter.email, "sandbox"), timeout=20).ok
    quiet(world.url, limit=60)

    reporter.edit(key, **{TEAM: {"value": "Engineering"}})
    clone = eventually(lambda: reporter.clone_of(key))
    eventually(lambda: len(names(world, clone)) == 60, limit=60, every=0.3)
    quiet(world.url, limit=60)

    assert sorted(int(file.content) for file in attachments(world, clone)) == list(range(60))
    assert names(world, key) == names(world, clone)
