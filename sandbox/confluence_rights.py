"""Who may see and who may change a Confluence page: its restrictions, which no scope or group overrules."""

from __future__ import annotations

from sandbox.world import Page, Person


def may_see(page: Page, person: Person) -> bool:
    return _listed(page, "read", person)


def may_edit(page: Page, person: Person) -> bool:
    """Whoever is not on an edit restriction's list may not; that includes the app that made the page."""
    return may_see(page, person) and _listed(page, "update", person)


def _listed(page: Page, operation: str, person: Person) -> bool:
    names = page.restrictions.get(operation)
    if not names or not (names["user"] or names["group"]):
        return True
    return person.account_id in names["user"] or bool(set(person.groups) & set(names["group"]))
