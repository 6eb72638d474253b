"""Which columns the log has, in which order, and in which of them a person's own words are kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.errors import Misconfigured


@dataclass(frozen=True)
class Column:
    name: str
    heading: str
    #: In pixels; the table is as wide as the page allows, 1,800 with all nine.
    width: int
    #: What a person writes into it is kept beside what Jira says; in the others Jira's word stands.
    shared: bool = False


#: The customer's Table 2.
COLUMNS = {
    column.name: column
    for column in (
        Column("link", "Ticket Link", 90),
        Column("exception_type", "Exception Type", 130, shared=True),
        Column("tags", "Context Tags", 160, shared=True),
        Column("summary", "Summary", 220),
        Column("description", "Description", 420),
        Column("notes", "Resolution Notes", 420, shared=True),
        Column("created", "Created", 110),
        Column("resolved", "Resolved", 110),
        Column("reporter", "Reporter", 140),
    )
}
ALL = ",".join(COLUMNS)


def chosen(setting: str) -> tuple[Column, ...]:
    """The columns that a setting names, as `link,summary,notes`. Raises Misconfigured for an unknown or a second one.

    The link comes first: a row is known by it, and by nothing else that survives Confluence's editor.
    """
    names = [name.strip() for name in setting.split(",") if name.strip()]
    unknown = [name for name in names if name not in COLUMNS]
    if unknown or len(set(names)) != len(names) or names[:1] != ["link"]:
        wrong = f"{', '.join(unknown)}: unknown." if unknown else "The link comes first, and each only once."
        raise Misconfigured(f"LOG_COLUMNS is {setting!r}. {wrong}", f"Choose from {ALL}.")
    return tuple(COLUMNS[name] for name in names)


def placed(headings: Sequence[str]) -> tuple[Column | None, ...]:
    """What stands below each of a page's headings, blanks aside; None below one that people have added or doubled."""
    left = {"".join(column.heading.split()).casefold(): column for column in COLUMNS.values()}
    return tuple(left.pop("".join(heading.split()).casefold(), None) for heading in headings)
