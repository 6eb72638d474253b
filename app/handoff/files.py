"""Which files travel: each one that a person attaches, once, either way; a copy does not, and a deletion does not either."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from app.domain import Attachment, SharedFile

#: For this reason a file is never tried again; after any other the next file of the pair brings it along.
TOO_LARGE = "too large"


def waiting(there: Sequence[Attachment], files: Sequence[SharedFile]) -> list[Attachment]:
    """Those of an issue's attachments that have no copy at the other one and are none."""
    settled = {each.source for each in files if each.target or each.orphan or each.refused == TOO_LARGE}
    settled |= {each.target for each in files if each.target}
    return [file for file in there if file.id not in settled]


def too_large(file: Attachment, limit: int | None) -> bool:
    return limit is not None and file.size > limit


def alike(file: Attachment, there: Sequence[Attachment], but: Collection[str]) -> list[str]:
    """Ids of what might be a copy of *file*, going by name and size; Jira keeps several of one name."""
    return [
        each.id for each in there if each.id not in but and (each.filename, each.size) == (file.filename, file.size)
    ]


def logical_name(filename: str, taken: Collection[str]) -> str:
    """What both texts call a file: `image.png`, and the second one of that name `image.png (2)`."""
    name, number = filename, 1
    while name in taken:
        number += 1
        name = f"{filename} ({number})"
    return name


def known_before(
    ops: Sequence[Attachment], engineering: Sequence[Attachment], ours: str | None
) -> Iterator[tuple[Attachment, Attachment | None]]:
    """Files of a pair whose files were copied by a release that kept no table of them: (source, copy).

    What our app (*ours*, its account) attached to the clone is a copy of what is alike on the other side. One that
    is like nothing there is a copy too: whoever deleted its source does not want it back.
    """
    copies = {file.id: file for file in engineering if ours and file.author == ours}
    for file in ops:
        if found := alike(file, list(copies.values()), ()):
            yield file, copies.pop(found[0])
    for orphan in copies.values():
        yield orphan, None


def names_by_media(files: Sequence[SharedFile]) -> dict[str, str]:
    """Media id → what the file is called in the texts of both tickets."""
    return {media: each.name for each in files for media in (each.source_media, each.target_media) if media is not None}


def media_by_name(files: Sequence[SharedFile], there: Sequence[Attachment], ops: bool) -> dict[str, str]:
    """The files that a text of this issue can show: name → media id. One that was deleted *there* cannot be shown."""
    attached = {file.id for file in there}
    return {
        each.name: media
        for each in files
        if each.attachment_at(ops) in attached and (media := each.media_at(ops)) is not None
    }


def not_carried(there: Sequence[Attachment], files: Sequence[SharedFile]) -> list[str]:
    """Names of this issue's files that the other one could not take, as people know them."""
    refused = {each.source for each in files if each.refused}
    return [file.filename for file in there if file.id in refused]


def unknown_media(shown: Mapping[str, str], files: Sequence[SharedFile]) -> dict[str, str]:
    """Of the files that a text shows (media id → the author's word), those of which we do not know which they are."""
    known = names_by_media(files)
    return {media: word for media, word in shown.items() if media not in known}
