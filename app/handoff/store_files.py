"""Which file of one ticket stands for which of the other; see `files` for what follows from it."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain import Attachment, SharedFile
from app.handoff.files import logical_name
from app.models import CopiedFile, Reservation


def files_of(session: Session, site_id: int, ops_id: str) -> list[SharedFile]:
    """All of the pair, in the order in which they were attached."""
    rows = _rows(session, site_id, ops_id)
    return [
        SharedFile(
            source=row.source_id,
            to_ops=row.to_ops,
            filename=row.filename,
            name=row.name,
            target=row.target_id,
            orphan=row.orphan,
            source_media=row.source_media,
            target_media=row.target_media,
            refused=row.refused,
        )
        for row in sorted(rows, key=lambda row: (len(row.source_id), row.source_id))
    ]


def carried(
    session: Session, site_id: int, ops_id: str, file: Attachment, to_ops: bool, target: str, media: str | None
) -> None:
    """*target* is the copy of *file*, whose media id is *media* if we came to know it."""
    row = _row(session, site_id, ops_id, file, to_ops)
    row.target_id, row.refused = target, None
    row.source_media = media or row.source_media


def refuse(session: Session, site_id: int, ops_id: str, file: Attachment, to_ops: bool, reason: str) -> None:
    _row(session, site_id, ops_id, file, to_ops).refused = reason


def let_be(session: Session, site_id: int, ops_id: str, file: Attachment, to_ops: bool) -> None:
    """*file* is a copy of something that is gone."""
    _row(session, site_id, ops_id, file, to_ops).orphan = True


def learn_media(session: Session, site_id: int, ops_id: str, file: Attachment, to_ops: bool, media: str) -> None:
    """Texts show *file*, which may be a source or a copy, as *media*. *to_ops*: whether it would travel to Ops."""
    copy = select(CopiedFile).where(CopiedFile.site_id == site_id, CopiedFile.target_id == file.id)
    if row := session.scalar(copy):
        row.target_media = media
    else:
        _row(session, site_id, ops_id, file, to_ops).source_media = media


def attempted(session: Session, sources: Collection[str]) -> set[str]:
    """Of these names of `once`, those that were tried, and nobody knows yet what became of it."""
    open_ones = select(Reservation.source).where(
        Reservation.source.in_(sources), Reservation.attempted_at.is_not(None), Reservation.result.is_(None)
    )
    return set(session.scalars(open_ones))


def _row(session: Session, site_id: int, ops_id: str, file: Attachment, to_ops: bool) -> CopiedFile:
    row = session.get(CopiedFile, (site_id, file.id))
    if row is None:
        taken = {each.name for each in _rows(session, site_id, ops_id)}
        row = CopiedFile(
            site_id=site_id,
            source_id=file.id,
            ops_id=ops_id,
            to_ops=to_ops,
            filename=file.filename,
            name=logical_name(file.filename, taken),
        )
        session.add(row)
    return row


def _rows(session: Session, site_id: int, ops_id: str) -> Sequence[CopiedFile]:
    return session.scalars(select(CopiedFile).where(CopiedFile.site_id == site_id, CopiedFile.ops_id == ops_id)).all()
