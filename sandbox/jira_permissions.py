"""Who may do what in Jira, and who sees which issue.

What one may not see does not exist: every door answers 404 for it, lists and searches leave it out.
https://developer.atlassian.com/cloud/jira/platform/rest/v3/intro/#permissions
"""

from __future__ import annotations

from sandbox.auth import is_admin, scope_allows
from sandbox.world import Issue, Person, Project, World

GLOBAL = ("ADMINISTER", "USER_PICKER")
ADMINISTRATION = ("ADMINISTER", "ADMINISTER_PROJECTS")
#: Permission → the scope that an app needs besides; most need WRITE.
SCOPES = {"BROWSE_PROJECTS": "READ", "USER_PICKER": "READ", "ASSIGNABLE_USER": "READ", "DELETE_ISSUES": "DELETE"}
PERMISSIONS = (
    "ADD_COMMENTS",
    "ASSIGN_ISSUES",
    "ASSIGNABLE_USER",
    "BROWSE_PROJECTS",
    "CLOSE_ISSUES",
    "CREATE_ATTACHMENTS",
    "CREATE_ISSUES",
    "DELETE_ALL_ATTACHMENTS",
    "DELETE_ISSUES",
    "DELETE_OWN_ATTACHMENTS",
    "EDIT_ISSUES",
    "LINK_ISSUES",
    "MODIFY_REPORTER",
    "RESOLVE_ISSUES",
    "TRANSITION_ISSUES",
    "USER_PICKER",
    *ADMINISTRATION,
)
#: Fields that need a permission of their own to be set, besides that of editing.
OF_FIELDS = {"reporter": "MODIFY_REPORTER", "assignee": "ASSIGN_ISSUES"}


def may(world: World, person: Person, permission: str, project: Project | None = None) -> bool:
    """Whether *person* has *permission*, which is not global, in *project*; with no project, in any."""
    if permission in ADMINISTRATION:
        return is_admin(world, person)
    if not scope_allows(world, person, SCOPES.get(permission, "WRITE")):
        return False
    if permission in GLOBAL:
        return _is_one_of(world.jira.permissions.get(permission), person)
    places = [project] if project else list(world.jira.projects.values())
    return any(_holds(person, permission, place) for place in places)


def _holds(person: Person, permission: str, project: Project) -> bool:
    # Whoever may not browse a project may nothing in it.
    needed = {permission, "BROWSE_PROJECTS"}
    return all(_is_one_of(project.permissions.get(each), person) for each in needed)


def _is_one_of(groups: tuple[str, ...] | None, person: Person) -> bool:
    """A permission that was never limited is everybody's."""
    return groups is None or not set(groups).isdisjoint(person.groups)


def sees(world: World, person: Person, issue: Issue) -> bool:
    """Whether the issue exists for *person*."""
    if not set(issue.hidden_from).isdisjoint((person.account_id, *person.groups)):
        return False
    return may(world, person, "BROWSE_PROJECTS", world.jira.projects[issue.project])


def on_issue(world: World, person: Person, permission: str, issue: Issue) -> bool:
    """Whether *person* has *permission* for the issue."""
    return sees(world, person, issue) and may(world, person, permission, world.jira.projects[issue.project])


def without_permission(world: World, person: Person, project: Project) -> set[str]:
    """The fields that *person* may not set in *project*, although they are on the screen."""
    return {field for field, permission in OF_FIELDS.items() if not may(world, person, permission, project)}
