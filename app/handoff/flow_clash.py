"""Two people changed the same part of a text: tell them, and do what they choose."""

from __future__ import annotations

from sqlalchemy.orm import Session

from app import audit, context, engine, speaking, threads
from app.adf.canonical import digest
from app.domain import Adf, Thread
from app.domain_handoff import Choice
from app.engine import flow, step
from app.errors import NotFound, Refused
from app.handoff import blocks_clash, store, store_clash
from app.handoff.blocks_clash import Card, Side
from app.handoff.clash import chosen, excerpt, overlaps
from app.handoff.fields import label, text_fields
from app.handoff.flow_move import issue_or_none
from app.handoff.flow_pair import pair_at
from app.handoff.flow_sync import keep_in_step
from app.handoff.flow_tickets import Tickets, agree, begin_writing, read_both, write_both
from app.models_handoff import ClashRow
from app.slack.blocks import section
from app.slack.mrkdwn import link
from app.threads import talk


@flow
def tell_clash(site_id: int, clash_id: str) -> None:
    post_clash(site_id, clash_id)


@flow
def settle(site_id: int, ops_id: str, clash_id: str, choice: str, user: str) -> None:
    """Somebody pressed a button of the card. What was edited before is kept in step first, what was edited meanwhile after."""
    keep_in_step(site_id, ops_id)
    settle_clash(site_id, ops_id, clash_id, choice, user)
    keep_in_step(site_id, ops_id)


@flow
def show_settled(site_id: int, clash_id: str) -> None:
    update_clash(site_id, clash_id)


@flow
def refuse_choice(site_id: int, clash_id: str, user: str) -> None:
    """Somebody else had chosen, or the two tickets do not follow each other any more."""
    say_why_not(site_id, clash_id, user)


@step
def say_why_not(site_id: int, clash_id: str, user: str) -> None:
    at = context.at(site_id)
    row = _row(at, clash_id)
    if row is None:
        return
    at = _at_card(at, row)
    pair = pair_at(at, row.ops_id)
    ops, engineering = (link(at.browse(each.key), each.key) for each in (pair.ops, pair.engineering))
    words = blocks_clash.not_written(ops, engineering, row.settled_by or "" if row.settled else None)
    source, place = f"handoff.refuse_choice:{engine.flow_id()}", (row.channel or "", None)
    speaking.whisper(at, source, place, user, words, [section(words)], pair.ops.key)


@flow
def forget(site_id: int) -> None:
    """Jira has thrown us out: no text of its people stays here."""
    forget_texts(site_id)


@step
def forget_texts(site_id: int) -> None:
    with context.at(site_id).db.writing() as session:
        store.forget_texts(session, site_id)
        store_clash.forget(session, site_id)


@step
def post_clash(site_id: int, clash_id: str) -> None:
    """In the ticket's thread; without one where engineering was told of the clone, else in their channel."""
    at = context.at(site_id)
    row = _row(at, clash_id)
    if row is None:
        return  # uninstalled meanwhile
    card = _card(at, row)
    thread = _posted(at, card, _place(at, row.ops_id))
    with at.db.writing() as session:
        store_clash.placed(session, clash_id, thread)


def _posted(at: context.At, card: Card, place: Thread | None) -> Thread:
    source, (text, shown) = f"handoff.clash:{card.clash_id}", blocks_clash.asking(card)
    if place:
        try:
            return at.within(place.team).post_once(
                source, place.channel, text, shown, place.ts, "post_clash", card.ops.key
            )
        except (Refused, NotFound) as error:
            if not speaking.is_closed(error):
                raise
    source = f"{source}:engineering" if place else source
    return speaking.announce(at, at.settings.channel_engineering, source, text, shown, "post_clash", card.ops.key)


def _place(at: context.At, ops_id: str) -> Thread | None:
    with at.db.reading() as session:
        conversation = threads.conversation(session, at.site_id, ops_id)
        return conversation.thread if conversation else store_clash.alert_of(session, at.site_id, ops_id)


def _at_card(at: context.At, row: ClashRow) -> context.At:
    """In the workspace where the card stands; where it is not written down yet it stands in its place."""
    place = _place(at, row.ops_id)
    return at.within(place.team) if place and row.channel in (None, place.channel) else at


def _card(at: context.At, row: ClashRow) -> Card:
    pair, parts = pair_at(at, row.ops_id), overlaps(store_clash.clash_of(row))
    issue = issue_or_none(at, row.ops_id)
    if issue is None or issue.security_level:  # not for everybody's eyes who reads the channel
        ops = engineering = "It is not shown here: see the ticket."
    else:
        ops = excerpt([block for part in parts for block in part.ours])
        engineering = excerpt([block for part in parts for block in part.theirs])
    return Card(
        clash_id=row.id,
        field=label(row.field, text_fields(at.shared, at.fields), at.settings.field_notes),
        ops=Side(pair.ops.key, at.browse(pair.ops.key), row.ops_by, ops),
        engineering=Side(pair.engineering.key, at.browse(pair.engineering.key), row.engineering_by, engineering),
        stands=Choice(row.stands),
    )


@step
def settle_clash(site_id: int, ops_id: str, clash_id: str, choice: str, user: str) -> None:
    """Write the choice to both sides, unless the text was edited where they clashed; the first who chooses has chosen."""
    at = context.at(site_id)
    row, tickets = _row(at, clash_id), read_both(at, ops_id)
    if row is None or row.settled_by == user:
        return
    if row.settled or tickets is None:
        with at.db.writing() as session:
            id, lane = engine.flow_id().partition("/")[2], talk(site_id, ops_id)
            engine.enqueue(session, "handoff.refuse_choice", site_id, clash_id, user, id=id, lane=lane)
        return
    text = _chosen(row, tickets, Choice(choice))
    if text is not None:
        wanted = {row.field: _differing(tickets, row.field, text)}
        with at.db.writing() as session:
            begin_writing(at, session, tickets)
        tickets = write_both(at, tickets, wanted)
    with at.db.writing() as session:
        if text is not None:
            agree(at, session, tickets, row.field)
        _settled(at, session, row, choice if text is not None else store_clash.EDITED, user, tickets.ops.ref.key)


def _chosen(row: ClashRow, tickets: Tickets, choice: Choice) -> Adf | None:
    """None if either side says something that the card did not show."""
    clash = store_clash.clash_of(row)
    ops, engineering = (chosen(clash, choice, text) for text in tickets.texts(row.field))
    return ops if ops is not None and engineering is not None and digest(ops) == digest(engineering) else None


def _differing(tickets: Tickets, field: str, text: Adf) -> tuple[Adf | None, Adf | None]:
    ops, engineering = (None if digest(there) == digest(text) else text for there in tickets.texts(field))
    return ops, engineering


def _settled(at: context.At, session: Session, row: ClashRow, how: str, user: str, key: str) -> None:
    if store_clash.settle(session, row.id, how, user):
        audit.record(session, at.site_id, f"settle {row.field}", key, f"clash {row.id}: {how}")
        lane = talk(at.site_id, row.ops_id)
        engine.enqueue(session, "handoff.show_settled", at.site_id, row.id, id=row.id, lane=lane)


@step
def update_clash(site_id: int, clash_id: str) -> None:
    """The card in place: what was chosen, and by whom."""
    at = context.at(site_id)
    row = _row(at, clash_id)
    if not (row and row.settled and row.channel and row.ts):
        return
    card, user = _card(at, row), row.settled_by or ""
    if row.settled == store_clash.EDITED:
        text, shown = blocks_clash.too_late(card, user)
    else:
        text, shown = blocks_clash.settled(card, Choice(row.settled), user)
    speaking.redraw(_at_card(at, row), Thread(row.channel, row.ts), text, shown)


def _row(at: context.At, clash_id: str) -> ClashRow | None:
    with at.db.reading() as session:
        return store_clash.get(session, clash_id)
