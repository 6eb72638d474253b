"""How a row, the log and its archives look in Confluence's storage format: templates, all from outside escaped."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from app.adf.storage import safe_text
from app.domain_log import LogEntry
from app.publishing.cell import plain_cell, rich_cell
from app.publishing.columns import COLUMNS, Column

_TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
# Said outright: Jinja's own choice goes by the file's ending and does not know `.xml.j2`.
_environment = Environment(loader=FileSystemLoader(_TEMPLATES), autoescape=True, undefined=StrictUndefined)


def cells(entry: LogEntry, zone: str, base_url: str, plain: bool = False) -> dict[str, str]:
    """What stands in each column for *entry*; dates in the time zone *zone* (IANA), links of Jira's from *base_url*.

    *plain*: texts without any markup, for a row that Confluence would not take.
    """

    def rich(doc: Any) -> Markup:
        if plain:
            return plain_cell(doc)
        return rich_cell(doc, key=entry.issue.key, link=entry.link, base_url=base_url)

    return {name: _macro(name, entry, ZoneInfo(zone), rich) for name in COLUMNS}


def row_markup(inner: Sequence[str]) -> str:
    """A `<tr>` of cells that are storage already."""
    return _macro("row", [Markup(cell) for cell in inner])  # noqa: S704


def from_jira() -> str:
    """What stands between a person's words in a cell and the ticket's."""
    return _macro("from_jira")


def empty_cell() -> str:
    return _macro("nothing")


def empty_page(columns: Sequence[Column]) -> str:
    """A head without rows: what it is for, the way to the archives, the table."""
    return _rendered("log_page", columns=columns)


def empty_table(columns: Sequence[Column]) -> str:
    return _rendered("log_table", columns=columns)


def year_page() -> str:
    """The page above the archives of a year."""
    return _rendered("log_year")


def archive_page(columns: Sequence[Column], head: str, rows: Sequence[str]) -> str:
    """A page of *rows* that are storage already; *head* is the address of the log."""
    table = empty_table(columns).replace("</tbody>", "".join(rows) + "</tbody>")
    return _rendered("log_archive", head=head, table=Markup(table))  # noqa: S704


def source(name: str) -> str:
    """The text of a template for storage format."""
    return (_TEMPLATES / "confluence" / name).read_text(encoding="utf-8")


def _macro(name: str, *values: Any) -> str:
    return str(getattr(_environment.get_template("confluence/log_row.xml.j2").module, name)(*values))


def _rendered(name: str, **values: Any) -> str:
    return _environment.get_template(f"confluence/{name}.xml.j2").render(**values).strip()


def _moment(moment: datetime, zone: ZoneInfo) -> str:
    """`2026-11-22 16:40 UTC`: as text, which search finds; a date element has none."""
    return moment.astimezone(zone).strftime("%Y-%m-%d %H:%M %Z")


_environment.filters.update(xml=safe_text, moment=_moment)
