"""How gunicorn runs the service: flows are launched in the worker process, never in the master (a fork would lose them)."""

import logging
import os

from app import engine
from app.settings import Settings

_settings = Settings.from_env()
_embedded = _settings.engine == "embedded"

bind = os.environ.get("BIND", "127.0.0.1:" + os.environ.get("PORT", "8080"))
worker_class = "gthread"
threads = 8
# SQLite has one writer, and embedded flows belong to one process.
workers = 1 if _embedded else int(os.environ.get("WEB_CONCURRENCY", "2"))
preload_app = False
timeout = 60
graceful_timeout = 20


def post_worker_init(worker):
    if _embedded:
        engine.launch(_settings)


def worker_exit(server, worker):
    engine.shutdown(seconds=5)
    # Python would wait at exit for threads in which a step waits for a neighbour, for minutes perhaps.
    # Nothing is lost: what was not finished goes on at the next start.
    logging.shutdown()
    os._exit(0)
