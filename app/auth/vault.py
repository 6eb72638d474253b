"""Shared secrets are stored encrypted: with the newest key, readable with every key that is still listed."""

from __future__ import annotations

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from app.errors import Misconfigured

REMEDY = "Set SECRET_KEYS to the keys it was stored with, newest first (`python -m app new-key` makes one)."


class Vault:
    def __init__(self, keys: str) -> None:
        """*keys*: Fernet keys separated by commas, newest first. Raises Misconfigured."""
        listed = [key.strip() for key in keys.split(",") if key.strip()]
        if not listed:
            raise Misconfigured("There is no key for the secrets at rest.", REMEDY)
        try:
            self._fernet = MultiFernet([Fernet(key) for key in listed])
        except ValueError:
            raise Misconfigured("A key in SECRET_KEYS is no Fernet key.", REMEDY) from None

    def lock(self, secret: str) -> str:
        return self._fernet.encrypt(secret.encode()).decode()

    def open(self, locked: str) -> str:
        """Raises Misconfigured when no listed key fits."""
        try:
            return self._fernet.decrypt(locked.encode()).decode()
        except InvalidToken:
            raise Misconfigured("A stored secret fits no key.", REMEDY) from None

    def relock(self, locked: str) -> str:
        """The same secret under the newest key."""
        try:
            return self._fernet.rotate(locked.encode()).decode()
        except InvalidToken:
            raise Misconfigured("A stored secret fits no key.", REMEDY) from None


def new_key() -> str:
    return Fernet.generate_key().decode()
