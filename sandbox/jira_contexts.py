"""Contexts of custom fields: which projects have the field at all, and which options they offer.

Two contexts of one field have options of their own, with ids of their own even where the words are the same.
https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issue-custom-field-contexts/
"""

from __future__ import annotations

from sandbox.world import Field, Option, Project, World


def covers(field: Field, project: Project) -> bool:
    """Whether the field has a context for *project*."""
    return not field.projects or project.key in field.projects


def options(world: World, field: Field, project: Project) -> list[Option]:
    """What can be chosen in *project*."""
    own = field.own_options.get(project.key) if world.settings.own_contexts else None
    return [option for option in (field.options if own is None else own) if not option.disabled]


def all_options(field: Field) -> list[Option]:
    """Those of every context."""
    return [*field.options, *(option for own in field.own_options.values() for option in own)]
