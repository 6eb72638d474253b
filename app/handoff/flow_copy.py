"""One file from one ticket of a pair to the other, exactly once."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from app import audit, context
from app.domain import Attachment, Issue, SharedFile
from app.errors import NotFound, Refused
from app.handoff import store_files
from app.handoff.files import TOO_LARGE, alike, known_before, too_large
from app.handoff.flow_pair import pair_at
from app.once import Found, once


def both_issues(at: context.At, ops_id: str) -> tuple[Issue, Issue] | None:
    """The Ops issue and its clone as they are now; None if one was deleted, or may not be seen."""
    pair = pair_at(at, ops_id)
    found = at.jira.issues([pair.ops.id, pair.engineering.id], at.fields)
    ops, engineering = found.get(pair.ops.id), found.get(pair.engineering.id)
    return (ops, engineering) if ops and engineering else None


def files_known(at: context.At, ops: Issue, engineering: Issue) -> list[SharedFile]:
    """What is known of the pair's files; of a pair of an earlier release, what can be told from looking at it."""
    ops_id = ops.ref.id
    with at.db.reading() as session:
        known = store_files.files_of(session, at.site_id, ops_id)
    before = [] if known else list(known_before(ops.attachments, engineering.attachments, at.jira_access.account_id))
    if not before:
        return known
    with at.db.writing() as session:
        for file, copy in before:
            if copy:
                store_files.carried(session, at.site_id, ops_id, file, False, copy.id, None)
            else:
                store_files.let_be(session, at.site_id, ops_id, file, to_ops=True)
        return store_files.files_of(session, at.site_id, ops_id)


def copy_source(site_id: int, attachment_id: str) -> str:
    return f"handoff.copy_file:{site_id}:{attachment_id}"


def carry(at: context.At, ops_id: str, target: Issue, file: Attachment) -> None:
    """Raises what is worth another try; a file that Jira refuses is written down as such, and holds up nobody."""
    try:
        if too_large(file, at.upload_limit):
            raise Refused("The file is larger than Jira takes.", "413")
        _copy(at, ops_id, target, file)
    except (Refused, NotFound) as error:
        code = getattr(error, "error", "") or error.code
        reason = TOO_LARGE if code == "413" else code
        with at.db.writing() as session:
            store_files.refuse(session, at.site_id, ops_id, file, target.ref.id == ops_id, reason)
            audit.record(session, at.site_id, f"copy_file {file.id}", target.ref.key, f"not carried: {reason}")


def _copy(at: context.At, ops_id: str, target: Issue, file: Attachment) -> None:
    def look(hint: dict[str, Any]) -> Found | None:
        """A file of the same name and size that was not there before, and stands for no other."""
        with at.db.reading() as session:
            known = store_files.files_of(session, at.site_id, ops_id)
        others = {id for each in known for id in (each.source, each.target) if id}
        copies = alike(file, at.issue(target.ref.id).attachments, {*others, *hint["there"]})
        return {"id": copies[0], "media": None} if copies else None

    def remember(session: Session, made: Found) -> None:
        to_ops = target.ref.id == ops_id
        store_files.carried(session, at.site_id, ops_id, file, to_ops, made["id"], made["media"])
        audit.record(session, at.site_id, f"copy_file {file.id}", target.ref.key)

    once(
        at.db,
        copy_source(at.site_id, file.id),
        make=lambda: at.jira_files.copy(file, target.ref.id),
        look=look,
        hint=lambda: {"there": alike(file, target.attachments, ())},
        remember=remember,
        settle_time=at.settings.settle_time,
    )
