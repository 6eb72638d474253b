"""A PostgreSQL of our own for a test run: on loopback, as another user than root, gone afterwards."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from tests.service import free_port

#: Debian puts the server's programs here and not on the PATH.
DEBIAN = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name), reverse=True)
HOW_TO_GET_IT = (
    "PostgreSQL's server programs are missing: apt-get install postgresql (Debian), or put initdb on the PATH."
)


def programs() -> Path | None:
    found = shutil.which("initdb")
    return Path(found).parent if found else (DEBIAN[0] if DEBIAN else None)


@contextmanager
def running() -> Iterator[str]:
    """The URL of an empty server."""
    bin = programs()
    assert bin, HOW_TO_GET_IT
    folder = Path(tempfile.mkdtemp(prefix="solveonce-postgres-"))
    port = free_port()
    as_user: list[str] = []
    if os.getuid() == 0:  # PostgreSQL refuses to run as root
        as_user = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
        shutil.chown(folder, "postgres", "postgres")
    quiet = {"check": True, "stdout": subprocess.DEVNULL, "cwd": folder}
    subprocess.run([*as_user, bin / "initdb", "-D", folder / "data", "-A", "trust", "-U", "solveonce"], **quiet)
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder}"
    ctl = [*as_user, bin / "pg_ctl", "-D", folder / "data", "-w"]
    subprocess.run([*ctl, "-o", options, "-l", folder / "log", "start"], **quiet)
    try:
        yield f"postgresql://solveonce@127.0.0.1:{port}/postgres"
    finally:
        subprocess.run([*ctl, "-m", "immediate", "stop"], **quiet)
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def database(server: str) -> Iterator[str]:
    """The URL of a database of one's own on *server*, empty and gone afterwards."""
    name = f"t{uuid.uuid4().hex}"
    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name}")
    yield server.rpartition("/")[0] + f"/{name}"
    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute(f"DROP DATABASE {name} WITH (FORCE)")
