"""A ticket and its clone, for the walks that are about what becomes of them: people's acts, and who heard what."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from sandbox import Sandbox
from sandbox.people import JiraUser, SlackUser, post, text
from sandbox.world import Transition
from tests import effects
from tests.waiting import eventually, quiet
from tests.walks import story

TEAM = "customfield_10048"


def from_slack(world: Sandbox) -> tuple[str, str]:
    """Keys of a ticket that came from Slack and is with engineering, and of its clone."""
    SlackUser(world.url, "reporter@example.com").ask()
    person = JiraUser(world.url, "reporter@example.com")
    clone = eventually(lambda: person.clone_of("OPS-1") if effects.issues(world, "OPS") else None)
    quiet(world.url)
    return "OPS-1", clone


def switch(person: JiraUser, key: str, *teams: str) -> None:
    for team in teams:
        person.edit(key, **{TEAM: {"value": team}})


def edit_description(person: JiraUser, key: str, said: str) -> None:
    person.edit(key, description=text(said))


def delete(world: Sandbox, key: str) -> None:
    admin = JiraUser(world.url, "admin@example.com")
    assert admin.call("DELETE", f"issue/{key}").status_code == 204


def move_to(world: Sandbox, key: str, project: str) -> str:
    """What a person does in Jira's *Move* dialog; the new key."""
    return str(
        post(f"{world.url}/_sandbox/jira/move", {"user": "admin@example.com", "issue": key, "project": project})["key"]
    )


def another_project(world: Sandbox) -> None:
    """A third project, HR, in which none of this is anybody's business."""
    hr = deepcopy(world.world.jira.projects["YAY"])
    hr.id, hr.key, hr.name, hr.last_number = "10022", "HR", "People", 0
    world.world.jira.projects["HR"] = hr


def hide(world: Sandbox, key: str, hidden: bool = True) -> None:
    """A security level that the app is not in, as far as the app can tell."""
    groups = ["solveonce-jira"] if hidden else []
    post(f"{world.url}/_sandbox/jira/visibility", {"issue": key, "hidden_from": groups})


def unlink(person: JiraUser, key: str) -> None:
    for link in person.issue(key)["issuelinks"]:
        assert person.call("DELETE", f"issueLink/{link['id']}").status_code == 204


def take_away(world: Sandbox, project: str, status: str) -> list[Transition]:
    """Nothing leads to *status* any more; what was taken away, to be put back."""
    jira = world.world.jira
    board = jira.projects[project]
    taken = [way for way in board.transitions[1:] if jira.statuses[way.target].name == status]
    board.transitions = [way for way in board.transitions if way not in taken]
    return taken


def put_back(world: Sandbox, project: str, taken: list[Transition]) -> None:
    world.world.jira.projects[project].transitions.extend(taken)


def heard(world: Sandbox, channel: str, part: str) -> list[str]:
    """Messages in *channel* with *part* in them, each of which has to lie in a thread."""
    ids = {id for id, each in world.world.slack.channels.items() if each.get("name") == channel.lstrip("#")}
    found = [each for each in world.world.slack.messages if each.channel in ids and part in each.text]
    assert all(each.thread_ts for each in found)
    return [each.text for each in found]


def by_engineering(world: Sandbox, part: str) -> list[str]:
    return heard(world, story.ENGINEERING, part)


def by_ops(world: Sandbox, part: str) -> list[str]:
    return heard(world, story.INTAKE, part)


def our_moves(world: Sandbox) -> int:
    return sum(method == "POST" and path.endswith("/transitions") for method, path in effects.writes(world))


def resolution(person: JiraUser, key: str) -> Any:
    return (person.issue(key)["resolution"] or {}).get("name")


def reword(world: Sandbox, team: str = "Engineering", words: str = "Eng") -> None:
    """An admin gives an option of *Team Responsible* another name; the tickets that have it say it from now on."""
    next(each for each in world.world.jira.fields[TEAM].options if each.value == team).value = words
    for issue in world.world.jira.issues.values():
        if issue.project == "OPS" and issue.fields[TEAM]["value"] == team:
            issue.fields[TEAM] = {**issue.fields[TEAM], "value": words}


def rename_project(world: Sandbox, key: str, words: str) -> None:
    project = world.world.jira.projects[key]
    project.key, project.former_keys = words, (key,)
