"""What a site must have for the service to do its work: each thing that was looked at, what was found, and the remedy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from app.domain import Check, Status, StatusCategory, Verdict
from app.domain_choices import TEAMS
from app.errors import Misconfigured, SolveOnceError, Unavailable
from app.settings import Settings
from app.sites.layout import field_id, link_type_id

#: What we do in both projects, and so need (facts: jira_api.md §1).
NEEDED = (
    "BROWSE_PROJECTS",
    "CREATE_ISSUES",
    "EDIT_ISSUES",
    "TRANSITION_ISSUES",
    "LINK_ISSUES",
    "CREATE_ATTACHMENTS",
    "ASSIGN_ISSUES",
)
#: Without these something is done with less comfort, and Jira does not say so (facts: traps.md, 33).
WISHED = {
    "USER_PICKER": "people who ask in Slack are not found in Jira: tickets name them in the description only",
    "MODIFY_REPORTER": "tickets that come from Slack have the app as their reporter",
}


def right(name: str, finding: str) -> Check:
    return Check(name, Verdict.OK, finding)


def wrong(name: str, finding: str, remedy: str) -> Check:
    return Check(name, Verdict.WRONG, finding, remedy)


def failed(name: str, error: SolveOnceError) -> Check:
    """Looking itself did not work."""
    if isinstance(error, Misconfigured):
        return wrong(name, error.finding, error.remedy)
    if isinstance(error, Unavailable):
        return wrong(
            name, str(error), "Look whether it is up, reachable from here, and lets the app in; then ask again."
        )
    return wrong(name, str(error), "Look whether it is there, and whether the app's user may see and use it.")


def database(current: Sequence[str], newest: Sequence[str]) -> Check:
    """*current* and *newest*: the migrations that were done last, and that are the last ones."""
    name = "database"
    if sorted(current) == sorted(newest):
        return right(name, f"answers, migrated to {', '.join(current)}")
    return wrong(
        name,
        f"is at migration {', '.join(current) or 'none'}, not at {', '.join(newest)}",
        "Run `python -m app migrate`.",
    )


# Jira


def fields(found: Sequence[dict[str, Any]], settings: Settings) -> list[Check]:
    """Each of our fields, found once and of the right kind; *found* is all fields of the site."""
    kinds = {"exception_type": "select", "team": "select", "tags": "multiselect", "notes": "textarea"}
    return [_field(found, f"field_{name}", getattr(settings, f"field_{name}"), kind) for name, kind in kinds.items()]


def _field(found: Sequence[dict[str, Any]], setting: str, wanted: str, kind: str) -> Check:
    name = f"field {wanted}"
    try:
        id = field_id(found, wanted)
    except Misconfigured as problem:
        return failed(name, problem)
    schema = next(each for each in found if each["id"] == id).get("schema") or {}
    has = str(schema.get("custom") or "").rpartition(":")[2]
    if has != kind:
        remedy = f"Make a field of the kind {kind}, or name it in {setting.upper()}: Jira cannot change a field's kind."
        return wrong(name, f"{id} is of the kind {has or 'none'}, not {kind}", remedy)
    return right(name, f"{id}, {kind}")


def link_type(found: Sequence[dict[str, str]], outward: str) -> Check:
    name = f"link type {outward!r}"
    try:
        return right(name, f"id {link_type_id(found, outward)}")
    except Misconfigured as problem:
        return failed(name, problem)


def project_key(setting: str, key: str, now: str) -> Check:
    """*now*: what Jira calls the project; it answers to its former keys too, and its tickets have the new one."""
    name = f"{key} key"
    if now == key:
        return right(name, "is the project's key")
    return wrong(name, f"the project is called {now} now", f"Set {setting.upper()} to {now}, and restart.")


def team_choices(project: str, field: str, offered: Sequence[str]) -> Check:
    """Whether people can choose each team: by these words it is known whose a ticket is."""
    name, lacks = f"{project} {field}", [team for team in TEAMS if team not in offered]
    if not lacks:
        return right(name, f"offers {', '.join(TEAMS)}")
    has = ", ".join(offered) or "none"
    remedy = f"Add it to the field's context for {project}, enable it, or rename it back."
    return wrong(name, f"does not offer {', '.join(lacks)}, only: {has}", remedy)


def board(
    project: str, issue_type: str, found: Mapping[str, Sequence[Status]], wanted: Mapping[str, str]
) -> list[Check]:
    """The project's issue type and its statuses. *wanted*: setting → status that it names."""
    if issue_type not in found:
        has = ", ".join(sorted(found)) or "none"
        remedy = "Add it to the project, or name another in the settings …_ISSUE_TYPE."
        return [wrong(f"{project} issue type", f"there is no {issue_type!r} in {project}, only: {has}", remedy)]
    statuses = {each.name: each for each in found[issue_type]}
    ends = [each.name for each in statuses.values() if each.category is StatusCategory.DONE]
    return [
        right(f"{project} issue type", f"{issue_type}, {len(statuses)} statuses"),
        *(_status(project, setting, name, statuses) for setting, name in wanted.items()),
        _end(project, ends),
    ]


def _status(project: str, setting: str, wanted: str, found: Mapping[str, Status]) -> Check:
    name = f"{project} status"
    remedy = f"Add it to the workflow of {project}, with transitions, or name another in {setting.upper()}."
    if wanted not in found:
        return wrong(name, f"there is no {wanted!r}", remedy)
    if found[wanted].category is StatusCategory.DONE:
        return wrong(name, f"{wanted!r} is of the category Done", remedy)
    return right(name, wanted)


def _end(project: str, names: Sequence[str]) -> Check:
    name = f"{project} end"
    if names:
        return right(name, ", ".join(names))
    return wrong(name, "no status is of the category Done", f"Give the last status of {project} the category Done.")


def permissions(project: str, have: Mapping[str, bool]) -> list[Check]:
    """What the app's user may do in the project."""
    name, lacks = f"{project} permissions", [key for key in NEEDED if not have.get(key)]
    noted = [
        Check(name, Verdict.NOTE, f"no {key}: {why}", _grant(key)) for key, why in WISHED.items() if not have.get(key)
    ]
    if lacks:
        return [wrong(name, f"no {', '.join(lacks)}", _grant(", ".join(lacks))), *noted]
    return [right(name, f"all {len(NEEDED)} that are needed"), *noted]


def _grant(keys: str) -> str:
    return (
        f"Grant {keys} to the app's user (or to the role atlassian-addons-project-access), or widen the app's scopes."
    )


def create_screen(project: str, named: Mapping[str, str], settable: set[str]) -> Check:
    """Whether each of our fields (*named*: id → name) can be set when a ticket is made."""
    name = f"{project} create screen"
    lacks = [title for id, title in named.items() if id not in settable]
    if not lacks:
        return right(name, f"takes all {len(named)} fields")
    remedy = f"Put it on the create screen of {project}, and let the field's context cover the project."
    return wrong(name, f"does not take {', '.join(lacks)}", remedy)


# Slack


def channel(setting: str, wanted: str, is_member: bool | None) -> Check:
    """*is_member*: whether the bot is in the channel; None for one that it does not see."""
    name = f"Slack {wanted}"
    if is_member:
        return right(name, "the bot is in it")
    if is_member is None:
        remedy = f"Make it, or invite the bot if it is private, or name another in {setting.upper()}."
        return wrong(name, "is not there, or is private and the bot is not in it", remedy)
    return wrong(name, "the bot is not in it", f"Type `/invite @SolveOnce` in {wanted}.")
