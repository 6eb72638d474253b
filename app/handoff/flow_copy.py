"""One file from one ticket of a pair to the other, exactly once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy.orm import Session

from app import audit, context
from app.domain import Attachment, Issue
from app.domain_handoff import SharedFile
from app.errors import NotFound, Refused
from app.handoff import store_files
from app.handoff.files import TOO_LARGE, alike, known_before, too_large
from app.handoff.flow_pair import pair_at
from app.once import Found, once


def both_issues(at: context.At, ops_id: str, more: Sequence[str] = ()) -> tuple[Issue, Issue] | None:
    """The Ops issue and its clone as they are now, with *more* fields by id.

    None if one was deleted, or may not be seen; or if nothing may be written to them, as the pair is frozen.
    """
    pair = pair_at(at, ops_id)
    if pair.frozen:
        return None
    found = at.jira.issues([pair.ops.id, pair.engineering.id], at.fields, more)
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


def copy_again(at: context.At, ops_id: str, target: Issue, file: Attachment, gone: str) -> None:
    """Puts *file* where its twin *gone* was, which nobody wanted to delete."""

    def remember(session: Session, made: Found) -> None:
        store_files.stand_in(session, at.site_id, gone, made["id"])
        audit.record(session, at.site_id, f"copy_again {gone}", target.ref.key)

    try:
        _made_once(at, ops_id, target, file, f"handoff.copy_again:{at.site_id}:{gone}", remember)
    except (Refused, NotFound) as error:
        with at.db.writing() as session:
            audit.record(session, at.site_id, f"copy_again {gone}", target.ref.key, f"not carried: {error.code}")


def _copy(at: context.At, ops_id: str, target: Issue, file: Attachment) -> None:
    def remember(session: Session, made: Found) -> None:
        to_ops = target.ref.id == ops_id
        store_files.carried(session, at.site_id, ops_id, file, to_ops, made["id"], made["media"])
        audit.record(session, at.site_id, f"copy_file {file.id}", target.ref.key)

    _made_once(at, ops_id, target, file, copy_source(at.site_id, file.id), remember)


def _made_once(
    at: context.At,
    ops_id: str,
    target: Issue,
    file: Attachment,
    source: str,
    remember: Callable[[Session, Found], None],
) -> None:
    def look(hint: dict[str, Any]) -> Found | None:
        """A file of the same name and size that was not there before, and stands for no other."""
        with at.db.reading() as session:
            known = store_files.files_of(session, at.site_id, ops_id)
        others = {id for each in known for id in (each.source, each.target) if id}
        copies = alike(file, at.issue(target.ref.id).attachments, {*others, *hint["there"]})
        return {"id": copies[0], "media": None} if copies else None

    once(
        at.db,
        source,
        make=lambda: at.jira_files.copy(file, target.ref.id),
        look=look,
        hint=lambda: {"there": alike(file, target.attachments, ())},
        remember=remember,
        settle_time=at.settings.settle_time,
    )
