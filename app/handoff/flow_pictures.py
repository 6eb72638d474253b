"""The two tickets' texts with their pictures: the same file has another id in each."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from app import context
from app.adf import media
from app.adf.canonical import digest
from app.domain import Adf, Attachment, Issue
from app.domain_handoff import SharedFile, TextChange
from app.errors import NotFound, Refused
from app.handoff import store_files
from app.handoff.fields import ids_to_read, text_ids
from app.handoff.files import media_by_name, names_by_media, unknown_media, waiting
from app.handoff.flow_copy import both_issues, carry, copy_again, files_known

#: What Jira answers to a picture that is not one of the issue's files (facts: jira_api.md §4).
_FOREIGN = "ATTACHMENT_VALIDATION_ERROR"
#: An issue as it is after a write, and its latest changes.
_Written = tuple[Issue, dict[str, list[TextChange]]]


class Pictures:
    """Of one pair, for the length of a step."""

    def __init__(self, at: context.At, ops_id: str) -> None:
        self._at, self._ops_id = at, ops_id

    def read(self) -> tuple[Issue, Issue] | None:
        """The Ops issue and its clone as they are now, `named`; a file that a text shows is carried first.

        None if one of them was deleted, or may not be seen, or if nothing may be written to them.
        """
        both = self._both()
        if both and [*self._carry_shown(*both), *self._carry_shown(*both[::-1])]:
            both = self._both()  # that took a while
        return (self.named(both[0]), self.named(both[1])) if both else None

    def named(self, issue: Issue) -> Issue:
        """*issue* with each picture in its texts under the name that both tickets have for it."""
        texts = self._texts(issue)
        if not _shown(texts):
            return issue  # as most
        names = self._names(issue, texts)
        return replace(issue, values={**issue.values, **{id: media.named(text, names) for id, text in texts.items()}})

    def named_text(self, text: Adf | None, issue: Issue) -> Adf | None:
        """The same with one text of *issue*."""
        return media.named(text, self._names(issue, {"": text})) if text and media.shown_media(text) else text

    def richer(self, here: Adf | None, issue: Issue, there: Adf | None) -> Adf | None:
        """*here*, if it says the same as *there*, which *issue* says now, and shows files of it that *there* does not."""
        if not here or not there or len(media.shown_media(here)) <= len(media.shown_media(there)):
            return None
        if digest(here) != digest(there):
            return None
        return here if len(media.shown_media(self.bound(here, issue, there))) > len(media.shown_media(there)) else None

    def bound(self, text: Adf, issue: Issue, there: Adf | None) -> Adf:
        """*text* as *issue* can hold it, in place of *there*; both `named`."""
        names = {*media.shown_media(text).values(), *media.shown_media(there).values()}
        if not names:
            return media.bound(text, {})
        self._learn_copies(issue, names)
        return media.bound(text, media_by_name(self._known(), issue.attachments, self._is_ops(issue)), there)

    def edit(self, issue: Issue, values: dict[str, Any]) -> _Written:
        """Set *values* by field id, texts `bound` before; the issue as Jira keeps it, `named`, and its latest changes.

        Jira deletes a file when its picture is taken out of a text, and whoever did that in the other ticket meant
        the text: the file's twin there is looked after before, and copied back afterwards.
        """
        dropped = self._dropped(issue, values)
        for file in dropped:
            self._keep_twin(issue, file)
        written, changes = self._written(issue, values)
        left = {file.id for file in written.attachments}
        for file in dropped:
            if file.id not in left and (twin := self._twin(issue, file)):
                copy_again(self._at, self._ops_id, written, twin, file.id)
        return written, changes

    def _written(self, issue: Issue, values: dict[str, Any]) -> _Written:
        """Somebody may delete a file in this moment, and Jira refuses a whole text for one picture.

        Then that one is a line of text, and never the others, for their files' sake.
        """
        try:
            return self._set(issue, values)
        except Refused as error:
            if _FOREIGN not in str(error):
                raise
        return self._set(issue, _with_only(values, self._media_now(issue)))

    def _set(self, issue: Issue, values: dict[str, Any]) -> _Written:
        ids = ids_to_read(self._at.shared)
        written, changes = self._at.jira.edit_and_look(issue.ref.id, values, self._at.fields, ids)
        return self.named(written), changes

    def _media_now(self, issue: Issue) -> Collection[str]:
        there = self._at.issue(issue.ref.id).attachments
        return media_by_name(self._known(), there, self._is_ops(issue)).values()

    def _dropped(self, issue: Issue, values: dict[str, Any]) -> list[Attachment]:
        """The files that the texts show now and will not show with *values*."""
        texts = self._texts(issue)
        kept = _shown({**texts, **values}).keys()
        dropped, ops = _shown(texts).keys() - kept, self._is_ops(issue)
        if not dropped:
            return []
        ids = {each.attachment_at(ops) for each in self._known() if each.media_at(ops) in dropped}
        return [file for file in issue.attachments if file.id in ids]

    def _keep_twin(self, issue: Issue, file: Attachment) -> None:
        twin = self._twin_id(issue, file)
        other = self._other(issue)
        if twin and other and twin not in {each.id for each in other.attachments}:
            copy_again(self._at, self._ops_id, other, file, twin)

    def _twin(self, issue: Issue, file: Attachment) -> Attachment | None:
        id, other = self._twin_id(issue, file), self._other(issue)
        return next((each for each in other.attachments if each.id == id), None) if other else None

    def _twin_id(self, issue: Issue, file: Attachment) -> str | None:
        ops = self._is_ops(issue)
        return next((each.attachment_at(not ops) for each in self._known() if each.attachment_at(ops) == file.id), None)

    def _other(self, issue: Issue) -> Issue | None:
        both = both_issues(self._at, self._ops_id)
        return both[1 if self._is_ops(issue) else 0] if both else None

    def _both(self) -> tuple[Issue, Issue] | None:
        both = both_issues(self._at, self._ops_id, ids_to_read(self._at.shared))
        if both:
            files_known(self._at, *both)
        return both

    def _carry_shown(self, source: Issue, target: Issue) -> list[str]:
        """Copies what *source* shows and *target* has not got; once refused, it waits for the next file of the pair."""
        shown = _shown(self._texts(source))
        if not shown:
            return []
        self._learn(source, shown)
        known = self._known()
        wanted = {each.source for each in known if each.source_media in shown and not each.refused}
        found = [file for file in waiting(source.attachments, known) if file.id in wanted]
        for file in found:
            carry(self._at, self._ops_id, target, file)
        return [file.id for file in found]

    def _names(self, issue: Issue, texts: Mapping[str, Any]) -> dict[str, str]:
        self._learn(issue, _shown(texts))
        return names_by_media(self._known())

    def _learn(self, issue: Issue, shown: Mapping[str, str]) -> None:
        """Which files are *shown* (media id → the author's word), asked once for each: Jira tells a media id only in an address."""
        known = self._known()
        unknown = unknown_media(shown, known)
        ops = self._is_ops(issue)
        asked = {each.attachment_at(ops) for each in known if each.media_at(ops)}
        for file in sorted(issue.attachments, key=lambda file: file.filename not in unknown.values()):
            if not unknown:
                return
            if file.id not in asked:
                unknown.pop(self._ask(file, to_ops=not ops), None)

    def _learn_copies(self, issue: Issue, names: set[str]) -> None:
        ops, there = self._is_ops(issue), {file.id: file for file in issue.attachments}
        for each in self._known():
            file = there.get(each.attachment_at(ops) or "")
            if file and each.name in names and not each.media_at(ops):
                self._ask(file, to_ops=not ops)

    def _ask(self, file: Attachment, to_ops: bool) -> str:
        try:
            found = self._at.jira_files.media_id(file.id)
        except NotFound:
            return ""  # deleted meanwhile
        if found:
            with self._at.db.writing() as session:
                store_files.learn_media(session, self._at.site_id, self._ops_id, file, to_ops, found)
        return found or ""

    def _known(self) -> list[SharedFile]:
        with self._at.db.reading() as session:
            return store_files.files_of(session, self._at.site_id, self._ops_id)

    def _texts(self, issue: Issue) -> dict[str, Adf]:
        """By field id, as far as the issue was read with them."""
        values = {id: issue.values.get(id) for id in text_ids(self._at.shared)}
        return {id: text for id, text in values.items() if isinstance(text, dict)}

    def _is_ops(self, issue: Issue) -> bool:
        return issue.ref.id == self._ops_id


def _with_only(values: dict[str, Any], ids: Collection[str]) -> dict[str, Any]:
    """*values* with texts that show none but these files."""
    same = {id: id for id in ids}
    return {
        name: media.bound(media.named(value, same), same)
        if isinstance(value, dict) and value.get("type") == "doc"
        else value
        for name, value in values.items()
    }


def _shown(texts: Mapping[str, Any]) -> dict[str, str]:
    """The files that any of these values shows."""
    return {
        id: word for text in texts.values() if isinstance(text, dict) for id, word in media.shown_media(text).items()
    }
