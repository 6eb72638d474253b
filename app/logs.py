"""One line an event: what happened, then facts as ids. No contents, no secrets."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

#: What must never reach a log, whoever put it there: tokens in URLs and headers, and e-mail addresses.
_SECRETS = re.compile(
    r"(jwt=|JWT |Bearer |Basic )[A-Za-z0-9._~+/=-]+|xox[a-z]-[A-Za-z0-9-]+|x(?:app|wfp)-[A-Za-z0-9-]+|eyJ[A-Za-z0-9._-]{20,}"
)
_EMAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,255}\.[\w.]{1,255}")
_MOST, _LONGEST = 20_000, 900


def event(what: str, level: int = logging.INFO, **facts: Any) -> None:
    """Log that *what* happened. Facts are ids, names, counts and seconds; never a person's text."""
    structlog.get_logger("solveonce").log(level, what, **facts)


def configure(level: str = "INFO") -> None:
    """Write events to standard error, one line each; libraries from WARNING on, through the same cleaning."""
    stamp = structlog.processors.TimeStamper(fmt="iso", utc=True)
    # A traceback becomes a value like any other: cleaned, and on the same line.
    shared: list[Any] = [structlog.stdlib.add_log_level, stamp, structlog.processors.format_exc_info, clean]
    line = structlog.processors.KeyValueRenderer(key_order=["timestamp", "level", "event"], drop_missing=True)
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(processor=line, foreign_pre_chain=shared))
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.getLogger("solveonce").setLevel(level)
    # Bolt logs the whole body of a request whose signature is wrong, at INFO.
    logging.getLogger("slack_bolt").setLevel(logging.ERROR)


def adopt(library: str) -> None:
    """Take away the handler that a library writes with by itself, past the filter that takes secrets out."""
    log = logging.getLogger(library)
    log.handlers.clear()
    log.propagate = True


def clean(_logger: Any, _method: str, facts: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Take secrets and addresses out of every value, and line breaks, so that nobody forges a line."""
    return {key: value if _is_plain(key, value) else scrub(str(value)) for key, value in facts.items()}


def _is_plain(key: str, value: Any) -> bool:
    """Nothing can hide in a number; the rest of structlog's own, which begins with `_`, is not written."""
    return key.startswith("_") or value is None or isinstance(value, int | float)


def scrub(text: str) -> str:
    """*text* without secrets, addresses and line breaks; of a long one the beginning and the end."""
    text = _EMAIL.sub("[e-mail]", _SECRETS.sub("[secret]", text[:_MOST]))
    text = text.replace("\r", " ").replace("\n", " ")
    # Of a traceback it is the end that says what happened.
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST // 3]} … {text[-2 * _LONGEST // 3 :]}"
