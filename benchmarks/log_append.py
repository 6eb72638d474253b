"""What one more row of the log costs, at a hundred rows and at a hundred thousand: `python benchmarks/log_append.py`.

The sandbox is a process of its own; processor time is ours alone. Loopback only, nothing is kept.
"""

from __future__ import annotations

import argparse
import logging
import sqlite3
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

import requests
from werkzeug.serving import make_server

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from app import context, create_app, engine
from app.migrate import migrate
from app.publishing import flow, store, table
from app.settings import Settings
from benchmarks.meter import Cost, Meter, heading, row, spread, told
from benchmarks.solved import LENGTH, SENTENCE, Neighbours
from sandbox.people import Admin
from tests.service import Service, settings_for

MOST, SMALL, BURST = 100_000, 1_000, 50
#: The head goes from 20 rows to 120 and back: so many lone rows see it at each of its sizes, and cut once.
CYCLE = 101
#: Bursts in a row at each size: seven cycles.
BURSTS = 16
#: What is promised: of a row among 100,000 by one among 1,000; of a row in a burst; of any row alone.
PROMISE = "at most 1.1 times; 10 KB and 0.05 calls of Confluence; twice LOG_PAGE_BYTES"
#: Tickets whose rows fill a page by their bytes and not by their number: name, what they say, words.
DEAR = (
    ("as long as fits", SENTENCE, 310),
    (
        "the same in Cyrillic",
        "в очереди возвратов снова застряли все билеты и кто-то опять перезапустил её руками",
        170,
    ),
    ("as long as Jira takes", SENTENCE, 11_000),
)
#: Who ask for rows at the same time, how often that is tried, and for how many rows.
ASKERS, TRIES, TOGETHER = (1, 2, 4), 3, 200


class Writer:
    """A log with a database of its own: what the service does for a row, without the job engine."""

    def __init__(self, meter: Meter, them: Neighbours, installed: Settings, title: str) -> None:
        own = Path(str(installed.sqlite_path)).with_name(f"{title}.sqlite")
        with closing(sqlite3.connect(str(installed.sqlite_path))) as there, closing(sqlite3.connect(own)) as here:
            there.backup(here)
        changes = {"database_url": f"sqlite:///{own}", "log_title": title, "secret_keys": installed.secret_keys}
        self._meter, self._ids = meter, them.ids
        self._runtime = context.install(settings_for(them, own.parent, 8080, **changes))
        self.rows = 0

    def append(self, count: int = 1) -> Cost:
        """Ask for the next rows and write them."""
        context._runtime = self._runtime  # there may be two logs in turn
        new = self._ids[self.rows : self.rows + count]
        if len(new) < count:
            raise IndexError("There are no more tickets to write about.")
        with self._meter.measure(count) as cost:
            with self._runtime.db.writing() as session:
                for id in new:
                    store.ask(session, 1, id)
            while self._waiting():
                assert flow.find_log(1)
                assert flow.dress(1)
                assert flow.write(1)
        self.rows += count
        return cost

    def grow(self, rows: int) -> list[Cost]:
        """In bursts, up to so many rows."""
        return [self.append(min(BURST, rows - self.rows)) for _ in range(self.rows, rows, BURST)]

    def cut(self) -> None:
        """Row by row until the head was cut, so that two logs are alike."""
        before = self.archives()
        while self.archives() == before:
            self.append()

    def _waiting(self) -> int:
        with self._runtime.db.reading() as session:
            return store.count_waiting(session, 1)

    def archives(self) -> int:
        with self._runtime.db.reading() as session:
            return store.count_archives(session, 1)

    def bytes_a_row(self) -> float:
        """Of storage, on the head."""
        at = context.At(self._runtime, 1)
        with self._runtime.db.reading() as session:
            body = at.confluence.page(store.head(session, 1)).body
        rows = table.log_rows(body)
        return sum(len(body[row.start : row.end].encode()) for row in rows) / len(rows)


# Told


def costs(name: str, each: Sequence[Cost]) -> None:
    """A row of the table: per row of the log."""
    rows = sum(cost.rows for cost in each)
    busy = [cost.seconds * 1000 / cost.rows for cost in each]
    mean = sum(cost.seconds for cost in each) * 1000 / rows
    cells = [name, str(rows), f"{mean:.1f}", spread(busy)]
    for neighbour in ("confluence", "jira"):
        cells.append(f"{sum(cost.moved[neighbour] for cost in each) / rows / 1000:.2f}")
        cells.append(f"{sum(cost.calls[neighbour] for cost in each) / rows:.4f}")
    row(*cells)


# Measured


def growth(log: Writer, most: int) -> None:
    """What a row costs while the log grows, and at each size: alone, and in bursts."""
    processor = ("processor ms, mean", "median (spread)")
    heading("what", "rows", *processor, "Confluence KB", "calls", "Jira KB", "calls")
    for size in (*(size for size in (100, 1000, 10_000) if size < most), most):
        first = log.rows
        if grown := log.grow(size):
            costs(f"bursts of {BURST}, from row {first + 1} to {log.rows}", grown)
        log.cut()
        costs(f"alone, at {size}", [log.append() for _ in range(CYCLE)])
        costs(f"bursts of {BURST}, at {size}", [log.append(BURST) for _ in range(BURSTS)])


def compared(small: Writer, large: Writer, rounds: int) -> None:
    """What a row costs in the large log by what it costs in the small one: in turn, with heads alike."""
    heading("what", "rows in the logs", "processor, of sums", "of pairs (spread)", "bytes", "calls")
    for name, count, times in (("alone", 1, CYCLE), (f"bursts of {BURST}", BURST, BURSTS)):
        small.cut()
        large.cut()
        sizes = f"{large.rows} : {small.rows}"
        pairs = [(large.append(count), small.append(count)) for _ in range(times * rounds)]
        sums = sum(a.seconds for a, _ in pairs) / sum(b.seconds for _, b in pairs)
        ratios = spread([a.seconds / b.seconds for a, b in pairs], ".2f")
        moved, calls = (_ratio(pairs, each) for each in ("moved", "calls"))
        row(name, sizes, f"{sums:.3f}", ratios, f"{moved:.4f}", f"{calls:.4f}")


def _ratio(pairs: Sequence[tuple[Cost, Cost]], what: str) -> float:
    a, b = (sum(sum(getattr(pair[n], what).values()) for pair in pairs) for n in (0, 1))
    return float(a / b)


def dearest(meter: Meter) -> None:
    """What the one row moves that comes when the head is full by its bytes, so that its oldest rows leave."""
    heading("rows", "storage bytes a row", "rows on the full head", "bytes moved", "of LOG_PAGE_BYTES")
    for name, sentence, length in DEAR:
        with opened(140, sentence, length) as (them, settings):
            log = Writer(meter, them, settings, "Dear")
            log.append()
            each, on_head = log.bytes_a_row(), 0
            cost = Cost(0)
            while not log.archives():
                on_head, cost = log.rows, log.append()
            moved = cost.moved["confluence"]
            row(name, f"{each:.0f}", str(on_head), str(moved), f"{moved / settings.log_page_bytes:.2f}")


def together() -> None:
    """Rows a second through the whole service while several ask for rows, and how often the writer met another one."""
    heading("who ask", "rows", "rows a second", "calls of Confluence a row", "conflicts")
    for askers in ASKERS:
        tried = [_together(askers) for _ in range(TRIES)]
        calls, conflicts = (sum(each[n] for each in tried) for n in (1, 2))
        rows = TOGETHER * TRIES
        row(str(askers), str(rows), spread([each[0] for each in tried]), f"{calls / rows:.3f}", str(conflicts))


def _together(askers: int) -> tuple[float, int, int]:
    with tempfile.TemporaryDirectory(prefix="solveonce-append-") as folder, Neighbours(TOGETHER) as them:
        service = Service(them, Path(folder), engine_poll=0.1)
        install(them, service.url)
        threads = [threading.Thread(target=_ask_for, args=(service, them.ids[each::askers])) for each in range(askers)]
        began = time.monotonic()
        for thread in threads:
            thread.start()
        while _written(service) < TOGETHER:
            time.sleep(0.02)
        took = time.monotonic() - began
        service.close()
        calls = requests.get(f"{them.url}/_sandbox/calls", {"neighbour": "confluence"}, timeout=60).json()
    return TOGETHER / took, len(calls), sum(call["status"] == 409 for call in calls)


def _ask_for(service: Service, ids: Sequence[str]) -> None:
    """As the post-function does, a transaction for each."""
    for id in ids:
        with service.db.writing() as session:
            engine.enqueue(session, "publishing.publish", 1, id, id=f"1:{id}", lane=f"1:log:{id}")


def _written(service: Service) -> int:
    with service.db.reading() as session:
        return store.count_rows(session, 1)


@contextmanager
def opened(issues: int, sentence: str = SENTENCE, length: int = LENGTH) -> Iterator[tuple[Neighbours, Settings]]:
    """So many solved issues, and settings of a service that is installed there."""
    with tempfile.TemporaryDirectory(prefix="solveonce-append-") as name, Neighbours(issues, sentence, length) as them:
        server = make_server("127.0.0.1", 0, lambda env, start: app(env, start), threaded=True)
        settings = settings_for(them, Path(name), server.server_port)
        migrate(settings.database_url)
        app = create_app(settings)
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        install(them, settings.base_url)
        server.shutdown()
        server.server_close()
        context.current().db.close()
        yield them, settings


def install(them: Neighbours, service: str) -> None:
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    for product in ("jira", "confluence"):
        Admin(them.url, service).install(product)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--most", type=int, default=MOST, help="so large the log grows")
    parser.add_argument("--rounds", type=int, default=3, help="of the comparison with a small log")
    options = parser.parse_args()
    meter, spare = Meter(), 3_000 + options.rounds * (CYCLE + BURST * BURSTS)
    told(f"Promised: {PROMISE}.")
    with opened(options.most + spare) as (them, settings):
        large, small = (Writer(meter, them, settings, name) for name in ("Large", "Small"))
        growth(large, options.most)
        told(f"\n{large.bytes_a_row():.0f} bytes of storage a row.")
        small.grow(min(SMALL, options.most))
        compared(small, large, options.rounds)
    dearest(meter)
    together()


if __name__ == "__main__":
    main()
