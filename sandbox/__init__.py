"""A loopback Jira, Confluence and Slack: one process, one port, all state in memory. It imports nothing of the service."""

from sandbox.server import Sandbox, create_sandbox

__all__ = ["Sandbox", "create_sandbox"]
