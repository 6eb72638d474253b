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


def restrict(page: Page, operation: str, users: list[str], groups: list[str]) -> None:
    """Nobody else may read or update the page then; without a name everybody may."""
    others = {name: who for name, who in page.restrictions.items() if name != operation}
    page.restrictions = others | ({operation: {"user": users, "group": groups}} if users or groups else {})
