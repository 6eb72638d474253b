"""Which of a site's fields and link types are the ones we know by name; never the first of two candidates."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from app.domain import FieldIds
from app.errors import Misconfigured

TEXTAREA = "com.atlassian.jira.plugin.system.customfieldtypes:textarea"


def field_ids(fields: Sequence[dict[str, Any]], exception_type: str, team: str, tags: str, notes: str) -> FieldIds:
    """Ids by the names that the settings give. Raises Misconfigured for a name that stands for none or for several."""
    return FieldIds(*(field_id(fields, name) for name in (exception_type, team, tags, notes)))


def field_id(fields: Sequence[dict[str, Any]], name: str) -> str:
    """Id of the field of this name. Raises Misconfigured."""
    # Names are not unique in Jira, and one look at the wrong field writes into somebody else's.
    found = [field["id"] for field in fields if field.get("name") == name and field.get("custom", True)]
    if len(found) == 1:
        return str(found[0])
    if not found:
        raise Misconfigured(f"Jira has no field {name!r}.", "Create it, or name the right one in the settings FIELD_….")
    raise Misconfigured(
        f"Jira has {len(found)} fields {name!r} ({', '.join(found)}).",
        "Rename all but one, or name another in the settings FIELD_….",
    )


def link_type_id(types: Sequence[dict[str, str]], outward: str) -> str:
    """Id of the link type by its outward words: its name may be changed or translated. Raises Misconfigured."""
    found = [each["id"] for each in types if each.get("outward", "").lower() == outward.lower()]
    if len(found) == 1:
        return found[0]
    if not found:
        raise Misconfigured(
            f"Jira has no link type that says {outward!r}.", "Create one, or set LINK_OUTWARD to the words of yours."
        )
    raise Misconfigured(
        f"Jira has {len(found)} link types that say {outward!r} ({', '.join(found)}).",
        "Rename all but one, or set LINK_OUTWARD to the words of another.",
    )
