"""Two people changed the same part of a text: tell them, and do what they choose."""

from __future__ import annotations

from sqlalchemy.orm import Session

from app import audit, context, engine, threads
from app.adf.canonical import digest
from app.domain import Adf, Thread
from app.domain_handoff import Choice
from app.engine import flow, step
from app.errors import NotFound
from app.handoff import blocks_clash, store, store_clash
from app.handoff.blocks_clash import Card, Side
from app.handoff.clash import chosen, excerpt, overlaps
from app.handoff.fields import label, text_fields
from app.handoff.flow_pair import pair_at
from app.handoff.flow_sync import sync_texts
from app.handoff.flow_tickets import Tickets, agree, begin_writing, read_both, write_both
from app.models_handoff import ClashRow
from app.threads import talk


@flow
def tell_clash(site_id: int, clash_id: str) -> None:
    post_clash(site_id, clash_id)


@flow
def settle(site_id: int, ops_id: str, clash_id: str, choice: str, user: str) -> None:
    """Somebody pressed a button of the card. What was edited before is kept in step first, what was edited meanwhile after."""
    sync_texts(site_id, ops_id)
    settle_clash(site_id, ops_id, clash_id, choice, user)
    sync_texts(site_id, ops_id)


@flow
def show_settled(site_id: int, clash_id: str) -> None:
    update_clash(site_id, clash_id)


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
    place = _place(at, row.ops_id)
    at = at.within(place.team) if place else at
    channel = place.channel if place else at.slack.channel_id(at.settings.channel_engineering)
    ts, (text, shown) = place.ts if place else None, blocks_clash.asking(card)
    thread = at.post_once(f"handoff.clash:{clash_id}", channel, text, shown, ts, "post_clash", card.ops.key)
    with at.db.writing() as session:
        store_clash.placed(session, clash_id, thread)


def _place(at: context.At, ops_id: str) -> Thread | None:
    with at.db.reading() as session:
        conversation = threads.conversation(session, at.site_id, ops_id)
        return conversation.thread if conversation else store_clash.alert_of(session, at.site_id, ops_id)


def _card(at: context.At, row: ClashRow) -> Card:
    pair, parts = pair_at(at, row.ops_id), overlaps(store_clash.clash_of(row))
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
    if row is None or row.settled or tickets is None:
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
    place = _place(at, row.ops_id)
    try:
        (at.within(place.team) if place else at).slack.update(Thread(row.channel, row.ts), text, shown)
    except NotFound:
        return  # somebody has deleted the card


def _row(at: context.At, clash_id: str) -> ClashRow | None:
    with at.db.reading() as session:
        return store_clash.get(session, clash_id)
