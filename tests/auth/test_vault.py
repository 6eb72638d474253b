"""Shared secrets at rest: nobody who finds the database can use them, and the keys can be changed."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from app.auth.vault import REMEDY, Vault, new_key
from app.cli.keys import rotate_keys
from app.errors import Misconfigured
from app.sites import store
from tests.callers import ACME, Doors, Tenant

OLD, NEW = new_key(), new_key()
SECRET = "the-secret-that-acme-and-we-share"


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_what_is_locked_comes_out_as_it_was(secret: str) -> None:
    vault = Vault(OLD)

    assert vault.open(vault.lock(secret)) == secret


def test_a_locked_secret_does_not_show() -> None:
    vault = Vault(OLD)

    first, second = vault.lock(SECRET), vault.lock(SECRET)

    assert SECRET not in first
    assert first != second, "that two sites have the same secret must not show either"


def test_a_former_key_still_opens_and_the_newest_locks() -> None:
    before = Vault(OLD).lock(SECRET)
    both = Vault(f" {NEW} , {OLD},")

    assert both.open(before) == SECRET
    assert Vault(NEW).open(both.lock(SECRET)) == SECRET


def test_after_locking_anew_the_former_key_may_go() -> None:
    relocked = Vault(f"{NEW},{OLD}").relock(Vault(OLD).lock(SECRET))

    assert Vault(NEW).open(relocked) == SECRET
    with pytest.raises(Misconfigured):
        Vault(OLD).open(relocked)


LOCKED = {
    "nothing": "",
    "no token": "gAAAAA",
    "under another key": Vault(NEW).lock(SECRET),
    "cut off": Vault(OLD).lock(SECRET)[:-4],
}


@pytest.mark.parametrize("locked", LOCKED.values(), ids=LOCKED)
def test_a_secret_that_no_key_fits_is_said_with_the_way_out(locked: str) -> None:
    for attempt in (Vault(OLD).open, Vault(OLD).relock):
        with pytest.raises(Misconfigured) as error:
            attempt(locked)
        assert error.value.remedy == REMEDY
        assert SECRET not in str(error.value)


NO_KEYS = {
    "none": "",
    "only commas": " , ",
    "too short": "short",
    "one good, one short": f"{OLD},short",
    "cut off": OLD[:-1],
    "no ASCII": "ключ",
}


@pytest.mark.parametrize("keys", NO_KEYS.values(), ids=NO_KEYS)
def test_a_key_that_is_none_is_said_with_the_way_out(keys: str) -> None:
    with pytest.raises(Misconfigured) as error:
        Vault(keys)
    assert REMEDY in str(error.value)
    assert OLD not in str(error.value), "a key must not come into a log"


def test_the_database_file_does_not_hold_the_secret(doors: Doors, tmp_path: Path) -> None:
    doors.install()
    doors.db.close()

    files = list(tmp_path.glob("solveonce.sqlite*"))

    assert files
    for file in files:
        content = file.read_bytes()
        assert ACME.secret.encode() not in content
        assert doors.settings.secret_keys.encode() not in content


def test_rotating_the_keys_locks_every_secret_with_the_newest(doors: Doors) -> None:
    other, gone = Tenant("others", "the-secret-of-the-others"), Tenant("gone", "the-secret-of-those-who-left")
    for tenant in (ACME, other, gone):
        doors.install(tenant)
    doors.uninstall(gone)
    keys = f"{NEW},{doors.settings.secret_keys}"

    told = CliRunner(env={"DATABASE_URL": doors.settings.database_url, "SECRET_KEYS": keys}).invoke(rotate_keys)

    assert told.output == "2 secrets are encrypted with the newest key.\n"
    locked = [each.shared_secret for each in doors.installations()]
    assert [Vault(NEW).open(each) for each in locked if each] == [ACME.secret, other.secret]


def test_rotating_changes_all_or_nothing(doors: Doors) -> None:
    doors.install(ACME)
    doors.install(Tenant("others"))
    with doors.db.writing() as session:
        session.merge(doors.installations()[1]).shared_secret = Vault(OLD).lock("under a key that is lost")
    before = [each.shared_secret for each in doors.installations()]

    with pytest.raises(Misconfigured), doors.db.writing() as session:
        store.relock_all(session, Vault(f"{NEW},{doors.settings.secret_keys}"))

    assert [each.shared_secret for each in doors.installations()] == before
