"""Choices, labels, lines, numbers and dates that follow each other: lists element by element, the rest as the table settles it.

Compared is what people read: the same choice has another id in each project.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from app.domain_handoff import FieldRule, Kind, LeftOut, OnClash, SharedField, TargetField, Way
from app.handoff.carrying import carried, words_of

#: What a side says, as it is stored: words, a number, or for a list its words in their order.
Said = str | float | list[str] | None
LISTS = (Kind.CHOICES, Kind.LABELS)


@dataclass(frozen=True)
class Sides:
    """What each side says, or shall say. They may differ: a choice may not be offered on the other side."""

    ops: Said
    engineering: Said


def plain_fields(shared: Sequence[SharedField]) -> list[SharedField]:
    """Those lines of the table that are no texts, and whose values follow each other."""
    return [each for each in shared if each.kind is not Kind.TEXT and each.rule.way is not Way.ONCE]


def said(value: Any, kind: Kind, not_ours: str = "") -> Said:
    """What the field says; *not_ours* is the label that marks a clone, which is nobody's word."""
    if kind in LISTS:
        return sorted({words_of(each) for each in value or []} - {not_ours})
    if kind is Kind.CHOICE:
        return words_of(value) if value else None
    return value if value not in (None, "") else None


def clash(now: Sides, base: Sides | None, kind: Kind, rule: FieldRule) -> bool:
    """Whether both sides changed a single value, and the newest shall stand: then somebody has to find out which that is."""
    if kind in LISTS or rule.way is not Way.BOTH or now.ops == now.engineering or None in (now.ops, now.engineering):
        return False
    both = base is None or (now.ops != base.ops and now.engineering != base.engineering)
    return both and rule.on_clash in (OnClash.MERGE, OnClash.NEWEST)


def turn(now: Sides, base: Sides | None, kind: Kind, rule: FieldRule, ops_is_newest: bool = True) -> Sides:
    """What each side shall say: the one that did not change follows.

    Asked again after one side was written it says the same. *ops_is_newest* counts only where both `clash`. Where
    nothing was agreed yet both count as changed, and a value beats none.
    """
    if kind in LISTS:
        return _lists(now, base, rule.way)
    ops_changed = base is None or now.ops != base.ops
    engineering_changed = base is None or now.engineering != base.engineering
    if rule.way is Way.TO_ENGINEERING:
        return replace(now, engineering=now.ops) if ops_changed else now
    if rule.way is Way.TO_OPS:
        return replace(now, ops=now.engineering) if engineering_changed else now
    if ops_changed and engineering_changed:
        stands = now.ops if _ops_stands(now, rule.on_clash, ops_is_newest) else now.engineering
        return Sides(stands, stands)
    if ops_changed or engineering_changed:
        stands = now.ops if ops_changed else now.engineering
        return Sides(stands, stands)
    return now


def _ops_stands(now: Sides, on_clash: OnClash, ops_is_newest: bool) -> bool:
    if None in (now.ops, now.engineering):
        return now.engineering is None
    return on_clash is OnClash.OPS or (on_clash is not OnClash.ENGINEERING and ops_is_newest)


def _lists(now: Sides, base: Sides | None, way: Way) -> Sides:
    """What was put in or taken out on one side is put in or taken out on the other; the rest of each stays.

    What one side put in and the other took out stands on both.
    """
    ops, engineering = set(_list(now.ops)), set(_list(now.engineering))
    was_ops, was_engineering = (set(_list(base.ops)), set(_list(base.engineering))) if base else (set(), set())
    in_here, in_there = ops - was_ops, engineering - was_engineering
    out_here, out_there = was_ops - ops - in_there, was_engineering - engineering - in_here
    return Sides(
        sorted(ops if way is Way.TO_ENGINEERING else (ops | in_there) - out_there),
        sorted(engineering if way is Way.TO_OPS else (engineering | in_here) - out_here),
    )


def _list(value: Said) -> list[str]:
    return value if isinstance(value, list) else []


@dataclass(frozen=True)
class Write:
    """Field values for one side's edit, and what could not be put among them."""

    values: dict[str, Any]
    lost: tuple[LeftOut, ...] = ()
    #: What the side says then, by field id.
    said: Mapping[str, Said] = field(default_factory=dict, compare=False)


NOTHING = Write({})


def write(
    wanted: Mapping[str, tuple[Kind, Said]],
    present: Mapping[str, Any],
    targets: Mapping[str, TargetField],
    not_ours: str = "",
) -> Write:
    """How to make a side say what is *wanted*, by field id; *present* are its raw values, *targets* what may be set."""
    values: dict[str, Any] = {}
    says: dict[str, Said] = {}
    lost = []
    for id, (kind, words) in wanted.items():
        target = targets.get(id)
        if target is None or (target.required and words in (None, [])):
            name, why = (target.name, "it must not be empty there") if target else (id, "it cannot be set there")
            lost.append(LeftOut(name, why))
            continue
        if words in (None, []):
            values[id] = [not_ours] if kind is Kind.LABELS and not_ours in (present.get(id) or []) else None
            says[id] = words
            continue
        offering = _with_present(target, present.get(id), kind)
        found = carried(words, kind, offering)
        if found.value is not None:
            values[id] = _kept(found.value, present.get(id), kind, not_ours)
            says[id] = _offered(words, offering) if kind is Kind.CHOICES else words
        lost += [LeftOut(target.name, found.lost)] if found.lost else []
    return Write(values, tuple(lost), says)


def _offered(words: Said, target: TargetField) -> list[str]:
    offered = [each for each, _ in target.choices]
    return [word for word in _list(words) if offered.count(word) == 1]


def _with_present(target: TargetField, value: Any, kind: Kind) -> TargetField:
    """A choice that stands there stays possible, though it was laid aside since."""
    if kind is not Kind.CHOICES:
        return target
    offered = {words for words, _ in target.choices}
    standing = [(words_of(each), str(each["id"])) for each in value or [] if words_of(each) not in offered]
    return replace(target, choices=(*target.choices, *standing))


def _kept(value: Any, present: Any, kind: Kind, not_ours: str) -> Any:
    return [*value, not_ours] if kind is Kind.LABELS and not_ours in (present or []) else value
