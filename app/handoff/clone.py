"""What the engineering issue looks like: what the sync table says, by the target's create metadata; never status or comments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from app.adf.canonical import digest
from app.domain import Adf, FieldIds, Issue
from app.domain_handoff import LeftOut, SharedField, SyncedValue, TargetField
from app.handoff.carrying import carried, says_something
from app.handoff.fields import text_fields
from app.handoff.merge import EMPTY
from app.handoff.plain import Sides, plain_fields, said

#: What a hand-off fills by itself, and what Jira does: it takes us for the reporter.
FILLED = frozenset({"project", "issuetype", "reporter"})
LABELS = "labels"


@dataclass(frozen=True)
class Draft:
    """Field values for `POST /issue`, and what could not be put among them."""

    fields: dict[str, Any]
    left_out: tuple[LeftOut, ...] = ()


def fields_to_read(shared: Sequence[SharedField]) -> list[str]:
    """Ids of what has to be read of the original."""
    return [each.ops for each in shared if each.way_out]


def draft(
    original: Issue,
    shared: Sequence[SharedField],
    targets: Mapping[str, TargetField],
    project: str,
    issue_type: str,
    label: str,
) -> Draft:
    """The clone of *original*, of what may be set there (*targets*). *label* marks it for people, if labels may be set.

    Pictures in its texts, which are `named`, are lines of text: Jira refuses another issue's media, and the files follow.
    """
    values: dict[str, Any] = {"summary": original.summary}
    left_out = []
    for each in shared:
        value, target = original.values.get(each.ops), targets.get(each.engineering)
        if not each.way_out or not says_something(value, each.kind):
            continue
        if target is None:
            left_out.append(LeftOut(each.rule.ops, f"{project} does not take it on a new {issue_type}"))
            continue
        found = carried(value, each.kind, target)
        values |= {target.id: found.value} if found.value is not None else {}
        left_out += [LeftOut(each.rule.ops, found.lost)] if found.lost else []
    if original.security_level:
        left_out.append(LeftOut("Security Level", f"whoever may see {project} sees the clone"))
    if label and LABELS in targets:
        values[LABELS] = [*(one for one in values.get(LABELS, []) if one != label), label]
    return Draft({"project": {"key": project}, "issuetype": {"name": issue_type}, **values}, tuple(left_out))


def as_label(words: str) -> str:
    """Jira takes no label with a space."""
    return "-".join(words.split())


def unfilled(plan: Draft, targets: Mapping[str, TargetField]) -> list[str]:
    """Names of the fields that must be filled, and that nothing fills: Jira would refuse the clone."""
    return [
        target.name
        for target in targets.values()
        if target.required and not target.has_default and target.id not in plan.fields and target.id not in FILLED
    ]


def agreement(original: Issue, plan: Draft, shared: Sequence[SharedField], ids: FieldIds) -> dict[str, SyncedValue]:
    """What both sides say of each text once the clone is made, by the name under which it is kept in step.

    A digest for each side: names stand there for mentions, and a text that could not be carried is no text there,
    and neither is a change that somebody made.
    """
    return {
        field: SyncedValue(
            digest(original.values.get(each.ops)),
            digest(plan.fields.get(each.engineering)),
            original.values.get(each.ops) or EMPTY,
        )
        for field, each in text_fields(shared, ids).items()
    }


def plain_agreement(
    original: Issue, plan: Draft, shared: Sequence[SharedField], targets: Mapping[str, TargetField], label: str
) -> dict[str, Sides]:
    """What both sides say of each plain field that follows, by the Ops field's id, once the clone is made as drafted."""
    return {
        each.ops: Sides(
            said(original.values.get(each.ops), each.kind, label),
            said(_in_words(plan.fields.get(each.engineering), targets.get(each.engineering)), each.kind, label),
        )
        for each in plain_fields(shared)
    }


def _in_words(value: Any, target: TargetField | None) -> Any:
    """A drafted choice has its id only."""
    words = {id: words for words, id in target.choices} if target else {}
    if isinstance(value, list):
        return [_in_words(each, target) for each in value]
    return {"value": words[value["id"]]} if isinstance(value, dict) and value.get("id") in words else value


def mark_of(ops_id: str, agreed: Mapping[str, SyncedValue]) -> dict[str, Any]:
    """With which the clone is made: it says whose clone it is, and what was agreed, should the answer be lost."""
    said = {field: [value.ops_hash, value.engineering_hash] for field, value in agreed.items()}
    return {"role": "clone", "origin": ops_id, "said": said}


def own_mark(ops_id: str, clone_id: str) -> dict[str, Any]:
    """The mark of a clone that is known: a copy of it that somebody makes bears another issue's id."""
    return {"role": "clone", "origin": ops_id, "self": clone_id}


def is_clone_of(mark: Mapping[str, Any], ops_id: str) -> bool:
    """Whether *mark* is that of the clone that we made of this Ops issue."""
    return mark.get("role") == "clone" and mark.get("origin") == ops_id


def said_in(mark: Mapping[str, Any], now: Mapping[str, SyncedValue]) -> dict[str, SyncedValue]:
    """What `mark_of` wrote, with the text if that is the one *now*; whoever may edit the issue may have written anything."""
    written = mark.get("said")
    pairs = written.items() if isinstance(written, dict) else ()
    found = {str(field): SyncedValue(*each) for field, each in pairs if _are_digests(each)}
    return {field: replace(each, text=_text_of(now.get(field), each.ops_hash)) for field, each in found.items()}


def _text_of(now: SyncedValue | None, ops_hash: str) -> Adf | None:
    return now.text if now and now.ops_hash == ops_hash else None


def _are_digests(each: Any) -> bool:
    return isinstance(each, list) and len(each) == 2 and all(isinstance(one, str) and len(one) == 64 for one in each)


def is_linked(links: Sequence[Mapping[str, Any]], type_id: str, ops_id: str) -> bool:
    """Whether the clone's *links* have the one that says "clones" to this Ops issue; the other way round is another."""
    return any(each["type"]["id"] == type_id and (each.get("outwardIssue") or {}).get("id") == ops_id for each in links)
