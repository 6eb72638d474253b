"""The two tickets' texts with their pictures: the same file has another id in each."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Any

from app import context
from app.adf import media
from app.domain import Adf, Attachment, Issue, SharedFile
from app.errors import NotFound, Refused
from app.handoff import store_files
from app.handoff.files import media_by_name, names_by_media, unknown_media, waiting
from app.handoff.flow_copy import both_issues, carry, files_known

#: What Jira answers to a picture that is not one of the issue's files (facts: jira_api.md §4).
_FOREIGN = "ATTACHMENT_VALIDATION_ERROR"


class Pictures:
    """Of one pair, for the length of a step."""

    def __init__(self, at: context.At, ops_id: str) -> None:
        self._at, self._ops_id = at, ops_id

    def read(self) -> tuple[Issue, Issue]:
        """The Ops issue and its clone as they are now, `named`; a file that a text shows is carried first.

        Raises NotFound if one of them was deleted, or may not be seen.
        """
        ops, engineering = self._both()
        if [*self._carry_shown(ops, engineering), *self._carry_shown(engineering, ops)]:
            ops, engineering = self._both()  # that took a while
        return self.named(ops), self.named(engineering)

    def named(self, issue: Issue) -> Issue:
        """*issue* with each picture in its texts under the name that both tickets have for it."""
        self._learn(issue)
        names = names_by_media(self._known())
        return replace(
            issue,
            description=media.named(issue.description, names) if issue.description else None,
            notes=media.named(issue.notes, names) if issue.notes else None,
        )

    def bound(self, text: Adf, issue: Issue, there: Adf | None) -> Adf:
        """*text* as *issue* can hold it, in place of *there*; both `named`."""
        self._learn_copies(issue, {*media.shown_media(text).values(), *media.shown_media(there).values()})
        return media.bound(text, media_by_name(self._known(), issue.attachments, self._is_ops(issue)), there)

    def edit(self, issue: Issue, values: dict[str, Any]) -> Issue:
        """Set *values* by field id, texts `bound` before; the issue as Jira keeps it, `named`.

        Somebody may delete a file in this moment, and Jira refuses a whole text for one picture: then that one is a
        line of text. Never the others: Jira deletes a file when its picture is taken out of a text.
        """
        try:
            return self._set(issue, values)
        except Refused as error:
            if _FOREIGN not in str(error):
                raise
        return self._set(issue, _with_only(values, self._media_now(issue)))

    def _set(self, issue: Issue, values: dict[str, Any]) -> Issue:
        return self.named(self._at.jira.edit_issue(issue.ref.id, values, self._at.fields))

    def _media_now(self, issue: Issue) -> Collection[str]:
        there = self._at.issue(issue.ref.id).attachments
        return media_by_name(self._known(), there, self._is_ops(issue)).values()

    def _both(self) -> tuple[Issue, Issue]:
        both = both_issues(self._at, self._ops_id)
        if both is None:
            raise NotFound(f"Issue {self._ops_id} or its clone is not there.")
        files_known(self._at, *both)
        return both

    def _carry_shown(self, source: Issue, target: Issue) -> list[str]:
        """Copies what *source* shows and *target* has not got; once refused, it waits for the next file of the pair."""
        self._learn(source)
        shown, known = _shown(source), self._known()
        wanted = {each.source for each in known if each.source_media in shown and not each.refused}
        found = [file for file in waiting(source.attachments, known) if file.id in wanted]
        for file in found:
            carry(self._at, self._ops_id, target, file)
        return [file.id for file in found]

    def _learn(self, issue: Issue) -> None:
        """Which files the texts show, asked once for each: Jira tells a media id only in an address."""
        known = self._known()
        unknown = unknown_media(_shown(issue), known)
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


def _shown(issue: Issue) -> dict[str, str]:
    return {**media.shown_media(issue.description), **media.shown_media(issue.notes)}
