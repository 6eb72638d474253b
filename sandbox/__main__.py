"""`python -m sandbox --port 8090`: Jira, Confluence and Slack on this machine, until interrupted."""

from __future__ import annotations

import argparse
import logging
import socket
import sys

from sandbox.server import Sandbox


def main() -> int:
    """Serve in the foreground; 1 if the port cannot be had."""
    parser = argparse.ArgumentParser(prog="python -m sandbox", description=__doc__)
    parser.add_argument("--port", type=int, default=8090)
    # There are no secrets worth the name in here, so it listens to this machine only.
    parser.add_argument("--host", default="127.0.0.1", choices=("127.0.0.1", "localhost"))
    options = parser.parse_args()
    reason = _unavailable(options.host, options.port)
    if reason:
        print(f"Port {options.port} on {options.host} cannot be had: {reason}. Choose another: --port", file=sys.stderr)
        return 1
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    _serve(options.host, options.port)
    return 0


def _unavailable(host: str, port: int) -> str | None:
    try:
        # create_server allows reuse of an address in TIME_WAIT, like the server itself.
        socket.create_server((host, port)).close()
    except OSError as error:
        return error.strerror or str(error)
    return None


def _serve(host: str, port: int) -> None:
    with Sandbox(port=port, host=host) as sandbox:
        print(f"The sandbox is ready: {sandbox.url}", flush=True)
        try:
            sandbox.wait()
        except KeyboardInterrupt:
            print("The sandbox is closed.")


if __name__ == "__main__":
    sys.exit(main())
