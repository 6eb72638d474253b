"""Files attached to either ticket are copied to the other one; then the texts show them."""

from __future__ import annotations

from app import audit, context
from app.adf.canonical import digest
from app.adf.media import shown_media
from app.domain import Adf, Issue, SyncedValue
from app.engine import flow, step
from app.errors import NotFound
from app.handoff import store, store_files
from app.handoff.fields import SYNCED, jira_field, value
from app.handoff.files import waiting
from app.handoff.flow_copy import both_issues, carry, copy_source, files_known
from app.handoff.flow_pair import pair_id
from app.handoff.flow_pictures import Pictures


@flow
def files(site_id: int, issue_id: str) -> None:
    """A file was attached to one of the two tickets."""
    ops_id = pair_id(site_id, issue_id)
    found = files_to_copy(site_id, ops_id) if ops_id else []
    if ops_id and found:
        for attachment_id in found:
            copy_file(site_id, ops_id, attachment_id)
        show_pictures(site_id, ops_id)


@flow
def pictures(site_id: int, ops_id: str) -> None:
    """A clone has its files now. Its texts were written without pictures: Jira takes only those of the issue's own files."""
    show_pictures(site_id, ops_id)


@step
def files_to_copy(site_id: int, ops_id: str) -> list[str]:
    """Of both tickets; first those that were tried and nobody knows: a copy of theirs looks like a person's file."""
    at = context.at(site_id)
    both = both_issues(at, ops_id)
    if both is None:
        return []
    known = files_known(at, *both)
    found = [file.id for issue in both for file in waiting(issue.attachments, known)]
    with at.db.reading() as session:
        tried = store_files.attempted(session, [copy_source(site_id, id) for id in found])
    return sorted(found, key=lambda id: copy_source(site_id, id) not in tried)


@step
def copy_file(site_id: int, ops_id: str, attachment_id: str) -> None:
    """Looks again before it copies: the file may be gone, or carried by now."""
    at = context.at(site_id)
    both = both_issues(at, ops_id)
    if both is None:
        return
    known = files_known(at, *both)
    for source, target in (both, both[::-1]):
        for file in waiting(source.attachments, known):
            if file.id == attachment_id:
                carry(at, ops_id, target, file)


@step
def show_pictures(site_id: int, ops_id: str) -> None:
    """Where both texts say the same, and one has a file's name where the other shows it, that one is written once more."""
    at = context.at(site_id)
    both = Pictures(at, ops_id)
    try:
        ops, engineering = both.read()
    except NotFound:
        return
    _show(at, ops_id, both, ops, engineering)
    _show(at, ops_id, both, engineering, ops)


def _show(at: context.At, ops_id: str, both: Pictures, source: Issue, target: Issue) -> None:
    wanted = {field: text for field in SYNCED if (text := _richer(both, field, source, target))}
    if not wanted:
        return
    values = {jira_field(field, at.fields): text for field, text in wanted.items()}
    written = both.edit(target, values)
    ops, engineering = (source, written) if source.ref.id == ops_id else (written, source)
    with at.db.writing() as session:
        for field in wanted:
            said = SyncedValue(digest(value(ops, field)), digest(value(engineering, field)))
            store.agree(session, at.site_id, ops_id, field, said)
            audit.record(session, at.site_id, f"show_pictures {field}", target.ref.key)


def _richer(both: Pictures, field: str, source: Issue, target: Issue) -> Adf | None:
    """The text of *target* with pictures that only *source* shows until now; None if there are none."""
    here, there = value(source, field), value(target, field)
    if not here or not there or len(shown_media(here)) <= len(shown_media(there)) or digest(here) != digest(there):
        return None
    text = both.bound(here, target, there)
    return text if len(shown_media(text)) > len(shown_media(there)) else None
