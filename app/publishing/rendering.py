"""How a row and the empty log look in Confluence's storage format: templates, and everything from outside escaped."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from app.adf.storage import safe_text, to_storage
from app.domain import LogEntry

_TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
# Said outright: Jinja's own choice goes by the file's ending and does not know `.xml.j2`.
_environment = Environment(loader=FileSystemLoader(_TEMPLATES), autoescape=True, undefined=StrictUndefined)


def row(entry: LogEntry, zone: str) -> str:
    """The `<tr>` of *entry*; dates in the time zone *zone* (IANA)."""
    template = _environment.get_template("confluence/log_row.xml.j2")
    return template.render(entry=entry, zone=ZoneInfo(zone)).strip()


def empty_page() -> str:
    return _environment.get_template("confluence/log_page.xml.j2").render().strip()


def empty_table() -> str:
    return _environment.get_template("confluence/log_table.xml.j2").render().strip()


def _cell(doc: Any) -> Markup:
    return to_storage(doc) or Markup("<p></p>")


def _moment(moment: datetime, zone: ZoneInfo) -> str:
    """`2026-11-22 16:40 UTC`: as text, which search finds; a date element has none."""
    return moment.astimezone(zone).strftime("%Y-%m-%d %H:%M %Z")


_environment.filters.update(xml=safe_text, storage=_cell, moment=_moment)
