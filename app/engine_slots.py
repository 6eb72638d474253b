"""Who runs flows: each process holds a numbered slot by a lock that dies with it.

A shared or random executor id loses work (two processes under one id repeat each other's steps; a new id
after each start leaves the old one's flows pending for ever). A slot's number is unique while its lock is held
and is taken again by the next process that starts.
"""

from __future__ import annotations

import contextlib
import fcntl
import logging
import os
import threading
import zlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import IO, Any

import psycopg

from app.logs import event

MOST = 64
LOST = 70  # exit status: somebody else owns our slot now

Resume = Callable[[Callable[[str], AbstractContextManager[bool]]], int]


class Slots:
    def __init__(self, url: str) -> None:
        self.name = ""
        self._locks: FileLocks | AdvisoryLocks = (
            FileLocks(url.removeprefix("sqlite:///")) if url.startswith("sqlite") else AdvisoryLocks(url)
        )
        self._stop = threading.Event()

    def acquire(self) -> str:
        """Take the lowest free slot; its name is this process's executor id."""
        for number in range(MOST):
            if self._locks.take(f"slot-{number}"):
                self.name = f"slot-{number}"
                return self.name
        raise RuntimeError(f"All {MOST} executor slots are taken.")

    def release(self) -> None:
        self._stop.set()
        self._locks.close()

    @contextlib.contextmanager
    def borrow(self, name: str) -> Iterator[bool]:
        """True, with the slot's lock held meanwhile, if nobody holds it."""
        if name == self.name or not self._locks.take(name):
            yield False
            return
        try:
            yield True
        finally:
            self._locks.give_back(name)

    def watch(self, resume: Resume, every: float) -> None:
        """In the background: see that our slot is still ours, and take over what nobody holds."""
        threading.Thread(target=self._watch, args=(resume, every), name="slot-watch", daemon=True).start()

    def _watch(self, resume: Resume, every: float) -> None:
        while not self._stop.wait(every):
            try:
                self._keep()
                if resumed := resume(self.borrow):
                    event("took over flows", count=resumed)
            except Exception as error:  # the watch must outlive a database that is away
                event("slot watch failed", level=logging.WARNING, error=type(error).__name__)

    def _keep(self) -> None:
        if not self._locks.alive() and not self._locks.regain(self.name):
            event("slot lost", level=logging.ERROR, slot=self.name)
            os._exit(LOST)  # the supervisor restarts us under a free slot


class FileLocks:
    """Beside the SQLite file; the kernel drops them with the process."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._files: dict[str, IO[str]] = {}

    def take(self, name: str) -> bool:
        file = open(f"{self._path}.{name}.lock", "w")  # noqa: SIM115 - held for the life of the process
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            file.close()
            return False
        self._files[name] = file
        return True

    def give_back(self, name: str) -> None:
        self._files.pop(name).close()

    def alive(self) -> bool:
        return True

    def regain(self, name: str) -> bool:
        return True

    def close(self) -> None:
        for name in list(self._files):
            self.give_back(name)


class AdvisoryLocks:
    """PostgreSQL's, on one session of its own; they die with the session."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._mutex = threading.Lock()
        self._connect()

    def _connect(self) -> None:
        self._connection = psycopg.connect(self._url, autocommit=True, keepalives_idle=10, connect_timeout=5)

    def _ask(self, query: str, *values: Any) -> bool:
        with self._mutex:
            row = self._connection.execute(query.encode(), values).fetchone()
        return bool(row and row[0])

    def take(self, name: str) -> bool:
        return self._ask("select pg_try_advisory_lock(%s, %s)", *_key(name))

    def give_back(self, name: str) -> None:
        self._ask("select pg_advisory_unlock(%s, %s)", *_key(name))

    def alive(self) -> bool:
        try:
            return self._ask("select true")
        except psycopg.Error:
            return False

    def regain(self, name: str) -> bool:
        """The session was lost, and our lock with it. True if the slot is ours again, or nobody can take it anyway."""
        try:
            self._connect()
        except psycopg.Error:
            return True  # the database is away for everybody; look again next time
        return self.take(name)

    def close(self) -> None:
        self._connection.close()


def _key(name: str) -> tuple[int, int]:
    return zlib.crc32(b"solveonce") - 2**31, zlib.crc32(name.encode()) - 2**31
