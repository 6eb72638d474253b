"""Sites and how we got into them; shared secrets go in and out encrypted."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.auth.vault import Vault
from app.models import Installation, Site

ENABLED, DISABLED, UNINSTALLED = "enabled", "disabled", "uninstalled"


@dataclass(frozen=True)
class Access:
    """What it takes to call one product of a site, and to check its calls."""

    site_id: int
    installation_id: int
    product: str
    app_key: str
    client_key: str
    shared_secret: str = field(repr=False)
    base_url: str
    state: str
    account_id: str | None


def host_of(base_url: str) -> str:
    """What pairs the Jira and the Confluence of one site: host, and port where there is one."""
    return urlsplit(base_url).netloc.lower()


def install(
    session: Session, vault: Vault, product: str, app_key: str, client_key: str, secret: str, base_url: str
) -> int:
    """Put or replace an installation; the site is found by its host. Its site id."""
    site = session.scalar(select(Site).where(Site.host == host_of(base_url)))
    if site is None:
        site = Site(host=host_of(base_url))
        session.add(site)
        session.flush()
    row = _row(session, app_key, client_key) or Installation(app_key=app_key, client_key=client_key)
    row.site_id, row.product, row.base_url = site.id, product, base_url.rstrip("/")
    row.shared_secret, row.state = vault.lock(secret), ENABLED
    session.add(row)
    return site.id


def set_state(session: Session, app_key: str, client_key: str, state: str) -> None:
    """A late `disabled` does not bring an uninstalled app back to life."""
    row = _row(session, app_key, client_key)
    if row is None or row.state == UNINSTALLED:
        return
    row.state = state
    if state == UNINSTALLED:
        row.shared_secret = ""


def site_of(session: Session, app_key: str, client_key: str) -> int | None:
    """The site of an installation, whatever its state."""
    row = _row(session, app_key, client_key)
    return row.site_id if row else None


def access(session: Session, vault: Vault, app_key: str, client_key: str) -> Access | None:
    """How to check a call that says it comes from *client_key*; None for strangers and after uninstallation."""
    row = _row(session, app_key, client_key)
    return _access(row, vault) if row and row.shared_secret else None


def access_to(session: Session, vault: Vault, site_id: int, product: str) -> Access | None:
    """How to call *product* of a site; None while it is not installed."""
    row = session.scalar(
        select(Installation)
        .where(Installation.site_id == site_id, Installation.product == product, Installation.state == ENABLED)
        .order_by(Installation.id.desc())
    )
    return _access(row, vault) if row else None


def only_site(session: Session, product: str = "jira") -> int | None:
    """The site that requests from Slack belong to: the one where Jira is installed. None while there is none.

    Of several the first, as long as it stays: who installs later must not get what people write here.
    """
    return session.scalar(
        select(Installation.site_id)
        .where(Installation.product == product, Installation.state == ENABLED)
        .order_by(Installation.id)
    )


def enabled_sites(session: Session, product: str = "jira") -> dict[str, int]:
    """Host → site id of each site where the product is installed and enabled."""
    query = select(Site.host, Site.id).join(Installation, Installation.site_id == Site.id)
    found = session.execute(query.where(Installation.product == product, Installation.state == ENABLED))
    return {row.host: row.id for row in found}


def remember_account(session: Session, installation_id: int, account_id: str) -> None:
    session.get_one(Installation, installation_id).account_id = account_id


def relock_all(session: Session, vault: Vault) -> int:
    """Encrypt every secret anew with the newest key; how many."""
    rows = [row for row in session.scalars(select(Installation)) if row.shared_secret]
    for row in rows:
        row.shared_secret = vault.relock(row.shared_secret)
    return len(rows)


def _row(session: Session, app_key: str, client_key: str) -> Installation | None:
    return session.scalar(
        select(Installation).where(Installation.app_key == app_key, Installation.client_key == client_key)
    )


def _access(row: Installation, vault: Vault) -> Access:
    return Access(
        site_id=row.site_id,
        installation_id=row.id,
        product=row.product,
        app_key=row.app_key,
        client_key=row.client_key,
        shared_secret=vault.open(row.shared_secret),
        base_url=row.base_url,
        state=row.state,
        account_id=row.account_id,
    )
